//! Scenarios: each folder `tests/scenarios/COMMAND/NAME/` is a case and what the program says about it. CONTRIBUTING.md
//! tells how to add one; `BLESS=1 cargo test --test main scenarios` writes what is expected anew.
//!
//! | file | holds |
//! |---|---|
//! | `cmd` | arguments of the program, one run a line; words with spaces stand in quotes |
//! | `stdout`, `stderr` | what is expected; nothing where the file is missing; of several runs, each below its `$` line |
//! | `status` | expected exit codes, one for each run; 0 where the file is missing |
//! | `stdin` | what the program reads, if anything |
//! | `based-on` | a folder of the repository that is copied first; the files of the scenario then lie on top of it |
//! | `links` | links to make, each `NAME -> TARGET` |
//! | `absent` | paths that must not exist afterwards, one a line |
//! | `no-programs` | where it is there, the program finds no other, such as Graphviz |
//! | `folder-only` | why the scenario ends otherwise where its case is not a folder |
//!
//! Scenarios that only read a case are played again with the case in a case file, on Oxigraph's server
//! and on Virtuoso, and must end in the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use casegraph::code;
use csvw::Code;

use crate::engines::Engine;
use crate::program::{Outcome, copy_folder, difference, is_blessing, repository, run, run_with};

const SCENARIOS: &str = "tests/scenarios";
const OWN: [&str; 10] =
    ["links", "cmd", "stdout", "stderr", "status", "stdin", "based-on", "absent", "no-programs", "folder-only"];
/// Commands that read a case, whatever it is kept in.
const READING: [&str; 9] =
    ["build", "query", "known", "disclosures", "diagram", "conflicts", "secrecy", "diff", "export"];

/// What a case is kept in.
#[derive(Clone, Copy)]
enum Kept<'a> {
    Folder,
    File,
    Engine(&'a Engine),
}

#[test]
fn every_scenario_ends_as_its_folder_says() {
    let scenarios = folders();
    assert!(scenarios.len() > 80, "only {} scenarios", scenarios.len());
    all_end_as_expected(&scenarios, Kept::Folder);
}

#[test]
fn every_check_of_a_case_finds_a_planted_fault() {
    let told = expected(&repository("tests/scenarios/lint/every-check"), "stdout");
    let checks = repository("queries/checks");
    for file in checks.read_dir().expect("the checks").map(|file| file.expect("a file").path()) {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(told.lines().any(|line| line.starts_with(&format!("{name},"))), "no fault is planted for `{name}`");
    }
}

#[test]
fn scenarios_end_the_same_on_a_store_file() {
    all_end_as_expected(&readings(), Kept::File);
}

#[test]
fn scenarios_end_the_same_on_oxigraphs_server() {
    if let Some(engine) = Engine::oxigraph() {
        all_end_as_expected(&readings(), Kept::Engine(&engine));
    }
}

#[test]
fn scenarios_end_the_same_on_virtuoso() {
    if let Some(engine) = Engine::virtuoso() {
        all_end_as_expected(&readings(), Kept::Engine(&engine));
    }
}

/// Returns the scenarios that only read cases without faults.
fn readings() -> Vec<PathBuf> {
    let reads = |command: &str| words(command).first().is_some_and(|name| READING.contains(&name.as_str()));
    let mut scenarios = folders();
    scenarios.retain(|scenario| !scenario.join("folder-only").exists() && expected(scenario, "cmd").lines().all(reads));
    assert!(scenarios.len() > 20, "only {} scenarios read", scenarios.len());
    scenarios
}

fn all_end_as_expected(scenarios: &[PathBuf], kept: Kept<'_>) {
    // Each run is a process of its own; a few at a time save most of the wait. An engine has room for one case.
    let is_shared = matches!(kept, Kept::Engine(_));
    let workers = if is_shared { 1 } else { std::thread::available_parallelism().map_or(2, std::num::NonZero::get) };
    let faults: Vec<String> = std::thread::scope(|scope| {
        let parts = scenarios.chunks(scenarios.len().div_ceil(workers));
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().map(|scenario| play(scenario, kept)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a scenario has its files")).collect()
    });
    let failures: Vec<String> = scenarios
        .iter()
        .zip(faults)
        .filter(|(_, faults)| !faults.is_empty())
        .map(|(scenario, faults)| {
            let name = scenario.strip_prefix(repository(SCENARIOS)).unwrap_or(scenario);
            format!("{}\n{faults}", name.display())
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} scenarios differ (`-` expected, `+` found; BLESS=1 takes what was found):\n\n{}",
        failures.len(),
        scenarios.len(),
        failures.join("\n")
    );
}

#[test]
fn every_command_has_a_scenario() {
    let without: Vec<String> = casegraph::cli::command()
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .filter(|name| name != "help" && !repository(SCENARIOS).join(name).is_dir())
        .collect();
    assert!(without.is_empty(), "no scenario shows {without:?}");
}

#[test]
fn every_code_has_a_scenario_that_shows_it() {
    let shown: Vec<String> = folders().iter().map(|folder| expected(folder, "stderr")).collect();
    let is_shown = |code: &str| shown.iter().any(|text| text.contains(&format!("[{code}]:")));
    let missing: Vec<&str> = code::all().map(Code::name).filter(|code| !is_shown(code)).collect();
    assert!(missing.is_empty(), "no scenario shows these codes: {missing:?}");
}

#[test]
fn twelve_faults_are_named_by_one_check() {
    let stderr = expected(&repository(SCENARIOS).join("check/twelve-faults"), "stderr");
    let checked = stderr.split("$ import").next().unwrap_or_default();
    let heads: Vec<&str> = checked.lines().filter(|line| line.starts_with("error[")).collect();
    let codes: BTreeSet<&str> = heads.iter().filter_map(|line| line.split_once(']').map(|(code, _)| code)).collect();
    assert_eq!((heads.len(), codes.len()), (12, 12), "twelve faults, each of another kind:\n{checked}");
    let places = checked.lines().filter(|line| line.starts_with("  at ")).collect::<Vec<_>>();
    assert!(places.iter().all(|place| place.contains(".csv row ")), "each with its file and row: {places:?}");
    let with_column = places.iter().filter(|place| place.contains(", column ")).count();
    assert_eq!(with_column, 10, "all but a ragged row and an unclosed quote stand in a cell: {places:?}");
    assert!(checked.ends_with("12 errors: nothing was loaded\n"), "{checked}");
}

/// Returns the scenario folders, sorted.
fn folders() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for command in subfolders(&repository(SCENARIOS)) {
        found.extend(subfolders(&command));
    }
    found.sort();
    found
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry of a folder").path()).filter(|path| path.is_dir()).collect()
}

fn expected(scenario: &Path, name: &str) -> String {
    fs::read_to_string(scenario.join(name)).unwrap_or_default()
}

/// Runs a scenario in a copy of its folder; returns what differs, or writes it down where expectations are blessed.
fn play(scenario: &Path, kept: Kept<'_>) -> String {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    // The name of the folder is the default title of its case.
    let folder = temporary.path().join(scenario.file_name().expect("a scenario has a name"));
    let based_on = expected(scenario, "based-on");
    if !based_on.is_empty() {
        copy_folder(&repository(based_on.trim()), &folder).expect("the copy of the case");
    }
    copy_folder(scenario, &folder).expect("the copy of the scenario");
    for name in OWN {
        let path = folder.join(name);
        if path.exists() {
            fs::remove_file(path).expect("a file of the copy");
        }
    }
    #[cfg(unix)]
    for (name, target) in expected(scenario, "links").lines().filter_map(|line| line.split_once(" -> ")) {
        std::os::unix::fs::symlink(target, folder.join(name)).expect("a link");
    }
    let path = if scenario.join("no-programs").exists() { None } else { std::env::var_os("PATH") };
    let stdin = fs::read(scenario.join("stdin")).unwrap_or_default();
    let commands = expected(scenario, "cmd");
    let commands: Vec<&str> = commands.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(!commands.is_empty(), "{} has no file `cmd`", scenario.display());
    let (mut stdout, mut stderr, mut statuses) = (String::new(), String::new(), Vec::new());
    let mut moved = Moved::new(kept, &folder);
    for command in &commands {
        let outcome = match moved.words(command) {
            Some((words, place, name)) => {
                let outcome = run_with(&words, &folder, &stdin, path.as_deref());
                let renamed = |text: String| text.replace(&place, &name);
                Outcome { stdout: renamed(outcome.stdout), stderr: renamed(outcome.stderr), ..outcome }
            }
            None => run_with(&words(command), &folder, &stdin, path.as_deref()),
        };
        if commands.len() > 1 {
            for text in [&mut stdout, &mut stderr] {
                writeln!(text, "$ {command}").expect("a text");
            }
        }
        stdout.push_str(&outcome.stdout);
        stderr.push_str(&outcome.stderr);
        statuses.push(outcome.status.to_string());
    }
    let has_quiet_stderr = stderr.lines().all(|line| line.starts_with("$ "));
    let stderr = if has_quiet_stderr { String::new() } else { stderr };
    let status = if statuses.iter().all(|status| status == "0") { String::new() } else { statuses.join(" ") + "\n" };
    let mut faults = String::new();
    for (name, found) in [("stdout", &stdout), ("stderr", &stderr), ("status", &status)] {
        let wanted = expected(scenario, name);
        if wanted == *found {
            continue;
        }
        if is_blessing() && matches!(kept, Kept::Folder) {
            let path = scenario.join(name);
            if found.is_empty() { fs::remove_file(path) } else { fs::write(path, found) }.expect("an expectation");
        } else {
            write!(faults, "  {name}\n{}", difference(&wanted, found)).expect("a text");
        }
    }
    for path in expected(scenario, "absent").lines().filter(|path| folder.join(path).exists()) {
        writeln!(faults, "  {path} was made").expect("a text");
    }
    faults
}

/// Cases of a scenario that were moved from their folders to what they are kept in.
struct Moved<'a> {
    kept: Kept<'a>,
    folder: &'a Path,
    /// Places by the names of the folders.
    places: BTreeMap<String, String>,
}

impl<'a> Moved<'a> {
    fn new(kept: Kept<'a>, folder: &'a Path) -> Self {
        Self { kept, folder, places: BTreeMap::new() }
    }

    /// Returns a command with the place of its case, that place, and what the command named; none where it names no
    /// case without faults.
    fn words(&mut self, command: &str) -> Option<(Vec<String>, String, String)> {
        let mut words = words(command);
        let at = if words[0] == "diagram" { 2 } else { 1 };
        let name = words.get(at)?.clone();
        let place = match self.places.get(&name) {
            Some(place) => place.clone(),
            None => self.place(&name)?,
        };
        words[at].clone_from(&place);
        self.places.insert(name.clone(), place.clone());
        Some((words, place, name))
    }

    fn place(&self, name: &str) -> Option<String> {
        // Beside the folder, which is the case.
        let beside = |name: String| self.folder.with_file_name(name).to_string_lossy().into_owned();
        let number = self.places.len();
        let place = match self.kept {
            Kept::Folder => return None,
            Kept::File => beside(format!("kept-{number}.casegraph")),
            Kept::Engine(engine) => {
                engine.clear();
                engine.address.clone()
            }
        };
        let case = self.folder.join(name);
        let imported = case.is_dir() && run(&["import", name, "--store", &place], self.folder, &[]).status == 0;
        imported.then_some(place)
    }
}

/// Splits a line into words as a shell does with words in quotes.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
