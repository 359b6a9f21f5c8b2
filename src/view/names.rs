//! By which names an entity was known. In: its record, the rows of `names.csv` about it, and by which ways its facts are
//! known. Out: labels and other names of the day; none for somebody who had not been named yet.

use oxigraph::model::{Literal, Term};
use rdf_columns::TermId;

use super::audience::Viewer;
use super::records::{Record, Records};
use crate::vocab::{cg, rdfs, skos};

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
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Names by which it is shown.
    pub(super) labels: Vec<Literal>,
    /// Other names.
    pub(super) others: Vec<Literal>,
    /// Whether a label of its own row is among them: then its id and its columns may be told too.
    pub(super) by_row: bool,
    /// The rows of `names.csv` that are told.
    pub(super) rows: Vec<TermId>,
}

impl Names {
    /// Chooses among the names of an entity. `rows` are its rows in `names.csv`.
    pub(super) fn of(records: &Records, entity: Record<'_>, rows: &[TermId], coming: &Coming, viewer: &Viewer) -> Self {
        let Some(now) = viewer.now else { return Self::default() };
        let own_day = entity.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST);
        let is_row_public = own_day.is_none_or(|days| now.has_come(days));
        let is_told = |name: &str| coming.scope.iter().any(|told| told == name);
        let undated = |name: &str| {
            coming.by_private || (is_row_public && (coming.by_all_names || own_day.is_some())) || is_told(name)
        };
        let literals = |record: Record<'_>, property| -> Vec<Literal> {
            let terms = record.objects(property).filter_map(|name| records.term(name));
            terms.filter_map(|term| if let Term::Literal(literal) = term { Some(literal) } else { None }).collect()
        };
        let rows: Vec<_> =
            rows.iter().map(|row| (records.record(*row), literals(records.record(*row), rdfs::LABEL))).collect();
        let day_of = |row: Record<'_>| row.days(cg::KNOWN_EARLIEST, cg::KNOWN_LATEST);
        let told_row = |row: Record<'_>, name: &str| match day_of(row) {
            Some(days) => now.has_come(days) || is_told(name),
            None => undated(name),
        };
        let row_of =
            |name: &str| rows.iter().find(|(_, names)| names.first().is_some_and(|label| label.value() == name));
        let is_public = |name: &Literal| match row_of(name.value()) {
            Some((row, _)) => told_row(*row, name.value()),
            None => undated(name.value()),
        };
        let mut labels = literals(entity, rdfs::LABEL);
        labels.retain(is_public);
        let mut others = literals(entity, skos::ALT_LABEL);
        others.retain(|alias| row_of(alias.value()).is_none() && undated(alias.value()));
        let mut told = Vec::new();
        for (row, names) in &rows {
            let name = names.first().filter(|name| told_row(*row, name.value()));
            told.extend(name.map(|name| (day_of(*row), row.id, name)));
        }
        told.sort_by(|a, b| (a.0, a.2.value()).cmp(&(b.0, b.2.value())));
        let is_label = |name: &Literal| labels.iter().any(|label| label.value() == name.value());
        others.extend(told.iter().map(|(_, _, name)| (*name).clone()).filter(|name| !is_label(name)));
        let rows = told.iter().map(|(_, row, _)| *row).collect();
        let by_row = !labels.is_empty();
        // The name that came last is the one of the day.
        let labels = if by_row { labels } else { others.pop().into_iter().collect() };
        Self { labels, others, by_row, rows }
    }
}
