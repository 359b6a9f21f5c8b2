//! Every command on input that nobody would write: files of a case with bytes changed, cut, doubled and swapped for what
//! breaks programs, and arguments treated alike. Each run ends with an exit code of 0 to 3, in time, in bounded memory,
//! and without a word of a panic. A hundred in every run; `CASEGRAPH_FUZZ=20000 cargo test --test main fuzzed` tries as
//! many, and `CASEGRAPH_FUZZ_SEED` begins elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::program::{copy_folder, repository};

/// How long a run may take.
const TIME: Duration = Duration::from_secs(10);
/// Most kibibytes that a run may hold.
const MEMORY: u64 = 1 << 20;

/// What takes the place of a piece of a file or an argument.
const HOSTILE: &[&str] = &[
    "",
    "\"",
    "\"\"\"",
    "\n",
    "\r",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}[2J",
    ",,,,,,,,",
    "|",
    "||||",
    "a|a|a",
    "=1+1",
    "../../etc/passwd",
    "/dev/zero",
    "9999-12-31",
    "0000-00-00",
    "-99999-01-01",
    "2013-02-30",
    "2013-10/2012",
    "[2013-10..2013-12]",
    "{1..}",
    "Y17E9",
    "2013-XX-1X?",
    "1e309",
    "-0",
    "NaN",
    "99999999999999999999999999",
    "\u{0}\u{1}\u{2}",
    "é",
    "e\u{301}",
    "𝔘",
    "ﬀ",
    "<script>",
    "]]>",
    "&lt;",
    "%s%n",
    "{{{{{{{{",
    "((((((((",
    "}}",
    "[[[[",
    "SELECT * { ?s ?p ?o }",
    "FILTER(",
    "\\u0000",
    "http://[",
    "urn:x:y",
    "self",
    "r1",
    "r1,r1,r1,r1",
    "id,label\nid,label",
    "subject,predicate,object",
    "{\"@context\": \"http://www.w3.org/ns/csvw\"",
    "\"format\": \"(a+)+$\"",
    "null",
    "true",
];

/// Words of which commands are made; `{…}` is put in.
const COMMANDS: &[&str] = &[
    "check {case}",
    "check {case} --format json",
    "lint {case}",
    "build {case} -o {new}",
    "import {case} --store {store}",
    "import {case} --store {store} --dry-run",
    "undo {store}",
    "log {store}",
    "cases {store}",
    "query {store} gags",
    "query {case} {query}",
    "query {case} {text} --format table",
    "query {case} {text} --format csv --known-on {day}",
    "query {case} gags-in-force --param {text}",
    "query {case} --list",
    "diagram relationships {case} -o {new}.dot",
    "diagram timeline {case} -o {new}.svg",
    "diagram timeline {case} -o {new}.dot --as-of {day}",
    "diagram claims {case} -o {new}.txt",
    "diagram ego {case} --entity {text} -o {new}.dot",
    "diagram path {case} --from {text} --to {text} -o {new}.dot",
    "known {case} --on {day}",
    "known {case} --on {day} --to {text}",
    "diff {case} --known-on {day} --known-on {day}",
    "disclosures {case}",
    "conflicts {case} --known-on {day}",
    "secrecy {case}",
    "secrecy {case} --lags",
    "rank {case}",
    "communities {case}",
    "components {case}",
    "path {case} {text} {text}",
    "search {case} {text}",
    "dedupe {case}",
    "export {case} --to nquads",
    "export {case} --to graphml --known-on {day}",
    "export {case} --to jsonld",
    "export {case} --to csl",
    "export {case} --to mermaid",
    "export {case} --to ftm",
    "export {case} --to timelinejs",
    "export {case} --to csv --output {new}",
    "describe {file}",
    "describe {file} --force",
    "convert {file}",
    "adopt followthemoney {file} --output {new}",
    "adopt wikidata {file} --class Company --output {new}",
    "explain {text}",
    "init {new}",
    "man {new}",
];

const DAYS: &[&str] = &["2013-12-31", "2020-01-01", "0001-01-01", "9999-12-31", "2020", "", "2020-13-41", "é"];

/// A sequence that is the same on every machine (xorshift).
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound.max(1)
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// Changes bytes in one of the ways in which files break.
    fn spoil(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let (at, other) = (self.below(bytes.len() + 1), self.below(bytes.len() + 1));
            let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 200));
            match self.below(7) {
                0 if !bytes.is_empty() => {
                    let at = at.min(bytes.len() - 1);
                    bytes[at] ^= 1 << self.below(8);
                }
                1 => bytes.truncate(at),
                2 => drop(bytes.drain(from..to)),
                3 => {
                    let piece = bytes[from..to].to_vec();
                    bytes.splice(other..other, piece);
                }
                4 => {
                    let piece = self.one_of(HOSTILE).repeat(1 << self.below(12));
                    bytes.splice(at..at, piece.into_bytes());
                }
                5 => self.swap_cells(bytes),
                _ => {
                    let piece = self.one_of(HOSTILE);
                    bytes.splice(from..to.min(from + 12), piece.bytes());
                }
            }
        }
    }

    /// Puts what stands between two commas in the place of what stands between two others.
    fn swap_cells(&mut self, bytes: &mut Vec<u8>) {
        let cells: Vec<_> =
            bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b',' | b'\n')).map(|(at, _)| at).collect();
        if cells.len() < 2 {
            return;
        }
        let [from, to] = [0; 2].map(|_| self.below(cells.len() - 1));
        let piece = bytes[cells[from] + 1..cells[from + 1]].to_vec();
        bytes.splice(cells[to] + 1..cells[to + 1], piece);
    }
}

/// What one round ran, and its exit code or what was wrong with how it went.
struct Round {
    seed: u64,
    command: String,
    outcome: Result<i32, String>,
}

#[test]
fn fuzzed_input_is_refused_in_time_and_without_a_panic() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (rounds, first) = (number("CASEGRAPH_FUZZ").unwrap_or(100), number("CASEGRAPH_FUZZ_SEED").unwrap_or(1));
    let next = AtomicU64::new(first);
    let rounds_run: Vec<Round> = std::thread::scope(|scope| {
        let work = || {
            let folder = tempfile::tempdir().expect("a folder");
            let seeds = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
            seeds.take_while(|seed| *seed < first + rounds).map(|seed| round(seed, folder.path())).collect::<Vec<_>>()
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    });
    let mut codes = [0; 4];
    let mut faults = Vec::new();
    for Round { seed, command, outcome } in rounds_run {
        match outcome {
            Ok(code) => codes[usize::try_from(code).expect("0 to 3")] += 1,
            Err(fault) => faults.push(format!("{seed}: {command}: {fault}")),
        }
    }
    #[expect(clippy::print_stderr, reason = "`--nocapture` shows how many of each there were")]
    {
        eprintln!("{rounds} rounds from {first} on ended with 0, 1, 2 and 3: {codes:?}");
    }
    assert!(faults.is_empty(), "{} of {rounds} rounds, by seed:\n{}", faults.len(), faults.join("\n"));
    // A test that only ever met refusals of arguments would say nothing.
    assert!(codes[0] + codes[1] > codes[2] + codes[3], "{codes:?}");
}

fn round(seed: u64, folder: &Path) -> Round {
    let mut chance = Chance::new(seed);
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
    }
    let case = folder.join("case");
    copy_folder(&repository("examples/harbour-lights"), &case).expect("a case");
    let mut files: Vec<PathBuf> = fs::read_dir(&case).expect("a folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut words = chance.one_of(COMMANDS).split(' ').map(str::to_owned).collect::<Vec<_>>();
    let spoilt = files[chance.below(files.len())].clone();
    let needs_store = words.iter().any(|word| word == "{store}");
    let store = folder.join("store.casegraph");
    if needs_store && words[0] != "import" {
        let made = start(&["import".into(), "case".into(), "--store".into(), "store.casegraph".into()], folder);
        made.and_then(|mut child| child.wait()).expect("an import");
        spoil_file(&store, &mut chance);
    } else {
        for _ in 0..=chance.below(2) {
            let file = if chance.below(3) == 0 { &files[chance.below(files.len())] } else { &spoilt };
            spoil_file(file, &mut chance);
        }
    }
    let file = match chance.below(2) {
        0 => format!("case/{}", spoilt.file_name().expect("a name").to_string_lossy()),
        _ => described(folder, &mut chance),
    };
    for word in &mut words {
        let put = match word.as_str() {
            "{case}" => "case".to_owned(),
            "{store}" => "store.casegraph".to_owned(),
            "{file}" => file.clone(),
            "{day}" => chance.one_of(DAYS).to_owned(),
            "{text}" => {
                let seeds = ["grey-gull", "SELECT * { ?s ?p ?o FILTER(?s = ?o) }", "unknown-entity", "day=2020"];
                let mut text = chance.one_of(&seeds).as_bytes().to_vec();
                chance.spoil(&mut text);
                text.truncate(60_000);
                // An argument holds no NUL, and one that begins with a dash would be an option.
                String::from_utf8_lossy(&text).replace('\0', " ").trim_start_matches('-').to_owned()
            }
            "{query}" => {
                let mut text = fs::read(repository("queries/gags.rq")).expect("a question");
                chance.spoil(&mut text);
                fs::write(folder.join("q.rq"), text).expect("a file");
                "q.rq".to_owned()
            }
            other => other.replace("{new}", "new"),
        };
        *word = put;
    }
    let outcome = watch(&words, folder);
    let command = words.iter().map(|word| word.chars().take(40).collect::<String>()).collect::<Vec<_>>().join(" ");
    Round { seed, command, outcome }
}

/// Copies a table that metadata describes, spoils one of the two, and returns the path of the table.
fn described(folder: &Path, chance: &mut Chance) -> String {
    copy_folder(&repository("examples/letters/by-hand"), &folder.join("letters")).expect("a folder");
    let name = chance.one_of(&["letters.csv", "letters.csv-metadata.json"]);
    spoil_file(&folder.join("letters").join(name), chance);
    "letters/letters.csv".to_owned()
}

fn spoil_file(path: &Path, chance: &mut Chance) {
    let mut bytes = fs::read(path).unwrap_or_default();
    chance.spoil(&mut bytes);
    fs::write(path, bytes).expect("a file");
}

fn start(words: &[String], folder: &Path) -> std::io::Result<Child> {
    let out = |name: &str| fs::File::create(folder.join(name)).map(Stdio::from);
    Command::new(assert_cmd::cargo::cargo_bin!("casegraph"))
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(out("stdout")?)
        .stderr(out("stderr")?)
        .spawn()
}

/// Runs a command to its end; returns its exit code, or what was wrong with how it went.
fn watch(words: &[String], folder: &Path) -> Result<i32, String> {
    let mut child = start(words, folder).expect("the program of this build starts");
    let (begin, mut held) = (Instant::now(), 0);
    let status = loop {
        held = held.max(most_memory(child.id()));
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if begin.elapsed() > TIME || held > MEMORY {
            child.kill().and_then(|()| child.wait()).expect("ended");
            return Err(format!("held {held} KiB after {:?}", begin.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let stderr = String::from_utf8_lossy(&fs::read(folder.join("stderr")).expect("a file")).into_owned();
    // A case may hold the word itself; what the runtime says begins the line.
    let panicked = stderr.lines().any(|line| line.starts_with("thread '") && line.contains("panicked"));
    match status.code() {
        Some(code @ 0..=3) if !panicked => Ok(code),
        _ => Err(format!("ended with {status}:\n{}", stderr.lines().take(6).collect::<Vec<_>>().join("\n"))),
    }
}

/// Returns the most that a process has held so far, in KiB; 0 where the system does not tell.
fn most_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
