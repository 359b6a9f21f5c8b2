//! By which names an entity was known. In: its record, the rows of `names.csv` about it, and by which ways its facts are
//! known. Out: labels and other names of the day; none for somebody who had not been named yet.

use oxigraph::model::Literal;

use super::audience::Viewer;
use super::records::Record;
use crate::vocab::{cg, rdfs, skos};

/// How an entity came into a view.
#[derive(Debug, Clone, Default)]
pub(super) struct Coming<'r> {
    /// Something that is shown speaks of it.
    pub(super) is_shown: bool,
    /// Something public speaks of it by all its names, or its own row says that it was public.
    pub(super) by_all_names: bool,
    /// The audience was told of it by all its names.
    pub(super) by_private: bool,
    /// The names under which it was told of.
    pub(super) scope: Vec<&'r str>,
}

/// The names of an entity on the day.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Names by which it is shown.
    pub(super) labels: Vec<Literal>,
    /// Other names.
    pub(super) others: Vec<Literal>,
    /// Whether a label of its own row is among them: then its id and its columns may be told too.
    pub(super) by_row: bool,
    /// Numbers of the rows of `names.csv` that are told.
    pub(super) rows: Vec<usize>,
}

impl Names {
    /// Chooses among the names of an entity. `rows` are the numbers and records of its rows in `names.csv`.
    pub(super) fn of(entity: &Record, rows: &[(usize, &Record)], coming: &Coming<'_>, viewer: &Viewer<'_>) -> Self {
        let Some(now) = viewer.now else { return Self::default() };
        let own_day = entity.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST);
        let is_row_public = own_day.is_none_or(|days| now.has_come(days));
        let is_told = |name: &str| coming.scope.contains(&name);
        let undated = |name: &str| {
            coming.by_private || (is_row_public && (coming.by_all_names || own_day.is_some())) || is_told(name)
        };
        let day_of = |row: &Record| row.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST);
        let told_row = |row: &Record, name: &str| match day_of(row) {
            Some(days) => now.has_come(days) || is_told(name),
            None => undated(name),
        };
        let row_of = |name: &str| rows.iter().find(|(_, row)| row.text(rdfs::LABEL) == Some(name));
        let is_public = |name: &&Literal| match row_of(name.value()) {
            Some((_, row)) => told_row(row, name.value()),
            None => undated(name.value()),
        };
        let labels: Vec<Literal> = entity.literals(rdfs::LABEL).filter(is_public).cloned().collect();
        let aliases =
            entity.literals(skos::ALT_LABEL).filter(|alias| row_of(alias.value()).is_none() && undated(alias.value()));
        let mut others: Vec<Literal> = aliases.cloned().collect();
        let mut told = Vec::new();
        for (number, row) in rows {
            let name = row.literals(rdfs::LABEL).next();
            told.extend(name.filter(|name| told_row(row, name.value())).map(|name| (day_of(row), *number, name)));
        }
        told.sort_by(|a, b| (a.0, a.2.value()).cmp(&(b.0, b.2.value())));
        let is_label = |name: &Literal| labels.iter().any(|label: &Literal| label.value() == name.value());
        others.extend(told.iter().map(|(_, _, name)| (*name).clone()).filter(|name| !is_label(name)));
        let rows = told.iter().map(|(_, number, _)| *number).collect();
        let by_row = !labels.is_empty();
        // The name that came last is the one of the day.
        let labels = if by_row { labels } else { others.pop().into_iter().collect() };
        Self { labels, others, by_row, rows }
    }
}
