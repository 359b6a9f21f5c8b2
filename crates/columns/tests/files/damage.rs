//! Files that are not what was written. Where a byte was turned, what can be read is right, and all else is an error. Where
//! checksums were made to fit, whatever is read ends without a panic, and what does not fit together is found.

use std::collections::BTreeMap;

use crate::given::{SHARED, all_of, opened, sample, written};
use oxrdf::Quad;
use proptest::prelude::*;
use rdf_columns::{Builder, DatasetFile, Graphs, Queried, ReadError, TermId};
use serde_json::{Number, Value};
use spareval::{QueryEvaluationError, QueryEvaluator, QueryResults};
use spargebra::SparqlParser;

/// Bytes at the end of a file that say where its list of parts lies.
const TRAILER: usize = 32;

/// Questions that read tables by subject and by object, and terms in expressions.
const QUESTIONS: [&str; 4] = [
    "SELECT ?s ?o { ?s ?p ?o } ORDER BY STR(?s) STR(?p) STR(?o)",
    "SELECT (COUNT(*) AS ?count) { ?s ?p ?o FILTER(CONTAINS(STR(?o), \"text\")) }",
    "SELECT ?s { GRAPH ?g { ?s ?p <https://example.org/n1> } } ORDER BY STR(?s)",
    "SELECT ?p (SAMPLE(?o) AS ?one) { ?s ?p ?o FILTER NOT EXISTS { ?o ?p ?s } } GROUP BY ?p ORDER BY STR(?p)",
];

fn whole() -> Vec<u8> {
    let mut builder = Builder::default();
    builder.extend(sample().iter().map(Quad::as_ref));
    let attached = BTreeMap::from([("log".to_owned(), b"an attachment".to_vec())]);
    written(&builder.finish().expect("few terms"), &attached)
}

/// Returns the rows of a query; an error where any part that it asked for could not be read.
fn answer(file: &DatasetFile, text: &str) -> Result<Vec<String>, String> {
    let query = SparqlParser::new().parse_query(text).expect("SPARQL");
    let results = QueryEvaluator::new().prepare(&query).execute(Queried::new(&file.dataset, true));
    let rows = match results.map_err(|error| error.to_string())? {
        QueryResults::Solutions(rows) => rows.map(|row| Ok(format!("{:?}", row?))).collect(),
        _ => Err(QueryEvaluationError::Unexpected("another kind of answer".into())),
    };
    match file.dataset.fault() {
        Some(fault) => Err(fault.to_string()),
        None => rows.map_err(|error| error.to_string()),
    }
}

#[test]
fn whichever_byte_is_turned_what_is_read_is_right_or_an_error() {
    let whole = whole();
    let sound = opened(&whole).expect("a file");
    let answers = QUESTIONS.map(|text| answer(&sound, text));
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|rows| !rows.is_empty())));
    let quads = all_of(&sound.dataset);
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        let Ok(file) = opened(&damaged) else { continue };
        assert_eq!(file.verify(), Err(ReadError::Damaged), "byte {at}");
        // It is opened anew, so that the question is not spared by what was met before.
        let question = at / 8 % QUESTIONS.len();
        let found = answer(&opened(&damaged).expect("it opened before"), QUESTIONS[question]);
        assert!(found.is_err() || found == answers[question], "byte {at}: {}", QUESTIONS[question]);
        let found = all_of(&file.dataset);
        assert!(found == Err(ReadError::Damaged) || found == quads, "byte {at}");
        let attached = file.attachment("log");
        assert!(attached == Err(ReadError::Damaged) || attached == Ok(Some(b"an attachment".to_vec())), "byte {at}");
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    let whole = whole();
    for length in 0..whole.len() {
        let wanted = if length < 12 { ReadError::NotADataset } else { ReadError::Damaged };
        assert_eq!(opened(&whole[..length]).err(), Some(wanted), "cut at {length}");
    }
}

#[test]
fn a_file_that_is_cut_while_it_is_open_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data");
    std::fs::write(&path, whole()).expect("a file");
    let open = DatasetFile::open(std::fs::File::open(&path).expect("a file")).expect("a dataset");
    std::fs::write(&path, &whole()[..100]).expect("written over");
    assert_eq!((open.verify(), all_of(&open.dataset)), (Err(ReadError::Damaged), Err(ReadError::Damaged)));
}

/// Reads the list of the parts of a file.
fn list(file: &[u8]) -> (usize, Value) {
    let trailer = &file[file.len() - TRAILER..];
    let number = |at: usize| {
        usize::try_from(u64::from_le_bytes(trailer[at..at + 8].try_into().expect("8 bytes"))).expect("small")
    };
    let (offset, length) = (number(0), number(8));
    (offset, serde_json::from_slice(&file[offset..offset + length]).expect("JSON"))
}

/// Makes a file of parts and a list of them, whose checksums fit.
fn sealed(parts: &[u8], list: &Value) -> Vec<u8> {
    let list = list.to_string().into_bytes();
    let mut trailer = (parts.len() as u64).to_le_bytes().to_vec();
    trailer.extend((list.len() as u64).to_le_bytes());
    trailer.extend(crc32fast::hash(&list).to_le_bytes());
    trailer.extend(crc32fast::hash(&trailer).to_le_bytes());
    trailer.extend_from_slice(rdf_columns::MAGIC);
    [parts, &list, &trailer].concat()
}

/// Gives a value to each place in JSON that fits, and calls a function on what comes of it.
fn each_number(list: &Value, values: &[u64], then: &mut dyn FnMut(&Value)) {
    let mut pointers = vec![String::new()];
    while let Some(pointer) = pointers.pop() {
        match list.pointer(&pointer) {
            Some(Value::Array(items)) => pointers.extend((0..items.len()).map(|at| format!("{pointer}/{at}"))),
            Some(Value::Object(fields)) => pointers.extend(fields.keys().map(|name| format!("{pointer}/{name}"))),
            Some(Value::Number(_) | Value::Null) => {
                for value in values {
                    let mut changed = list.clone();
                    *changed.pointer_mut(&pointer).expect("it is there") = (*value).into();
                    then(&changed);
                }
            }
            _ => {}
        }
    }
}

/// Makes the checksums of all parts fit their bytes.
fn with_checksums(parts: &[u8], list: &mut Value) {
    let number = |number: &Number| usize::try_from(number.as_u64()?).ok();
    match list {
        Value::Array(items) => {
            if let [Value::Number(offset), Value::Number(length), sum] = &mut items[..]
                && let Some((from, length)) = number(offset).zip(number(length))
                && let Some(bytes) = from.checked_add(length).and_then(|to| parts.get(from..to))
            {
                *sum = crc32fast::hash(bytes).into();
            }
            for item in items {
                with_checksums(parts, item);
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| with_checksums(parts, value)),
        _ => {}
    }
}

/// Reads a file in all ways. None of them panics; those that read all of it agree with `verify`.
fn read_in_all_ways(bytes: &[u8]) {
    let Ok(file) = opened(bytes) else { return };
    let is_sound = file.verify().is_ok();
    let data = &file.dataset;
    let all = all_of(data);
    assert!(!is_sound || all.as_ref().is_ok_and(|quads| quads.len() == data.len()));
    for text in QUESTIONS {
        let found = answer(&file, text);
        assert!(!is_sound || found.is_ok(), "{text}: {found:?}");
    }
    let shared = data.find_iri(SHARED);
    if let Ok(Some(shared)) = shared {
        for (subject, object) in [(Some(shared), None), (None, Some(shared)), (Some(shared), Some(shared))] {
            let _any = data.quads(subject, None, object, Graphs::All).filter_map(Result::ok).count();
        }
    }
    if let Ok(range) = data.iris_with_prefix("https://example.org/") {
        let _any: Vec<_> = range.take(1_000).filter_map(TermId::from_index).map(|id| data.text(id)).collect();
    }
    let mut builder = Builder::default();
    match builder.copy(data, |_| true) {
        Ok(numbers) => {
            let numbers: Vec<_> = numbers.into_iter().flatten().collect();
            builder.finish_with(&numbers).expect("few terms");
        }
        Err(error) => assert!(!is_sound, "{error}"),
    }
    let again = data.write(Vec::new(), &BTreeMap::new());
    assert!(!is_sound || again.is_ok());
}

#[test]
fn numbers_that_do_not_fit_are_no_panic() {
    let whole = whole();
    let (offset, list) = list(&whole);
    let values = [7, 0x9000_0005, 0xFFFF_FFFF, u64::MAX];
    each_number(&list, &values, &mut |changed| {
        read_in_all_ways(&sealed(&whole[..offset], changed));
        let mut fitting = changed.clone();
        with_checksums(&whole[..offset], &mut fitting);
        read_in_all_ways(&sealed(&whole[..offset], &fitting));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn parts_that_say_something_else_are_no_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let whole = whole();
        let (offset, mut list) = list(&whole);
        let mut parts = whole[..offset].to_vec();
        for (at, byte) in changes {
            // The head tells another version, which other tests look at.
            *at.get_mut(&mut parts[12..]) = byte;
        }
        with_checksums(&parts, &mut list);
        read_in_all_ways(&sealed(&parts, &list));
    }
}
