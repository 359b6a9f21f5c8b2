//! Datasets of quads made at random, in memory and in a file: whatever is asked, the answer is that of a list of the quads.

use std::collections::{BTreeMap, BTreeSet};

use crate::given::{SHARED, all_of, kept, opened, quads, sample, written};
use oxrdf::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use proptest::prelude::*;
use rdf_columns::{Builder, Dataset, DatasetFile, Derivation, Graph, Graphs, Queried, ReadError, Table, TermId};
use spareval::{QueryEvaluator, QueryResults};
use spargebra::SparqlParser;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn a_dataset_in_memory_or_in_a_file_holds_what_was_given(given in quads()) {
        let wanted: BTreeSet<String> = kept(&given).iter().map(ToString::to_string).collect();
        let dataset = dataset(&given);
        prop_assert_eq!(dataset.len(), wanted.len());
        prop_assert_eq!(all_of(&dataset), Ok(wanted.clone()));
        let file = opened(&written(&dataset, &BTreeMap::new())).expect("a file");
        prop_assert_eq!(file.verify(), Ok(()));
        prop_assert_eq!(file.dataset.len(), wanted.len());
        prop_assert_eq!(all_of(&file.dataset), Ok(wanted));
    }

    #[test]
    fn every_pattern_finds_what_a_list_would(given in quads(), picks in prop::collection::vec(any::<prop::sample::Index>(), 4)) {
        let file = opened(&written(&dataset(&given), &BTreeMap::new())).expect("a file");
        for data in [&dataset(&given), &file.dataset] {
            for shape in 0..16 {
                // A term of some quad, or one that no quad has there.
                let pick = |at: usize| picks[at].get(&given);
                let subject = (shape & 1 > 0).then(|| Term::from(pick(0).subject.clone()));
                let predicate = (shape & 2 > 0).then(|| Term::from(pick(1).predicate.clone()));
                let object = (shape & 4 > 0).then(|| pick(2).object.clone());
                let graph = (shape & 8 > 0).then(|| pick(3).graph_name.clone());
                // Asked for in either form, a value is found.
                let value = object.is_some().then(|| kept(&[pick(2).clone()]).remove(0).object);
                let wanted: BTreeSet<String> = kept(&given)
                    .iter()
                    .filter(|quad| {
                        subject.as_ref().is_none_or(|term| *term == Term::from(quad.subject.clone()))
                            && predicate.as_ref().is_none_or(|term| *term == Term::from(quad.predicate.clone()))
                            && value.as_ref().is_none_or(|term| *term == quad.object)
                            && graph.as_ref().is_none_or(|name| *name == quad.graph_name)
                    })
                    .map(ToString::to_string)
                    .collect();
                let number = |term: Option<Term>| term.map(|term| data.find(&term).expect("memory").expect("it is there"));
                let graphs = match graph {
                    None => Graphs::All,
                    Some(name) => Graphs::One(number(term_of(name))),
                };
                let found: Vec<String> = data
                    .quads(number(subject), number(predicate), number(object), graphs)
                    .map(|quad| data.quad(quad.expect("a quad")).expect("terms").to_string())
                    .collect();
                prop_assert_eq!(found.len(), wanted.len(), "each quad comes once");
                prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted);
            }
        }
    }

    #[test]
    fn copies_of_graphs_are_those_graphs(given in quads(), more in quads()) {
        let from = dataset(&given);
        let mut builder = Builder::default();
        // Other terms come first, so that numbers differ.
        builder.extend(more.iter().map(Quad::as_ref));
        let numbers = builder.copy(&from, |graph| graph.is_some()).expect("memory");
        let copied: Vec<TermId> = numbers.iter().flatten().copied().collect();
        let (both, known) = builder.finish_with(&copied).expect("few terms");
        let named = kept(&given).into_iter().filter(|quad| quad.graph_name != GraphName::DefaultGraph);
        let wanted = kept(&more).into_iter().chain(named);
        prop_assert_eq!(all_of(&both), Ok(wanted.map(|quad| quad.to_string()).collect()));
        let before = numbers.iter().enumerate().filter(|(_, number)| number.is_some()).map(|(at, _)| TermId::from_index(at));
        for (before, now) in before.zip(known) {
            let (before, now) = (before.expect("a number"), now.expect("a quad has it"));
            prop_assert_eq!(from.term(before), both.term(now));
        }
    }

    #[test]
    fn the_union_of_all_graphs_has_each_triple_once(given in quads()) {
        let wanted: BTreeSet<String> =
            kept(&given).iter().map(|quad| format!("{} {} {}", quad.subject, quad.predicate, quad.object)).collect();
        let mut found = solutions(&dataset(&given), true, "SELECT ?s ?p ?o { ?s ?p ?o }");
        found.sort();
        prop_assert_eq!(found, wanted.into_iter().collect::<Vec<_>>());
        let named: BTreeSet<String> = given.iter().filter_map(|quad| Some(term_of(quad.graph_name.clone())?.to_string())).collect();
        let mut found = solutions(&dataset(&given), true, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }");
        found.sort();
        prop_assert_eq!(found, named.into_iter().collect::<Vec<_>>());
        let given = kept(&given);
        let alone = given.iter().filter(|quad| quad.graph_name == GraphName::DefaultGraph).map(ToString::to_string);
        let count = alone.collect::<BTreeSet<_>>().len();
        prop_assert_eq!(solutions(&dataset(&given), false, "SELECT ?s ?p ?o { ?s ?p ?o }").len(), count);
    }
}

fn dataset(quads: &[Quad]) -> Dataset {
    let mut builder = Builder::default();
    builder.extend(quads.iter().map(Quad::as_ref));
    builder.finish().expect("few terms")
}

fn term_of(graph: GraphName) -> Option<Term> {
    match graph {
        GraphName::NamedNode(node) => Some(node.into()),
        GraphName::BlankNode(node) => Some(node.into()),
        GraphName::DefaultGraph => None,
    }
}

/// Returns the rows of a query, the terms of each with a space between them.
fn solutions(dataset: &Dataset, is_union: bool, text: &str) -> Vec<String> {
    let query = SparqlParser::new().parse_query(text).expect("SPARQL");
    let results = QueryEvaluator::new().prepare(&query).execute(Queried::new(dataset, is_union)).expect("an answer");
    let QueryResults::Solutions(rows) = results else { panic!("{text} selects") };
    rows.map(|row| row.expect("a row").iter().map(|(_, term)| term.to_string()).collect::<Vec<_>>().join(" ")).collect()
}

/// Pairs that are told one subject at a time, and of objects only together.
struct Pairs(Vec<(TermId, TermId)>);

impl Derivation for Pairs {
    fn pairs(&self) -> Result<Vec<(TermId, TermId)>, ReadError> {
        Ok(self.0.clone())
    }

    fn objects(&self, subject: TermId) -> Result<Option<Vec<TermId>>, ReadError> {
        Ok(Some(self.0.iter().filter(|pair| pair.0 == subject).map(|pair| pair.1).collect()))
    }

    fn subjects(&self, _: TermId) -> Result<Option<Vec<TermId>>, ReadError> {
        Ok(None)
    }
}

#[test]
fn a_derived_dataset_has_other_tables_and_terms_and_leaves_its_base_alone() {
    let base = dataset(&sample());
    let shared = base.find_iri(SHARED).expect("memory").expect("a term");
    let (other, new) = (
        NamedNode::new_unchecked("https://example.org/other"),
        Term::from(NamedOrBlankNode::from(NamedNode::new_unchecked("https://example.org/new"))),
    );
    let mut added = base.added();
    added.rename(shared, other.clone().into());
    let number = added.term(&base, new.clone()).expect("memory");
    assert_eq!(added.term(&base, new.clone()), Ok(number));
    let property = base.graphs()[0].tables().last().expect("a table").0;
    let table = Table::derived(1, Pairs(vec![(number, shared), (shared, number), (number, shared)]));
    for (one, other) in [(number, shared), (shared, number)] {
        assert_eq!(table.objects(one).expect("memory").collect::<Vec<_>>(), [other]);
        assert_eq!(table.subjects(one).expect("memory").collect::<Vec<_>>(), [other]);
    }
    let derived = base.derived(added, vec![Graph::new(None, vec![(property, table)])]);
    let property = base.term(property).expect("a term");
    let wanted = [format!("{new} {property} {other}"), format!("{other} {property} {new}")];
    assert_eq!(all_of(&derived), Ok(BTreeSet::from(wanted)));
    assert_eq!(
        (derived.find(&other), derived.find_iri(SHARED), derived.find(&new)),
        (Ok(Some(shared)), Ok(None), Ok(Some(number)))
    );
    assert!(derived.is_derived(shared) && derived.is_derived(number) && !base.is_derived(shared));
    // Written, it is a dataset like any other once its quads are copied.
    let mut builder = Builder::default();
    builder.copy(&derived, |_| true).expect("memory");
    assert_eq!(all_of(&builder.finish().expect("few terms")), all_of(&derived));
    assert_eq!(base.find_iri(SHARED), Ok(Some(shared)));
}

#[test]
fn what_is_attached_comes_back_under_its_name() {
    let attached = BTreeMap::from([("log".to_owned(), b"one".to_vec()), ("none".to_owned(), Vec::new())]);
    let file = opened(&written(&dataset(&sample()), &attached)).expect("a file");
    for (name, bytes) in &attached {
        assert_eq!(file.attachment(name), Ok(Some(bytes.clone())));
    }
    assert_eq!(file.attachment("other"), Ok(None));
    let other = opened(&written(&dataset(&sample()), &BTreeMap::new())).expect("a file");
    assert_ne!(file.list(), other.list());
}

#[test]
fn an_empty_dataset_is_one_too() {
    let file = opened(&written(&Dataset::default(), &BTreeMap::new())).expect("a file");
    assert!(file.dataset.is_empty() && file.dataset.graphs().is_empty());
    assert_eq!((file.verify(), all_of(&file.dataset)), (Ok(()), Ok(BTreeSet::new())));
}

#[test]
fn other_files_and_versions_are_told() {
    let whole = written(&dataset(&sample()), &BTreeMap::new());
    let mut other = whole.clone();
    other[8..12].copy_from_slice(&7_u32.to_le_bytes());
    let fault = |bytes: &[u8]| opened(bytes).err();
    assert_eq!(fault(&other), Some(ReadError::OtherVersion(7)));
    assert_eq!(fault(b"id,label\nmarie-dupont,Marie Dupont\n"), Some(ReadError::NotADataset));
    assert_eq!(fault(b""), Some(ReadError::NotADataset));
    assert_eq!(fault(&whole[..whole.len() - 1]), Some(ReadError::Damaged));
    assert_eq!(fault(&[&whole[..], b"more"].concat()), Some(ReadError::Damaged));
}

#[test]
fn who_has_a_file_open_reads_on_when_another_takes_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let [place, beside] = ["data", "beside"].map(|name| folder.path().join(name));
    std::fs::write(&place, written(&dataset(&sample()), &BTreeMap::new())).expect("a file");
    let open = DatasetFile::open(std::fs::File::open(&place).expect("a file")).expect("a dataset");
    std::fs::write(&beside, written(&Dataset::default(), &BTreeMap::new())).expect("a file");
    std::fs::rename(&beside, &place).expect("renamed");
    assert_eq!(all_of(&open.dataset), all_of(&dataset(&sample())));
    assert_eq!(open.verify(), Ok(()));
}
