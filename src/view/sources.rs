//! Whether a source may be named. In: a source, and the day. Out: whether it was published by then.

use super::audience::Viewer;
use super::records::Record;
use crate::date::Day;
use crate::vocab::cg;

/// Returns when a source was published, first and last day: an undated one had been by the day when it was read.
fn published(source: Record<'_>) -> Option<(Day, Day)> {
    source.days(cg::ISSUED_EARLIEST, cg::ISSUED_LATEST).or_else(|| {
        let read = source.object(cg::ACCESSED)?.day()?;
        Some((read, read))
    })
}

/// Tells whether a source was published by the day.
pub(super) fn is_published(source: Record<'_>, viewer: &Viewer) -> bool {
    viewer.has_come(published(source))
}

/// Tells whether nothing says when a source was published.
pub(super) fn is_undated(source: Record<'_>) -> bool {
    published(source).is_none()
}
