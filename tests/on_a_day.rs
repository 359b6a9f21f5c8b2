//! What one case says on one day, told the same by every command: claims about what is over or was denied, ends that lie
//! ahead, disclosures. Each small case stands for a kind; what ought to come was worked out by hand.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::{repository, run};

const FACTS: &str = "SELECT ?f { ?f a cg:Fact } ORDER BY ?f";
const FLAGSHIP: &str = "data/microsoft-nsl";

/// Makes a case of two companies, a person and an agency, with some more files.
fn case(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let common = [
        ("case.toml", "title = \"T\"\nbase = \"https://example.org/t/id/\"\n"),
        ("companies.csv", "id,label\nacme,Acme\nbolt,Bolt\n"),
        ("people.csv", "id,label\nann,Ann\n"),
        ("agencies.csv", "id,label\nnsa,NSA\n"),
        ("programs.csv", "id,label\nprog,Programme\n"),
    ];
    for (name, text) in common.iter().chain(files) {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn told(args: &[&str], folder: &Path) -> String {
    let outcome = run(args, folder, b"");
    assert!(outcome.status == 0, "{args:?}: {}", outcome.stderr);
    outcome.stdout
}

/// Returns the rows that a query has under a view, each with `,` between its cells; of IRIs the last part.
fn ask(folder: &Path, query: &str, view: &[&str]) -> Vec<String> {
    let text = told(&[&["query", ".", query, "--format", "csv"], view].concat(), folder);
    text.lines().skip(1).map(|row| row.rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

/// Returns the rows of `known` as id, certainty and by which way.
fn known(folder: &Path, args: &[&str]) -> Vec<String> {
    let text = told(&[&["known", ".", "--format", "json"], args].concat(), folder);
    let rows: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let rows = rows["results"]["bindings"].as_array().expect("rows").clone();
    let cell = |row: &serde_json::Value, name: &str| row[name]["value"].as_str().unwrap_or_default().to_owned();
    let id = |row: &serde_json::Value| cell(row, "fact").rsplit('/').next().unwrap_or_default().to_owned();
    rows.iter().map(|row| format!("{} {} {}", id(row), cell(row, "certainty"), cell(row, "by"))).collect()
}

const SUED: &str = "id,subject,predicate,object,begin,end,known_since,status,source\n";
const CLAIMS: &str = "id,claimant,stance,about,made_on,known_since,status\n";

#[test]
fn as_of_drops_claims() {
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2012-01-02,confirmed,\n");
    let claims = format!(
        "{CLAIMS}k1,ann,denies,r1,2013-03-12,2013-03-12,confirmed\nk2,ann,retracts,k1,2013-06-21,2013-06-21,confirmed\n"
    );
    let folder = case(&[("relations.csv", &relations), ("claims.csv", &claims)]);
    let folder = folder.path();
    let view = ["--as-of", "2013-06-21", "--possible"];
    assert_eq!(ask(folder, FACTS, &view[..2]), ["k2"], "what it takes back was said before");
    assert_eq!(ask(folder, FACTS, &view), ["k1", "k2"], "what was said may have stood until then");
    let diff = told(&["diff", ".", "--as-of", "2013-06-20", "--as-of", "2013-06-21", "--format", "csv"], folder);
    assert!(diff.contains("happened,k2,"), "{diff}");
    // What it speaks of is told in words, wherever the claim is.
    let words = "Ann denies “Acme sued Bolt”";
    let drawing = told(&[&["diagram", "claims", ".", "--format", "txt"], &view[..]].concat(), folder);
    assert!(drawing.contains(words), "{drawing}");
    let dot = told(&[&["diagram", "claims", ".", "--format", "dot"], &view[..]].concat(), folder);
    assert!(dot.contains("Ann retracts") && dot.contains(words), "{dot}");
    let network = told(&[&["export", ".", "--to", "cytoscape"], &view[..]].concat(), folder);
    assert!(network.contains(words), "{network}");
    let report = told(&[&["known", ".", "--on", "2014-01-01", "--format", "csv"], &view[..]].concat(), folder);
    assert!(report.contains(&format!("Ann retracts “{words}”")), "{report}");
    // The folder that is written of it is sound.
    let again = tempfile::tempdir().expect("a folder");
    let again = again.path().join("again").display().to_string();
    told(&[&["export", ".", "--to", "csv", "--output", &again], &view[..]].concat(), folder);
    told(&["check", &again], folder);
    assert!(fs::read_to_string(Path::new(&again).join("claims.csv")).expect("claims").contains("Acme sued Bolt"));
}

#[test]
fn party_loses_its_own_claim() {
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2014-06-05,confirmed,\n");
    let claims = format!(
        "{CLAIMS}k1,ann,denies,r1,2013-03-12,2013-03-12,confirmed\nk2,ann,denies,r1,2013-03-12,2013-03-13,confirmed\n"
    );
    let folder = case(&[("relations.csv", &relations), ("claims.csv", &claims)]);
    let found = known(folder.path(), &["--on", "2013-04-01", "--audience", "ann"]);
    assert_eq!(
        found,
        ["r1 certain spoken of by k1", "k1 certain public by its record", "k2 certain party of it (derived)"]
    );
    // On the day itself the second is known to the one who said it, and not to the public.
    let day = ["--known-on", "2013-03-12"];
    assert_eq!(ask(folder.path(), FACTS, &day), ["k1", "r1"]);
    assert_eq!(ask(folder.path(), FACTS, &[&day[..], &["--known-to", "ann"]].concat()), ["k1", "k2", "r1"]);
}

#[test]
fn denial_of_what_is_not_public() {
    let files = [
        ("predicates.csv", "key,label,domain,range,kind\nreadsMailOf,reads the mail of,Entity,Entity,state\n"),
        ("topics.csv", "id,label\nmillions,Millions of people\n"),
        ("claims.csv", &format!("{CLAIMS}k1,ann,denies,r1,2013-03-12,2013-03-12,confirmed\n")),
        ("relations.csv", &format!("{SUED}r1,nsa,readsMailOf,millions,,..,2013-06-05,confirmed,\n")),
    ];
    let folder = case(&files);
    let folder = folder.path();
    assert!(ask(folder, FACTS, &["--known-on", "2013-03-11"]).is_empty());
    assert_eq!(ask(folder, FACTS, &["--known-on", "2013-06-04"]), ["k1", "r1"]);
    let disputed = "SELECT ?f { ?f cg:status cg:disputed }";
    assert_eq!(ask(folder, disputed, &["--known-on", "2013-06-04"]), ["r1"]);
    assert_eq!(ask(folder, "SELECT ?o { :nsa rel:readsMailOf ?o }", &["--known-on", "2013-06-04"]), [""; 0]);
    assert_eq!(ask(folder, disputed, &["--known-on", "2013-06-05"]), [""; 0]);
    let diff = told(&["diff", ".", "--known-on", "2013-06-04", "--known-on", "2013-06-05", "--format", "csv"], folder);
    assert!(diff.contains("revised,r1,") && diff.contains("\"disputed, then confirmed\""), "{diff}");
    assert_eq!(
        known(folder, &["--on", "2013-06-04"]),
        ["r1 certain spoken of by k1", "k1 certain public by its record"]
    );
}

#[test]
fn disclosure_and_view_disagree() {
    let sources = "id,title,kind,date\nlate,Paper,news,2020-01-01\n";
    let relations = format!(
        "{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,,confirmed,late\n\
         r2,bolt,sued,acme,2012-01-01,2012-01-01,2018-01-01,confirmed,late\n"
    );
    let disclosures = "id,fact,audience,date,kind\nx1,r1|r2,,2013-06-01,leak\n";
    let folder = case(&[("sources.csv", sources), ("relations.csv", &relations), ("disclosures.csv", disclosures)]);
    let folder = folder.path();
    for (day, facts) in [("2013-05-31", &[][..]), ("2013-06-01", &["r1", "r2"]), ("2014-01-01", &["r1", "r2"])] {
        assert_eq!(ask(folder, FACTS, &["--known-on", day]), facts, "{day}");
        let known = known(folder, &["--on", day]);
        let sure: Vec<&str> = known.iter().filter_map(|row| row.strip_suffix(" certain public by leak x1")).collect();
        assert_eq!(sure, facts, "{day}: {known:?}");
    }
    let diff = told(&["diff", ".", "--known-on", "2013-05-31", "--known-on", "2013-06-01", "--format", "csv"], folder);
    let lag = "public 517 days after";
    assert_eq!(diff.lines().filter(|row| row.starts_with("disclosed,") && row.ends_with(lag)).count(), 2, "{diff}");
}

#[test]
fn later_end() {
    let relations = format!("{SUED}r1,acme,operates,prog,2012-01-01,2020-05-05,2013-06-01,confirmed,\n");
    let folder = case(&[("relations.csv", &relations)]);
    let folder = folder.path();
    let (before, after) = (["--known-on", "2014-01-01"], ["--known-on", "2020-05-05"]);
    let ends = "SELECT ?end { ?f cg:end ?end }";
    assert_eq!((ask(folder, ends, &before), ask(folder, ends, &after)), (vec![], vec!["2020-05-05".to_owned()]));
    for args in [
        &["diagram", "timeline", ".", "--format", "txt"][..],
        &["known", ".", "--on", "2014-01-01", "--format", "csv"],
        &["export", ".", "--to", "nquads"],
        &["export", ".", "--to", "timelinejs"],
        &["export", ".", "--to", "graphml"],
        &["query", ".", "gags", "--format", "csv"],
        &["secrecy", "."],
    ] {
        let text = told(&[args, &before].concat(), folder);
        assert!(!text.contains("2020"), "{args:?}: {text}");
    }
    let timeline = told(&[&["diagram", "timeline", ".", "--format", "txt"], &before[..]].concat(), folder);
    assert!(timeline.contains("since 2012-01-01"), "{timeline}");
    let diff = told(&["diff", ".", before[0], before[1], after[0], after[1], "--format", "csv"], folder);
    assert!(diff.contains("withdrawn,r1,") && diff.contains("ended 2020-05-05"), "{diff}");
}

#[test]
fn open_end_of_a_later_source() {
    let sources = "id,title,kind,date\nlate,Paper,news,2020-01-01\n";
    let relations = format!("{SUED}r1,acme,operates,prog,2012-01-01,..,2013-06-01,confirmed,late\n");
    let folder = case(&[("sources.csv", sources), ("relations.csv", &relations)]);
    let held =
        |day, more: &[&str]| ask(folder.path(), FACTS, &[&["--known-on", "2014-01-01", "--as-of", day], more].concat());
    assert_eq!((held("2014-01-01", &[]), held("2014-01-02", &[])), (vec!["r1".to_owned()], vec![]));
    assert_eq!(held("2019-12-31", &["--possible"]), ["r1"]);
    let bound = "SELECT (STR(?d) AS ?day) { ?f cg:endEarliest ?d }";
    assert_eq!(ask(folder.path(), bound, &["--known-on", "2014-01-01"]), ["2014-01-01"]);
}

#[test]
fn a_date_that_decides_and_is_in_doubt_says_so() {
    let relations = format!(
        "{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2013-06-01?,confirmed,\n\
         r2,acme,sued,bolt,2012-01-02,2012-01-02,2013-06~,confirmed,\n\
         r3,acme,sued,bolt,2012-01-03,2012-01-03,2013-06-01,confirmed,\n"
    );
    let folder = case(&[("relations.csv", &relations)]);
    let found = known(folder.path(), &["--on", "2013-06-15"]);
    assert_eq!(
        found,
        [
            "r1 certain, by a doubtful date public by its record",
            "r2 possible, by an estimated date public by its record",
            "r3 certain public by its record",
        ]
    );
    let text = told(&["known", ".", "--on", "2013-06-15", "--format", "csv"], folder.path());
    assert!(text.contains(",2013-06-01?,") && text.contains(",2013-06~,"), "{text}");
}

#[test]
fn a_difference_is_of_one_audience() {
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2018-01-01,confirmed,\n");
    let disclosures = "id,fact,audience,date,kind\nx1,r1,nsa,2013-06-01,notice\n";
    let folder = case(&[("relations.csv", &relations), ("disclosures.csv", disclosures)]);
    let days = ["diff", ".", "--known-on", "2013-01-01", "--known-on", "2014-01-01", "--format", "csv"];
    assert_eq!(told(&days, folder.path()).lines().count(), 1);
    let to_it = told(&[&days[..], &["--known-to", "nsa"]].concat(), folder.path());
    assert!(to_it.contains("disclosed,r1,"), "{to_it}");
    let ranked = ["rank", ".", "--known-on", "2014-01-01", "--known-to", "nsa", "--format", "csv"];
    assert!(told(&ranked, folder.path()).contains("acme"));
}

#[test]
fn what_is_sealed_again_is_told_as_withdrawn() {
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,,confirmed,\n");
    let disclosures = "id,fact,audience,date,until,kind\nx1,r1,,2013-06-01,2013-06-30,publication\n";
    let folder = case(&[("relations.csv", &relations), ("disclosures.csv", disclosures)]);
    let between = |earlier, later| {
        told(&["diff", ".", "--known-on", earlier, "--known-on", later, "--format", "csv"], folder.path())
    };
    assert!(between("2013-05-01", "2013-06-15").contains("disclosed,r1,Acme sued Bolt,"));
    let gone = between("2013-06-15", "2013-07-15");
    assert!(gone.contains("withdrawn,r1,Acme sued Bolt,") && gone.contains("no longer to be known"), "{gone}");
}

#[test]
fn a_name_that_came_out_is_told() {
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2013-06-01,confirmed,\n");
    let names = "entity,name,kind,known_since\nbolt,Bolt,legal,2015-01-01\n";
    let folder = case(&[("relations.csv", &relations), ("names.csv", names)]);
    let diff = ["diff", ".", "--known-on", "2014-01-01", "--known-on", "2016-01-01", "--format", "csv"];
    let diff = told(&diff, folder.path());
    assert!(diff.contains("revised,r1,Acme sued Bolt,") && diff.contains("now named: Bolt"), "{diff}");
}

#[test]
fn the_flagship_tells_denials_and_secrets_to_those_who_could_know() {
    let folder = repository(FLAGSHIP);
    let held = ask(&folder, FACTS, &["--as-of", "2013-06-21", "--possible"]);
    assert!(held.iter().any(|fact| fact == "F233"), "{held:?}");
    let retracted = "SELECT ?what { f:F233 rdf:object ?what . ?what rdf:subject :james-clapper }";
    assert_eq!(ask(&folder, retracted, &["--as-of", "2013-06-21", "--possible"]), ["F232"]);
    let clapper = known(&folder, &["--audience", "james-clapper", "--on", "2013-04-01"]);
    assert!(clapper.iter().any(|row| row.starts_with("F232 certain")), "{clapper:?}");
    // The denial of 12 March 2013, and what it denies.
    let denied = "SELECT ?what { f:F232 rdf:object ?what . ?what a cg:Fact ; cg:status cg:disputed }";
    assert_eq!(ask(&folder, denied, &["--known-on", "2013-03-12"]).len(), 1);
    assert!(ask(&folder, denied, &["--known-on", "2013-03-11"]).is_empty());
    // The letter and the challenge to it, on a day when the court in Seattle knew of both.
    let (day, court) = (["--known-on", "2013-12-01"], ["--known-to", "wd-wash"]);
    let facts = ask(&folder, FACTS, &[&day[..], &court].concat());
    assert!(["F101", "F105"].iter().all(|id| facts.iter().any(|fact| fact == id)), "{facts:?}");
    let public = ask(&folder, FACTS, &day);
    assert!(!["F101", "F105"].iter().any(|id| public.iter().any(|fact| fact == id)), "{public:?}");
}

#[test]
fn later_source() {
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2013-06-01,confirmed,late\n");
    let sources = "id,title,publisher,kind,date\nlate,How Acme was convicted in 2020,The Paper,news,2020-01-01\n";
    let folder = case(&[("relations.csv", &relations), ("sources.csv", sources)]);
    let title = "SELECT ?title { ?s a cg:Source ; dct:title ?title }";
    let before = ["--known-on", "2014-01-01"];
    assert_eq!(ask(folder.path(), title, &before), ["a source of a later date"]);
    assert_eq!(ask(folder.path(), FACTS, &before), ["r1"]);
    assert_eq!(ask(folder.path(), title, &["--known-on", "2020-01-01"]), ["How Acme was convicted in 2020"]);
}

#[test]
fn columns_of_an_entity() {
    let companies = "id,label,founded,dissolved,note,note_known_since\nacme,Acme,1999,2021-05-05,convicted in 2021,2021-06-01\nbolt,Bolt,,,of today,\n";
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2013-06-01,confirmed,\n");
    let folder = case(&[("relations.csv", &relations), ("companies.csv", companies)]);
    let columns =
        "SELECT ?o { ?x a cg:Company ; ?p ?o FILTER (?p IN (cg:founded, cg:dissolved, rdfs:comment)) } ORDER BY ?o";
    assert_eq!(ask(folder.path(), columns, &["--known-on", "2014-01-01"]), ["1999"]);
    assert_eq!(ask(folder.path(), columns, &["--known-on", "2021-05-05"]), ["1999", "2021-05-05"]);
    let all = ["1999", "2021-05-05", "convicted in 2021"];
    assert_eq!(ask(folder.path(), columns, &["--known-on", "2022-01-01"]), all);
}

#[test]
fn status_of_today() {
    let relations = format!("{SUED}r1,acme,sued,bolt,2012-01-01,2012-01-01,2013-06-01,refuted,\n");
    let judgements = "fact,status,since\nr1,disputed,2016-01-01\nr1,refuted,2021-01-01\n";
    let status = "SELECT ?status { f:r1 cg:status ?status }";
    let folder = case(&[("relations.csv", &relations), ("judgements.csv", judgements)]);
    for (day, then) in [("2014-01-01", "ns#asserted"), ("2016-01-01", "ns#disputed"), ("2021-01-01", "ns#refuted")] {
        assert_eq!(ask(folder.path(), status, &["--known-on", day]), [then], "{day}");
    }
    // Without a judgement nothing says since when, and nothing that is shown speaks against it.
    let folder = case(&[("relations.csv", &relations)]);
    assert_eq!(ask(folder.path(), status, &["--known-on", "2014-01-01"]), ["ns#asserted"]);
    assert_eq!(ask(folder.path(), "SELECT ?o { :acme cg:sued ?o }", &["--known-on", "2014-01-01"]), ["bolt"]);
}
