//! A case as quads. In: the files of a case. Out: its quads, made record by record as these are read, fingerprints of the
//! records, and every fault of all the files. Records are not kept, but entities are.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::thread;

use csvw::Diagnostics;
use oxigraph::model::Quad;
use rdf_columns::{Builder, Graphs, TermId};

use super::case_index::CaseIndex;
use super::describe::{CaseFiles, describe};
use super::model::Model;
use super::quads::Writer;
use super::reader::{Read, Reader, Take};
use super::record::{CaseFile, FileRecord, Record};
use super::settings::CaseSettings;
use super::state::State;
use super::tables::Tables;
use crate::record_mark::RecordMark;

/// Records that are handed over together.
const TOGETHER: usize = 200;

/// How many times as many may wait; the reader then waits too.
const WAITING: usize = 8;

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
    /// Its quads, where they are wanted; where there are errors among the faults, those of what could be read.
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
    let mut faults = Diagnostics::default();
    let base = settings.base.clone();
    let case_files = CaseFiles { base: &base, files };
    let described = describe(&case_files, model, &mut faults);
    let mut tables = Tables::new(&described, case_files);
    let kept = tables.keep(&mut faults);
    let index = CaseIndex::new(settings, model, &kept, &mut faults);
    let (mut state, mut first) = (State::default(), Vec::new());
    let reader = Reader::new(&index, &kept, &mut state, &mut |file, record| first.push((file, record)));
    let mut output = Output {
        writer: Writer::new(&index, &reader.around.told),
        marks: (wanted == Wanted::Records).then(Vec::new),
        told: BTreeSet::new(),
    };
    let read = if wanted == Wanted::Faults {
        reader.read(tables, kept, state, &mut faults, &mut |_, _| {})
    } else {
        if wanted == Wanted::Records {
            output.writer.keep_fingerprints();
        }
        output.write_index(&index);
        for (file, record) in first {
            output.write(file, &record);
        }
        let read = |take: Take<'_>| reader.read(tables, kept, state, &mut faults, take);
        let read = in_parallel(read, &mut |file, record| output.write(file, &record));
        output.write_predicates(&index, &read.used);
        read
    };
    let Output { writer: Writer { quads, .. }, marks, .. } = output;
    let file = |(at, file): (usize, &CaseFile)| FileRecord {
        name: file.name.clone(),
        rows: read.rows.get(&at).copied().unwrap_or_default(),
    };
    let sources = index.entities.keys().filter(|path| path.starts_with("src/")).count();
    let summary = CaseSummary {
        facts: read.facts,
        entities: index.entities.len() - sources,
        sources,
        plain: read.plain,
        files: files.iter().enumerate().map(file).collect(),
        settings: index.settings,
    };
    (Loaded { quads, records: marks.unwrap_or_default(), summary }, faults)
}

/// Reads on a thread of its own, while this one takes the records in the same order.
fn in_parallel(read: impl FnOnce(Take<'_>) -> Read + Send, take: Take<'_>) -> Read {
    let (to, from) = sync_channel(WAITING);
    thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut waiting = Vec::with_capacity(TOGETHER);
            let read = read(&mut |file, record| {
                waiting.push((file, record));
                if waiting.len() == TOGETHER {
                    // Nobody takes them any more only where the other thread panics, which ends this one too.
                    let _ended = to.send(std::mem::replace(&mut waiting, Vec::with_capacity(TOGETHER)));
                }
            });
            let _ended = to.send(waiting);
            read
        });
        from.into_iter().flatten().for_each(|(file, record)| take(file, record));
        reading.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

impl Loaded {
    /// Returns the quads, sorted.
    ///
    /// # Panics
    ///
    /// Where they have more than two billion terms, which do not fit into memory as text.
    pub fn sorted_quads(self) -> Vec<Quad> {
        let data = self.quads.finish().expect("what fits into memory has less than two billion terms");
        let quads = data.quads(None, None, None, Graphs::All).map(|quad| quad.and_then(|quad| data.quad(quad)));
        let mut quads = quads.collect::<Result<Vec<_>, _>>().expect("a dataset in memory can be read");
        quads.sort_by_cached_key(ToString::to_string);
        quads
    }
}

/// Records as quads, with their marks.
struct Output<'a> {
    writer: Writer<'a>,
    marks: Option<Vec<RecordMark>>,
    /// Paths of what stands around the facts, of which two rows may be about one.
    told: BTreeSet<String>,
}

impl Output<'_> {
    /// Writes what no row tells on its own: the case, entities that cells alone name, and redirects.
    fn write_index(&mut self, index: &CaseIndex<'_>) {
        let case = self.writer.case();
        self.mark(Some(case), None, false);
        for path in &index.declared {
            let entity = &index.entities[path];
            let node = self.writer.entity(path, entity, &entity.properties);
            self.mark(Some(node), None, false);
        }
        for (old, new) in &index.redirects {
            let node = self.writer.redirect(old, new);
            self.mark(Some(node), None, false);
        }
    }

    fn write_predicates(&mut self, index: &CaseIndex<'_>, used: &BTreeSet<String>) {
        for predicate in index.kept_predicates(used) {
            let node = self.writer.predicate(predicate);
            self.mark(Some(node), None, false);
        }
    }

    fn write(&mut self, file: Option<usize>, record: &Record) {
        let node = self.writer.record(record);
        let is_first = record.shared_path().is_none_or(|path| self.told.insert(path));
        self.mark(node.filter(|_| is_first), file, matches!(record, Record::Fact(..)));
    }

    /// Notes that a record has been written.
    fn mark(&mut self, node: Option<TermId>, file: Option<usize>, is_fact: bool) {
        let Some(marks) = &mut self.marks else { return };
        let fingerprint = self.writer.fingerprint();
        let file = file.and_then(|file| u32::try_from(file).ok());
        marks.push(RecordMark { node, file, is_fact, fingerprint });
    }
}
