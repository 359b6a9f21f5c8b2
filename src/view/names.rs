//! By which names an entity was known. In: its record, the rows of `names.csv` about it, and by which ways its facts are
//! known. Out: labels and other names of the day; none for somebody who had not been named yet.

use oxigraph::model::NamedNodeRef;
use rdf_columns::TermId;

use super::audience::Viewer;
use super::records::Record;
use crate::vocab::{rdfs, skos};

/// How an entity came into a view.
#[derive(Debug, Clone, Default)]
pub(super) struct Coming {
    /// Something that is shown speaks of it.
    pub(super) is_shown: bool,
    /// Something public speaks of it by all its names, or its own row says that it was public.
    pub(super) by_all_names: bool,
    /// The audience was told of it by all its names.
    pub(super) by_private: bool,
    /// The names under which it was told of.
    pub(super) scope: Vec<String>,
}

/// The names of an entity on the day.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Names by which it is shown.
    pub(super) labels: Vec<TermId>,
    /// Other names.
    pub(super) others: Vec<TermId>,
    /// Whether a label of its own row is among them: then its id and its columns may be told too.
    pub(super) by_row: bool,
    /// The rows of `names.csv` that are told.
    pub(super) rows: Vec<TermId>,
}

impl Names {
    /// Chooses among the names of an entity. `rows` are its rows in `names.csv`.
    pub(super) fn of(entity: Record<'_>, rows: &[TermId], coming: &Coming, viewer: &Viewer) -> Self {
        let Some(now) = viewer.now else { return Self { by_row: true, ..Self::default() } };
        let own_day = entity.known();
        let is_row_public = own_day.is_none_or(|days| now.has_come(days));
        let is_told = |name: &str| coming.scope.iter().any(|told| told == name);
        let undated = |name: &str| {
            coming.by_private || (is_row_public && (coming.by_all_names || own_day.is_some())) || is_told(name)
        };
        let literals = |record: Record<'_>, property: NamedNodeRef<'static>| -> Vec<(String, TermId)> {
            let names = record.objects(property).filter(|name| record.is_literal(*name));
            names.map(|name| (record.text_of(name), name)).collect()
        };
        let rows: Vec<_> = rows.iter().map(|row| entity.beside(*row)).collect();
        let rows: Vec<_> = rows.into_iter().map(|row| (row, literals(row, rdfs::LABEL))).collect();
        let told_row = |row: Record<'_>, name: &str| match row.known() {
            Some(days) => now.has_come(days) || is_told(name),
            None => undated(name),
        };
        let row_of = |name: &str| rows.iter().find(|(_, names)| names.first().is_some_and(|label| label.0 == name));
        let is_public = |(name, _): &(String, TermId)| match row_of(name) {
            Some((row, _)) => told_row(*row, name),
            None => undated(name),
        };
        let mut labels = literals(entity, rdfs::LABEL);
        labels.retain(is_public);
        let mut others = literals(entity, skos::ALT_LABEL);
        others.retain(|(alias, _)| row_of(alias).is_none() && undated(alias));
        let mut told = Vec::new();
        for (row, names) in &rows {
            let name = names.first().filter(|(name, _)| told_row(*row, name));
            told.extend(name.map(|name| (row.known(), &name.0, row.id, name.1)));
        }
        told.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let is_label = |name: &str| labels.iter().any(|label| label.0 == name);
        let mut others: Vec<TermId> = others.into_iter().map(|(_, name)| name).collect();
        others.extend(told.iter().filter(|name| !is_label(name.1)).map(|name| name.3));
        let rows = told.iter().map(|name| name.2).collect();
        let by_row = !labels.is_empty();
        // The name that came last is the one of the day.
        let labels = if by_row {
            labels.into_iter().map(|(_, name)| name).collect()
        } else {
            others.pop().into_iter().collect()
        };
        Self { labels, others, by_row, rows }
    }
}
