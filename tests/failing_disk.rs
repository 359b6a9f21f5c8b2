//! Disks that fail: each call that changes a file fails once, and the disk is full from each on. Whatever the call, the
//! program ends well and the new state is there, or it tells the error and the old state or the new one is there. A small
//! library in C (`failing_disk.c`) is loaded before the program, and fails its calls; Linux alone has a way to do so.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use casegraph::case::{CaseFolder, Links};
use casegraph::store::verify;

use crate::kill::{held, write_case};
use crate::program::{Outcome, copy_folder, files_below, repository, run, run_in};
use crate::server::{Server, encoded};

const STORE: &str = "case.casegraph";

/// Errors of the system, and whether the disk is full from the first on: one failing device, and one without room.
const FAULTS: [(i32, bool); 2] = [(5, false), (28, true)];

/// A folder on a disk that can be told to fail.
struct Disk {
    root: tempfile::TempDir,
    /// Folder whose files fail.
    below: PathBuf,
    plans: usize,
    /// Calls from one that fails to the next one.
    step: usize,
}

impl Disk {
    /// Makes a disk; none where there is no C compiler, unless it is sure to be there.
    fn new() -> Option<Self> {
        shim()?;
        let root = tempfile::tempdir().expect("a folder");
        // Calls are known by the real paths of their files.
        let below = root.path().canonicalize().expect("a folder").join("disk");
        fs::create_dir(&below).expect("a folder");
        Some(Self { root, below, plans: 0, step: 1 })
    }

    fn variables(&self) -> [(&'static str, String); 3] {
        let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        [
            ("LD_PRELOAD", text(shim().expect("the library"))),
            ("FAILING_BELOW", text(&self.below)),
            ("FAILING_PLAN", text(&self.plan())),
        ]
    }

    fn plan(&self) -> PathBuf {
        self.root.path().join("plan")
    }

    fn failed(&self) -> PathBuf {
        self.root.path().join("plan.failed")
    }

    /// Lets the disk fail from now on, from some call on.
    fn fail(&mut self, at: usize, (error, is_full): (i32, bool)) {
        self.plans += 1;
        let plan = format!("{} {at} {error} {}", self.plans, i32::from(is_full));
        fs::write(self.plan(), plan).expect("a plan");
    }

    /// Lets it work again; tells whether it has failed.
    fn mend(&self) -> bool {
        fs::remove_file(self.plan()).expect("a plan");
        fs::remove_file(self.failed()).is_ok()
    }

    fn run(&self, args: &[&str]) -> Outcome {
        let variables = self.variables();
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        run_in(args, &self.below, &[], std::env::var_os("PATH").as_deref(), &variables)
    }

    /// Runs a command on a disk that fails at its first call, then at its second, and so on, until none is left. `before` is
    /// what lies there each time, `state` what is looked at afterwards, piece by piece, `rest` what is so once the command has
    /// gone well.
    fn at_every_call<S: PartialEq, R: PartialEq + Debug>(
        &mut self,
        before: &Path,
        args: &[&str],
        state: impl Fn(&Path) -> BTreeMap<PathBuf, S>,
        rest: impl Fn(&Path) -> R,
    ) {
        let below = self.below.clone();
        let lay = || {
            fs::remove_dir_all(&below).and_then(|()| copy_folder(before, &below)).expect("a copy");
        };
        lay();
        let old = state(&self.below);
        let done = self.run(args);
        assert_eq!(done.status, 0, "{args:?} without a fault: {}", done.stderr);
        let (new, new_rest) = (state(&self.below), rest(&self.below));
        assert!(old != new, "{args:?} changes nothing");
        for fault in FAULTS {
            let mut at = 1;
            loop {
                lay();
                self.fail(at, fault);
                let done = self.run(args);
                let has_failed = self.mend();
                let after = state(&self.below);
                let told = format!("{args:?}, call {at}, error {fault:?}: {} {}", done.status, done.stderr);
                let mut pieces = old.keys().chain(new.keys()).chain(after.keys());
                let between = pieces.find(|piece| ![old.get(*piece), new.get(*piece)].contains(&after.get(*piece)));
                assert_eq!(between, None, "neither old nor new: {told}");
                assert!(done.status == 0 && after == new || done.status == 3, "a lie: {told}");
                assert_eq!(done.status == 3, done.stderr.contains("error: "), "{told}");
                if !has_failed {
                    assert_eq!(done.status, 0, "{told}");
                    break;
                }
                // Once the disk works again, so does the command, unless it was done already.
                let again = self.run(args);
                assert!(again.status == 0 || after == new, "{told}\nand again: {}", again.stderr);
                assert!(state(&self.below) == new, "{told}");
                assert_eq!(rest(&self.below), new_rest, "{told}");
                at += self.step;
            }
            // A full disk fails no call behind the last that needs room.
            assert!(at > if fault.1 { 2 } else { 5 }, "{args:?}, {fault:?}: only {at} calls were seen");
        }
    }
}

/// Returns the library that fails calls, which is made once.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let made = SHIM.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("failing_disk.so");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"]).arg(&path);
        match compile.arg(repository("tests/failing_disk.c")).arg("-ldl").status() {
            Ok(status) => assert!(status.success(), "tests/failing_disk.c does not compile"),
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "there is no C compiler: {error}");
                return None;
            }
        }
        Some((folder, path))
    });
    made.as_ref().map(|(_, path)| path.as_path())
}

/// Makes a folder with three cases, and a store that some of them were imported into, one after the other.
fn with_imports(folder: &Path, cases: &[&str]) {
    fs::create_dir(folder).expect("a folder");
    for (case, facts) in [("first", 100), ("second", 120), ("third", 140)] {
        write_case(&folder.join(case), facts, case);
    }
    for case in cases {
        let done = run(&["import", case, "--store", STORE], folder, &[]);
        assert_eq!(done.status, 0, "{}", done.stderr);
    }
}

/// Returns whether the last change of the store can be taken back, and the names of all files.
fn rest(folder: &Path) -> (Option<bool>, Vec<PathBuf>) {
    (verify(&folder.join(STORE)).expect("a whole store").can_undo, files_below(folder))
}

fn on_a_store(cases: &[&str], args: &[&str]) {
    let Some(mut disk) = Disk::new() else { return };
    let before = disk.root.path().join("before");
    with_imports(&before, cases);
    disk.at_every_call(
        &before,
        args,
        |folder| held(&folder.join(STORE)).map(|state| (STORE.into(), state)).into_iter().collect(),
        rest,
    );
}

#[test]
fn a_first_import() {
    on_a_store(&[], &["import", "first", "--store", STORE]);
}

#[test]
fn a_later_import() {
    on_a_store(&["first", "second"], &["import", "third", "--store", STORE]);
}

#[test]
fn undo() {
    on_a_store(&["first", "second"], &["undo", STORE]);
}

/// Counts the quads that readers of a server see.
fn seen(server: &Server) -> usize {
    let query = encoded("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }");
    let sent = server.send("GET", &format!("/sparql?query={query}"), &[("accept", "text/csv")], &[]);
    sent.body.lines().nth(1).and_then(|count| count.trim().parse().ok()).unwrap_or_else(|| panic!("{}", sent.body))
}

fn stored(folder: &Path) -> usize {
    verify(&folder.join(STORE)).expect("a whole store").quads
}

fn serve(disk: &Disk) -> Server {
    with_imports(&disk.root.path().join("before"), &["first"]);
    let below = &disk.below;
    fs::remove_dir_all(below).and_then(|()| copy_folder(&disk.root.path().join("before"), below)).expect("a copy");
    let mut program = Command::new(assert_cmd::cargo::cargo_bin!("casegraph"));
    program.envs(disk.variables());
    Server::start_by(program, &below.join(STORE), &["--write"])
}

#[test]
fn an_update_and_a_graph_that_is_put() {
    let Some(mut disk) = Disk::new() else { return };
    let server = serve(&disk);
    let headers = [("content-type", "text/turtle"), ("authorization", &*server.bearer())];
    for (is_put, fault) in [(false, FAULTS[0]), (false, FAULTS[1]), (true, FAULTS[0]), (true, FAULTS[1])] {
        let mut at = 0;
        loop {
            at += 1;
            let before = seen(&server);
            assert_eq!(before, stored(&disk.below));
            let triple = format!("<https://example.org/{}> a <https://example.org/U> .", disk.plans);
            disk.fail(at, fault);
            let sent = if is_put {
                server.send("POST", "/store?graph=https://example.org/g", &headers, triple.as_bytes())
            } else {
                server
                    .try_update(&format!("INSERT DATA {{ GRAPH <https://example.org/g> {{ {triple} }} }}"))
                    .expect("an answer")
            };
            let has_failed = disk.mend();
            let after = seen(&server);
            assert_eq!(after, stored(&disk.below), "call {at}: readers see what is not on the disk");
            match sent.status {
                201 | 204 => assert_eq!(after, before + 1, "call {at}: a lie"),
                500 if sent.body.contains("was made") => assert_eq!(after, before + 1, "call {at}: {}", sent.body),
                500 => {
                    assert_eq!(after, before, "call {at}: {}", sent.body);
                    assert!(sent.body.contains("nothing was changed: "), "{}", sent.body);
                    assert!(!sent.body.contains(STORE), "a path of the server: {}", sent.body);
                }
                status => panic!("call {at}: {status} {}", sent.body),
            }
            if !has_failed {
                assert!((200..300).contains(&sent.status), "call {at}: {}", sent.body);
                assert!(at > if fault.1 { 2 } else { 5 }, "{fault:?}: only {at} calls were seen");
                break;
            }
        }
    }
}

#[test]
fn failed_update_comes_back() {
    let Some(mut disk) = Disk::new() else { return };
    let server = serve(&disk);
    let all = stored(&disk.below);
    disk.fail(1, (28, true));
    let sent = server.try_update("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }").expect("an answer");
    assert!(disk.mend());
    assert_eq!(
        (sent.status, sent.body.contains("nothing was changed: no storage space")),
        (500, true),
        "{}",
        sent.body
    );
    assert_eq!(seen(&server), all, "what was not saved is not seen");
    let insert = "INSERT DATA { GRAPH <https://example.org/g> { <https://example.org/a> a <https://example.org/B> } }";
    assert_eq!(server.try_update(insert).expect("an answer").status, 204);
    assert_eq!((seen(&server), stored(&disk.below)), (all + 1, all + 1), "nor does it come back");
    assert!(server.interrupt());
    let undone = run(&["undo", STORE], &disk.below, &[]);
    assert_eq!((undone.status, stored(&disk.below)), (0, all), "{}", undone.stderr);
}

#[test]
fn files_that_are_dropped_in_the_browser() {
    let Some(mut disk) = Disk::new() else { return };
    let case = disk.below.join("case");
    write_case(&case, 3, "Before");
    let mut program = Command::new(assert_cmd::cargo::cargo_bin!("casegraph"));
    program.envs(disk.variables());
    let server = Server::start_by(program, &case, &["--write"]);
    let tables = || {
        let folder = CaseFolder::open(&case, Links::Inside).expect("a case");
        ["people-a.csv", "people-b.csv"]
            .map(|name| folder.file(name).map(|bytes| String::from_utf8_lossy(bytes).into()))
    };
    for fault in FAULTS {
        let mut at = 0;
        loop {
            at += 1;
            let before: [Option<String>; 2] = tables();
            let wanted = ["x", "y"].map(|id| format!("id,label\n{id},{}\n", disk.plans));
            disk.fail(at, fault);
            let sent = server.drop_files("?apply", &[("people-a.csv", &wanted[0]), ("people-b.csv", &wanted[1])]);
            let has_failed = disk.mend();
            let after = tables();
            let told = format!("call {at}, {fault:?}: {} {}", sent.status, sent.body);
            let is_new = after == wanted.clone().map(Some);
            assert!(is_new || after == before, "between: {told}");
            match sent.status {
                200 => assert!(sent.json()["applied"] == true && is_new, "a lie: {told}"),
                500 => assert_eq!(sent.body.contains("the files count"), is_new, "{told}"),
                _ => panic!("{told}"),
            }
            let shown = server.get("/sparql?query=SELECT%20?l%20%7B%20:x%20rdfs:label%20?l%20%7D").body;
            let label = after[0].as_deref().and_then(|text| text.trim().rsplit(',').next());
            assert!(label.is_none_or(|label| shown.contains(&format!("\"{label}\""))), "{told}: {shown}");
            if !has_failed {
                assert_eq!(sent.status, 200, "{told}");
                assert!(at > if fault.1 { 2 } else { 5 }, "{fault:?}: only {at} calls were seen");
                break;
            }
        }
    }
}

/// Returns the files that a command has written, or that lay there before.
fn outputs(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_output = |file: &PathBuf| file.starts_with("out") || file == Path::new("out.ttl");
    let files = files_below(folder).into_iter().filter(is_output);
    files.map(|file| (file.clone(), fs::read(folder.join(file)).expect("a file"))).collect()
}

fn on_outputs(step: usize, commands: &[&[&str]]) {
    let Some(mut disk) = Disk::new() else { return };
    let before = disk.root.path().join("before");
    with_imports(&before, &[]);
    copy_folder(&repository("tests/scenarios/convert/minimal"), &before).expect("a table with its description");
    fs::write(before.join("out.ttl"), "what was there before").expect("a file");
    disk.step = step;
    for args in commands {
        disk.at_every_call(&before, args, outputs, |_| ());
    }
}

#[test]
fn an_export_over_a_file_and_a_conversion() {
    on_outputs(
        1,
        &[
            &["export", "first", "--to", "turtle", "--output", "out.ttl", "--force"],
            &["convert", "ferries.csv", "--output", "out.ttl", "--force"],
        ],
    );
}

#[test]
fn a_folder_that_is_exported_or_built() {
    // Each run draws the case anew.
    on_outputs(7, &[&["export", "first", "--to", "neo4j", "--output", "out"], &["build", "first", "--output", "out"]]);
}
