//! A case as a stream of quads. In: the files of a case. Out: the quads of each record as soon as it is read, with every
//! fault of all the files. Facts are not kept, so that a case may be larger than memory; entities are.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use oxigraph::model::{NamedNode, Quad, Term};

use super::beside::read_beside;
use super::hash::digest_of;
use super::model::Model;
use super::quads::Writer;
use super::read::Records;
use super::record::{Apparatus, CaseFile, Fact, FileRecord};
use super::settings::CaseSettings;
use super::survey::Survey;
use crate::diagnostic::Diagnostics;

/// A record of a case, whose quads are made only where they are wanted.
pub struct RecordQuads<'r> {
    /// IRI of what the record is about; empty for quads that belong to no record.
    pub node: &'r str,
    /// Position of its file among the files of the case; none where no row tells it.
    pub file: Option<usize>,
    /// Whether the record is a fact.
    pub is_fact: bool,
    /// Fingerprint of what it says: another one where any of its quads differs.
    pub digest: [u8; 16],
    /// Makes its quads.
    pub make: &'r mut dyn FnMut() -> Vec<Quad>,
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
pub type QuadSink<'s> = dyn FnMut(RecordQuads<'_>) -> ControlFlow<()> + 's;

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
    let writer = Writer::new(&survey.settings, &survey.entities, &survey.predicates, &survey.around.told);
    let mut stream = Stream {
        survey: &survey,
        writer,
        sink,
        has_ended: faults.has_errors(),
        plain: 0,
        told: BTreeSet::new(),
        buffer: Vec::new(),
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
    /// Nodes of what stands around the facts, of which two rows may be about one.
    told: BTreeSet<String>,
    buffer: Vec<u8>,
}

impl Stream<'_, '_, '_> {
    fn send(&mut self, node: &NamedNode, file: Option<usize>) {
        let quads = self.writer.take();
        self.send_quads(node.as_str(), file, &quads);
    }

    fn send_quads(&mut self, node: &str, file: Option<usize>, quads: &[Quad]) {
        if !self.has_ended {
            let digest = digest_of(quads, &mut self.buffer);
            let mut make = || quads.to_vec();
            self.has_ended =
                (self.sink)(RecordQuads { node, file, is_fact: false, digest, make: &mut make }).is_break();
        }
    }

    fn send_once(&mut self, path: &str, file: usize) {
        let quads = self.writer.take();
        let node = if self.told.insert(path.to_owned()) { self.writer.node(path).into_string() } else { String::new() };
        self.send_quads(&node, Some(file), &quads);
    }

    /// Sends what no row tells on its own: the case, entities that cells alone name, and redirects.
    fn once(&mut self) {
        self.writer.case();
        self.send(&NamedNode::new_unchecked(self.survey.settings.graph()), None);
        for path in &self.survey.declared {
            let entity = &self.survey.entities[path];
            self.writer.entity(path, entity, &entity.properties);
            self.send(&self.writer.node(path), None);
        }
        for (old, new) in &self.survey.redirects {
            self.writer.redirect(old, new);
            self.send(&self.writer.node(old), None);
        }
    }

    fn predicates(&mut self, used: &BTreeSet<String>) {
        for predicate in self.survey.kept_predicates(used).values() {
            self.writer.predicate(predicate);
            self.send(&predicate.iri(&self.survey.settings.base), None);
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
            self.send(&node, Some(file));
        } else {
            self.writer.properties(path, &properties);
            let quads = self.writer.take();
            self.send_quads("", Some(file), &quads);
        }
    }

    fn fact(&mut self, file: usize, id: String, fact: Fact) {
        if !self.has_ended {
            let node = self.writer.node(&format!("fact/{id}"));
            let digest = self.writer.fact_digest(&id, &fact, &mut self.buffer);
            let writer = &mut self.writer;
            let mut make = || {
                writer.fact(&id, &fact);
                writer.take()
            };
            let record = RecordQuads { node: node.as_str(), file: Some(file), is_fact: true, digest, make: &mut make };
            self.has_ended = (self.sink)(record).is_break();
        }
    }

    fn apparatus(&mut self, file: usize, record: Apparatus) {
        if !self.has_ended {
            self.writer.apparatus(&record);
            self.send_once(&record.path(), file);
        }
    }

    fn plain(&mut self, quad: Quad) {
        self.plain += 1;
        self.send_quads("", None, &[quad]);
    }

    fn give_up(&mut self) {
        self.has_ended = true;
    }
}
