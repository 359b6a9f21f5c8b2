//! The rows of a case become records, one by one. In: the files, and what their rows refer to. Out: entities, facts
//! and what stands around them, handed over as they are read, with every fault of all the files. What is kept in between
//! are entities, fingerprints of ids, and faults.

use std::collections::{BTreeMap, BTreeSet};

use csvw::Diagnostics;
use oxigraph::model::{NamedNode, Quad, Term};

use super::cells::check_row;
use super::describe::CaseFiles;
use super::model::{Model, Predicate};
use super::plain::Plain;
use super::reader::{Reader, State};
use super::record::{Apparatus, CaseFacts, CaseFile, Citation, Disclosure, Fact, FileRecord, Judgement, Name};
use super::settings::CaseSettings;
use super::survey::{Source, Survey};

/// Takes the records of a case, each with the position of its file.
pub(super) trait Records {
    /// Takes what a row states of an entity beside its labels; `is_first` where no row before was about it.
    fn entity(&mut self, file: usize, path: &str, properties: Vec<(NamedNode, Term)>, is_first: bool);
    /// Takes a fact.
    fn fact(&mut self, file: usize, id: String, fact: Fact);
    /// Takes what stands around entities and facts.
    fn apparatus(&mut self, file: usize, record: Apparatus);
    /// Takes a quad of a table that makes no facts.
    fn plain(&mut self, quad: Quad);
    /// Learns that there are errors, so that nothing of the case will be used.
    fn give_up(&mut self) {}
}

/// What is known once all rows are read.
pub(super) struct Read {
    /// Rows of each file.
    pub(super) rows: BTreeMap<usize, usize>,
    /// Keys of the predicates of facts.
    pub(super) used: BTreeSet<String>,
    /// How many facts there are.
    pub(super) facts: usize,
}

impl Survey<'_, '_> {
    /// Reads all rows. `described` are the faults that are known of the metadata.
    pub(super) fn read(&self, mut described: Diagnostics, faults: &mut Diagnostics, out: &mut dyn Records) -> Read {
        let reader = self.reader();
        let mut state = State::default();
        let mut rows = BTreeMap::new();
        for source in &self.sources {
            let (count, cells) = self.read_source(&reader, source, &mut state, out);
            described.extend(cells);
            rows.insert(source.at, count);
            if described.has_errors() || state.faults.has_errors() || faults.has_errors() {
                out.give_up();
            }
        }
        self.around.check_scopes(&reader.names, &state, faults);
        let unknown = state.settle();
        if !unknown.is_empty() {
            let ids = self.fact_ids(&reader);
            faults.extend(unknown.into_iter().map(|pending| pending.fault(&ids)));
        }
        // Dates and the like are checked by casegraph; what the standard says of the metadata and of keys comes last, so
        // that nothing is told twice.
        described.extend(std::mem::take(&mut state.cell_faults));
        let plain = Plain {
            groups: &self.groups,
            resources: CaseFiles { base: &self.settings.base, files: self.files },
            graph: self.settings.graph(),
            is_record: &|path| self.is_record(path, &state),
        };
        plain.read(&mut described, &mut |quad| out.plain(quad));
        faults.extend(described);
        faults.extend(state.faults);
        Read { rows, used: state.used, facts: state.ids.count }
    }

    /// Tells whether a path is that of an entity, a source, a fact or what stands around them.
    fn is_record(&self, path: &str, state: &State) -> bool {
        match path.split_once('/') {
            Some(("fact", id)) => state.ids.contains(id),
            Some(("citation" | "disclosure" | "name" | "judgement" | "rel", _)) => true,
            _ => self.entities.contains_key(path),
        }
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            names: self.names(),
            model: self.model,
            predicates: &self.predicates,
            base: &self.settings.base,
            around: &self.around,
        }
    }

    fn read_source(
        &self,
        reader: &Reader<'_>,
        source: &Source<'_, '_>,
        state: &mut State,
        out: &mut dyn Records,
    ) -> (usize, Diagnostics) {
        let record = source.record();
        source.each_row(&mut |table, plan, row| {
            check_row(table, plan, row, &mut state.dates, &mut state.cell_faults);
            if plan.class.is_some()
                && let Some(path) = plan.path_of(row)
            {
                let properties = reader.properties(table, plan, row, &mut state.faults);
                let described = self.entities.get(&path).map(|entity| &entity.place);
                let is_first = described.is_some_and(|place| place.file == table.file && place.row == Some(row.number));
                out.entity(source.at, &path, properties, is_first);
            }
            reader.facts(table, plan, row, state, &mut |id, fact| out.fact(source.at, id, fact));
            match record {
                Some("Redirect") => reader.check_redirect(table, plan, row, &mut state.faults),
                Some(record) => {
                    if let Some(told) = reader.apparatus(record, table, plan, row, state) {
                        state.refer_from(&told);
                        out.apparatus(source.at, told);
                    }
                }
                None => {}
            }
        })
    }

    /// Returns the ids of all facts as text; they are not kept, and wanted only to suggest one.
    fn fact_ids(&self, reader: &Reader<'_>) -> BTreeSet<String> {
        let mut state = State { listed: Some(BTreeSet::new()), ..State::default() };
        for source in &self.sources {
            source.each_row(&mut |table, plan, row| reader.facts(table, plan, row, &mut state, &mut |_, _| {}));
        }
        state.listed.unwrap_or_default()
    }

    /// Returns the predicates that the case declares or uses, with those above them.
    pub(super) fn kept_predicates(&self, used: &BTreeSet<String>) -> BTreeMap<String, Predicate> {
        let mut kept = used.clone();
        kept.extend(self.predicates.values().filter(|p| !p.built_in).map(|p| p.key.clone()));
        let mut open: Vec<String> = kept.iter().cloned().collect();
        while let Some(key) = open.pop() {
            let parent = self.predicates.get(&key).and_then(|predicate| predicate.parent.clone());
            if let Some(parent) = parent.filter(|parent| kept.insert(parent.clone())) {
                open.push(parent);
            }
        }
        self.predicates.iter().filter(|(key, _)| kept.contains(*key)).map(|(k, p)| (k.clone(), p.clone())).collect()
    }

    /// Returns the files, each with the number of its rows.
    pub(super) fn file_records(&self, rows: &BTreeMap<usize, usize>) -> Vec<FileRecord> {
        let record = |(at, file): (usize, &CaseFile)| FileRecord {
            name: file.name.clone(),
            rows: rows.get(&at).copied().unwrap_or_default(),
        };
        self.files.iter().enumerate().map(record).collect()
    }
}

impl CaseFacts {
    /// Reads a case into memory; what is returned is complete only where no error is among the faults.
    pub fn read(settings: CaseSettings, files: &[CaseFile], model: &Model) -> (Self, Diagnostics) {
        let (mut described, mut faults) = (Diagnostics::default(), Diagnostics::default());
        let survey = Survey::new(settings, files, model, &mut described, &mut faults);
        let mut kept = Kept::default();
        let read = survey.read(described, &mut faults, &mut kept);
        let predicates = survey.kept_predicates(&read.used);
        let files = survey.file_records(&read.rows);
        let Survey { settings, mut entities, redirects, .. } = survey;
        for (path, values) in kept.properties {
            if let Some(entity) = entities.get_mut(&path) {
                entity.properties.extend(values);
            }
        }
        let Kept { facts, plain, citations, disclosures, names, judgements, .. } = kept;
        let case = Self {
            settings,
            entities,
            facts,
            plain,
            citations,
            disclosures,
            names,
            judgements,
            predicates,
            redirects,
            files,
        };
        (case, faults)
    }
}

/// All records, in memory.
#[derive(Default)]
struct Kept {
    properties: BTreeMap<String, Vec<(NamedNode, Term)>>,
    facts: BTreeMap<String, Fact>,
    plain: Vec<Quad>,
    citations: Vec<Citation>,
    disclosures: Vec<Disclosure>,
    names: Vec<Name>,
    judgements: Vec<Judgement>,
}

impl Records for Kept {
    fn entity(&mut self, _file: usize, path: &str, properties: Vec<(NamedNode, Term)>, _is_first: bool) {
        self.properties.entry(path.to_owned()).or_default().extend(properties);
    }

    fn fact(&mut self, _file: usize, id: String, fact: Fact) {
        self.facts.insert(id, fact);
    }

    fn apparatus(&mut self, _file: usize, record: Apparatus) {
        match record {
            Apparatus::Citation(citation) => self.citations.push(citation),
            Apparatus::Disclosure(disclosure) => self.disclosures.push(disclosure),
            Apparatus::Name(name) => self.names.push(name),
            Apparatus::Judgement(judgement) => self.judgements.push(judgement),
        }
    }

    fn plain(&mut self, quad: Quad) {
        self.plain.push(quad);
    }
}
