//! Imports by the browser that are killed, and readers beside them: whatever the moment, the case folder is as it was before
//! or as it is after. `CASEGRAPH_KILLS` says how many, as in `kill`.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use casegraph::case::{CaseFolder, FolderWriter, Links};

use crate::kill::{times, write_case};
use crate::program::{copy_folder, files_below, run};
use crate::server::{Server, form};

/// The files that an import brings; the last is new to the case.
const FILES: [&str; 3] = ["companies.csv", "relations.csv", "people.csv"];

/// Writes the case before and the case after, which have the same settings.
fn write_cases(folder: &Path) -> [PathBuf; 2] {
    let cases = ["before", "after"].map(|name| folder.join(name));
    write_case(&cases[0], 60, "Killed");
    write_case(&cases[1], 90, "Killed");
    fs::write(cases[1].join("companies.csv"), "id,label\na,A\nb,Renamed\nc,C\n").expect("a file");
    fs::write(cases[1].join("people.csv"), "id,label\nida,Ida\n").expect("a file");
    cases
}

fn texts(case: &Path) -> Vec<(&'static str, String)> {
    let text = |name: &'static str| (name, fs::read_to_string(case.join(name)).expect("a file"));
    FILES.map(text).to_vec()
}

fn exported(case: &Path) -> String {
    let checked = run(&["check", "."], case, &[]);
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    let outcome = run(&["export", ".", "--to", "nquads"], case, &[]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    outcome.stdout
}

#[test]
fn a_folder_whose_browser_import_is_killed_is_as_before_or_as_after() {
    let temporary = tempfile::tempdir().expect("a folder");
    let [before, after] = write_cases(temporary.path());
    let (old, new) = (exported(&before), exported(&after));
    assert_ne!(old, new);
    let texts = texts(&after);
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let start = |name: &str| {
        let case = temporary.path().join(name);
        copy_folder(&before, &case).expect("a copy");
        (Server::start(&case, &["--write"]), case)
    };
    let (server, _case) = start("whole");
    let began = Instant::now();
    assert_eq!(server.drop_files("?apply", &files).json()["applied"], true);
    let length = began.elapsed();
    drop(server);
    let (times, mut found) = (times(), [0; 2]);
    for round in 0..times {
        let (server, case) = start(&format!("round-{round}"));
        let mut asking = TcpStream::connect(server.url.trim_start_matches("http://")).expect("the server answers");
        let (body, host) = (form(&files), server.url.trim_start_matches("http://"));
        let (bearer, media) = (server.bearer(), "multipart/form-data; boundary=cut");
        write!(
            asking,
            "POST /import?apply HTTP/1.1\r\nhost: {host}\r\nauthorization: {bearer}\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("sent");
        // Every other one is killed just after it begins to count, the rest at moments spread over its whole time.
        let part = (f64::from(round) * 0.618_034).fract();
        if round % 2 == 0 {
            let late = Instant::now() + length * 20;
            while !case.join(".casegraph/last.json").exists() && Instant::now() < late {
                thread::yield_now();
            }
            sleep(Duration::from_millis(2).mul_f64(part));
        } else {
            sleep(length.mul_f64(1.2 * part));
        }
        drop(server);
        let lying = files_below(&case);
        let state = exported(&case);
        assert!(state == old || state == new, "round {round}: neither old nor new");
        assert_eq!(files_below(&case), lying, "round {round}: reading changes nothing");
        found[usize::from(state == new)] += 1;
        // The next server finishes it, and goes on from there.
        let server = Server::start(&case, &["--write"]);
        assert!(files_below(&case).iter().all(|path| !path.to_string_lossy().contains("/new/")), "round {round}");
        for (name, text) in files.iter().filter(|_| state == new) {
            assert_eq!(fs::read_to_string(case.join(name)).expect("a file"), *text, "round {round}");
        }
        let note = ("people-more.csv", "id,label\neve,Eve\n");
        assert_eq!(server.drop_files("?apply", &[note]).json()["applied"], true, "round {round}");
        let kept = case.join(".casegraph").read_dir().expect("a folder").flatten();
        let kept = kept.filter(|entry| entry.file_name().to_string_lossy().starts_with("change-")).count();
        assert_eq!(kept, 1, "round {round}: what was given up is cleared");
        fs::remove_dir_all(&case).expect("the folder goes");
    }
    #[expect(clippy::print_stderr, reason = "`--nocapture` shows how many of each there were")]
    {
        eprintln!("{times} imports of about {length:?} killed: {} left the old state, {} the new", found[0], found[1]);
    }
    assert!(times < 2 || found[1] > 0, "half of them are killed after they count");
}

#[test]
fn readers_beside_a_writer_see_one_state() {
    let temporary = tempfile::tempdir().expect("a folder");
    let [before, after] = write_cases(temporary.path());
    fs::write(before.join("people.csv"), "id,label\n").expect("a file");
    let case = temporary.path().join("case");
    copy_folder(&before, &case).expect("a copy");
    let open = |case: &Path| CaseFolder::open(case, Links::Inside).unwrap_or_else(|error| panic!("{error}"));
    let states: BTreeSet<String> = [&before, &after].map(|case| open(case).fingerprint()).into();
    let sides = [texts(&after), texts(&before)];
    let (reads, mut seen) = (AtomicU32::new(0), BTreeSet::new());
    thread::scope(|scope| {
        let writing = scope.spawn(|| {
            // A busy machine reads less often.
            for change in (0..).take_while(|change| *change < times() * 20 || reads.load(Ordering::Relaxed) < 100) {
                let files = &sides[usize::from(change % 2 == 1)];
                let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
                let writer = FolderWriter::open(&case).expect("a writer");
                writer.replace(&open(&case), &files, "2026-01-01T00:00:00Z").expect("a change");
            }
        });
        while !writing.is_finished() {
            seen.insert(open(&case).fingerprint());
            reads.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert_eq!(seen, states, "of {reads:?} reads");
}
