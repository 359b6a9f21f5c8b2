//! The settings files of a case folder: `style.toml`, `conflicts.toml` and their like. In: a case and a name. Out: what
//! the file says, or what holds without it.

use std::path::Path;

use super::fault::Fault;
use crate::case::Case;

/// Reads a settings file of a case by `read`; the default where it has no such file. `path` is that of the case.
pub(super) fn own<T: Default>(
    case: &Case,
    path: &Path,
    name: &str,
    read: impl FnOnce(&Path, &str) -> Result<T, Fault>,
) -> Result<T, Fault> {
    case.own.text(name).map_or_else(|| Ok(T::default()), |text| read(&path.join(name), text))
}
