//! Locks of stores: they belong to the store that is really meant, and harm nothing that stands in their place.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::run;

fn write_case(folder: &Path, name: &str) {
    fs::create_dir(folder.join(name)).expect("a folder");
    let rows: Vec<String> = (0..600).map(|n| format!("{name}-{n},Company {n}\n")).collect();
    fs::write(folder.join(name).join("companies.csv"), format!("id,label\n{}", rows.concat())).expect("a file");
}

#[test]
fn lock_link_overwrites_a_file() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    write_case(folder, "case");
    fs::create_dir(folder.join("shared")).expect("a folder");
    let lock = folder.join("shared/.s.casegraph.lock");
    let import = || run(&["import", "case", "--store", "shared/s.casegraph"], folder, &[]);
    for text in ["thesis", ""] {
        fs::write(folder.join("victim.txt"), text).expect("a file");
        symlink("../victim.txt", &lock).expect("a link");
        let outcome = import();
        assert_eq!(outcome.status, 3, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("shared/.s.casegraph.lock is not a lock"), "{}", outcome.stderr);
        assert_eq!(fs::read_to_string(folder.join("victim.txt")).expect("the file"), text);
        fs::remove_file(&lock).expect("the link goes");
    }
    fs::write(&lock, "notes of somebody").expect("a file");
    assert_eq!(import().status, 3);
    assert_eq!(fs::read_to_string(&lock).expect("the file"), "notes of somebody");
    fs::remove_file(&lock).expect("the file goes");
    assert!(Command::new("mkfifo").arg(&lock).status().expect("mkfifo runs").success());
    assert_eq!(import().status, 3, "a pipe does not make it wait");
    fs::remove_file(&lock).expect("the pipe goes");
    assert_eq!(import().status, 0);
    assert_eq!(import().status, 0, "a lock of an import before is fine");
}

#[test]
fn links_to_one_store_lose_an_import() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    for name in ["one", "two", "first"] {
        write_case(folder, name);
    }
    fs::create_dir(folder.join("d1")).and_then(|()| fs::create_dir(folder.join("d2"))).expect("folders");
    symlink("../d1/s.casegraph", folder.join("d2/s.casegraph")).expect("a link");
    for round in 0..3 {
        assert_eq!(run(&["import", "first", "--store", "d1/s.casegraph"], folder, &[]).status, 0);
        let imports = [("one", "d1/s.casegraph"), ("two", "d2/s.casegraph")].map(|(case, store)| {
            let mut command = Command::new(assert_cmd::cargo::cargo_bin!("casegraph"));
            command.args(["import", case, "--store", store]).current_dir(folder);
            (case, command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts"))
        });
        let mut said = vec!["first"];
        for (case, mut import) in imports {
            if import.wait().expect("the import ends").success() {
                said.push(case);
            }
        }
        assert!(said.len() > 1, "one of the two at least is let in");
        let kept = run(&["cases", "d1/s.casegraph", "--format", "csv"], folder, &[]).stdout;
        for case in said {
            assert!(kept.contains(&format!("https://example.org/{case}/id/")), "round {round}: {case} in\n{kept}");
        }
        fs::remove_file(folder.join("d1/s.casegraph")).expect("the store goes");
    }
}
