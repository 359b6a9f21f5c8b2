//! What commands write costs nobody a file: not what is read, not what is there, not when the disk is full. Each file is
//! compared byte for byte with what it held.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{Outcome, copy_folder, files_below, repository, run};

/// A folder with a case `c`, its store `s.casegraph`, and a CSV file `a.csv` with metadata and a schema.
fn workshop() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(&repository("examples/harbour-lights"), &folder.path().join("c")).expect("a copy");
    fs::create_dir(folder.path().join("c/queries")).expect("a folder");
    let metadata = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "tableSchema": "schema.json"}"#;
    let files = [
        ("a.csv", "id,name\n1,Gull\n"),
        ("a.csv-metadata.json", metadata),
        ("schema.json", r#"{"columns": [{"name": "id", "titles": "id"}, {"name": "name", "titles": "name"}]}"#),
        ("c/queries/own.rq", "# title: Own\n# question: Own?\nASK {}\n"),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    assert_eq!(casegraph(folder.path(), "import c --store s.casegraph").status, 0);
    folder
}

fn casegraph(folder: &Path, command: &str) -> Outcome {
    run(&command.split(' ').collect::<Vec<_>>(), folder, b"")
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let read = |path: PathBuf| (path.clone(), fs::read(folder.join(path)).expect("a file"));
    files_below(folder).into_iter().map(read).collect()
}

/// Runs a command that has to be refused and to change nothing at all.
fn refused(folder: &Path, command: &str, reason: &str) {
    let before = contents(folder);
    let outcome = casegraph(folder, command);
    assert!(outcome.status == 2 && outcome.stderr.contains(reason), "{command}: {} {}", outcome.status, outcome.stderr);
    assert!(contents(folder) == before, "`{command}` changed something");
}

fn done(folder: &Path, command: &str) -> Outcome {
    let outcome = casegraph(folder, command);
    assert_eq!(outcome.status, 0, "{command}: {}", outcome.stderr);
    outcome
}

#[test]
fn export_csv_over_its_own_case() {
    let folder = workshop();
    for command in ["export c --to csv --known-on 2019-01-01", "export c --to neo4j", "build c"] {
        refused(folder.path(), &format!("{command} --output c"), "c is an input");
        refused(folder.path(), &format!("{command} --output c --force"), "c is an input");
    }
}

/// Commands, and the files that each of them reads.
const READING: [(&str, &[&str]); 5] = [
    ("export c --to turtle", &["c/relations.csv", "c/case.toml", "c/queries/own.rq"]),
    ("export s.casegraph", &["s.casegraph"]),
    ("diagram timeline c --format txt", &["c/companies.csv"]),
    ("convert a.csv", &["a.csv", "a.csv-metadata.json", "schema.json"]),
    ("describe a.csv", &["a.csv"]),
];

#[test]
fn what_is_read_is_never_written_over() {
    let folder = workshop();
    for (command, files) in READING {
        for file in files {
            for force in ["", " --force"] {
                refused(folder.path(), &format!("{command} --output {file}{force}"), "is an input");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn links_and_second_names_of_what_is_read_are_what_is_read() {
    let folder = workshop();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("out")).expect("a folder");
    std::os::unix::fs::symlink(at("c"), at("linked")).expect("a link");
    refused(folder.path(), "export c --to csv --output linked --force", "linked is an input");
    for (command, files) in READING {
        fs::hard_link(at(files[0]), at("second")).expect("a second name");
        std::os::unix::fs::symlink(at(files[0]), at("link")).expect("a link");
        for name in ["second", "link"] {
            refused(folder.path(), &format!("{command} --output {name} --force"), "is an input");
            fs::remove_file(at(name)).expect("removed");
        }
    }
    fs::hard_link(at("c/relations.csv"), at("out/relations.csv")).expect("a second name");
    refused(folder.path(), "export c --to csv --output out --force", "out/relations.csv is an input");
}

#[test]
fn a_file_that_is_there_is_written_over_by_force_only() {
    let folder = workshop();
    for (command, _) in READING {
        let there = folder.path().join("there");
        fs::write(&there, "mine").expect("a file");
        refused(folder.path(), &format!("{command} --output there"), "there is there already");
        done(folder.path(), &format!("{command} --output there --force"));
        done(folder.path(), &format!("{command} --output new"));
        let (there, new) = (fs::read(there).expect("a file"), folder.path().join("new"));
        assert!(there == fs::read(&new).expect("a file") && there != b"mine", "{command}");
        fs::remove_file(new).expect("removed");
        refused(folder.path(), &format!("{command} --output c --force"), "c is ");
    }
}

#[test]
fn a_folder_with_files_of_others_is_written_to_by_force_only() {
    let folder = workshop();
    for (number, command) in ["export c --to csv", "export c --to neo4j", "build c"].iter().enumerate() {
        let out = format!("out-{number}");
        let notes = folder.path().join(&out).join("notes.txt");
        fs::create_dir(folder.path().join(&out)).expect("a folder");
        fs::write(&notes, "mine").expect("a file");
        refused(folder.path(), &format!("{command} --output {out}"), "such as notes.txt: nothing was written");
        refused(folder.path(), &format!("{command} --output a.csv --force"), "a.csv is ");
        done(folder.path(), &format!("{command} --output {out} --force"));
        // From now on the folder is its own, and the notes are left alone.
        done(folder.path(), &format!("{command} --output {out}"));
        assert_eq!(fs::read(&notes).expect("the notes"), b"mine");
        // What another command made is not its own.
        let other = if number == 0 { "build c" } else { "export c --to csv" };
        refused(folder.path(), &format!("{other} --output {out}"), "did not write");
    }
}

#[test]
fn a_command_writes_into_its_own_folder_again_and_leaves_nothing_old() {
    let folder = workshop();
    done(folder.path(), "export c --to csv --output out");
    let whole = contents(&folder.path().join("out"));
    let early = "export c --to csv --output out --known-on 2019-01-01";
    done(folder.path(), early);
    let less = contents(&folder.path().join("out"));
    assert!(less.len() < whole.len() && !less.contains_key(Path::new("claims.csv")), "{:?}", less.keys());
    done(folder.path(), "export c --to csv --output out");
    assert!(contents(&folder.path().join("out")) == whole);
    // A file that its reader has changed is the reader's.
    let relations = folder.path().join("out/relations.csv");
    fs::write(&relations, "id,subject,predicate,object\n").expect("a file");
    refused(folder.path(), "export c --to csv --output out", "out/relations.csv is not as");
    done(folder.path(), &format!("{early} --force"));
    fs::write(folder.path().join("out/sources.csv"), "mine").expect("a file");
    fs::write(folder.path().join("out/claims.csv"), "mine").expect("a file");
    done(folder.path(), &format!("{early} --force"));
    assert_eq!(fs::read(folder.path().join("out/claims.csv")).expect("a file that it does not make"), b"mine");
}

#[test]
fn a_record_is_believed_about_its_own_folder_only() {
    let folder = workshop();
    done(folder.path(), "export c --to csv --output out");
    let record = folder.path().join("out/.casegraph-export---to-csv.sha256");
    let hash = fs::read_to_string(&record).expect("the record");
    let mine = folder.path().join("mine.csv");
    let (line, _) = hash.split_once('\n').expect("a line");
    let (sum, name) = line.split_once("  ").expect("a sum and a name");
    fs::copy(folder.path().join("out").join(name), &mine).expect("a copy");
    fs::write(&record, format!("{hash}{sum}  ../mine.csv\n{sum}  {}\n", mine.display())).expect("the record");
    done(folder.path(), "export c --to csv --output out");
    assert!(mine.exists());
}

#[test]
fn tables_that_are_there_are_left_alone() {
    let folder = workshop();
    fs::write(folder.path().join("q.csv"), "item,itemLabel\nhttp://www.wikidata.org/entity/Q95,Google\n")
        .expect("a file");
    done(folder.path(), "adopt wikidata q.csv --class Company --output c");
    refused(folder.path(), "adopt wikidata q.csv --class Company --output c", "c has companies-wikidata.csv, ");
    refused(folder.path(), "init c", "c has case.toml, ");
}

#[cfg(unix)]
mod on_unix {
    use std::process::{Command, Output};

    use super::*;

    /// Runs a shell in which `casegraph` is the program of this build.
    fn sh(folder: &Path, script: &str) -> Output {
        let program = assert_cmd::cargo::cargo_bin!("casegraph");
        let mut command = Command::new("sh");
        command.args(["-c", &format!("casegraph() {{ '{}' \"$@\"; }}\n{script}", program.display())]);
        command.current_dir(folder).output().expect("a shell")
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file_and_names_it() {
        let folder = workshop();
        let entity = |number: usize| format!("http://www.wikidata.org/entity/Q{number},{}\n", "wide ".repeat(20));
        let entities: String = (1..40).map(entity).collect();
        fs::write(folder.path().join("wide.csv"), format!("item,itemLabel\n{entities}")).expect("a file");
        fs::write(folder.path().join("old"), "old").expect("a file");
        done(folder.path(), "build c --output there");
        done(folder.path(), "export c --to csv --output again");
        // The system refuses to make files longer than so many blocks of 512 bytes, as a full disk does. What Graphviz is
        // given lies in a file too, so that `build` needs more.
        for (command, blocks, file) in [
            ("export c --output old --force", 2, "old"),
            ("export c --to graphml --output old --force", 2, "old"),
            ("export c --to csv --known-on 2020-01-01 --output again", 2, "again/"),
            ("diagram timeline c --format txt --output old --force", 2, "old"),
            ("convert wide.csv --output old --force", 2, "old"),
            ("describe a.csv --output old --force", 0, "old"),
            ("build c --known-on 2020-01-01 --output there", 60, "there/"),
            ("adopt wikidata wide.csv --class Company --output there", 2, "there/companies"),
            ("init there", 2, "there/case.toml"),
            ("man there", 2, "there/casegraph"),
        ] {
            let before = contents(folder.path());
            let failed = sh(folder.path(), &format!("ulimit -f {blocks}; trap '' XFSZ; casegraph {command}"));
            let told = String::from_utf8_lossy(&failed.stderr);
            assert_eq!(failed.status.code(), Some(3), "{command}: {told}");
            assert!(
                told.contains(&format!("cannot use {file}")) && told.contains("File too large"),
                "{command}: {told}"
            );
            assert!(contents(folder.path()) == before, "`{command}` changed something");
        }
    }

    #[test]
    fn devices_and_pipes_are_written_directly() {
        let folder = workshop();
        let wanted = done(folder.path(), "export c --to turtle").stdout;
        for script in [
            "casegraph export c --to turtle --output /dev/stdout | cat",
            "casegraph export c --to turtle --output /dev/fd/3 3>&1 | cat",
            "casegraph export c --to turtle --output /dev/stdout > file; cat file",
            "mkfifo pipe; cat pipe & casegraph export c --to turtle --output pipe; wait",
        ] {
            let out = sh(folder.path(), script);
            assert_eq!(
                String::from_utf8_lossy(&out.stdout),
                wanted,
                "{script}: {}",
                String::from_utf8_lossy(&out.stderr)
            );
        }
        let converted = done(folder.path(), "convert a.csv").stdout;
        let out = sh(folder.path(), "casegraph convert a.csv --output /dev/stdout");
        assert_eq!(String::from_utf8_lossy(&out.stdout), converted);
        let full = casegraph(folder.path(), "export c --output /dev/full");
        assert!(full.status == 3 && full.stderr.contains("/dev/full"), "{}", full.stderr);
    }

    #[test]
    fn what_is_read_is_not_appended_to_itself() {
        let folder = workshop();
        let before = contents(folder.path());
        for script in ["casegraph convert a.csv >> a.csv", "casegraph export s.casegraph >> s.casegraph"] {
            let out = sh(folder.path(), script);
            assert_eq!(out.status.code(), Some(2), "{script}");
            assert!(contents(folder.path()) == before, "{script}");
        }
    }
}
