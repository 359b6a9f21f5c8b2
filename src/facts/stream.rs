//! A case as quads. In: the files of a case. Out: its quads, made record by record as these are read, fingerprints of the
//! records, and every fault of all the files. Records are not kept, but entities are.

use std::collections::BTreeSet;

use csvw::Diagnostics;
use oxigraph::model::{NamedNode, Quad, Term};
use rdf_columns::{Builder, TermId};

use super::beside::read_beside;
use super::model::Model;
use super::quads::Writer;
use super::read::Records;
use super::record::{Apparatus, CaseFile, Fact, FileRecord};
use super::settings::CaseSettings;
use super::survey::Survey;
use crate::record_mark::RecordMark;

/// What is wanted of a case beside its faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing.
    Faults,
    /// Its quads.
    Quads,
    /// Its quads, and a fingerprint of each record.
    Records,
}

/// A case that was read.
pub struct Loaded {
    /// Its quads, where they are wanted; not all of them where there are errors among the faults.
    pub quads: Builder,
    /// Its records as they came, where they are wanted.
    pub records: Vec<RecordMark>,
    /// What it holds.
    pub summary: CaseSummary,
}

/// What a case holds, counted while it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSummary {
    /// What the case says of itself.
    pub settings: CaseSettings,
    /// Number of facts.
    pub facts: usize,
    /// Number of entities, sources left out.
    pub entities: usize,
    /// Number of sources.
    pub sources: usize,
    /// Number of quads of tables that make no facts.
    pub plain: usize,
    /// The files that were read.
    pub files: Vec<FileRecord>,
}

/// Reads a case; what is returned is complete only where no error is among the faults.
pub fn load_case(settings: CaseSettings, files: &[CaseFile], model: &Model, wanted: Wanted) -> (Loaded, Diagnostics) {
    let (mut described, mut faults) = (Diagnostics::default(), Diagnostics::default());
    let survey = Survey::new(settings, files, model, &mut described, &mut faults);
    let writer = Writer::new(&survey.settings, &survey.entities, &survey.predicates, &survey.around.told);
    let mut stream = Stream {
        survey: &survey,
        writer: if wanted == Wanted::Records { writer.with_fingerprints() } else { writer },
        marks: (wanted == Wanted::Records).then(Vec::new),
        has_ended: wanted == Wanted::Faults || faults.has_errors(),
        plain: 0,
        told: BTreeSet::new(),
    };
    stream.once();
    // Where nobody wants the records, another thread would be for nothing.
    let read = if stream.has_ended {
        survey.read(described, &mut faults, &mut stream)
    } else {
        read_beside(&survey, described, &mut faults, &mut stream)
    };
    stream.has_ended |= faults.has_errors();
    stream.predicates(&read.used);
    let Stream { plain, writer, marks, .. } = stream;
    let (quads, records) = (writer.quads, marks.unwrap_or_default());
    let files = survey.file_records(&read.rows);
    let sources = survey.entities.keys().filter(|path| path.starts_with("src/")).count();
    let entities = survey.entities.len() - sources;
    let summary = CaseSummary { settings: survey.settings, facts: read.facts, entities, sources, plain, files };
    (Loaded { quads, records, summary }, faults)
}

struct Stream<'a> {
    survey: &'a Survey<'a, 'a>,
    writer: Writer<'a>,
    marks: Option<Vec<RecordMark>>,
    has_ended: bool,
    plain: usize,
    /// Paths of what stands around the facts, of which two rows may be about one.
    told: BTreeSet<String>,
}

impl Stream<'_> {
    /// Notes that a record has been written.
    fn mark(&mut self, node: Option<TermId>, file: Option<usize>, is_fact: bool) {
        let Some(marks) = &mut self.marks else { return };
        let fingerprint = self.writer.fingerprint();
        let file = file.and_then(|file| u32::try_from(file).ok());
        marks.push(RecordMark { node, file, is_fact, fingerprint });
    }

    /// Writes what no row tells on its own: the case, entities that cells alone name, and redirects.
    fn once(&mut self) {
        let case = self.writer.case();
        self.mark(Some(case), None, false);
        for path in &self.survey.declared {
            let entity = &self.survey.entities[path];
            let node = self.writer.entity(path, entity, &entity.properties);
            self.mark(Some(node), None, false);
        }
        for (old, new) in &self.survey.redirects {
            let node = self.writer.redirect(old, new);
            self.mark(Some(node), None, false);
        }
    }

    fn predicates(&mut self, used: &BTreeSet<String>) {
        if self.has_ended {
            return;
        }
        for predicate in self.survey.kept_predicates(used).values() {
            let node = self.writer.predicate(predicate);
            self.mark(Some(node), None, false);
        }
    }
}

impl Records for Stream<'_> {
    fn entity(&mut self, file: usize, path: &str, properties: Vec<(NamedNode, Term)>, is_first: bool) {
        if self.has_ended {
            return;
        }
        if let Some(entity) = self.survey.entities.get(path).filter(|_| is_first) {
            let node = self.writer.entity(path, entity, &properties);
            self.mark(Some(node), Some(file), false);
        } else {
            self.writer.properties(path, &properties);
            self.mark(None, Some(file), false);
        }
    }

    fn fact(&mut self, file: usize, id: String, fact: Fact) {
        if !self.has_ended {
            let node = self.writer.fact(&id, &fact);
            self.mark(Some(node), Some(file), true);
        }
    }

    fn apparatus(&mut self, file: usize, record: Apparatus) {
        if !self.has_ended {
            let node = self.writer.apparatus(&record);
            let is_first = self.told.insert(record.path());
            self.mark(is_first.then_some(node), Some(file), false);
        }
    }

    fn plain(&mut self, quad: Quad) {
        self.plain += 1;
        if !self.has_ended {
            self.writer.plain(&quad);
            self.mark(None, None, false);
        }
    }

    fn give_up(&mut self) {
        self.has_ended = true;
    }
}
