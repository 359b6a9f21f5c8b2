//! A case as a stream of quads. In: the files of a case. Out: the quads of each record as soon as it is read, with every
//! fault of all the files. Facts are not kept, so that a case may be larger than memory; entities are.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use oxigraph::model::{NamedNode, Quad, Term};

use super::model::Model;
use super::quads::Writer;
use super::read::Records;
use super::record::{CaseFile, Citation, Disclosure, Fact, FileRecord};
use super::settings::CaseSettings;
use super::survey::Survey;
use crate::diagnostic::Diagnostics;

/// The quads that one record of a case makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordQuads {
    /// IRI of what the record is about; empty for quads that belong to no record.
    pub node: String,
    /// Position of its file among the files of the case; none where no row tells it.
    pub file: Option<usize>,
    /// Whether the record is a fact.
    pub is_fact: bool,
    /// Its quads. Those of another subject than the record's may be made by other records too.
    pub quads: Vec<Quad>,
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

/// Takes the quads of one record after the other; may end the stream.
pub type QuadSink<'s> = dyn FnMut(RecordQuads) -> ControlFlow<()> + 's;

/// Reads a case and hands over the quads of each record. After the first error no more quads come, but all faults are
/// found; what was handed over before is then of no use.
pub fn stream_case(
    settings: CaseSettings,
    files: &[CaseFile],
    model: &Model,
    sink: &mut QuadSink<'_>,
) -> (CaseSummary, Diagnostics) {
    let (mut described, mut faults) = (Diagnostics::default(), Diagnostics::default());
    let survey = Survey::new(settings, files, model, &mut described, &mut faults);
    let writer = Writer::new(&survey.settings, &survey.entities, &survey.predicates);
    let mut stream =
        Stream { survey: &survey, writer, sink, has_ended: faults.has_errors(), plain: 0, told: BTreeSet::new() };
    stream.once();
    let read = survey.read(described, &mut faults, &mut stream);
    stream.has_ended |= faults.has_errors();
    stream.predicates(&read.used);
    let plain = stream.plain;
    let files = survey.file_records(&read.rows);
    let sources = survey.entities.keys().filter(|path| path.starts_with("src/")).count();
    let entities = survey.entities.len() - sources;
    (CaseSummary { settings: survey.settings, facts: read.facts, entities, sources, plain, files }, faults)
}

struct Stream<'a, 's, 'k> {
    survey: &'a Survey<'a, 'a>,
    writer: Writer<'a>,
    sink: &'s mut QuadSink<'k>,
    has_ended: bool,
    plain: usize,
    /// Nodes of citations and disclosures, of which two rows may be about one.
    told: BTreeSet<String>,
}

impl Stream<'_, '_, '_> {
    fn send(&mut self, node: NamedNode, file: Option<usize>, is_fact: bool) {
        let quads = self.writer.take();
        self.send_quads(node.into_string(), file, is_fact, quads);
    }

    fn send_quads(&mut self, node: String, file: Option<usize>, is_fact: bool, quads: Vec<Quad>) {
        if !self.has_ended {
            self.has_ended = (self.sink)(RecordQuads { node, file, is_fact, quads }).is_break();
        }
    }

    fn send_once(&mut self, path: &str, file: usize) {
        let quads = self.writer.take();
        let node = if self.told.insert(path.to_owned()) { self.writer.node(path).into_string() } else { String::new() };
        self.send_quads(node, Some(file), false, quads);
    }

    /// Sends what no row tells on its own: the case, entities that cells alone name, and redirects.
    fn once(&mut self) {
        self.writer.case();
        self.send(NamedNode::new_unchecked(self.survey.settings.graph()), None, false);
        for path in &self.survey.declared {
            let entity = &self.survey.entities[path];
            self.writer.entity(path, entity, &entity.properties);
            self.send(self.writer.node(path), None, false);
        }
        for (old, new) in &self.survey.redirects {
            self.writer.redirect(old, new);
            self.send(self.writer.node(old), None, false);
        }
    }

    fn predicates(&mut self, used: &BTreeSet<String>) {
        for predicate in self.survey.kept_predicates(used).values() {
            self.writer.predicate(predicate);
            self.send(predicate.iri(&self.survey.settings.base), None, false);
        }
    }
}

impl Records for Stream<'_, '_, '_> {
    fn entity(&mut self, file: usize, path: &str, properties: Vec<(NamedNode, Term)>, is_first: bool) {
        if self.has_ended {
            return;
        }
        let node = self.writer.node(path);
        if let Some(entity) = self.survey.entities.get(path).filter(|_| is_first) {
            self.writer.entity(path, entity, &properties);
            self.send(node, Some(file), false);
        } else {
            self.writer.properties(path, &properties);
            let quads = self.writer.take();
            self.send_quads(String::new(), Some(file), false, quads);
        }
    }

    fn fact(&mut self, file: usize, id: String, fact: Fact) {
        if !self.has_ended {
            self.writer.fact(&id, &fact);
            self.send(self.writer.node(&format!("fact/{id}")), Some(file), true);
        }
    }

    fn citation(&mut self, file: usize, citation: Citation) {
        if !self.has_ended {
            self.writer.citation(&citation);
            self.send_once(&citation.path(), file);
        }
    }

    fn disclosure(&mut self, file: usize, disclosure: Disclosure) {
        if !self.has_ended {
            self.writer.disclosure(&disclosure);
            self.send_once(&format!("disclosure/{}", disclosure.id), file);
        }
    }

    fn plain(&mut self, quad: Quad) {
        self.plain += 1;
        self.send_quads(String::new(), None, false, vec![quad]);
    }

    fn give_up(&mut self) {
        self.has_ended = true;
    }
}
