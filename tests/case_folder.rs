//! Case folders as others may have left them, and as several programs change them: reading changes nothing and reads
//! nothing from outside, and what lies on the disk is not lost.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::program::{Outcome, copy_folder, files_below, repository, run};
use crate::server::Server;

/// A copy of the small example, in a folder of its own.
fn harbour() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("harbour-lights");
    copy_folder(&repository("examples/harbour-lights"), &case).expect("a copy");
    (folder, case)
}

/// Checks the folder `case`.
fn check(folder: &Path, args: &[&str]) -> Outcome {
    run(&[&["check", "harbour-lights"], args].concat(), folder, &[])
}

#[test]
fn check_moves_files_of_others() {
    let (folder, case) = harbour();
    let home = folder.path().join("home");
    for name in [".casegraph", ".casegraph-change", ".casegraph-change-agreed"] {
        fs::create_dir(&home).and_then(|()| fs::write(home.join("id_rsa"), "PRIVATE")).expect("a file");
        fs::write(home.join("people.csv"), "id,label\n").expect("a file");
        symlink("../home", case.join(name)).expect("a link");
        let before = files_below(&home);
        for args in [
            &["check", "harbour-lights"][..],
            &["import", "harbour-lights", "--store", "s.casegraph"],
            &["undo", "harbour-lights"],
        ] {
            let outcome = run(args, folder.path(), &[]);
            assert_ne!(outcome.status, 0, "{args:?} with {name}");
            assert_eq!(files_below(&home), before, "{args:?} with {name}: {}", outcome.stderr);
        }
        assert!(check(folder.path(), &[]).stderr.contains(&format!("error[unsafe-link]: `{name}`")), "{name}");
        fs::remove_file(case.join(name)).and_then(|()| fs::remove_dir_all(&home)).expect("both go");
    }
    assert_eq!(check(folder.path(), &[]).status, 0);
}

#[test]
fn dangling_file_removes_facts() {
    let (folder, case) = harbour();
    let import = || run(&["import", "harbour-lights", "--store", "s.casegraph"], folder.path(), &[]);
    assert_eq!(import().status, 0);
    let before = fs::read(folder.path().join("s.casegraph")).expect("the store");
    let table = case.join("claims.csv");
    let refuses = |what: &str| {
        for outcome in [import(), check(folder.path(), &["--follow-links"])] {
            assert_eq!(outcome.status, 1, "{what}: {}", outcome.stderr);
            assert!(outcome.stderr.contains("error[missing-file]: `claims.csv` is a"), "{what}: {}", outcome.stderr);
        }
        assert_eq!(fs::read(folder.path().join("s.casegraph")).expect("the store"), before, "{what}");
    };
    fs::remove_file(&table).and_then(|()| symlink("/no/such/share/claims.csv", &table)).expect("a link");
    refuses("a link that leads nowhere");
    fs::remove_file(&table).and_then(|()| symlink("claims.csv", &table)).expect("a link");
    refuses("a link that leads to itself");
    fs::remove_file(&table).and_then(|()| fs::create_dir(&table)).expect("a folder");
    refuses("a folder");
    fs::remove_dir(&table).expect("the folder goes");
    assert!(Command::new("mkfifo").arg(&table).status().expect("mkfifo runs").success());
    refuses("a pipe");
}

#[test]
fn links_out_of_the_folder_are_followed_only_where_that_is_asked_for() {
    let (folder, case) = harbour();
    let away = folder.path().join("away");
    fs::create_dir(&away).expect("a folder");
    let style = "[predicate.sued]\ncolour = \"#101010\"\n";
    fs::write(case.join("style.toml"), style).expect("a file");
    fs::create_dir_all(case.join("queries/checks")).expect("folders");
    let question = "# title: Mine\n# question: Is there any?\nASK { ?a ?b ?c }\n";
    fs::write(case.join("queries/mine.rq"), question).expect("a file");
    fs::write(case.join("queries/checks/own.rq"), question.replace("ASK", "SELECT ?a")).expect("a file");
    for name in ["people.csv", "case.toml", "style.toml", "queries", "queries/mine.rq", "queries/checks/own.rq"] {
        let (place, moved) = (case.join(name), away.join("moved"));
        fs::rename(&place, &moved).and_then(|()| symlink(&moved, &place)).expect("a link");
        let told = check(folder.path(), &[]);
        assert_eq!(told.status, 1, "{name}");
        assert!(told.stderr.contains(&format!("error[unsafe-link]: `{name}` is a link")), "{}", told.stderr);
        for command in ["export", "search", "lint", "serve"] {
            let args: &[&str] = match command {
                "export" => &["export", "harbour-lights", "--to", "nquads"],
                "search" => &["search", "harbour-lights", "ida"],
                "lint" => &["lint", "harbour-lights"],
                _ => &["serve", "harbour-lights", "--port", "0"],
            };
            assert_eq!(run(args, folder.path(), &[]).status, 1, "{args:?} with {name}");
        }
        let followed = check(folder.path(), &["--follow-links"]);
        assert_eq!(followed.status, 0, "{name}: {}", followed.stderr);
        fs::remove_file(&place).and_then(|()| fs::rename(&moved, &place)).expect("back");
    }
    fs::rename(case.join("people.csv"), case.join("kept.txt")).expect("moved");
    symlink("kept.txt", case.join("people.csv")).expect("a link");
    symlink("harbour-lights", folder.path().join("by-link")).expect("a link");
    let outcome = run(&["check", "by-link"], folder.path(), &[]);
    assert_eq!(outcome.status, 0, "links inside, and to the folder itself, are fine: {}", outcome.stderr);
}

#[test]
fn browser_import_loses_edits_on_disk() {
    let (folder, case) = harbour();
    let server = Server::start(&case, &["--write"]);
    let path = case.join("relations.csv");
    let older = fs::read_to_string(&path).expect("the table");
    let row = older.lines().nth(1).expect("a row").split_once(',').expect("an id").1.to_owned();
    let edited = format!("{older}EDITED,{row}\n");
    fs::write(&path, &edited).expect("saved in an editor");
    let shown = server.drop_files("", &[("relations.csv", &older)]).json();
    let difference = &shown["difference"];
    assert_eq!(
        (&difference["added"], &difference["changed"], &difference["removed"]),
        (&0.into(), &0.into(), &1.into())
    );
    assert_eq!(
        (&difference["facts"][0]["id"], &difference["facts"][0]["change"]),
        (&"EDITED".into(), &"removed".into())
    );

    let again = format!("{edited}AGAIN,{row}\n");
    fs::write(&path, &again).expect("saved once more");
    let apply = format!("?apply={}", shown["state"].as_str().expect("a state"));
    let late = server.drop_files(&apply, &[("relations.csv", &older)]).json();
    assert_eq!((&late["applied"], &late["overtaken"]), (&false.into(), &true.into()), "{late}");
    assert_eq!(late["difference"]["removed"], 2);
    assert_eq!(fs::read_to_string(&path).expect("the table"), again);

    let apply = format!("?apply={}", late["state"].as_str().expect("a state"));
    assert_eq!(
        server.drop_files(&apply, &[("relations.csv", &older), ("people-more.csv", "id,label\nx,X\n")]).json()["applied"],
        true
    );
    assert_eq!(fs::read_to_string(&path).expect("the table"), older);
    let undo = || run(&["undo", "harbour-lights"], folder.path(), &[]);
    fs::write(&path, &edited).expect("saved in an editor");
    let refused = undo();
    assert_eq!(refused.status, 3);
    assert!(refused.stderr.contains(": relations.csv\n"), "{}", refused.stderr);
    fs::write(&path, &older).expect("saved in an editor");
    let taken = undo();
    assert!(taken.stdout.contains("back: put back relations.csv; removed people-more.csv"), "{}", taken.stdout);
    assert_eq!(fs::read_to_string(&path).expect("the table"), again, "nothing is lost");
    assert!(!case.join("people-more.csv").exists());
    assert_eq!(undo().status, 3, "once");
}

#[test]
fn two_imports_at_once_break_the_case() {
    let temporary = tempfile::tempdir().expect("a folder");
    let case = temporary.path().join("case");
    let (with, without) = ("id,label\na,A\nb,B\nzed,Z\n", "id,label\na,A\nb,B\n");
    let (few, more) = ("id,subject,predicate,object,status\nF1,a,sued,b,asserted\n", "F2,a,sued,zed,asserted\n");
    let more = format!("{few}{more}");
    fs::create_dir(&case).expect("a folder");
    let servers = {
        fs::write(case.join("companies.csv"), with).expect("a file");
        fs::write(case.join("relations.csv"), few).expect("a file");
        [Server::start(&case, &["--write"]), Server::start(&case, &["--write"])]
    };
    for round in 0..8 {
        fs::write(case.join("companies.csv"), with).expect("a file");
        fs::write(case.join("relations.csv"), few).expect("a file");
        // Both to one server, and then each to one of its own.
        let second = &servers[round % 2];
        let (one, other) = thread::scope(|scope| {
            let one = scope.spawn(|| servers[0].drop_files("?apply", &[("companies.csv", without)]));
            let other = scope.spawn(|| second.drop_files("?apply", &[("relations.csv", &more)]));
            (one.join().expect("an answer"), other.join().expect("an answer"))
        });
        let mut applied = 0;
        for sent in [&one, &other] {
            match sent.status {
                200 => applied += usize::from(sent.json()["applied"] == true),
                409 => assert!(sent.body.contains("is writing to this case"), "{}", sent.body),
                _ => panic!("round {round}: {} {}", sent.status, sent.body),
            }
        }
        assert_eq!(applied, 1, "round {round}: {} {}", one.body, other.body);
        let outcome = run(&["check", "case"], temporary.path(), &[]);
        assert_eq!(outcome.status, 0, "round {round}: {}", outcome.stderr);
    }
}
