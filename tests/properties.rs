//! Properties that hold for every input, tried on many that chance makes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use casegraph::case::{self, Case, CaseFolder, Links, read_folder, read_sound};
use casegraph::conflicts::{Rules, ledger};
use casegraph::diagram::Style;
use casegraph::explorer::{self, About, Reader};
use casegraph::facts::{CaseFile, CaseSettings, Loaded, Model, Wanted, load_case};
use casegraph::graph::EntityGraph;
use casegraph::query::{Answer, Format, Layout, Names, Question, run};
use casegraph::report::{self, Cover};
use casegraph::store::{CaseStore, Mode, RdfSyntax, sorted_quads, write};
use casegraph::view::View;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;
use proptest::prelude::*;

use crate::program::{copy_folder, repository};

const SETTINGS: &str = "title = \"T\"\nbase = \"https://example.org/t/id/\"\n";

fn settings() -> CaseSettings {
    CaseSettings::from_toml(SETTINGS, "t").expect("settings")
}

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> CaseFile {
    CaseFile { name: name.to_owned(), bytes: bytes.into() }
}

fn quads(loaded: Loaded) -> BTreeSet<String> {
    loaded.sorted_quads().iter().map(ToString::to_string).collect()
}

/// Returns the text as a cell of CSV, in quotes.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Text that is hard to carry: quotes, line breaks, separators of formats, right-to-left writing, emoji.
fn hard_text() -> impl Strategy<Value = String> {
    let hard = "[\"'\\\\,;\t\n<>&{}@|%#$`éßØ\u{5d0}\u{5d1}\u{627}\u{202e}\u{200f}\u{1f469}\u{1f3fd}\u{200d}\u{2696}\u{fe0f}\u{e9}\u{301}a-z0-9 ]{1,24}";
    (hard, "[a-zé\u{5d0}\u{1f600}\"]").prop_map(|(text, end)| format!("{end}{text}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_changes_no_quad(
        table in prop::sample::select(vec!["relations", "claims", "people", "companies", "sources", "agencies"]),
        seed in any::<prop::sample::Index>(),
        reverse in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        copy_folder(&repository("examples/harbour-lights"), folder.path()).expect("a copy");
        let (before, _) = read_sound(folder.path()).expect("a sound case");
        let path = folder.path().join(format!("{table}.csv"));
        let text = fs::read_to_string(&path).expect("a table");
        let (header, rows) = text.split_once('\n').expect("a header");
        let mut rows: Vec<&str> = rows.lines().collect();
        let by = seed.index(rows.len());
        rows.rotate_left(by);
        if reverse {
            rows.reverse();
        }
        fs::write(&path, format!("{header}\n{}\n", rows.join("\n"))).expect("a table");
        let (after, _) = read_sound(folder.path()).expect("still a sound case");
        prop_assert_eq!(quads(before), quads(after));
    }

    #[test]
    fn hard_labels_come_through_unharmed(label in hard_text(), note in hard_text(), value in hard_text()) {
        let files = [
            file("people.csv", format!("id,label,label@he,note\nx,{},{},{}\n", cell(&label), cell(&label), cell(&note))),
            file(
                "relations.csv",
                format!("id,subject,predicate,value,value_type,status\nf1,x,announced,{},en,asserted\n", cell(&value)),
            ),
        ];
        let (loaded, faults) = load_case(settings(), &files, &Model::built_in(), Wanted::Quads);
        prop_assert!(!faults.has_errors(), "{:?}", faults);
        let store = CaseStore::in_memory(loaded.sorted_quads()).expect("a store");
        let mut text = Vec::new();
        write(&store, &mut text, RdfSyntax::NQuads, "https://example.org/t/id/").expect("N-Quads");
        let parsed: Vec<Quad> =
            RdfParser::from_format(RdfFormat::NQuads).for_slice(&text).collect::<Result<_, _>>().expect("N-Quads");
        let again = CaseStore::in_memory(parsed).expect("a store");
        let question = "SELECT ?label ?note ?value { :x rdfs:label ?label ; rdfs:comment ?note . \
                        f:f1 rdf:object ?value FILTER (lang(?label) = '') }";
        let question = Question::ad_hoc("test", question).expect("SPARQL");
        let base = "https://example.org/t/id/";
        let answer = run(&again, base, &question, &[]).expect("an answer");
        let mut json = Vec::new();
        let layout = Layout { ascii: false, width: None };
        answer.write(&mut json, Format::Json, &Names::new(base), layout).expect("JSON");
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        let row = &json["results"]["bindings"][0];
        for (name, wanted) in [("label", &label), ("note", &note), ("value", &value)] {
            prop_assert_eq!(row[name]["value"].as_str(), Some(wanted.as_str()), "{}", name);
        }
        let graph = EntityGraph::project(&again, None).expect("a graph");
        let entries = ledger(&graph, &Rules::default());
        let document =
            explorer::document(&graph, &About::default(), &View::default(), &Style::default(), &entries, Reader::Alone(None));
        let page = report::page(&Cover::default(), &graph, &[], &entries, &document);
        prop_assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
        let (page, scripts) = page.split_once("<script").expect("the data and the script stand last");
        let data = scripts.split_once("</script>").map_or("", |(data, _)| data);
        prop_assert!(!data.contains('<'), "nothing ends the data early");
        let shown = page.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        for wanted in [&label, &value] {
            prop_assert!(shown.contains(wanted.as_str()), "{:?} is not on the page", wanted);
        }
        let tags: BTreeSet<&str> = page.split('<').skip(1).map(|tag| tag.split([' ', '>']).next().unwrap_or("")).collect();
        let known = "!DOCTYPE html head meta title style body a header h1 p nav ul li main section h2 div table thead tr th \
                     tbody td footer /a /div /footer /h1 /h2 /head /header /li /main /nav /p /section /style \
                     /table /tbody /td /th /thead /title /tr /ul";
        let known: BTreeSet<&str> = known.split_whitespace().collect();
        prop_assert!(tags.is_subset(&known), "a label made a tag: {:?}", tags.difference(&known));
    }

    #[test]
    fn what_is_written_as_n_quads_reads_back_the_same(labels in prop::collection::btree_set(hard_text(), 1..6)) {
        let mut people = "id,label,alias\n".to_owned();
        for (number, label) in labels.iter().enumerate() {
            writeln!(people, "p{number},{},{}", cell(label), cell(&label.replace('|', "/"))).expect("a text");
        }
        let (loaded, _) = load_case(settings(), &[file("people.csv", people)], &Model::built_in(), Wanted::Quads);
        let store = CaseStore::in_memory(loaded.sorted_quads()).expect("a store");
        let mut text = Vec::new();
        write(&store, &mut text, RdfSyntax::NQuads, "https://example.org/t/id/").expect("N-Quads");
        let parsed: Vec<Quad> =
            RdfParser::from_format(RdfFormat::NQuads).for_slice(&text).collect::<Result<_, _>>().expect("N-Quads");
        prop_assert_eq!(parsed, sorted_quads(&store).expect("quads"));
    }

    #[test]
    fn an_import_over_another_leaves_what_it_would_leave_alone(a in small_case(), b in small_case()) {
        let folder = tempfile::tempdir().expect("a folder");
        let import_into = |name: &str, case: &[CaseFile]| import(&folder.path().join(name), case);
        import_into("both.casegraph", &a);
        import_into("both.casegraph", &b);
        import_into("one.casegraph", &b);
        let graph = |name: &str| {
            let case = Case::open(&folder.path().join(name)).expect("a store");
            let quads = sorted_quads(case.whole().expect("a case")).expect("quads");
            quads.into_iter().map(|q| q.to_string()).filter(|q| q.contains("/graph/case>")).collect::<Vec<_>>()
        };
        prop_assert_eq!(graph("both.casegraph"), graph("one.casegraph"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_panic_or_a_case_in_part(
        (name, bytes) in any_table(),
        with_companion in any::<bool>(),
    ) {
        let mut files = vec![file(&format!("{name}.csv"), bytes)];
        if with_companion && name != "companies" {
            files.push(file("companies.csv", "id,label\nacme,Acme\n"));
        }
        let (loaded, faults) = load_case(settings(), &files, &Model::built_in(), Wanted::Quads);
        if !faults.has_errors() {
            let summary = loaded.summary.clone();
            let quads = loaded.sorted_quads();
            let rows = summary.files.iter().find(|f| f.name.starts_with(name)).map_or(0, |file| file.rows);
            let about = |start: &str, property: &str, value: &str| {
                let is_so = |quad: &&Quad| {
                    let subject = quad.subject.to_string();
                    subject[1..].starts_with("https://example.org/t/id/") && subject.contains(start)
                        && quad.predicate.as_str().ends_with(property) && quad.object.to_string().contains(value)
                };
                quads.iter().filter(is_so).count()
            };
            let read = match name {
                "relations" | "claims" => summary.facts,
                "citations" => about("/citation/", "#type", "#Citation>"),
                "disclosures" => about("/disclosure/", "#type", "#Disclosure>"),
                "redirects" => about("", "/isReplacedBy", ""),
                "predicates" => about("/rel/", "#type", "#Relation>"),
                _ => summary.entities + summary.sources - usize::from(files.len() > 1),
            };
            prop_assert_eq!(read, rows, "a row is lost of {:?}", files[0]);
            // What is taken as sound must also be a store, in valid RDF.
            let store = CaseStore::in_memory(quads).expect("a store");
            let mut text = Vec::new();
            write(&store, &mut text, RdfSyntax::NQuads, "https://example.org/t/id/").expect("N-Quads");
            for quad in RdfParser::from_format(RdfFormat::NQuads).for_slice(&text) {
                prop_assert!(quad.is_ok(), "{:?} from {:?}", quad, files[0]);
            }
        }
    }

    #[test]
    fn no_settings_or_metadata_make_a_panic(toml in ".{0,60}", json in json_text()) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("case.toml"), toml).expect("a file");
        fs::write(folder.path().join("people.csv"), "id,label\nx,X\n").expect("a file");
        fs::write(folder.path().join("people.csv-metadata.json"), json).expect("a file");
        read_folder(folder.path()).expect("the folder can be read");
    }

    #[test]
    fn no_query_makes_a_panic(text in "[?a-z:{}()<>\"'.;,@^#/|*+ \n\u{e9}\u{1f600}-]{0,60}") {
        let store = CaseStore::in_memory([]).expect("a store");
        if let Ok(question) = Question::ad_hoc("test", &text) {
            let told = run(&store, "https://example.org/t/id/", &question, &[]);
            prop_assert!(told.is_ok() || told.is_err_and(|error| !error.to_string().is_empty()));
        }
    }

    #[test]
    fn no_parameter_reaches_the_query_as_text(value in ".{0,40}") {
        let store = CaseStore::in_memory([]).expect("a store");
        let question = Question::ad_hoc("t", "# param x (text): x\nSELECT ?x { VALUES ?x { \"d\" } }").expect("SPARQL");
        let values = [("x".to_owned(), value.clone())];
        if let Ok(Answer::Solutions(rows)) = run(&store, "https://example.org/t/id/", &question, &values) {
            let literal = oxigraph::model::Literal::new_simple_literal(value);
            prop_assert_eq!(rows.rows(), [vec![Some(literal.into())]]);
        }
    }
}

/// The header of a table, with rows of words that may or may not fit.
fn likely_rows() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let tables = prop::sample::select(vec![
        ("people", "id,label,label@fr,alias,affiliation,known_since"),
        ("relations", "id,subject,predicate,object,value,value_type,begin,end,known_since,status"),
        ("relations", "subject,predicate,object,begin,end,status,confidence"),
        ("claims", "id,claimant,stance,about,text,lang,made_on,made_to,status"),
        ("predicates", "key,parent,domain,range,kind,symmetric,align"),
        ("redirects", "old,new"),
        ("groups", "id,label,members,wikidata"),
        ("requests", "id,label,kind,issuer,recipient,date,gag_from,gag_to"),
    ]);
    let words = prop::sample::select(vec![
        "",
        "",
        "",
        "a",
        "b",
        "acme",
        "acme",
        "Acme",
        "fact:a",
        "fact:b",
        "asserted",
        "disputed",
        "denies",
        "affirms",
        "event",
        "state",
        "Company",
        "Person|Company",
        "text",
        "Fact",
        "knewOf",
        "announced",
        "contradicts",
        "2013",
        "..",
        "2013-06~",
        "[..2013]",
        "201X",
        "9999",
        "high",
        "7",
        "en",
        "integer",
        "nsl",
        "acme|acme",
        "a|b",
        "Q1",
        "true",
        "https://x.org/",
        "\"a \"\"b\"\"\"",
        "\"x\ny\"",
    ]);
    (tables, prop::collection::vec(words, 0..60)).prop_map(|((name, header), words)| {
        let width = header.split(',').count();
        let rows = words.chunks_exact(width).map(|row| row.join(","));
        (name, std::iter::once(header.to_owned()).chain(rows).collect::<Vec<_>>().join("\n").into_bytes())
    })
}

fn any_table() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let names = prop::sample::select(vec![
        "people",
        "relations",
        "claims",
        "citations",
        "disclosures",
        "predicates",
        "redirects",
        "sources",
        "hearings",
        "requests",
        "groups",
    ]);
    prop_oneof![(names, hostile_bytes()), likely_rows()]
}

/// Bytes of any kind, and text that is nearly a table.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "id",
        "label",
        "subject",
        "predicate",
        "object",
        "value",
        "value_type",
        "begin",
        "end",
        "status",
        "source",
        "fact",
        "old",
        "new",
        "key",
        "domain",
        "range",
        "kind",
        "claimant",
        "stance",
        "about",
        "made_on",
        "title",
        "members",
        "x",
        "acme",
        "fact:x",
        "asserted",
        "event",
        "denies",
        "Company",
        "text",
        "2013",
        "..",
        "[..2013]",
        "{2013}",
        "9999",
        "20XX",
        "2013-13",
        "label@fr",
        "a|b",
        "|",
        "\"",
        "\"\"",
        " ",
        "\u{feff}",
        "\u{0}",
        "é",
        "fact:",
        "integer",
        "date",
        "en",
        "parent",
        "participatesIn",
        "announced",
        "Y17E7",
        "-0001",
        "2013-06-09..",
        "2013-21",
    ]);
    let punctuation = prop::sample::select(vec![",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\n", ";"]);
    let text = prop::collection::vec((words, punctuation), 0..40)
        .prop_map(|parts| parts.into_iter().flat_map(|(word, mark)| [word, mark]).collect::<String>().into_bytes());
    prop_oneof![text, prop::collection::vec(any::<u8>(), 0..200)]
}

fn json_text() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "1",
        "null",
        "\"x\"",
        "[]",
        "{}",
        "[{\"name\": \"id\"}]",
        "{\"columns\": []}",
        "[\"id\", 3]",
        "true",
        "{\"columns\": [{\"name\": \"id\", \"separator\": \"\"}], \"aboutUrl\": \"{id\"}",
        "{\"columns\": [{\"name\": \"id\", \"separator\": \"\", \"null\": [], \"datatype\": {\"base\": \"string\", \"format\": \"(\"}}], \
          \"aboutUrl\": \"{id}\", \"primaryKey\": \"id\"}",
        "{\"columns\": [{\"name\": \"label\", \"required\": true}, {\"name\": \"id\", \"propertyUrl\": \"not an IRI\"}]}",
    ]);
    let key = prop::sample::select(vec![
        "url",
        "tableSchema",
        "dialect",
        "https://w3id.org/casegraph/ns#entity",
        "https://w3id.org/casegraph/ns#facts",
        "https://w3id.org/casegraph/ns#record",
        "https://w3id.org/casegraph/ns#oneOf",
        "@context",
    ]);
    prop::collection::btree_map(key, value, 0..6).prop_map(|map| {
        let members: Vec<String> = map.iter().map(|(key, value)| format!("{key:?}: {value}")).collect();
        format!("{{{}}}", members.join(", "))
    })
}

/// A case of a few facts between two companies and two programs.
fn small_case() -> impl Strategy<Value = Vec<CaseFile>> {
    let fact =
        (0..6u8, 0..2u8, prop::sample::select(vec!["participatesIn", "knewOf", "operates"]), 0..2u8, 2000..2020u16);
    prop::collection::btree_map(0..8u8, fact, 0..6).prop_map(|facts| {
        let mut relations = "id,subject,predicate,object,begin,status\n".to_owned();
        for (id, (_, subject, predicate, object, year)) in facts {
            writeln!(relations, "f{id},c{subject},{predicate},p{object},{year},asserted").expect("a text");
        }
        vec![
            file("companies.csv", "id,label\nc0,Null\nc1,Eins\n"),
            file("programs.csv", "id,label\np0,Pull\np1,Push\n"),
            file("relations.csv", relations),
        ]
    })
}

fn import(path: &Path, files: &[CaseFile]) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("case.toml"), SETTINGS).expect("a file");
    for file in files {
        fs::write(folder.path().join(&file.name), &file.bytes).expect("a file");
    }
    let case = CaseFolder::open(folder.path(), Links::Inside).expect("a folder");
    case::import(&case, path, Mode::Write, "2026-01-01T00:00:00Z", "a test").expect("an import");
}
