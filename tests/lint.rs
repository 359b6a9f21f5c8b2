//! What each check of `queries/checks/` finds, and what it leaves alone, on cases of a few rows.

use casegraph::facts::{CaseFile, CaseSettings, Model, Wanted, load_case};
use casegraph::lint::lint;
use casegraph::query::Catalogue;
use casegraph::store::CaseStore;

use crate::program::repository;

const BASE: &str = "https://example.org/t/id/";
const SOURCES: &str =
    "id,title,kind,date\nold,Old paper,news,2012-12-31\npaper,Paper,news,2013-06-05\nlate,Late paper,news,2014-02\n";
const COMPANIES: &str = "id,label\nacme,Acme\nbolt,Bolt\n";

/// Runs a check over companies, sources and further files; returns what it found, each `ID: message`.
fn found(check: &str, files: &[(&str, &str)]) -> Vec<String> {
    found_in(check, "title = \"T\"\n", files)
}

fn found_in(check: &str, settings: &str, files: &[(&str, &str)]) -> Vec<String> {
    let shared = [("companies.csv", COMPANIES), ("sources.csv", SOURCES)];
    let shared = shared.iter().filter(|(name, _)| files.iter().all(|(own, _)| own != name));
    let file = |(name, text): &(&str, &str)| CaseFile { name: (*name).to_owned(), bytes: (*text).into() };
    let files: Vec<CaseFile> = shared.chain(files).map(file).collect();
    let settings = CaseSettings::from_toml(&format!("{settings}base = \"{BASE}\"\n"), "t").expect("settings");
    let (loaded, faults) = load_case(settings, &files, &Model::built_in(), Wanted::Quads);
    assert!(!faults.has_errors(), "{:?}", faults.sorted());
    let store = CaseStore::in_memory(loaded.sorted_quads()).expect("a store");
    let checks = Catalogue::checks().expect("the shipped checks");
    let findings = lint(&store, BASE, [checks.get(check).expect("a check")]).expect("findings");
    let id = |thing: &str| thing.rsplit('/').next().unwrap_or_default().to_owned();
    findings.iter().map(|finding| format!("{}: {}", id(&finding.thing), finding.message)).collect()
}

/// Runs a check over facts, one for each row: id, begin, end, since when it is known, status, source.
fn found_of(check: &str, rows: &str, files: &[(&str, &str)]) -> Vec<String> {
    let header =
        "id,subject,predicate,object,begin,end,known_since,status,source,note,note_known_since,end_known_since\n";
    let rows = rows.lines().map(|row| row.trim().split_once(',').expect("an id"));
    let relations = rows.map(|(id, rest)| format!("{id},acme,sued,bolt,{rest}\n")).collect::<Vec<_>>().concat();
    let relations = format!("{header}{relations}");
    found(check, &[&[("relations.csv", relations.as_str())][..], files].concat())
}

#[test]
fn a_claim_is_not_older_than_what_it_speaks_of() {
    let facts = "F1,2012,..,2013-06-05,confirmed,paper,,,
        F2,2012,..,2013-06-05,confirmed,paper,,,
        F3,2012,..,2013-03,confirmed,paper,,,
        F4,2016,2016,2013-06-05,predicted,paper,,,";
    let claims = "id,claimant,stance,about,made_on,known_since,status\nC1,acme,denies,F1,2013-03-12,2013-03-12,confirmed\n\
                  C2,acme,denies,F2,2013-03-12,2013-03-12,confirmed\nC3,acme,denies,F3,2013-03-12,2013-03-12,confirmed\n\
                  C4,acme,predicts,F4,2013-03-12,2013-03-12,confirmed\n";
    let judgements = "fact,status,since\nF2,disputed,2013-03-12\nF2,confirmed,2013-06-05\n";
    let files = [("claims.csv", claims), ("judgements.csv", judgements)];
    let wanted = ["C1: public since 2013-03-12, and F1 only since 2013-06-05"];
    assert_eq!(found_of("claim-before-its-fact", facts, &files), wanted);
}

#[test]
fn name_known_later() {
    let people = "id,label,known_since\ndoe,Nicholas Realname,2020\nroe,Rita Realname,2020\nlee,Lee,2012\npoe,Pat Realname,\nmoe,Mo Realname,2020\n";
    let names = "entity,name,kind,known_since\nroe,John Roe,pseudonym,2012\npoe,Pat Realname,legal,2021-05-01\n";
    let relations = "id,subject,predicate,object,begin,end,known_since,status\n\
        R1,acme,sued,doe,2012,2012,2013-06-01,confirmed\nR2,acme,sued,doe,2012,2012,2015,confirmed\nR3,acme,sued,roe,2012,2012,2013-06-01,confirmed\n\
        R4,acme,sued,lee,2012,2012,2013-06-01,confirmed\nR5,acme,sued,poe,2012,2012,2013-06-01,confirmed\nR6,acme,sued,moe,2012,2012,,confirmed\n\
        R7,acme,sued,moe,2012,2012,2020,confirmed\n";
    let disclosures = "id,fact,date,scope,kind\nd1,R6,2013,Mo Realname,publication\n";
    let files =
        [("people.csv", people), ("names.csv", names), ("relations.csv", relations), ("disclosures.csv", disclosures)];
    let wanted = [
        "doe: named since 2020-01-01, and in public since 2013-06-01 in R1 and 1 more",
        "poe: named since 2021-05-01, and in public since 2013-06-01 in R5",
    ];
    assert_eq!(found("known-before-named", &files), wanted);
}

#[test]
fn a_source_is_not_later_than_all_that_it_tells() {
    let facts = "F1,2012,2012,2013-06-06,confirmed,late,,,
        F2,2012,2012,2013-06-06,confirmed,late,,,
        F3,2012,2012,2014-02,confirmed,late,,,
        F4,2012,2012,2013-12,confirmed,late,,,
        F5,2012,2012,2013-12,confirmed,late,,,
        F6,2012,2012,,confirmed,late,,,";
    let sources = format!("{SOURCES}undated,Undated,news,\n");
    let citations = "fact,source,stance\nF4,paper,supports\nF5,undated,supports\n";
    let files = [("sources.csv", sources.as_str()), ("citations.csv", citations)];
    assert_eq!(found_of("later-source", facts, &files), ["late: published after its facts were public: F1, F2"]);
}

#[test]
fn a_leak_is_not_earlier_than_what_known_since_says() {
    let facts = "F1,2012,2012,2014-05,confirmed,late,,,
        F2,2012,2012,2014-05,confirmed,late,,,
        F3,2012,2012,2014-05,confirmed,late,,,
        F4,2012,2012,2014-05,confirmed,late,,,
        F5,2012,2012,,confirmed,late,,,
        F6,2012,2012,2014-05?,confirmed,late,,,";
    let disclosures = "id,fact,audience,date,until,scope,kind\nd1,F1,,2013-06-05,,,leak\nd2,F2,,2014-05-02,,,leak\nd3,F3,bolt,2013,,,notice\n\
                       d4,F4,,2013-01,2013-02,,leak\nd5,F5,,2013,,,leak\nd6,F6,,2013,2014-06,Acme,leak\n";
    let wanted = [
        "F1: known since 2014-05, and disclosed on 2013-06-05 by d1",
        "F6: known since 2014-05?, and disclosed on 2013 by d6",
    ];
    assert_eq!(found_of("leaked-before-known", facts, &[("disclosures.csv", disclosures)]), wanted);
}

#[test]
fn a_note_names_no_year_after_its_day() {
    let facts = "F1,2012,2012,2013-06-06,confirmed,paper,taken back in 2014 and 2016,,
        F2,2012,2012,2013-06-06,confirmed,paper,taken back in 2014,2014-01,
        F3,2012,2012,2013-06-06,confirmed,paper,taken back in 2016,2014-01,
        F4,2012,2012,2013-06-06,confirmed,paper,of 2013 as of 1999; No. 20145 and page F2014,,
        F5,2012,2012,,asserted,,in 2014,,";
    let companies = "id,label,known_since,note\nacme,Acme,2013,gone since 2019\nbolt,Bolt,,gone since 2019\n";
    let wanted = [
        "acme: the note names 2019, and is of 2013-12-31",
        "F1: the note names 2016, and is of 2013-06-06",
        "F3: the note names 2016, and is of 2014-01-31",
    ];
    assert_eq!(found_of("later-year-in-note", facts, &[("companies.csv", companies)]), wanted);
}

#[test]
fn a_name_or_title_names_no_year_after_its_day() {
    let companies = "id,label,alias,known_since\nacme,Acme 2015,,\nbolt,Bolt 2015,Bolt of 2012,2015\nfit,Fit,Fit 2018,2014\nidle,Idle 2099,,\n";
    let names = "entity,name,kind,known_since\nacme,Acme 2019,legal,2019-02\nacme,Acme 2020,legal,2019-02\n";
    let sources = "id,title,kind,date\npaper,Outlook 2014,news,2013-06-05\nlate,Review of 2013,news,2014-02\n";
    let relations =
        "id,subject,predicate,object,begin,end,known_since,status\nF1,acme,sued,bolt,2012,2012,2013-06-06,confirmed\n";
    let files =
        [("companies.csv", companies), ("names.csv", names), ("sources.csv", sources), ("relations.csv", relations)];
    let wanted = [
        "acme: “Acme 2015” names 2015, and is of 2013-06-06",
        "acme: “Acme 2020” names 2020, and is of 2019-02-28",
        "fit: “Fit 2018” names 2018, and is of 2014-12-31",
    ];
    let of_case = "case: “Affair of 2017” names 2017, and is of 2013-06-06";
    let of_source = "paper: “Outlook 2014” names 2014, and is of 2013-06-05";
    let found = found_in("later-year-in-name", "title = \"Affair of 2017\"\n", &files);
    assert_eq!(found, [&wanted[..], &[of_case, of_source]].concat());
}

#[test]
fn an_end_is_not_later_than_all_that_tells_it() {
    let facts = "F1,2012,2013-06-06,2013,confirmed,paper,,,
        F2,2012,2013-06-06,2013,promised,paper,,,
        F3,2012,2013-06-06,2013,confirmed,paper,,,2013-06-01
        F4,2012,2013-06,2013,confirmed,paper,,,
        F5,2012,2013-12-31,2013,confirmed,paper,,,
        F6,2012,..,2013,confirmed,paper,,,
        F7,2012,2099,2013,confirmed,undated,,,
        F8,2012,2099,2013,confirmed,read,,,";
    let sources = "id,title,kind,date,accessed\npaper,Paper,news,2013-06-05,\nlate,Late paper,news,2014-02,\nundated,Undated,news,,\nread,Read,news,,2014-03-04\n";
    let files = [("sources.csv", sources), ("citations.csv", "fact,source,stance\nF5,late,supports\n")];
    let wanted = [
        "F1: ended 2013-06-06, and its latest source is of 2013-06-05",
        "F8: ended 2099, and its latest source is of 2014-03-04",
    ];
    assert_eq!(found_of("end-after-its-source", facts, &files), wanted);
}

#[test]
fn placeholder_dates() {
    let rules = std::fs::read_to_string(repository("data/describe.toml")).expect("the rules of describe");
    let rules: toml::Table = rules.parse().expect("TOML");
    let listed = |key: &str| rules["placeholder"][key].as_array().expect("dates").clone();
    let dates = [listed("goes_on"), listed("not_known")].concat();
    assert!(dates.len() > 10, "{dates:?}");
    for date in dates.iter().map(|date| date.as_str().expect("a text")) {
        let row = format!("F1,,{date},2013,confirmed,paper,,,");
        let wanted = [format!("F1: end {date} looks like a placeholder")];
        assert_eq!(found_of("placeholder-dates", &row, &[]), wanted, "describe takes {date} for one");
    }
    let facts = "F1,0013-05-02,..,2013,confirmed,paper,,,
        F2,0013-05-02,9999-12-31,0001-01-01,confirmed,paper,,,
        F3,2013-05-02,2099,1900-01-02,confirmed,paper,,,
        F4,,,,confirmed,,,,";
    let decisions = "id,one,decision,other,by,decided_on,why\nD1,acme,different,bolt,Nell,2020-01-01,asked\n";
    let wanted = [
        "F1: begin 0013-05-02 looks like a year without its century, here and 1 more",
        "F2: end 9999-12-31 looks like a placeholder",
        "F2: knownSince 0001-01-01 looks like a placeholder",
    ];
    assert_eq!(found_of("placeholder-dates", facts, &[("decisions.csv", decisions)]), wanted);
}

#[test]
fn a_source_has_a_date_or_has_been_read() {
    let sources =
        "id,title,kind,date,accessed\nold,Old paper,news,2012~,\npaper,Paper,news,,\nread,Read,news,,2014-03-04\n";
    assert_eq!(found("undated-sources", &[("sources.csv", sources)]), ["paper: nothing says when Paper was published"]);
}

#[test]
fn plain_tables_have_no_day() {
    let found = |day: &str| {
        let metadata = format!(
            "{{\"@context\":\"http://www.w3.org/ns/csvw\",\"url\":\"payments.csv\",\"tableSchema\":{{\"aboutUrl\":\"pay-{{no}}\",\
             \"columns\":[{{\"name\":\"no\"}},{{\"name\":\"paid\",\"datatype\":\"date\"{day}}}]}}}}"
        );
        let payments = "no,paid\n1,2019-12-31\n2,2020-01-31\n";
        let files = [("payments.csv", payments), ("payments.csv-metadata.json", metadata.as_str())];
        found("rows-without-a-day", &files)
    };
    assert_eq!(found(""), ["pay-1: 2 rows of payments.csv without a day, in no view"]);
    let day = ",\"propertyUrl\":\"https://w3id.org/casegraph/ns#knownEarliest\"";
    assert_eq!(found(day), Vec::<String>::new());
}

#[test]
fn a_doubted_fact_has_something_that_speaks_against_it() {
    let facts = "F1,2012,2012,2013,disputed,paper,,,
        F2,2012,2012,2013,disputed,paper,,,
        F3,2012,2012,2013,disputed,paper,,,
        F4,2012,2012,2013,retracted,paper,,,
        F5,2012,2012,2013,retracted,paper,,,
        F6,2012,2012,2013,refuted,paper,,,
        F7,2012,2012,2013,refuted,paper,,,
        F8,2012,2012,2013,refuted,paper,,,";
    let claims = "id,claimant,stance,about,made_on,known_since,status\nC2,bolt,denies,F2,2013,2013,confirmed\n\
                  C4,bolt,denies,F4,2013,2013,confirmed\nC5,acme,retracts,F5,2013,2013,confirmed\n";
    let judgements = "fact,status,since\nF3,disputed,2014\nF8,refuted,2014\n";
    let citations = "fact,source,stance\nF6,late,disputes\n";
    let files = [("claims.csv", claims), ("judgements.csv", judgements), ("citations.csv", citations)];
    let wanted = [
        "F1: disputed, and nobody is recorded who says otherwise",
        "F4: retracted, and nobody is recorded who takes it back",
        "F6: refuted, and nothing is recorded that contradicts or supersedes it",
        "F7: refuted, and nothing is recorded that contradicts or supersedes it",
    ];
    assert_eq!(found_of("disputed-without-another-side", facts, &files), wanted);
}
