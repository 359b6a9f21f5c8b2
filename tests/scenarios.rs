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
//! | `absent` | paths that must not exist afterwards, one a line |
//! | `build` | `rocksdb` or `default`, where the scenario is about one of the two builds |
//! | `no-programs` | where it is there, the program finds no other, such as Graphviz |

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use casegraph::diagnostic::Code;

use crate::program::{copy_folder, difference, is_blessing, repository, run_with};

const SCENARIOS: &str = "tests/scenarios";
const OWN: [&str; 9] = ["build", "cmd", "stdout", "stderr", "status", "stdin", "based-on", "absent", "no-programs"];

#[test]
fn every_scenario_ends_as_its_folder_says() {
    let build = if cfg!(feature = "rocksdb") { "rocksdb" } else { "default" };
    let mut scenarios = folders();
    scenarios.retain(|scenario| ["", build].contains(&expected(scenario, "build").trim()));
    assert!(scenarios.len() > 80, "only {} scenarios", scenarios.len());
    // Each run is a process of its own; a few at a time save most of the wait.
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let faults: Vec<String> = std::thread::scope(|scope| {
        let parts = scenarios.chunks(scenarios.len().div_ceil(workers));
        let threads: Vec<_> =
            parts.map(|part| scope.spawn(|| part.iter().map(|s| play(s)).collect::<Vec<_>>())).collect();
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
    let missing: Vec<&str> = Code::ALL.iter().map(|code| code.name()).filter(|code| !is_shown(code)).collect();
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
fn play(scenario: &Path) -> String {
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
    let path = if scenario.join("no-programs").exists() { None } else { std::env::var_os("PATH") };
    let stdin = fs::read(scenario.join("stdin")).unwrap_or_default();
    let commands = expected(scenario, "cmd");
    let commands: Vec<&str> = commands.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(!commands.is_empty(), "{} has no file `cmd`", scenario.display());
    let (mut stdout, mut stderr, mut statuses) = (String::new(), String::new(), Vec::new());
    for command in &commands {
        let outcome = run_with(&words(command), &folder, &stdin, path.as_deref());
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
        if is_blessing() {
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
