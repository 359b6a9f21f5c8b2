//! What is large or goes round in circles comes to an end, and to the right one.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;

/// Runs the program, which must come to an end; returns what it printed, and its errors.
fn ended(folder: &Path, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("casegraph"));
    command.args(arguments).current_dir(folder).timeout(Duration::from_secs(120));
    let out = command.output().expect("the program of this build starts");
    assert!(out.status.code().is_some(), "{arguments:?} has not ended after two minutes");
    let [told, errors] = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (told, errors)
}

#[test]
fn ten_thousand_redirects_in_a_row_lead_to_the_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut redirects = "old,new\n".to_owned();
    for n in 0..10_000 {
        writeln!(redirects, "c{n},c{}", n + 1).expect("a String takes all that is written");
    }
    fs::write(folder.path().join("redirects.csv"), &redirects).expect("a file");
    fs::write(folder.path().join("companies.csv"), "id,label\nc10000,Gull\nb,Lantern\n").expect("a file");
    let relations = "id,subject,predicate,object,begin,status\nR1,c0,sued,b,2013,confirmed\n";
    fs::write(folder.path().join("relations.csv"), relations).expect("a file");
    let (told, errors) = ended(folder.path(), &["query", ".", "SELECT ?s { ?s cg:sued :b }", "--format", "csv"]);
    assert!(told.ends_with("/id/c10000\r\n") && told.lines().count() == 2, "{told}{errors}");
    // A circle leads nowhere, and that is told.
    fs::write(folder.path().join("redirects.csv"), redirects + "c10000,c0\n").expect("a file");
    fs::write(folder.path().join("companies.csv"), "id,label\nb,Lantern\n").expect("a file");
    let (_, errors) = ended(folder.path(), &["check", "."]);
    assert!(errors.contains("10002 errors: nothing was loaded"), "{errors}");
}

#[test]
fn describe_refuses_a_hundred_thousand_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |text: &str| (0..100_000).map(|n| format!("{text}{n}")).collect::<Vec<_>>().join(",");
    fs::write(folder.path().join("wide.csv"), format!("{}\n{}\n", row("c"), row(""))).expect("a file");
    let (told, errors) = ended(folder.path(), &["describe", "wide.csv"]);
    assert!(errors.contains("wide.csv has more than 4096 columns, the most that can be described"), "{told}{errors}");
    assert!(!folder.path().join("wide.csv-metadata.json").exists());
}

#[test]
fn lint_same_name_slow() {
    let folder = tempfile::tempdir().expect("a folder");
    let labels: Vec<String> = (0..1000)
        .map(|n| match n % 5 {
            0 => format!("Grey Gull {}", n / 10),
            1 => format!("GREY GULL {}", n / 20),
            _ => format!("Lantern {n}"),
        })
        .collect();
    let mut companies = "id,label\n".to_owned();
    for (n, label) in labels.iter().enumerate() {
        writeln!(companies, "c{n},{label}").expect("a String takes all that is written");
    }
    fs::write(folder.path().join("companies.csv"), companies).expect("a file");
    let decisions = "id,one,decision,other,by,decided_on,why\nd1,c0,different,c1,Nell,2020-01-01,asked\nd2,c1,unsure,c16,Nell,2020-01-01,asked\n";
    fs::write(folder.path().join("decisions.csv"), decisions).expect("a file");
    let mut wanted = BTreeSet::new();
    for (a, one) in labels.iter().enumerate() {
        for (b, other) in labels.iter().enumerate() {
            let is_decided = [(0, 1), (1, 16)].contains(&(a, b));
            if format!("c{a}") < format!("c{b}") && one.to_lowercase() == other.to_lowercase() && !is_decided {
                wanted.insert(format!("c{a},\"goes by “{one}”, as does c{b}\""));
            }
        }
    }
    // A check that compares all with all has not ended after an hour.
    let told = ended(folder.path(), &["lint", ".", "--check", "same-name", "--format", "csv"]).0;
    let found = told.lines().skip(1).map(|line| line.rsplit_once("/id/").map_or(line, |(_, rest)| rest).to_owned());
    assert_eq!(found.collect::<BTreeSet<_>>(), wanted);
    assert!(wanted.len() > 200, "{} pairs", wanted.len());
}
