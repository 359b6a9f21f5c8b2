//! Data cannot command a terminal, and are left alone everywhere else. The terminal is a real one, of `script` (util-linux).

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Begins a title, hides, deletes, turns the reading direction, and colours as the program itself does.
const HOSTILE: &str = "\u{1b}]0;title\u{7}\u{1b}[8mRED\u{1b}[0m\u{7f}\u{8}\u{9b}31m\u{202e}\u{2066}\u{1b}[1;31m";

/// A case whose every text is hostile: `.` is sound, `faulty` is not, `plain.csv` is a table of its own.
fn case() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    // A quoted text of TOML has the escapes of JSON, and needs one more.
    let title = serde_json::Value::from(HOSTILE).to_string().replace('\u{7f}', "\\u007f");
    let relations = "id,subject,predicate,object,begin,known_since,status,note,source";
    let companies = format!("id,label,note\na,{HOSTILE}A,{HOSTILE}\nb,{HOSTILE}B,\nc,{HOSTILE}A,\n");
    let files = [
        ("case.toml", format!("title = {title}\ndescription = {title}\n")),
        ("companies.csv", companies),
        ("sources.csv", format!("id,title,kind,date\ns,{HOSTILE},news,2014\n")),
        ("relations.csv", format!("{relations}\nR1,a,sued,b,2013,2014,confirmed,{HOSTILE},s\n")),
        (
            "claims.csv",
            format!(
                "id,claimant,stance,about,text,status\nC1,b,denies,R1,,confirmed\nC2,b,affirms,,{HOSTILE},confirmed\n"
            ),
        ),
        ("queries/own.rq", format!("# title: {HOSTILE}\n# question: {HOSTILE}\nSELECT * {{ ?s rdfs:label ?l }}\n")),
        (
            "queries/checks/own.rq",
            format!(
                "# title: {HOSTILE}\n# question: {HOSTILE}\n# hint: {HOSTILE}\nSELECT ?thing ?message {{ ?thing rdfs:label ?message }}\n"
            ),
        ),
        ("faulty/relations.csv", format!("{relations},{HOSTILE}\nR1,a{HOSTILE},x{HOSTILE},b,{HOSTILE},,,,,\n")),
        ("tables/plain.csv", format!("id,{HOSTILE}\n1,{HOSTILE}\n2,31/12/2013 {HOSTILE}\n")),
    ];
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.stdin(Stdio::null());
    command
}

fn piped(folder: &Path, arguments: &[&str]) -> Output {
    program(assert_cmd::cargo::cargo_bin!("casegraph").to_str().expect("UTF-8"), folder)
        .args(arguments)
        .output()
        .expect("the program of this build starts")
}

/// Returns all that a terminal gets from a line of a shell, in which `casegraph` is the program of this build.
#[cfg(target_os = "linux")]
fn on_terminal(folder: &Path, line: &str, colours: bool) -> String {
    let casegraph = assert_cmd::cargo::cargo_bin!("casegraph");
    let line = format!("casegraph() {{ '{}' \"$@\"; }}\n{line}", casegraph.display());
    let mut script = program("script", folder);
    script.args(["--quiet", "--command", &line, "/dev/null"]);
    let script = if colours { script.env("TERM", "xterm") } else { script.env("NO_COLOR", "1") };
    let out = script.output().expect("`script` of util-linux, which lends a terminal");
    String::from_utf8(out.stdout).expect("UTF-8: a terminal may take other bytes for commands")
}

#[cfg(target_os = "linux")]
fn assert_harmless(line: &str, told: &str) {
    // The terminal itself makes `\r\n` of a line break, which CSV ends with `\r\n` already.
    let commands = told.replace("\r\r\n", "\n").replace("\r\n", "\n");
    let found = commands.chars().find(|c| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || ('\u{202a}'..='\u{202e}').contains(c)
            || ('\u{2066}'..='\u{2069}').contains(c)
    });
    assert!(found.is_none(), "`{line}` sends {found:?}:\n{}", told.escape_debug());
}

#[cfg(target_os = "linux")]
#[test]
fn build_writes_escapes_to_terminal() {
    let folder = case();
    let told = on_terminal(folder.path(), "casegraph build . --output out", false);
    assert_harmless("build", &told);
    assert!(told.starts_with("\\u{1b}]0;title\\u{7}\\u{1b}[8mRED"), "{told}");
    // The line is also seen on a terminal by way of a pipe.
    let told = on_terminal(folder.path(), "casegraph build . --output out | cat", false);
    assert_harmless("build | cat", &told);
}

#[cfg(target_os = "linux")]
#[test]
fn no_command_lets_data_command_the_terminal() {
    let folder = case();
    let everything = "'SELECT * { ?s ?p ?o }'";
    let mut lines: Vec<String> = [
        "query . --list",
        "query . own --show",
        "query . own --format table",
        "query . timeline",
        "query . nonesuch",
        "query . 'CONSTRUCT WHERE { ?s ?p ?o }' --format turtle",
        "query . 'CONSTRUCT WHERE { ?s ?p ?o }' --format ntriples",
        "query . facts-of --param \"entity=$(printf '\\033[8m')\"",
        "query . \"SELECT ' $(printf '\\033[8m') {\"",
        "lint .",
        "lint . --list",
        "lint . --format csv",
        "search . RED",
        "dedupe . --least 0",
        "dedupe . --rows --least 0",
        "check .",
        "check faulty",
        "check faulty --format json",
        "check faulty --format sarif",
        "build faulty",
        "known . --on 2015-01-01",
        "disclosures .",
        "conflicts .",
        "secrecy .",
        "diff . --known-on 2013-01-01 --known-on 2015-01-01",
        "rank .",
        "communities .",
        "components .",
        "path . a b",
        "diagram timeline . --format txt",
        "diagram claims . --format dot",
        "diagram relationships . --format svg",
        "describe tables/plain.csv --print",
        "convert tables/plain.csv",
        "export .",
        "explain bad-date",
        "import . --store s.casegraph",
        "import . --store s.casegraph --dry-run",
        "cases s.casegraph",
        "log s.casegraph",
        "undo s.casegraph",
    ]
    .map(str::to_owned)
    .to_vec();
    lines
        .extend(["csv", "tsv", "json", "xml", "table"].map(|format| format!("query . {everything} --format {format}")));
    lines.extend(EXPORTS.map(|format| format!("export . --to {format} --all")));
    for line in lines {
        let told = on_terminal(folder.path(), &format!("casegraph {line}"), false);
        assert!(!told.is_empty() && !told.contains("panicked"), "{line}: {told}");
        assert_harmless(&line, &told);
    }
    // Where nobody looks for colours, the program's own pass, and nothing else does.
    for line in ["check faulty", "build faulty", "explain bad-date"] {
        let told = on_terminal(folder.path(), &format!("casegraph {line}"), true);
        let own = ["\u{1b}[1;31m", "\u{1b}[1;33m", "\u{1b}[1m", "\u{1b}[0m"];
        let (plain, rest) = (
            on_terminal(folder.path(), &format!("casegraph {line}"), false),
            own.iter().fold(told.clone(), |text, own| text.replace(own, "")),
        );
        assert!(told != rest && rest == plain, "{line}: {}", told.escape_debug());
    }
}

/// Formats of one file.
const EXPORTS: [&str; 14] = [
    "nquads",
    "trig",
    "turtle",
    "ntriples",
    "jsonld",
    "rdf12",
    "graphml",
    "gexf",
    "cytoscape",
    "mermaid",
    "followthemoney",
    "followthemoney-statements",
    "timelinejs",
    "csl",
];

#[test]
fn data_in_files_and_pipes_are_left_alone_byte_for_byte() {
    let folder = case();
    let ask =
        |format| piped(folder.path(), &["query", ".", "SELECT ?l { :b rdfs:label ?l }", "--format", format]).stdout;
    assert_eq!(String::from_utf8_lossy(&ask("csv")), format!("l\r\n{HOSTILE}B\r\n"));
    for format in EXPORTS {
        let file = folder.path().join(format);
        let to_file = piped(folder.path(), &["export", ".", "--to", format, "--output", format]);
        assert!(to_file.status.success() && to_file.stdout.is_empty(), "{format}");
        let out = piped(folder.path(), &["export", ".", "--to", format]).stdout;
        assert!(out == fs::read(file).expect("the file"), "{format} is another in a pipe");
    }
    let converted = piped(folder.path(), &["convert", "tables/plain.csv", "--to", "turtle"]).stdout;
    piped(folder.path(), &["convert", "tables/plain.csv", "--output", "plain.ttl"]);
    assert!(converted == fs::read(folder.path().join("plain.ttl")).expect("the file") && !converted.is_empty());
    // What JSON escapes is read back, and is the label.
    let rows: serde_json::Value = serde_json::from_slice(&ask("json")).expect("JSON");
    assert_eq!(rows["results"]["bindings"][0]["l"]["value"], format!("{HOSTILE}B"));
}
