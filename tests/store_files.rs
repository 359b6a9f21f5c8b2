//! Case files that were damaged, exchanged or closed to others: nothing is said of them that is not so.

use std::fs;
use std::path::{Path, PathBuf};

use casegraph::case::Case;
use casegraph::store::{CaseStore, sorted_quads};

use crate::kill::{held, write_case};
use crate::program::{Outcome, copy_folder, repository, run};

const STORE: &str = "case.casegraph";

/// A folder with a case file of two imports, of the cases `first` and `second`.
fn two_imports() -> (tempfile::TempDir, PathBuf) {
    with_imports(["first", "second"])
}

fn with_imports(cases: [&str; 2]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    for (case, facts) in [("first", 20), ("second", 30), ("third", 40)] {
        write_case(&folder.path().join(case), facts, case);
    }
    for case in cases {
        assert_eq!(import(folder.path(), case).status, 0);
    }
    let store = folder.path().join(STORE);
    (folder, store)
}

fn import(folder: &Path, case: &str) -> Outcome {
    run(&["import", case, "--store", STORE], folder, &[])
}

fn undo(folder: &Path) -> Outcome {
    run(&["undo", STORE], folder, &[])
}

#[test]
fn a_damaged_file_is_told_by_every_command_and_stays_as_it_is() {
    let (folder, store) = two_imports();
    let folder = folder.path();
    let (whole, before) = (fs::read(&store).expect("a case file"), folder.join(".case.casegraph.before"));
    let first = held(&before);
    let kept = fs::read(&before).expect("the copy from before");
    let mut flipped = whole.clone();
    let end = flipped.len() - 40;
    flipped[end] ^= 0x20;
    let middle = whole.len() / 2;
    for (how, bytes) in [
        ("half of its bytes", whole[..middle].to_vec()),
        ("all but its last byte", whole[..whole.len() - 1].to_vec()),
        ("no byte", Vec::new()),
        ("a bit of its end that was turned", flipped),
        ("more behind it", [&whole[..], b"more"].concat()),
        ("another text", b"id,label\nmarie-dupont,Marie Dupont\n".to_vec()),
    ] {
        fs::write(&store, &bytes).and_then(|()| fs::write(&before, &kept)).expect("a damaged file");
        for args in [
            &["import", "second", "--store", STORE][..],
            &["import", "third", "--store", STORE],
            &["cases", STORE],
            &["query", STORE, "classes"],
            &["export", STORE],
        ] {
            let told = run(args, folder, &[]);
            assert_eq!((told.status, told.stdout.as_str()), (3, ""), "{how}: {args:?}: {}", told.stderr);
            assert!(told.stderr.contains("case.casegraph is damaged"), "{how}: {}", told.stderr);
            assert!(told.stderr.contains("`casegraph undo case.casegraph` brings back"), "{how}: {}", told.stderr);
            assert_eq!(fs::read(&store).expect("the file"), bytes, "{how}: {args:?} writes to it");
        }
        let verified = run(&["verify", STORE], folder, &[]);
        assert_eq!((verified.status, verified.stderr.contains("undo")), (1, true), "{how}: {}", verified.stderr);
        let undone = undo(folder);
        assert_eq!(undone.status, 0, "{how}: {}", undone.stderr);
        assert_eq!(held(&store), first, "{how}");
        assert_eq!(run(&["verify", STORE], folder, &[]).status, 0, "{how}");
    }
    // Where the copy is damaged too, nothing leads to it.
    fs::write(&store, &whole[..middle]).and_then(|()| fs::write(&before, &kept[..middle])).expect("damage");
    let (imported, undone) = (import(folder, "second"), undo(folder));
    for told in [imported, undone] {
        assert_eq!((told.status, told.stderr.contains("into a new file")), (3, true), "{}", told.stderr);
    }
}

/// What a command says of a file is what it says of the sound one, or that the file is damaged: at a thousand places spread
/// over the file, by the library, and at some of them by whole commands.
#[test]
fn a_file_with_turned_bytes_answers_rightly_or_not_at_all() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    copy_folder(&repository("examples/harbour-lights"), &folder.join("case")).expect("a copy");
    assert_eq!(import(folder, "case").status, 0);
    let (whole, path) = (fs::read(folder.join(STORE)).expect("a case file"), folder.join("turned.casegraph"));
    let quads = |path: &Path| {
        let all = sorted_quads(&CaseStore::open(path)?)?;
        Ok::<_, casegraph::store::Error>(all.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let sound = quads(&folder.join(STORE)).expect("a sound file");
    let questions: [&[&str]; 5] = [
        &["cases"],
        &["query", "gags"],
        &["query", "timeline"],
        &["path", "grey-gull-ferries", "nell-pike"],
        &["export", "--to", "turtle"],
    ];
    let ask = |name: &str, question: &[&str]| run(&[&question[..1], &[name], &question[1..]].concat(), folder, &[]);
    let answers: Vec<Outcome> = questions.iter().map(|question| ask(STORE, question)).collect();
    for (question, answer) in questions.iter().zip(&answers) {
        assert_eq!(answer.status, 0, "{question:?}: {}", answer.stderr);
    }
    let (mut damaged, mut refused) = (0, [0; 5]);
    for round in 0..1_000 {
        let mut bytes = whole.clone();
        bytes[round * whole.len() / 1_000] ^= 1 << (round % 8);
        fs::write(&path, &bytes).expect("a damaged file");
        match quads(&path) {
            Ok(found) => assert_eq!(found, sound, "round {round}"),
            Err(_) => damaged += 1,
        }
        let _any = Case::open(&path).map(|case| case.title);
        if round % 20 == 0 {
            let at = round / 20 % questions.len();
            let told = ask("turned.casegraph", questions[at]);
            if told.status == 0 {
                assert_eq!((&told.stdout, &told.stderr), (&answers[at].stdout, &answers[at].stderr), "round {round}");
            } else {
                assert_eq!((told.status, told.stdout.as_str()), (3, ""), "round {round}: {}", told.stderr);
                assert!(told.stderr.contains("damaged") || told.stderr.contains("another version"), "{}", told.stderr);
                assert!(told.stderr.contains("hint: "), "round {round}: {}", told.stderr);
                refused[at] += 1;
            }
        }
    }
    assert!(damaged > 500, "{damaged} of 1,000 were found to be damaged when all was read");
    assert!(refused.iter().sum::<usize>() > 5, "{refused:?}");
}

#[test]
fn a_file_of_an_earlier_version_is_told_and_left_alone() {
    let (folder, store) = two_imports();
    let mut newer = fs::read(&store).expect("a case file");
    newer[8] = 99;
    // Earlier versions kept compressed N-Quads.
    for bytes in [newer, b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x03\0\0\0\0\0\0\0\0\0".to_vec()] {
        fs::write(&store, &bytes).expect("a file of another version");
        for args in
            [&["cases", STORE][..], &["import", "third", "--store", STORE], &["verify", STORE], &["undo", STORE]]
        {
            let told = run(args, folder.path(), &[]);
            assert_eq!((told.status, told.stdout.as_str()), (3, ""), "{args:?}: {}", told.stderr);
            assert!(told.stderr.contains("written by another version of casegraph"), "{}", told.stderr);
            assert!(told.stderr.contains("import the case again into a new file"), "{}", told.stderr);
            assert_eq!(fs::read(&store).expect("the file"), bytes, "{args:?} writes to it");
        }
    }
}

#[test]
fn who_has_a_case_file_open_reads_on_in_it() {
    let (folder, store) = two_imports();
    let second = held(&store).expect("a case file");
    // Nothing but its list of parts has been read.
    let open = CaseStore::open(&store).expect("a case file");
    assert_eq!(import(folder.path(), "third").status, 0);
    assert_eq!(undo(folder.path()).status, 0);
    assert_eq!(import(folder.path(), "first").status, 0);
    let found: Vec<_> = sorted_quads(&open).expect("quads").iter().map(ToString::to_string).collect();
    assert_eq!(found, second);
    assert_ne!(held(&store), Some(second));
}

#[test]
fn several_cases_of_a_file_stay_when_one_of_them_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, labels: &[&str]| {
        let case = folder.path().join(name);
        fs::create_dir_all(&case).expect("a folder");
        fs::write(case.join("case.toml"), format!("title = \"{name}\"\nbase = \"https://example.org/{name}/id/\"\n"))
            .expect("a file");
        let rows: Vec<_> = labels.iter().map(|label| format!("{},{label}\n", label.to_lowercase())).collect();
        fs::write(case.join("people.csv"), format!("id,label\n{}", rows.concat())).expect("a file");
    };
    write("one", &["Ada", "Bea"]);
    write("two", &["Cem"]);
    let facts = |case: &str| run(&["export", STORE, "--case", case], folder.path(), &[]).stdout;
    for case in ["one", "two"] {
        assert_eq!(import(folder.path(), case).status, 0);
    }
    let two = facts("two");
    write("one", &["Ada", "Dan"]);
    let changed = run(&["import", "one", "--store", STORE, "--dry-run"], folder.path(), &[]).stdout;
    assert!(changed.contains("people.csv: other records 1 added, 0 changed, 1 removed"), "{changed}");
    assert_eq!(import(folder.path(), "one").status, 0);
    assert_eq!(facts("two"), two);
    // What is kept for its next import has moved with it.
    assert!(import(folder.path(), "two").stdout.contains("nothing changed"));
    write("two", &["Cem", "Eva"]);
    let changed = run(&["import", "two", "--store", STORE, "--dry-run"], folder.path(), &[]).stdout;
    assert!(changed.contains("people.csv: other records 1 added, 0 changed, 0 removed"), "{changed}");
    assert_eq!(run(&["verify", STORE], folder.path(), &[]).status, 0);
}

#[test]
fn undo_refuses_the_copy_of_another_file() {
    let ((folder, store), (elsewhere, other)) = (two_imports(), with_imports(["third", "first"]));
    fs::copy(&other, &store).expect("another file over it");
    let told = undo(folder.path());
    assert_eq!((told.status, told.stdout.as_str()), (3, ""), "{}", told.stderr);
    assert!(told.stderr.contains(".case.casegraph.before is not what"), "{}", told.stderr);
    assert_eq!(held(&store), held(&other));
    assert!(run(&["verify", STORE], folder.path(), &[]).stdout.contains("`casegraph undo` refuses it"));
    // With its own copy beside it, it can be taken back.
    let third = held(&elsewhere.path().join(".case.casegraph.before"));
    fs::copy(elsewhere.path().join(".case.casegraph.before"), folder.path().join(".case.casegraph.before"))
        .expect("its copy");
    assert_eq!(undo(folder.path()).status, 0);
    assert_eq!(held(&store), third);
    // A file of one import has nothing before it, whatever lies there.
    fs::remove_file(&other).expect("removed");
    assert_eq!(import(elsewhere.path(), "first").status, 0);
    let told = undo(elsewhere.path());
    assert_eq!((told.status, told.stderr.contains("holds nothing from before")), (3, true), "{}", told.stderr);
}
#[cfg(unix)]
#[test]
fn who_may_read_the_file_stays_the_same() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = two_imports();
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let all_are_private = || {
        for entry in folder.path().read_dir().expect("the folder").map(|entry| entry.expect("an entry").path()) {
            let is_beside = entry.file_name().is_some_and(|name| name.to_string_lossy().contains(STORE));
            // The lock says nothing but the number of a process.
            if is_beside && !entry.to_string_lossy().ends_with(".lock") {
                assert_eq!(mode(&entry), 0o600, "{}", entry.display());
            }
        }
    };
    fs::set_permissions(&store, fs::Permissions::from_mode(0o600)).expect("a mode");
    // What is kept beside it is from before that.
    assert_eq!(undo(folder.path()).status, 0);
    all_are_private();
    for case in ["second", "third"] {
        assert_eq!(import(folder.path(), case).status, 0);
        all_are_private();
    }
    let server = crate::server::Server::start(&store, &["--write"]);
    let update = "INSERT DATA { GRAPH <x:g> { <x:a> a <x:B> } }";
    assert_eq!(server.try_update(update).expect("an answer").status, 204);
    all_are_private();
}
