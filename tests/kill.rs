//! Imports that are killed: whatever the moment, the store opens and holds the old state or the new one, nothing else.
//! Six in every run, half of them first imports; `CASEGRAPH_KILLS=100 cargo test --test main kill` tries a hundred.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use casegraph::case::Case;
use casegraph::store::{CaseStore, sorted_quads};

/// What a store holds, as sorted N-Quads; none where there is no store.
type State = Option<Vec<String>>;

#[test]
fn a_store_file_whose_import_is_killed_holds_the_old_state_or_the_new_one() {
    kill_imports("case.nq.gz");
}

#[test]
#[cfg(feature = "rocksdb")]
fn a_store_directory_whose_import_is_killed_holds_the_old_state_or_the_new_one() {
    kill_imports("case/");
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
    let times = times();
    let (mut seed, mut found) = (0x2545_F491_4F6C_DD1D_u64, [0; 2]);
    for round in 0..times {
        // Xorshift: any moment from before the first file is read until after the end.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let moment = length.mul_f64(1.2 * f64::from(u32::try_from(seed >> 32).expect("32 bits")) / f64::from(u32::MAX));
        let place = folder.join(format!("round-{round}"));
        fs::create_dir(&place).expect("a folder");
        let store = place.join(name);
        let is_first = round % 2 == 0;
        let (before, after) = if is_first { (None, &old) } else { (imported(folder, "before", &store), &new) };
        let mut import = start_import(folder, if is_first { "before" } else { "after" }, &store);
        sleep(moment);
        import.kill().and_then(|()| import.wait()).expect("the import has ended");
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
    #[expect(clippy::print_stderr, reason = "`--nocapture` shows how many of each there were")]
    {
        eprintln!(
            "{name}: {times} imports of about {length:?} killed: {} left the old state, {} the new",
            found[0], found[1]
        );
    }
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
    Command::new(assert_cmd::cargo::cargo_bin!("casegraph"))
        .args(["import", case, "--store"])
        .arg(store)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1400716800")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program of this build starts")
}

fn held(store: &Path) -> State {
    if !store.exists() {
        return None;
    }
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
