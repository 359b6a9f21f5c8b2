//! What the rows of a case say of days: when facts, names, notes and ends became public, and since when judgements stand.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::run;

/// The files of a case about a company that was named later, by name and text.
const CASE: [(&str, &str); 7] = [
    ("case.toml", "title = \"T\"\nbase = \"https://example.org/t/id/\"\n"),
    ("agencies.csv", "id,label,kind\nbureau,Bureau,other\n"),
    ("companies.csv", "id,label,alias,note,note_known_since\ncalyx,Calyx,Calyx Access,founded in a garage,2012-05\n"),
    (
        "sources.csv",
        "id,title,kind,date,accessed\npost,The Post,news,2007-03-23,2020-01-01\npage,A page,other,,2016-02-03\n",
    ),
    (
        "relations.csv",
        "id,subject,predicate,object,begin,end,end_known_since,known_since,status,source,note,note_known_since\n\
         F1,bureau,sued,calyx,2004-02,2004-02,,2010-08-10,confirmed,post,by mail,2011\n\
         F2,bureau,tapsLinksOf,calyx,2004-02,2006-11,2007-03-23,2005-09?,refuted,page,,\n\
         F3,bureau,tapsLinksOf,calyx,2010,..,,,asserted,page,,\n",
    ),
    (
        "names.csv",
        "entity,name,lang,kind,known_since,source,locator,note,note_known_since\n\
         calyx,John Doe,en,docket-name,2005,post,page 1,,\ncalyx,Calyx,,legal,2010-08-10,,,by settlement,2010-08\n",
    ),
    (
        "judgements.csv",
        "fact,status,confidence,since,by,source,locator,note,note_known_since\n\
         F2,asserted,low,2007-03-23,Ada,post,page 2,,\nF2,refuted,,2010~,,,,seen later,2010\n",
    ),
];

const DISCLOSURES: &str = "id,fact,date,until,scope,kind\n\
                           told,F1|F2,2007-03-23,,John Doe,publication\nposted,F3,2009-01,2009-03-01,,publication\n";

fn case(disclosures: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in CASE.into_iter().chain([("disclosures.csv", disclosures)]) {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn told(args: &[&str], folder: &Path) -> String {
    let outcome = run(args, folder, b"");
    assert!(outcome.status == 0 && !outcome.stderr.contains("cannot hold"), "{args:?}: {}", outcome.stderr);
    outcome.stdout
}

/// Returns the rows of an answer without its header.
fn rows(query: &str, folder: &Path) -> Vec<String> {
    let text = told(&["query", ".", query, "--format", "csv"], folder);
    text.lines().skip(1).map(str::to_owned).collect()
}

/// What one thing says of itself, by predicate.
fn all(subject: &str, folder: &Path) -> Vec<String> {
    let named = "REPLACE(STR(?p), '^.*[/#]', '')";
    rows(&format!("SELECT ({named} AS ?q) (STR(?o) AS ?v) {{ {subject} ?p ?o }} ORDER BY ?q ?v"), folder)
}

#[test]
fn a_fact_says_since_when_it_its_end_and_its_note_are_public() {
    let case = case(DISCLOSURES);
    let found = |fact: &str| {
        let all = all(fact, case.path());
        let is_bound = |row: &&String| ["Earliest,", "Latest,", "lagDays,"].iter().any(|part| row.contains(part));
        let of_end = |row: &&String| !row.starts_with("begin") && !row.starts_with("endE") && !row.starts_with("endL");
        all.iter()
            .filter(is_bound)
            .filter(of_end)
            .map(|row| row.split(',').nth(1).expect("a value"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    // Told under another name on 23 March 2007, which says more than `known_since`.
    assert_eq!(found("f:F1"), "2007-03-23 2007-03-23 1118 2011-01-01 2011-12-31");
    // Its record is doubtful and earlier; a disclosure that came after it takes the place of nothing.
    assert_eq!(found("f:F2"), "2007-03-23 2007-03-23 2005-09-01 2005-09-30 0");
    // Read again on a day of 2016, but told to the public for some weeks in 2009.
    assert_eq!(found("f:F3"), "2009-01-01 2009-01-31");
    let doubts = rows("SELECT ?f { ?f cg:knownQualifier cg:uncertain }", case.path());
    assert_eq!(doubts, ["https://example.org/t/id/fact/F2"]);
}

#[test]
fn names_judgements_and_notes_have_days_of_their_own() {
    let case = case(DISCLOSURES);
    let others = rows("SELECT ?n { :calyx skos:altLabel ?n } ORDER BY ?n", case.path());
    assert_eq!(others, ["Calyx Access", "John Doe"]);
    assert_eq!(
        rows("SELECT (LANG(?n) AS ?l) { :calyx skos:altLabel ?n FILTER(?n = 'John Doe'@en) }", case.path()),
        ["en"]
    );
    let of_calyx = all(":calyx", case.path());
    for bound in ["noteKnownSince,2012-05", "noteKnownEarliest,2012-05-01", "noteKnownLatest,2012-05-31"] {
        assert!(of_calyx.iter().any(|row| row == bound), "{bound}: {of_calyx:?}");
    }
    let name = rows("SELECT ?n { ?n a cg:Name ; rdfs:label 'John Doe'@en }", case.path());
    assert!(name[0].starts_with("https://example.org/t/id/name/calyx--") && name.len() == 1, "{name:?}");
    assert_eq!(
        all(&format!("<{}>", name[0]), case.path()),
        [
            "knownEarliest,2005-01-01",
            "knownLatest,2005-12-31",
            "knownSince,2005",
            "label,John Doe",
            "locator,page 1",
            "nameKind,docket-name",
            "nameOf,https://example.org/t/id/calyx",
            "source,https://example.org/t/id/src/post",
            "type,https://w3id.org/casegraph/ns#Name",
        ]
    );
    let judged = rows("SELECT ?j { ?j cg:judges f:F2 ; cg:since ?s } ORDER BY ?s", case.path());
    assert!(judged[0].starts_with("https://example.org/t/id/judgement/F2--") && judged.len() == 2, "{judged:?}");
    assert_eq!(
        all(&format!("<{}>", judged[0]), case.path()),
        [
            "confidence,20",
            "creator,Ada",
            "judges,https://example.org/t/id/fact/F2",
            "locator,page 2",
            "since,2007-03-23",
            "sinceEarliest,2007-03-23",
            "sinceLatest,2007-03-23",
            "source,https://example.org/t/id/src/post",
            "status,https://w3id.org/casegraph/ns#asserted",
            "type,https://w3id.org/casegraph/ns#Judgement",
        ]
    );
    let posted = all("disc:posted", case.path());
    for bound in ["until,2009-03-01", "untilEarliest,2009-03-01", "untilLatest,2009-03-01"] {
        assert!(posted.iter().any(|row| row == bound), "{bound}: {posted:?}");
    }
    assert!(all("disc:told", case.path()).contains(&"scope,John Doe".to_owned()));
}

#[test]
fn a_store_follows_when_a_disclosure_changes() {
    let (old, new) = (case("id,fact,date,kind\ntold,F3,2009-01,publication\n"), case(DISCLOSURES));
    let graph = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o MINUS { ?s a void:Dataset } }";
    let whole = |folder: &Path, place: &str| {
        let mut lines: Vec<String> =
            told(&["query", place, graph, "--format", "ntriples"], folder).lines().map(str::to_owned).collect();
        lines.retain(|line| !line.contains("/import/") && !line.contains("/file/"));
        lines.sort();
        lines
    };
    let folder = tempfile::tempdir().expect("a folder");
    for case in [&old, &new] {
        let path = case.path().display().to_string();
        told(&["import", &path, "--store", "t.casegraph"], folder.path());
        assert_eq!(whole(folder.path(), "t.casegraph"), whole(case.path(), "."));
    }
}

#[test]
fn a_case_with_days_of_all_kinds_comes_back_from_its_folder() {
    let case = case(DISCLOSURES);
    let out = tempfile::tempdir().expect("a folder");
    let path = out.path().join("again").display().to_string();
    told(&["export", ".", "--to", "csv", "--output", &path], case.path());
    let graph = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }";
    let whole = |folder: &Path| {
        let text = told(&["query", ".", graph, "--format", "ntriples"], folder);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(whole(Path::new(&path)), whole(case.path()));
    let companies = fs::read_to_string(Path::new(&path).join("companies.csv")).expect("companies");
    assert!(companies.contains("Calyx Access") && !companies.contains("John Doe"), "{companies}");
}

/// A case of a few tables, each with its text.
fn small(tables: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let own = ("case.toml", "title = \"T\"\nbase = \"https://example.org/t/id/\"\n");
    for (name, text) in tables.iter().copied().chain([own]) {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

#[test]
fn possible_hides_certain() {
    let case = small(&[
        ("companies.csv", "id,label\nacme,Acme\nbolt,Bolt\n"),
        ("sources.csv", "id,title,kind,date\nearly,Announcement,news,2013-05-21\n"),
        (
            "relations.csv",
            "id,subject,predicate,object,begin,end,status,source\nr1,acme,sued,bolt,2014-05-22,2014-05-22,asserted,early\n",
        ),
    ]);
    let days = rows("SELECT ?first ?last { f:r1 cg:knownEarliest ?first ; cg:knownLatest ?last }", case.path());
    assert_eq!(days, ["2013-05-21,2013-05-21"]);
    for possible in [&[][..], &["--possible"]] {
        let args = [&["query", ".", "--known-on", "2014-01-01", "SELECT ?f { ?f a cg:Fact }"], possible].concat();
        assert_eq!(told(&args, case.path()).lines().count(), 2, "{possible:?}");
    }
}

#[test]
fn lengths_in_days() {
    let case = small(&[
        ("companies.csv", "id,label\nacme,Acme\nbolt,Bolt\ncove,Cove\n"),
        (
            "requests.csv",
            "id,label,kind,recipient,gag_from,gag_to,known_since\n\
             l1,One day,nsl,acme,2014-01-01,2014-01-01,2015\n\
             l2,From not after 2013-10,nsl,bolt,[..2013-10-31],2014-10-31,2015\n\
             l3,Until now,nsl,cove,2014-02,..,2014-03-10\n\
             l4,Nobody knows,nsl,cove,2014-02,,2014-03-10\n",
        ),
    ]);
    let by_question = rows(
        "SELECT ?s ?min ?max { ?s cg:imposedGagOn ?o . ?f rdf:subject ?s ; rdf:predicate cg:imposedGagOn \
        OPTIONAL { ?f cg:minDays ?min } OPTIONAL { ?f cg:maxDays ?max } } ORDER BY ?s",
        case.path(),
    );
    let wanted = ["l1,1,1", "l2,366,", "l3,11,", "l4,,"];
    assert_eq!(by_question, wanted.map(|row| format!("https://example.org/t/id/{row}")));
    let columns = |text: &str, at: [usize; 3]| {
        let row = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            at.map(|at| cells[at].rsplit('/').next().unwrap_or_default().to_owned()).join(",")
        };
        let mut rows: Vec<String> = text.lines().skip(1).map(row).collect();
        rows.sort();
        rows
    };
    assert_eq!(columns(&told(&["query", ".", "gags", "--format", "csv"], case.path()), [0, 4, 5]), wanted);
    let named = ["From not after 2013-10,366,", "Nobody knows,,", "One day,1,1", "Until now,11,"];
    assert_eq!(columns(&told(&["secrecy", ".", "--format", "csv"], case.path()), [1, 5, 6]), named);
}

#[test]
fn sealed_to_makes_no_window() {
    let case = small(&[
        ("courts.csv", "id,label\ncourt,Court\n"),
        (
            "orders.csv",
            "id,label,kind,court,date,sealed_to,known_since\n\
             o1,Order sealed for two years,warrant,court,2013-01-01,2015-06-30,2015-07-01\n\
             o2,Order under seal,warrant,court,2013-01-01,..,2013-01-31\n\
             o3,Order that says nothing,warrant,court,2013-01-01,,2015-07-01\n",
        ),
    ]);
    let windows = told(&["secrecy", ".", "--format", "csv"], case.path());
    let rows: Vec<&str> =
        windows.lines().skip(1).map(|line| line.split_once(",unknown").unwrap_or((line, "")).0).collect();
    assert_eq!(
        rows,
        [
            "seal,Order under seal,,2013-01-01,,31,,still in force,,o2--seal",
            "seal,Order sealed for two years,,2013-01-01,2015-06-30,911,911"
        ]
    );
}

#[test]
fn an_event_without_an_end_is_over_wherever_it_is_asked() {
    let case = small(&[
        ("companies.csv", "id,label\nacme,Acme\nbolt,Bolt\n"),
        (
            "relations.csv",
            "id,subject,predicate,object,begin,end,known_since,status\n\
             r1,acme,sued,bolt,2012-03-01,,2014-03-01,asserted\nr2,acme,sued,bolt,2012-03-01,2012-03-01,2014-03-01,asserted\n",
        ),
    ]);
    let facts = |args: &[&str]| {
        let text = told(&[&["query", "."], args, &["--format", "csv"]].concat(), case.path());
        (text.matches("/r1").count(), text.matches("/r2").count())
    };
    assert_eq!(facts(&["longest-secrecy"]), (1, 1));
    assert_eq!(facts(&["still-secret", "--param", "by=2012-12-31", "--param", "day=2013-01-01"]), (1, 1));
    for (day, shown) in [("2012-03-01", 1), ("2013-03-01", 0)] {
        assert_eq!(facts(&["--as-of", day, "SELECT ?f { ?f a cg:Fact }"]), (shown, shown), "{day}");
    }
    let lags = told(&["secrecy", ".", "--lags", "--format", "csv"], case.path());
    assert!(lags.contains(",2,730,730,"), "{lags}");
}

#[test]
fn rows_of_a_table_that_makes_no_facts_have_the_day_of_their_column() {
    let metadata = |annotation: &str| {
        format!(
            r#"{{"@context": "http://www.w3.org/ns/csvw", "url": "payments.csv", {annotation} "tableSchema": {{
                "aboutUrl": "pay-{{no}}", "columns": [
                {{"name": "no", "titles": "no"}}, {{"name": "told", "suppressOutput": true}},
                {{"name": "payer", "titles": "payer", "aboutUrl": "{{payer}}", "propertyUrl": "https://x.org/paid",
                  "valueUrl": "pay-{{no}}"}}]}}}}"#
        )
    };
    let rows_of = "no,told,payer\n1,2019-12,acme\n2,2018,bolt\n2,2020-01-05,bolt\n3,,cove\n3,2017,cove\n";
    let with = |annotation: &str| {
        let tables = [("companies.csv", "id,label,known_since\nacme,Acme,2001\n"), ("payments.csv", rows_of)];
        small(&[&tables[..], &[("payments.csv-metadata.json", metadata(annotation).as_str())]].concat())
    };
    let dated = with(r#""https://w3id.org/casegraph/ns#knownSince": "{told}","#);
    let days = |subject: &str, case: &TempDir| {
        rows(&format!("SELECT ?a ?z {{ {subject} cg:knownEarliest ?a ; cg:knownLatest ?z }}"), case.path())
    };
    assert_eq!(days(":pay-1", &dated), ["2019-12-01,2019-12-31"]);
    // Of several rows about one thing the latest counts, and none where one says nothing.
    assert_eq!(days(":pay-2", &dated), ["2020-01-05,2020-01-05"]);
    assert_eq!(days(":pay-3", &dated), Vec::<String>::new());
    // A company of the case keeps the day of its own row; what the payments say of it stands apart.
    assert_eq!(days(":acme", &dated), ["2001-01-01,2001-12-31"]);
    let said = "?s a rdf:Statement ; rdf:subject :acme ; rdf:predicate <https://x.org/paid> ; rdf:object :pay-1";
    let statement = format!("SELECT ?a {{ {said} OPTIONAL {{ ?s cg:knownEarliest ?a }} }}");
    assert_eq!(rows(&statement, dated.path()), ["2019-12-01"]);
    let undated = with("");
    assert_eq!((days(":pay-1", &undated), rows(&statement, undated.path())), (Vec::new(), vec!["\"\"".to_owned()]));
    let plain = "SELECT ?p { :acme <https://x.org/paid> ?p }";
    assert_eq!(rows(plain, undated.path()), rows(plain, dated.path()));
    let wrong = run(&["check", "."], with(r#""https://w3id.org/casegraph/ns#knownSince": "{day}","#).path(), b"");
    assert!(
        wrong.status == 1 && wrong.stdout.contains("`{day}`") | wrong.stderr.contains("`{day}`"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_case_says_since_when_its_title_and_its_description_are_public() {
    let case = small(&[("companies.csv", "id,label\nacme,Acme\n")]);
    let toml = "title = \"Acme, convicted\"\ntitle_known_since = \"2021-03\"\nworking_title = \"The Acme case\"\n\
                description = \"How it ended\"\ndescription_known_since = \"2022\"\nbase = \"https://example.org/t/id/\"\n";
    fs::write(case.path().join("case.toml"), toml).expect("a file");
    let said = |folder: &Path| {
        let named = "REPLACE(STR(?p), '^.*[/#]', '')";
        rows(&format!("SELECT ({named} AS ?q) (STR(?o) AS ?v) {{ ?c a void:Dataset ; ?p ?o }} ORDER BY ?q"), folder)
    };
    let wanted = [
        "description,How it ended",
        "descriptionKnownEarliest,2022-01-01",
        "descriptionKnownLatest,2022-12-31",
        "descriptionKnownSince,2022",
        "title,\"Acme, convicted\"",
        "titleKnownEarliest,2021-03-01",
        "titleKnownLatest,2021-03-31",
        "titleKnownSince,2021-03",
    ];
    let found = said(case.path());
    assert!(wanted.iter().all(|row| found.contains(&(*row).to_owned())), "{found:?}");
    assert!(found.contains(&"workingTitle,The Acme case".to_owned()), "{found:?}");
    let out = tempfile::tempdir().expect("a folder");
    let path = out.path().join("again").display().to_string();
    told(&["export", ".", "--to", "csv", "--output", &path], case.path());
    assert_eq!(said(Path::new(&path)), found);
}
