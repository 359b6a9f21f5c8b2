//! Commands that are killed: whatever the moment, the store opens and holds the old state or the new one, nothing else.
//! Six moments of each in every run; `CASEGRAPH_KILLS=300 cargo test --test main kill` tries three hundred.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use casegraph::case::Case;
use casegraph::store::{CaseStore, sorted_quads, verify};

use crate::program::copy_folder;
use crate::server::Server;

/// What a store holds, as sorted N-Quads; none where there is no store.
pub(crate) type State = Option<Vec<String>>;

#[test]
fn a_store_file_whose_import_is_killed_holds_the_old_state_or_the_new_one() {
    kill_imports("case.casegraph");
}

fn kill_imports(name: &str) {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    write_case(&folder.join("before"), 300, "Before");
    write_case(&folder.join("after"), 340, "After");
    let path = folder.join("whole").join(name);
    fs::create_dir(folder.join("whole")).expect("a folder");
    let start = Instant::now();
    let old = imported(folder, "before", &path);
    let length = start.elapsed();
    let new = imported(folder, "after", &path);
    assert_ne!(old, new);
    let mut found = [0; 2];
    for (round, moment) in moments(length).enumerate() {
        let place = folder.join(format!("round-{round}"));
        fs::create_dir(&place).expect("a folder");
        let store = place.join(name);
        let is_first = round % 2 == 0;
        let (before, after) = if is_first { (None, &old) } else { (imported(folder, "before", &store), &new) };
        kill_after(moment, &mut start_import(folder, if is_first { "before" } else { "after" }, &store));
        let state = held(&store);
        assert!(state == before || state == *after, "round {round}, killed after {moment:?}: neither old nor new");
        found[usize::from(state == *after)] += 1;
        // The next import goes on from there, and clears what was left.
        assert_eq!(
            imported(folder, "after", &store),
            if state == before && is_first { alone(folder, name) } else { new.clone() }
        );
        let rest: Vec<PathBuf> = entries(&place).chain(entries(&store)).collect();
        let is_left_over = |path: &&PathBuf| path.to_string_lossy().contains("casegraph-new");
        assert_eq!(rest.iter().find(is_left_over), None, "round {round}, killed after {moment:?}");
        fs::remove_dir_all(&place).expect("the folder goes");
    }
    tell(&format!("imports into {name}"), length, found);
}

#[test]
fn a_store_file_whose_undo_is_killed_holds_the_old_state_or_the_new_one() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let whole = two_imports(folder);
    let (new, store) = (held(&whole.join("case.casegraph")), folder.join("round/case.casegraph"));
    let undo = || program(folder, &["undo", "round/case.casegraph"]);
    copy_folder(&whole, &folder.join("round")).expect("a copy");
    let start = Instant::now();
    assert!(undo().wait().expect("it ends").success());
    let length = start.elapsed();
    let old = held(&store);
    let mut found = [0; 2];
    for moment in moments(length) {
        fs::remove_dir_all(folder.join("round"))
            .and_then(|()| copy_folder(&whole, &folder.join("round")))
            .expect("a copy");
        kill_after(moment, &mut undo());
        let state = held(&store);
        assert!(state == old || state == new, "killed after {moment:?}: neither old nor new");
        found[usize::from(state == old)] += 1;
        // What was not taken back still can be, once.
        assert_eq!(undo().wait().expect("it ends").success(), state == new, "killed after {moment:?}");
        assert_eq!(held(&store), old);
    }
    tell("undos", length, found);
}

/// An import that was killed when the new state was in its place has not lost the one before.
#[test]
fn an_import_that_was_killed_can_be_taken_back() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let (whole, old) = (two_imports(folder), imported(folder, "before", &folder.join("old.casegraph")));
    // What lies there between the two renames: the new state, and the old one under the name in which it waits.
    let [store, before, waiting] =
        ["case.casegraph", ".case.casegraph.before", ".case.casegraph.before-new"].map(|name| whole.join(name));
    fs::rename(&before, &waiting).expect("renamed");
    fs::copy(folder.join("old.casegraph"), &before).expect("what was there before that");
    assert!(program(folder, &["undo", "whole/case.casegraph"]).wait().expect("it ends").success());
    assert_eq!(held(&store), old);
}

#[test]
fn a_store_whose_server_is_killed_holds_every_update_that_was_answered() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let whole = two_imports(folder);
    let store = folder.join("round/case.casegraph");
    let quads = held(&whole.join("case.casegraph")).expect("a store").len();
    let update = |server: &Server, number: usize| {
        let text = format!(
            "INSERT DATA {{ GRAPH <https://example.org/g> {{ <https://example.org/{number}> a <https://example.org/U> }} }}"
        );
        server.try_update(&text).is_ok_and(|sent| sent.status == 204)
    };
    let (mut length, mut answered_in_all, mut lost_answers) = (Duration::ZERO, 0, [0; 2]);
    let serve = || {
        if folder.join("round").exists() {
            fs::remove_dir_all(folder.join("round")).expect("the folder goes");
        }
        copy_folder(&whole, &folder.join("round")).expect("a copy");
        Server::start(&store, &["--write"])
    };
    let server = serve();
    for number in 0..3 {
        let start = Instant::now();
        assert!(update(&server, number));
        length = length.max(start.elapsed());
    }
    drop(server);
    for moment in moments(3 * length) {
        let server = serve();
        let answered = std::thread::scope(|scope| {
            let updates = scope.spawn(|| (0..100_000).take_while(|number| update(&server, *number)).count());
            sleep(moment);
            server.kill();
            updates.join().expect("the count")
        });
        drop(server);
        let state = held(&store).expect("a store");
        let is_there =
            |number: usize| state.iter().any(|quad| quad.starts_with(&format!("<https://example.org/{number}> ")));
        let extra = state.len() - quads;
        assert!(
            extra == answered || extra == answered + 1,
            "killed after {moment:?}: {extra} updates, {answered} answered"
        );
        assert!((0..extra).all(is_there), "killed after {moment:?}: not the first {extra} updates");
        answered_in_all += answered;
        lost_answers[extra - answered] += 1;
        if extra > 0 {
            assert_eq!(verify(&store).expect("a whole store").can_undo, Some(true), "killed after {moment:?}");
        }
    }
    assert!(answered_in_all > 0, "no update was answered before its server was killed");
    tell("servers at work", 3 * length, lost_answers);
}

#[test]
fn a_file_whose_export_is_killed_is_the_old_one_or_the_new_one() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    write_case(&folder.join("case"), 300, "Exported");
    let export = || program(folder, &["export", "case", "--to", "turtle", "--output", "out.ttl", "--force"]);
    let start = Instant::now();
    assert!(export().wait().expect("it ends").success());
    let length = start.elapsed();
    let (old, new) = (b"what was there before".to_vec(), fs::read(folder.join("out.ttl")).expect("the output"));
    let mut found = [0; 2];
    for moment in moments(length) {
        fs::write(folder.join("out.ttl"), &old).expect("an old file");
        kill_after(moment, &mut export());
        let state = fs::read(folder.join("out.ttl")).expect("the output");
        assert!(state == old || state == new, "killed after {moment:?}: {} bytes of {}", state.len(), new.len());
        found[usize::from(state == new)] += 1;
    }
    tell("exports", length, found);
}

/// Makes a case file of two imports in a folder of its own.
fn two_imports(folder: &Path) -> PathBuf {
    write_case(&folder.join("before"), 300, "Before");
    write_case(&folder.join("after"), 340, "After");
    let whole = folder.join("whole");
    fs::create_dir(&whole).expect("a folder");
    for case in ["before", "after"] {
        imported(folder, case, &whole.join("case.casegraph"));
    }
    whole
}

/// Returns moments from before something begins until after it ends, the same in every run.
pub(crate) fn moments(length: Duration) -> impl Iterator<Item = Duration> {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    (0..times()).map(move |_| {
        // Xorshift.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        length.mul_f64(1.2 * f64::from(u32::try_from(seed >> 32).expect("32 bits")) / f64::from(u32::MAX))
    })
}

pub(crate) fn kill_after(moment: Duration, child: &mut Child) {
    sleep(moment);
    child.kill().and_then(|()| child.wait()).expect("it has ended");
}

#[expect(clippy::print_stderr, reason = "`--nocapture` shows how many of each there were")]
pub(crate) fn tell(what: &str, length: Duration, [old, new]: [usize; 2]) {
    eprintln!("{} {what} of about {length:?} killed: {old} left the old state, {new} the new", old + new);
}

/// Returns how many are killed.
pub(crate) fn times() -> u32 {
    std::env::var("CASEGRAPH_KILLS").ok().and_then(|times| times.parse().ok()).unwrap_or(6)
}

/// Returns what a store holds whose only import was the later one.
fn alone(folder: &Path, name: &str) -> State {
    let place = folder.join("alone");
    if !place.exists() {
        fs::create_dir(&place).expect("a folder");
    }
    imported(folder, "after", &place.join(name))
}

fn imported(folder: &Path, case: &str, store: &Path) -> State {
    let status = start_import(folder, case, store).wait().expect("the import ends");
    assert!(status.success(), "the import of {case} fails");
    held(store)
}

fn start_import(folder: &Path, case: &str, store: &Path) -> Child {
    program(folder, &["import", case, "--store", store.to_str().expect("UTF-8")])
}

/// Starts the program in a folder, and leaves it to itself.
pub(crate) fn program(folder: &Path, args: &[&str]) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin!("casegraph"))
        .args(args)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1400716800")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program of this build starts")
}

pub(crate) fn held(store: &Path) -> State {
    if !store.exists() {
        return None;
    }
    verify(store).unwrap_or_else(|error| panic!("{} is not whole: {error}", store.display()));
    let opened = CaseStore::open(store).unwrap_or_else(|error| panic!("{} does not open: {error}", store.display()));
    let quads = sorted_quads(&opened).unwrap_or_else(|error| panic!("{} cannot be read: {error}", store.display()));
    drop(opened);
    Case::open(store).unwrap_or_else(|error| panic!("{} holds no case: {error}", store.display()));
    Some(quads.iter().map(ToString::to_string).collect())
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Writes a case of some facts; those of two cases differ in part.
pub(crate) fn write_case(folder: &Path, facts: usize, title: &str) {
    fs::create_dir(folder).expect("a folder");
    fs::write(folder.join("case.toml"), format!("title = \"{title}\"\nbase = \"https://example.org/killed/id/\"\n"))
        .expect("a file");
    fs::write(folder.join("companies.csv"), "id,label\na,A\nb,B\nc,C\n").expect("a file");
    let mut relations = "id,subject,predicate,object,begin,status\n".to_owned();
    for fact in 0..facts {
        let (subject, object) = (["a", "b", "c"][fact % 3], ["b", "c", "a"][fact % 3]);
        let year = if fact % 7 == 0 { 1000 + facts } else { 2013 };
        writeln!(relations, "F{fact},{subject},sued,{object},{year:04},asserted").expect("a text");
    }
    fs::write(folder.join("relations.csv"), relations).expect("a file");
}
