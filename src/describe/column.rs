//! Columns as they are decided. In: what `decide` chose. Out: values for the metadata, and the column that can identify
//! its rows.

use serde_json::Value;

use super::Note;
use super::profile::Profile;
use super::reading::Kind;

/// A column, decided.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Name in the metadata.
    pub(super) name: String,
    /// Header, where there is one.
    pub(super) title: Option<String>,
    /// What it is for its row, by its header and its values.
    pub(super) role: Option<String>,
    /// Datatype in the metadata; none for texts.
    pub(super) datatype: Option<Value>,
    pub(super) kind: Option<Kind>,
    pub(super) separator: Option<char>,
    /// Texts that stand for no value, the empty one left out.
    pub(super) nulls: Vec<String>,
    pub(super) is_required: bool,
}

impl Column {
    /// Returns the column as messages name it.
    pub(super) fn shown(&self) -> String {
        format!("`{}`", super::shown(self.title.as_deref().unwrap_or(&self.name)))
    }
}

/// Finds the column whose values tell the rows apart.
pub(super) fn key(read: &Profile, columns: &[Column], notes: &mut Vec<Note>) -> Option<usize> {
    let can = |at: &usize| {
        let (found, column) = (&read.columns[*at], &columns[*at]);
        let is_plain = matches!(column.kind, None | Some(Kind::Integer('.', None)));
        found.is_unique && column.is_required && column.separator.is_none() && is_plain && read.rows > 1
    };
    let has_role = |role: &str| (0..columns.len()).find(|&at| columns[at].role.as_deref() == Some(role));
    if let Some(at) = has_role("id") {
        let name = columns[at].shown();
        if can(&at) {
            notes
                .push(Note::sure(format!("{name} tells the rows apart: no value is missing, and none is there twice")));
            return Some(at);
        }
        let why = if read.rows < 2 {
            "there are too few rows to tell"
        } else if columns[at].is_required {
            "a value is there twice"
        } else {
            "a value is missing"
        };
        notes.push(Note::unsure(format!("no key: {name} might be one, but {why}")));
        return None;
    }
    let found =
        has_role("label").into_iter().chain([0]).find(|at| can(at) && columns[*at].role.as_deref() != Some("note"));
    if let Some(at) = found {
        let name = columns[at].shown();
        notes.push(Note::unsure(format!(
            "{name} is taken for the key: no value of it is missing, and none is there twice"
        )));
    } else {
        notes.push(Note::unsure("no key: no column is known to tell the rows apart"));
    }
    found
}
