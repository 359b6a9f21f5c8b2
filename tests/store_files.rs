//! Store files that were damaged, exchanged or closed to others: nothing is said of them that is not so.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::kill::{held, write_case};
use crate::program::{Outcome, run};

const STORE: &str = "case.casegraph";

/// A folder with a store of two imports, of the cases `first` and `second`.
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

fn text_of(store: &Path) -> String {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(store).expect("a store")).read_to_string(&mut text).expect("text");
    text
}

fn compressed(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text.as_bytes()).and_then(|()| out.finish()).expect("memory")
}

#[test]
fn damaged_store_nothing_changed() {
    let (folder, store) = two_imports();
    let folder = folder.path();
    let (whole, text, before) =
        (fs::read(&store).expect("a store"), text_of(&store), folder.join(".case.casegraph.before"));
    let first = held(&before);
    let kept = fs::read(&before).expect("the copy from before");
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x20;
    let (lines, last) = text.trim_end().rsplit_once('\n').expect("lines");
    let (other_lines, _) = lines.rsplit_once('\n').expect("lines");
    for (how, bytes) in [
        ("half of its bytes", whole[..middle].to_vec()),
        ("all but its last byte", whole[..whole.len() - 1].to_vec()),
        ("no byte", Vec::new()),
        ("a bit that was turned", flipped),
        ("more behind it", [&whole[..], b"more"].concat()),
        ("a quad less", compressed(&format!("{other_lines}\n{last}\n"))),
        ("another year, as many quads", compressed(&text.replacen("2013", "2012", 1))),
        ("no seal", compressed(lines)),
        ("no text", compressed("")),
    ] {
        fs::write(&store, &bytes).and_then(|()| fs::write(&before, &kept)).expect("a damaged store");
        // Without its text it is what another program may have written: an empty store.
        if how != "no text" {
            for args in
                [&["import", "second", "--store", STORE][..], &["import", "third", "--store", STORE], &["cases", STORE]]
            {
                let told = run(args, folder, &[]);
                assert_eq!((told.status, told.stdout.as_str()), (3, ""), "{how}: {args:?}: {}", told.stderr);
                assert!(told.stderr.contains("is damaged"), "{how}: {}", told.stderr);
                assert!(told.stderr.contains("`casegraph undo case.casegraph` brings back"), "{how}: {}", told.stderr);
                assert_eq!(fs::read(&store).expect("the store"), bytes, "{how}: {args:?} writes to it");
            }
            let verified = run(&["verify", STORE], folder, &[]);
            assert_eq!((verified.status, verified.stderr.contains("undo")), (1, true), "{how}: {}", verified.stderr);
            let undone = undo(folder);
            assert_eq!(undone.status, 0, "{how}: {}", undone.stderr);
            assert_eq!(held(&store), first, "{how}");
            assert_eq!(run(&["verify", STORE], folder, &[]).status, 0, "{how}");
        }
    }
    // Where the copy is damaged too, nothing leads to it.
    fs::write(&store, &whole[..middle]).and_then(|()| fs::write(&before, &kept[..middle])).expect("damage");
    let (imported, undone) = (import(folder, "second"), undo(folder));
    for told in [imported, undone] {
        assert_eq!((told.status, told.stderr.contains("into a new file")), (3, true), "{}", told.stderr);
    }
}

#[test]
fn a_store_without_a_seal_is_read_and_said_to_have_none() {
    let (folder, store) = two_imports();
    let quads: String =
        text_of(&store).lines().filter(|line| !line.starts_with('#')).flat_map(|line| [line, "\n"]).collect();
    let second = held(&store);
    fs::write(&store, compressed(&quads)).expect("a store of another program");
    let verified = run(&["verify", STORE], folder.path(), &[]);
    assert_eq!((verified.status, verified.stdout.contains("bears no seal")), (0, true), "{}", verified.stderr);
    assert_eq!(held(&store), second);
    let told = undo(folder.path());
    assert_eq!((told.status, told.stderr.contains("of another store")), (3, true), "{}", told.stderr);
    // An import of the same compares everything, finds nothing and leaves the file alone; another one seals it.
    assert!(import(folder.path(), "second").stdout.contains("nothing changed"));
    assert_eq!(import(folder.path(), "third").status, 0);
    assert!(run(&["verify", STORE], folder.path(), &[]).stdout.contains("fits its content"));
    assert_eq!(undo(folder.path()).status, 0);
    assert_eq!(held(&store), second);
}

#[test]
fn undo_puts_another_store_in_place() {
    let ((folder, store), (elsewhere, other)) = (two_imports(), with_imports(["third", "first"]));
    fs::copy(&other, &store).expect("another store over it");
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
    // A store of one import has nothing before it, whatever lies there.
    fs::remove_file(&other).expect("removed");
    assert_eq!(import(elsewhere.path(), "first").status, 0);
    let told = undo(elsewhere.path());
    assert_eq!((told.status, told.stderr.contains("holds nothing from before")), (3, true), "{}", told.stderr);
}

#[cfg(unix)]
#[test]
fn store_mode_becomes_644() {
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
