//! Rows become records, one by one, once the names of all entities are known. In: the tables of a case, and what their rows refer
//! to. Out: entities, facts and what stands around them, handed over as they are read, with every fault of all the files. What
//! is kept in between are fingerprints of ids, and faults. Not here: how a row makes facts (`read_facts`), or what stands
//! around them (`read_citations`).

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Diagnostic, Diagnostics};
use oxigraph::model::{NamedNode, Term};

use super::around::Around;
use super::case_index::CaseIndex;
use super::cells::check_row;
use super::literal::literal_of;
use super::names::{Names, id};
use super::plain::read_plain;
use super::plan::Line;
use super::record::Record;
use super::state::State;
use super::tables::{Kept, Tables};
use crate::code;

/// Takes the records of a case, each with the position of its file.
pub(super) type Take<'t> = &'t mut dyn FnMut(Option<usize>, Record);

/// Reads rows once the names of all entities are known.
pub(super) struct Reader<'a> {
    pub(super) index: &'a CaseIndex<'a>,
    pub(super) names: Names<'a>,
    pub(super) around: Around,
}

/// What is known once all rows are read.
pub(super) struct Read {
    /// Rows of each file.
    pub(super) rows: BTreeMap<usize, usize>,
    /// Keys of the predicates of facts.
    pub(super) used: BTreeSet<String>,
    /// How many facts there are.
    pub(super) facts: usize,
    /// How many quads of tables that make no facts.
    pub(super) plain: usize,
}

impl<'a> Reader<'a> {
    /// Reads what has to be known of facts before they are read themselves: disclosures and judgements.
    pub(super) fn new(index: &'a CaseIndex<'a>, kept: &[Kept<'_>], state: &mut State, take: Take<'_>) -> Self {
        let mut reader = Self { index, names: index.names(), around: Around::default() };
        for table in kept.iter().filter(|table| is_about_facts(table.plan.record)) {
            for line in table.lines() {
                if let Some(record) = reader.record(line, state) {
                    reader.around.note(&record, line);
                    state.refer_from(&record);
                    take(Some(table.source.at), record);
                }
            }
        }
        reader
    }

    /// Reads all other rows.
    pub(super) fn read(
        &self,
        mut tables: Tables<'_>,
        kept: Vec<Kept<'_>>,
        mut state: State,
        faults: &mut Diagnostics,
        take: Take<'_>,
    ) -> Read {
        each_line(&mut tables, kept, faults, &mut |at, line| {
            self.row(line, &mut state, &mut |record| take(Some(at), record));
        });
        self.around.check_scopes(&self.names, &state, faults);
        let unknown = state.settle();
        if !unknown.is_empty() {
            // They are not kept, and wanted only to suggest one.
            let mut again = State::listing();
            let mut tables = Tables::new(tables.described, tables.files);
            each_line(&mut tables, Vec::new(), &mut Diagnostics::default(), &mut |_, line| {
                self.facts(line, &mut again, &mut |_, _| {});
            });
            let ids = again.listed.unwrap_or_default();
            faults.extend(unknown.into_iter().map(|pending| pending.fault(&ids)));
        }
        let mut plain = 0;
        read_plain(
            &mut tables,
            &self.index.settings.graph(),
            &|path| self.is_record(path, &state),
            faults,
            &mut |quad| {
                plain += 1;
                take(None, Record::Plain(quad));
            },
        );
        faults.extend(state.faults);
        Read { rows: tables.rows, used: state.used, facts: state.ids.count, plain }
    }

    fn row(&self, line: Line<'_>, state: &mut State, take: &mut dyn FnMut(Record)) {
        check_row(line, &mut state.dates, &mut state.faults);
        if line.plan.class.is_some()
            && let Some(path) = line.path()
        {
            let properties = self.properties(line, &mut state.faults);
            let described = self.index.entities.get(&path).map(|entity| &entity.place);
            let is_first =
                described.is_some_and(|place| place.file == line.plan.table.file && place.row == Some(line.row.number));
            take(Record::Entity { path, properties, is_first });
        }
        self.facts(line, state, &mut |id, fact| take(Record::Fact(id, Box::new(fact))));
        if line.plan.record == Some("Redirect") {
            self.check_redirect(line, &mut state.faults);
        } else if !is_about_facts(line.plan.record)
            && let Some(record) = self.record(line, state)
        {
            state.refer_from(&record);
            take(record);
        }
    }

    /// Tells whether a path is that of an entity, a source, a fact or what stands around them.
    fn is_record(&self, path: &str, state: &State) -> bool {
        match path.split_once('/') {
            Some(("fact", id)) => state.ids.contains(id),
            Some(("citation" | "disclosure" | "name" | "judgement" | "rel", _)) => true,
            _ => self.index.entities.contains_key(path),
        }
    }

    /// Reads what the row of an entity states beside its labels.
    fn properties(&self, line: Line<'_>, faults: &mut Diagnostics) -> Vec<(NamedNode, Term)> {
        let base = &self.index.settings.base;
        let mut values = Vec::new();
        for (at, column) in line.plan.columns.iter().enumerate() {
            let Some(property) = &column.property else { continue };
            for value in line.row.values(at) {
                let term: Term = if !column.classes.is_empty() {
                    let place = || line.cell(&column.column.name);
                    match self.names.resolve(value, &column.classes, place) {
                        Ok(reference) => NamedNode::new_unchecked(format!("{base}{}", reference.path())).into(),
                        Err(fault) => {
                            faults.push(*fault);
                            continue;
                        }
                    }
                } else if let Some(template) = &column.column.value_url {
                    NamedNode::new_unchecked(template.expand(|name| line.text(name))).into()
                } else {
                    match literal_of(column.column, value, line.plan.table.columns[at].lang.as_deref()) {
                        Some(term) => term,
                        None => continue,
                    }
                };
                values.push((property.clone(), term));
            }
        }
        values
    }

    /// Finds what is wrong with an old id and the new one.
    fn check_redirect(&self, line: Line<'_>, faults: &mut Diagnostics) {
        let (Some(old), Some(new)) = (line.text("old"), line.text("new")) else { return };
        let place = || line.cell("new");
        match self.names.resolve(new, &["Entity"], place) {
            Err(fault) => faults.push(*fault),
            Ok(found) if found.path() != new && self.names.is_id(&found.path()) && !self.names.is_old(new) => {
                let message = format!("`{new}` is a name, and the column takes an id");
                let fault = Diagnostic::error(code::BAD_ID, place(), message);
                faults.push(fault.hint(format!("write {}", id(&found.path()))));
            }
            Ok(_) => {}
        }
        if self.names.is_id(old) {
            let message = format!("`{old}` is still the id of an entity");
            let fault = Diagnostic::error(code::DUPLICATE_ID, line.cell("old"), message);
            faults.push(fault.hint("remove this row, or the row of that entity"));
        }
    }
}

/// Goes through the rows of all files in their order.
fn each_line<'d>(
    tables: &mut Tables<'d>,
    mut kept: Vec<Kept<'_>>,
    faults: &mut Diagnostics,
    each: &mut dyn FnMut(usize, Line<'_>),
) {
    let described = tables.described;
    for source in &described.sources {
        // What is kept goes once it is read.
        match kept.extract_if(.., |table| table.source.at == source.at).next() {
            Some(table) => table.lines().for_each(|line| each(source.at, line)),
            None => drop(tables.read(source, faults, &mut |line| each(source.at, line))),
        }
    }
}

/// Tells whether records of a kind say of facts what has to be known before the facts are read.
fn is_about_facts(record: Option<&str>) -> bool {
    matches!(record, Some("Disclosure" | "Judgement"))
}
