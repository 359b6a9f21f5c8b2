//! A case goes out as a folder and comes in again: the same statements, and the same folder the second time. The cases are
//! made by chance: facts in columns of entities, the same facts as rows, and rows that only nearly say what a column would.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::LazyLock;

use casegraph::export::{Contents, Exported, Format};
use casegraph::facts::{CaseFile, CaseSettings, Model, Wanted, is_csv, load_case};
use casegraph::graph::EntityGraph;
use casegraph::store::{self, CaseStore};
use oxigraph::model::Quad;
use proptest::prelude::*;

const SETTINGS: &str = "title = \"T\"\nbase = \"https://example.org/t/id/\"\n";

static MODEL: LazyLock<Model> = LazyLock::new(Model::built_in);

/// Columns with the cells that they may hold.
type Columns = &'static [(&'static str, &'static [&'static str])];

/// Tables of entities, each with the first letter of its ids and the columns that are tried.
const TABLES: &[(&str, &str, Columns)] = &[
    ("sources", "", &[("date", DATES), ("kind", &["news"])]),
    ("companies", "c", &[("parent", &["", "", "c0", "c1", "c2"])]),
    ("agencies", "a", &[("parent", &["", "a0", "a1"])]),
    ("courts", "t", &[("parent", &["", "t0", "t1"])]),
    ("people", "p", &[("affiliation", &["", "c0", "a0", "g0"])]),
    ("groups", "g", &[("members", &["", "c0", "c0|p1", "p0|c1|a1"])]),
    ("programs", "m", &[("operator", &["", "a0", "a0|a1"]), ("law", &["", "l0", "l0|l1"])]),
    ("laws", "l", &[]),
    ("cases", "k", &[("court", &["", "t0", "t1"]), ("filed", DATES), ("closed", &["", "2015", "..", "2016~"])]),
    ("documents", "d", &[]),
    (
        "hearings",
        "h",
        &[("body", &["", "a0", "g1"]), ("date", DATES), ("case", &["", "k0"]), ("document", &["", "d0", "s0"])],
    ),
    (
        "orders",
        "o",
        &[
            ("kind", &["gag"]),
            ("court", &["", "t0"]),
            ("judge", &["", "p0"]),
            ("case", &["", "k0", "k1"]),
            ("date", DATES),
        ],
    ),
    (
        "requests",
        "r",
        &[
            ("kind", &["nsl"]),
            ("issuer", &["", "a0"]),
            ("recipient", &["", "c0", "c1"]),
            ("law", &["", "l0"]),
            ("date", DATES),
            ("gag_from", DATES),
            ("gag_to", &["", "", "..", "2017"]),
        ],
    ),
];
const DATES: &[&str] = &["", "", "2013", "2013-05~", "[2013-06-03..2013-06-14]"];

/// Ids that columns give to facts, with what they say there, so that rows can say it too, or nearly.
const FACTS: &[&str] = &[
    "c0--parent,c0,ownedBy,c1",
    "t0--parent,t0,partOf,a0",
    "p0--affiliation,p0,memberOf,a0",
    "g0--members--p1,g0,hasMember,p1",
    "m0--operator--a1,a1,operates,m0",
    "m0--law--l1,m0,authorizedBy,l1",
    "k0--court,k0,heardBy,t0",
    "h0--body,h0,heldBy,a0",
    "h0--case,h0,partOfCase,k0",
    "h0--document,h0,documentedBy,d0",
    "h1--document,h1,documentedBy,src/s0",
    "o0--court,o0,orderedBy,t0",
    "r0--issuer,a0,issued,r0",
    "r0--recipient,r0,addressedTo,c0",
    "r0--gag,r0,imposedGagOn,c0",
    "r1--gag,r1,imposedGagOn,c1",
    "F1,c0,knewOf,r0",
];

fn table(name: &'static str, key: &'static str, columns: Columns) -> impl Strategy<Value = CaseFile> {
    let cells = columns.iter().map(|(_, values)| prop::sample::select(*values)).collect::<Vec<_>>();
    let common = (
        prop::sample::select(vec!["", "", "s0", "s1"]),
        prop::sample::select(vec!["", "page 1"]),
        prop::sample::select(vec!["", "2014-05-22"]),
    );
    prop::collection::vec((cells, common), 3).prop_map(move |rows| {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let is_source = name == "sources";
        let (label, prefix) = if is_source { ("title", "s") } else { ("label", key) };
        let mut text = format!("id,{label},{}", names.join(","));
        text.push_str(if is_source { "\n" } else { ",source,locator,known_since\n" });
        text = text.replace(",,", ",");
        for (number, (cells, (source, locator, known))) in rows.into_iter().enumerate() {
            let mut row = vec![format!("{prefix}{number}"), format!("Name of {prefix}{number}")];
            let is_empty = |wanted| names.iter().zip(&cells).any(|(name, cell)| *name == wanted && cell.is_empty());
            // A gag without a recipient is a fault, and that a case without a court goes on is no fact.
            let (no_recipient, no_court) = (is_empty("recipient"), is_empty("court"));
            let is_idle =
                |name: &str, cell: &str| (no_recipient && name.starts_with("gag_")) || (no_court && cell == "..");
            let cell = |(name, cell): (&&str, &str)| if is_idle(name, cell) { String::new() } else { cell.to_owned() };
            row.extend(names.iter().zip(cells.iter().copied()).map(cell));
            if !is_source {
                row.extend([source, locator, known].map(str::to_owned));
            }
            text.push_str(&(row.join(",") + "\n"));
        }
        CaseFile { name: format!("{name}.csv"), bytes: text.into_bytes() }
    })
}

fn relations() -> impl Strategy<Value = String> {
    let row = (
        prop::sample::select(DATES),
        prop::sample::select(vec!["", "2013", "..", "begin", "begin"]),
        prop::sample::select(vec!["", "2014-05-22"]),
        prop::sample::select(vec!["asserted", "asserted", "disputed", "confirmed"]),
        prop::sample::select(vec!["", "", "high", "33"]),
        prop::sample::select(vec!["", "s0", "s1"]),
        prop::sample::select(vec!["", "page 1"]),
        prop::sample::select(vec!["", "", "a note, in words"]),
    );
    let facts = prop::sample::subsequence(FACTS, 0..=FACTS.len());
    (facts, prop::collection::vec(row, FACTS.len())).prop_map(|(facts, rows)| {
        let mut text =
            "id,subject,predicate,object,begin,end,known_since,status,confidence,source,locator,note\n".to_owned();
        for (fact, (begin, end, known, status, confidence, source, locator, note)) in facts.iter().zip(rows) {
            let end = if end == "begin" { begin } else { end };
            let cells = [fact, begin, end, known, status, confidence, source, locator];
            writeln!(text, "{},\"{note}\"", cells.join(",")).expect("a text");
        }
        text
    })
}

/// A case whose columns and rows do not give one id to two facts.
fn any_case() -> impl Strategy<Value = Vec<CaseFile>> {
    let tables: Vec<_> = TABLES.iter().map(|(name, key, columns)| table(name, key, columns).boxed()).collect();
    let citations = prop::sample::subsequence(vec!["s0,supports", "s1,supports", "s2,disputes"], 0..=3);
    let decisions = prop::sample::select(vec!["", "c1,same,c2", "a0,different,a1"]);
    (tables, relations(), citations, decisions).prop_map(|(mut files, relations, citations, decision)| {
        let columns = fact_ids(&files);
        let mut lines = relations.lines();
        let mut text = format!("{}\n", lines.next().unwrap_or_default());
        let is_new = |line: &&str| !columns.contains(line.split(',').next().unwrap_or_default());
        lines.filter(is_new).for_each(|line| writeln!(text, "{line}").expect("a text"));
        let add = |files: &mut Vec<CaseFile>, name: &str, text: String| {
            files.push(CaseFile { name: name.to_owned(), bytes: text.into_bytes() });
        };
        add(&mut files, "relations.csv", text);
        let fact = fact_ids(&files).first().cloned();
        let cited = citations.iter().filter_map(|citation| Some(format!("{},{citation}\n", fact.as_ref()?)));
        add(&mut files, "citations.csv", format!("fact,source,stance\n{}", cited.collect::<String>()));
        if !decision.is_empty() {
            let row = format!("N1,{decision},Ada,2026-11-02,same owner: same house\n");
            add(&mut files, "decisions.csv", format!("id,one,decision,other,by,decided_on,why\n{row}"));
        }
        files
    })
}

fn fact_ids(files: &[CaseFile]) -> BTreeSet<String> {
    let store = CaseStore::in_memory(read(files).0).expect("a store");
    EntityGraph::project(&store, None).expect("a graph").facts().map(|fact| fact.id.clone()).collect()
}

fn settings() -> CaseSettings {
    CaseSettings::from_toml(SETTINGS, "t").expect("settings")
}

fn read(files: &[CaseFile]) -> (Vec<Quad>, String) {
    let (loaded, faults) = load_case(settings(), files, &MODEL, Wanted::Quads);
    let errors = if faults.has_errors() { format!("{faults:?}") } else { String::new() };
    (loaded.sorted_quads(), errors)
}

fn export(quads: &[Quad]) -> Exported {
    let store = CaseStore::in_memory(quads.to_vec()).expect("a store");
    let graph = EntityGraph::project(&store, None).expect("a graph");
    let settings = settings();
    let contents = Contents {
        columns: &store::Columns::of(store.columns()).expect("columns"),
        graph: &graph,
        title: &settings.title,
        description: None,
        base: &settings.base,
        lang: &settings.lang,
        focus: &[],
        view: "",
    };
    Format::Csv.export(&contents).expect("a folder")
}

fn files(exported: &Exported) -> Vec<CaseFile> {
    let tables = exported.files.iter().filter(|(name, _)| is_csv(name));
    tables.map(|(name, bytes)| CaseFile { name: name.clone(), bytes: bytes.clone() }).collect()
}

fn shown(files: &[CaseFile]) -> String {
    let texts = files.iter().map(|file| format!("{}\n{}", file.name, String::from_utf8_lossy(&file.bytes)));
    texts.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_case_comes_back_from_its_folder(case in any_case()) {
        let (quads, errors) = read(&case);
        prop_assert!(errors.is_empty(), "{}", errors);
        let first = export(&quads);
        prop_assert!(first.losses.is_empty(), "{:?}\n{}", first.losses, shown(&case));
        let (again, errors) = read(&files(&first));
        prop_assert!(errors.is_empty(), "{}", errors);
        prop_assert_eq!(&again, &quads);
        prop_assert_eq!(export(&again).files, first.files);
    }

    #[test]
    fn facts_of_columns_go_back_to_their_columns(
        tables in TABLES.iter().map(|(name, key, columns)| table(name, key, columns).boxed()).collect::<Vec<_>>(),
    ) {
        let (quads, errors) = read(&tables);
        prop_assert!(errors.is_empty(), "{}", errors);
        let exported = export(&quads);
        let relations = String::from_utf8_lossy(&exported.files["relations.csv"]).into_owned();
        prop_assert_eq!(relations.lines().count(), 1, "no fact is a row of its own: {}", relations);
        let cells = |files: &[CaseFile]| files.iter().filter(|file| file.name != "relations.csv").map(cells).collect::<Vec<_>>();
        let (mut before, mut after) = (cells(&tables), cells(&files(&exported)));
        before.sort();
        after.sort();
        prop_assert_eq!(after, before);
    }
}

/// The name of a table, and its rows with their filled cells by column; several values in their order.
fn cells(file: &CaseFile) -> (String, Vec<BTreeMap<String, String>>) {
    let text = String::from_utf8_lossy(&file.bytes);
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let row = |cells: Vec<&str>| {
        let filled = header.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        filled.map(|(name, cell)| ((*name).to_owned(), sorted(cell))).collect()
    };
    (file.name.clone(), lines.map(row).collect())
}

fn sorted(cell: &str) -> String {
    let mut values: Vec<&str> = cell.split('|').collect();
    values.sort_unstable();
    values.join("|")
}
