//! Views by command: every command that takes a day takes an audience, and says nothing of what its view hides.

use std::fs;
use std::path::Path;

use casegraph::case::Case;
use casegraph::cli::command;
use casegraph::query::{self, Format, Layout, Names, Question};
use casegraph::view::View;

use crate::program::{Outcome, repository, run};
use crate::server::{Server, encoded};

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

fn fine(args: &[&str], folder: &Path) -> Outcome {
    let outcome = run(args, folder, &[]);
    assert_eq!(outcome.status, 0, "{args:?}: {}", outcome.stderr);
    outcome
}

/// A case whose words tell how it ended.
const TOLD_LATER: [(&str, &str); 6] = [
    (
        "c/case.toml",
        "title = \"Acme against Bolt\"\ndescription = \"Acme lost in GHOSTYEAR.\"\nbase = \"https://example.org/t/id/\"\nfocus = [\"ghost-ltd\", \"acme\"]\n",
    ),
    ("c/companies.csv", "id,label\nacme,Acme\nbolt,Bolt\nghost-ltd,Ghost Ltd\n"),
    (
        "c/relations.csv",
        "id,subject,predicate,object,begin,end,known_since,status\nr1,acme,sued,bolt,2012,2012,2013-06-01,confirmed\n\
         ghost-1,ghost-ltd,ownedBy,bolt,2012,,2020,confirmed\n",
    ),
    (
        "c/queries/who-lost.rq",
        "# title: Who sued\n# question: Who lost to GHOST?\n# param who (entity): the loser, GHOST\n# GHOST\n\
         SELECT ?x { VALUES ?who { :ghost-ltd } ?who cg:ownedBy ?x }\n",
    ),
    (
        "c/queries/dated.rq",
        "# title: Who owned GHOST\n# question: Who owned GHOST?\n# known_since: 2020\n# working_title: Who owned whom\nASK {}\n",
    ),
    ("c/queries/open.rq", "# title: Suits\n# question: Who sued whom by then?\n# known_since: 2013-06\nASK {}\n"),
];

#[test]
fn description_of_the_case() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &TOLD_LATER);
    let ghost = |text: &str| text.to_lowercase().contains("ghost");
    let query = "SELECT ?d { ?c dct:description ?d }";
    let rows = |view: &[&str]| {
        let args = [&["query", "c", query, "--format", "csv"], view].concat();
        fine(&args, folder.path()).stdout.lines().count() - 1
    };
    assert_eq!((rows(&[]), rows(&["--known-on", "2013-12-01"])), (1, 0));
    let day = ["--known-on", "2013-12-01"];
    let listed = fine(&["query", "c", "--list", day[0], day[1]], folder.path()).stdout;
    assert!(!ghost(&listed), "{listed}");
    for words in ["who-lost\n    Who sued\n", "dated\n    Who owned whom\n", "open\n    Who sued whom by then?\n"] {
        assert!(listed.contains(words), "{words}: {listed}");
    }
    assert!(ghost(&fine(&["query", "c", "--list", "--known-on", "2020-12-31"], folder.path()).stdout));
    for own in ["who-lost", "dated"] {
        let shown = run(&["query", "c", own, "--show", day[0], day[1]], folder.path(), &[]);
        assert_eq!((shown.status, ghost(&shown.stdout), ghost(&shown.stderr)), (2, false, false), "{}", shown.stderr);
    }
    assert!(fine(&["query", "c", "open", "--show", day[0], day[1]], folder.path()).stdout.contains("ASK {}"));
    fine(&["build", "c", day[0], day[1]], folder.path());
    for file in crate::program::files_below(&folder.path().join("out-known-on-2013-12-01")) {
        let bytes = fs::read(folder.path().join("out-known-on-2013-12-01").join(&file)).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!ghost(&text) && !ghost(&file.to_string_lossy()), "{}", file.display());
    }
    fine(&["export", "c", "--to", "csv", "-o", "csv", day[0], day[1]], folder.path());
    let exported = fs::read_to_string(folder.path().join("csv/case.toml")).expect("a file");
    assert!(!ghost(&exported) && exported.contains("acme"), "{exported}");
    let server = Server::start(&folder.path().join("c"), &[]);
    for path in [
        "/data?known-on=2013-12-01",
        "/reconcile?known-on=2013-12-01",
        "/draw/timeline.svg?known-on=2013-12-01",
        "/draw/claims.svg?known-on=2013-12-01",
        "/store?known-on=2013-12-01",
        "/sparql?known-on=2013-12-01",
    ] {
        let sent = server.get(path);
        assert!(sent.status == 200 && !ghost(&sent.body), "{path}: {}", sent.body);
    }
    let told = server.get("/data?known-on=2013-12-01").json();
    let questions = told["questions"].as_array().expect("questions");
    let title = |name: &str| questions.iter().find(|own| own["name"] == name).expect(name)["title"].clone();
    assert_eq!(
        (title("who-lost"), title("dated"), title("open")),
        ("Who sued".into(), "Who owned whom".into(), "Suits".into())
    );
    assert!(ghost(&server.get("/data").body));
}

#[test]
fn suggestions_and_errors_name_nothing_that_the_view_hides() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &TOLD_LATER);
    let nothing_hidden = |text: &str, what: &str| {
        let text = text.to_lowercase().replace("ghst", "");
        assert!(!text.contains("ghost"), "{what}: {text}");
    };
    for command in [
        "query c facts-of --param entity=ghst-ltd",
        "diagram ego c --entity ghst-ltd -f txt",
        "diagram path c --from acme --to ghst-ltd -f txt",
        "diagram timeline c --lane ghst-ltd -f txt",
        "path c acme ghst-ltd",
        "path c acme bolt --predicate owndBy",
        "search c ghst",
        "rank c --predicate owndBy",
        "query c 'SELECT ?x { :ghst-ltd ?p ?x }'",
        "query c facts-of --param entity=acme --param entty=x",
        "query c who-lost",
    ] {
        let words = shlex(command);
        let args: Vec<&str> = words.iter().map(String::as_str).chain(["--known-on", "2013-12-01"]).collect();
        let outcome = run(&args, folder.path(), &[]);
        nothing_hidden(&(outcome.stdout + &outcome.stderr), command);
    }
    // Without a day they do.
    assert!(run(&["path", "c", "acme", "ghst-ltd"], folder.path(), &[]).stderr.contains("ghost-ltd"));
    let server = Server::start(&folder.path().join("c"), &[]);
    for path in [
        "/draw/ego.svg?entity=ghst-ltd",
        "/draw/path.svg?from=acme&to=ghst-ltd",
        "/draw/timeline.svg?lane=ghst-ltd",
        "/draw/relationships.svg?status=confrmed",
        "/questions/facts-of?entity=ghst-ltd",
        "/questions/who-lst?entity=ghst-ltd",
        "/reconcile?query=ghst",
        "/reconcile/preview?id=ghst-ltd",
        "/reconcile/suggest-entity?prefix=g",
        "/store?graph=https%3A%2F%2Fexample.org%2Fghst",
    ] {
        let sent = server.get(&format!("{path}&known-on=2013-12-01"));
        nothing_hidden(&sent.body, path);
        let headers =
            sent.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
        nothing_hidden(&headers.replace("ghst", ""), path);
    }
    // What is wrong with the files is told of the whole case.
    write(folder.path(), &[("c/people.csv", "id,label\nghost person,Ghost Person\n")]);
    let broken = run(&["query", "c", "classes", "--known-on", "2013-12-01"], folder.path(), &[]);
    assert_eq!(broken.status, 1);
    nothing_hidden(&(broken.stdout + &broken.stderr), "faults");
    assert!(broken.stderr.contains("casegraph check"));
    assert!(run(&["query", "c", "classes"], folder.path(), &[]).stderr.contains("ghost person"));
    let judged = "fact,status,since\nghost-1,retracted,2021-01-01\n";
    write(folder.path(), &[("c/people.csv", "id,label\n"), ("c/judgements.csv", judged)]);
    let whole = fine(&["build", "c", "-o", "whole"], folder.path());
    assert!(whole.stderr.contains("ghost-1"), "a warning names the fact: {}", whole.stderr);
    let built = fine(&["build", "c", "--known-on", "2013-12-01"], folder.path());
    nothing_hidden(&(built.stdout + &built.stderr), "warnings");
}

/// Splits a command at spaces outside single quotes.
fn shlex(text: &str) -> Vec<String> {
    let parts = text.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| {
            if at % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
        })
        .collect()
}

#[test]
fn every_command_that_takes_a_day_takes_an_audience_and_no_empty_day() {
    let all = command();
    let with_day: Vec<_> = all.get_subcommands().filter(|command| has(command, "known-on")).collect();
    assert!(with_day.len() > 15, "{}", with_day.len());
    for command in with_day {
        assert!(has(command, "known-to"), "{}", command.get_name());
    }
    let empty = ["--known-on", "--as-of"].map(|name| [name, ""]);
    for day in empty.into_iter().chain([["--known-on", "2014"], ["--known-to", "fbi"], ["--known_on", "2014-01-01"]]) {
        let args = ["query", "examples/harbour-lights", "classes", day[0], day[1]];
        let outcome = run(&args, &repository(""), &[]);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{day:?}: {}", outcome.stderr);
    }
    let nobody = ["query", "examples/harbour-lights", "classes", "--known-on", "2020-01-01", "--known-to", "nobody"];
    let outcome = run(&nobody, &repository(""), &[]);
    assert_eq!((outcome.status, outcome.stderr.contains("`nobody` is not the id of")), (2, true), "{}", outcome.stderr);
}

fn has(command: &clap::Command, name: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(name))
}

/// Numbers, booleans, times and texts as a case holds them.
const VALUES: [(&str, &str); 3] = [
    ("c/companies.csv", "id,label\na,A\n"),
    ("c/predicates.csv", "key,label,domain,range,kind\npaid,paid,Company,text,event\n"),
    (
        "c/relations.csv",
        "id,subject,predicate,value,value_type,begin,end,known_since,status\n\
         r1,a,paid,1.50,decimal,2013-05,2013-05,2014,asserted\n\
         r2,a,paid,007,integer,2013-05,2013-05,2014,asserted\n\
         r3,a,paid,1.5e3,double,2013-05,2013-05,2014,asserted\n\
         r4,a,paid,true,boolean,2013-05,2013-05,2014,asserted\n\
         r5,a,paid,1,boolean,2013-05,2013-05,2014,asserted\n\
         r6,a,paid,2014-05-22T10:00:00.0Z,dateTime,2013-05,2013-05,2014-05-22,asserted\n\
         r9,a,paid,Hallo,de-AT,2013-05,2013-05,2014,asserted\n\
         r12,a,paid,0.0,decimal,2013-05,2013-05,2014,asserted\n",
    ),
];

#[test]
fn view_numeric_constant() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &VALUES);
    fine(&["import", "c", "--store", "c.casegraph"], folder.path());
    let server = Server::start(&folder.path().join("c"), &[]);
    let day = |text: &str| text.parse().ok();
    let whole = View::default();
    let views = [
        (String::new(), whole.clone()),
        ("known-on=2026-01-01".to_owned(), View { known_on: day("2026-01-01"), ..whole.clone() }),
        ("as-of=2013-05-15&possible".to_owned(), View { as_of: day("2013-05-15"), possible: true, ..whole }),
    ];
    let opened = ["c", "c.casegraph"].map(|case| {
        let path = folder.path().join(case);
        views.iter().map(|(_, view)| Case::open_as(&path, view.clone()).expect("a case")).collect::<Vec<_>>()
    });
    for (constant, found) in [
        ("1.50", "r1"),
        ("1.5", "r1"),
        ("1.5e3", "r3"),
        ("\"1500\"^^xsd:double", "r3"),
        ("007", "r2"),
        ("7", "r2"),
        ("true", "r4 r5"),
        ("\"1\"^^xsd:boolean", "r4 r5"),
        ("0.0", "r12"),
        ("\"2014-05-22T10:00:00Z\"^^xsd:dateTime", "r6"),
        ("\"Hallo\"@de-AT", "r9"),
    ] {
        for (form, pattern) in [
            ("BGP", format!("?f rdf:object {constant}")),
            ("VALUES", format!("VALUES ?v {{ {constant} }} ?f rdf:object ?v")),
            ("BIND", format!("BIND ({constant} AS ?v) ?f rdf:object ?v")),
            (
                "MINUS",
                format!(
                    "?f rdf:predicate rel:paid MINUS {{ ?f rdf:predicate rel:paid ; rdf:object ?o MINUS {{ ?f rdf:object {constant} }} }}"
                ),
            ),
            ("FILTER", format!("?f rdf:object ?v FILTER (isLiteral(?v) && SAMETERM(?v, {constant}))")),
        ] {
            let query = format!("SELECT ?f {{ {pattern} }} ORDER BY ?f");
            let question = Question::ad_hoc("a test", &query).expect("a query");
            for case in opened.iter().flatten() {
                let answer = query::run(case.whole().expect("a case"), &case.base, &question, &[]).expect("an answer");
                let mut rows = Vec::new();
                answer.write(&mut rows, Format::Csv, &Names::new(&case.base), Layout::default()).expect("rows");
                assert_eq!(ids(&String::from_utf8_lossy(&rows)), found, "{form} {constant}, {}", case.view);
            }
            for (words, _) in &views {
                let address = format!("/sparql?query={}&{words}", encoded(&query));
                let sent = server.send("GET", address.trim_end_matches('&'), &[("accept", "text/csv")], &[]);
                assert_eq!(ids(&sent.body), found, "{form} {constant} {words}: {}", sent.body);
            }
        }
    }
}

/// Returns the local names of the rows of an answer.
fn ids(csv: &str) -> String {
    let mut ids: Vec<&str> = csv.lines().skip(1).filter_map(|row| row.trim().rsplit('/').next()).collect();
    ids.sort_unstable();
    ids.join(" ")
}
