//! The settings files of a case folder: `style.toml`, `conflicts.toml` and their like. In: a folder and a name. Out: what
//! the file says, or what holds without it.

use std::path::Path;

use super::fault::Fault;

/// Reads a settings file of a case folder by `read`; the default where the case is no folder or has no such file.
pub(super) fn own<T: Default>(
    folder: Option<&Path>,
    name: &str,
    read: impl FnOnce(&Path, &str) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let Some(path) = folder.map(|folder| folder.join(name)).filter(|path| path.is_file()) else {
        return Ok(T::default());
    };
    let text = std::fs::read_to_string(&path).map_err(|error| Fault::file(&path, &error))?;
    read(&path, &text)
}
