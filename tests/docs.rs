//! The pages for readers say what is so: their commands give the output they show, their links lead somewhere, and the
//! reference of the tables is what the metadata says. `BLESS=1 cargo test --test main docs` writes the generated parts
//! anew; the outputs of commands are written by hand, so that they can leave lines out (`…`).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::ontology::declared;
use crate::program::{copy_folder, difference, files_below, is_blessing, read, repository, run};
use crate::scenarios::words;

/// Pages whose commands are run, each in a folder of its own that holds the cases of the repository.
const RUN: [&str; 5] = ["README.md", "docs/guide.md", "docs/queries.md", "docs/tables.md", "docs/tutorial.md"];
const NS: &str = "https://w3id.org/casegraph/ns#";
const GENERATED: &str = "<!-- From here on generated from data/tables: `BLESS=1 cargo test --test main docs`. -->\n";

#[test]
fn commands_give_the_output_that_the_pages_show() {
    let mut faults = String::new();
    for page in RUN {
        let folder = tempfile::tempdir().expect("a folder");
        for case in ["data", "examples"] {
            copy_folder(&repository(case), &folder.path().join(case)).expect("a copy");
        }
        let (mut count, mut last) = (0, String::new());
        for block in blocks(&read(page)) {
            match block.lang.as_str() {
                // A block of CSV, TOML, JSON or SPARQL below a line that ends with a file name in backticks is that file.
                "csv" | "toml" | "json" | "sparql" => write_file(&block, folder.path()),
                "console" => {
                    for (command, wanted) in commands(&block.text) {
                        count += usize::from(is_known(&command));
                        let told = answer(&command, folder.path());
                        if is_known(&command) && !fits(&wanted, &told) {
                            writeln!(faults, "{page}: $ {command}\n{}", difference(&wanted, &told)).expect("a text");
                        }
                        last = command;
                    }
                }
                _ => {}
            }
        }
        assert!(count > 0 || page == "docs/tables.md", "{page} shows no command that can be run (last: {last})");
    }
    assert!(faults.is_empty(), "`-` is what the page shows, `+` what the program prints:\n{faults}");
}

#[test]
fn the_guide_shows_every_command() {
    let guide = read("docs/guide.md");
    for command in casegraph::cli::command().get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_name();
        assert!(guide.contains(&format!("$ casegraph {name} ")), "docs/guide.md does not show `$ casegraph {name}`");
        assert!(read("README.md").contains(&format!("casegraph {name}")), "README.md does not name `{name}`");
    }
}

#[test]
fn the_reference_of_the_tables_is_what_the_metadata_says() {
    let page = read("docs/tables.md");
    let (intro, found) = page.split_once(GENERATED).expect("docs/tables.md marks where its generated part begins");
    let wanted = reference();
    if is_blessing() {
        fs::write(repository("docs/tables.md"), format!("{intro}{GENERATED}{wanted}")).expect("docs/tables.md");
    } else {
        assert!(found == wanted, "docs/tables.md is behind data/tables (BLESS=1):\n{}", difference(found, &wanted));
    }
}

#[test]
fn the_reference_of_the_commands_is_what_the_program_says() {
    let (page, wanted) = (repository("docs/commands.md"), commands_reference());
    if is_blessing() {
        fs::write(page, wanted).expect("docs/commands.md");
    } else {
        let found = fs::read_to_string(page).unwrap_or_default();
        assert!(found == wanted, "docs/commands.md is behind the program (BLESS=1):\n{}", difference(&found, &wanted));
    }
}

/// Returns a page with the help of every command.
fn commands_reference() -> String {
    let mut program = casegraph::cli::command().term_width(100);
    program.build();
    let mut page = "# Commands\n\nWhat `casegraph COMMAND --help` prints, for every command. [The guide](guide.md) shows them at work; `casegraph man` writes\n\
                    the same as manual pages. Generated: `BLESS=1 cargo test --test main docs`.\n"
        .to_owned();
    describe_command(&mut program, "casegraph", &mut page);
    page
}

fn describe_command(command: &mut clap::Command, name: &str, page: &mut String) {
    let help = command.render_long_help().to_string();
    let help = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    write!(page, "\n## {name}\n\n```text\n{}\n```\n", help.trim_end()).expect("a text");
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        let name = format!("{name} {}", inner.get_name());
        describe_command(inner, &name, page);
    }
}

#[test]
fn the_vocabulary_page_names_every_term_and_no_other() {
    let page = read("docs/ontology.md");
    let named: BTreeSet<String> = page
        .match_indices("`cg:")
        .map(|(at, start)| page[at + start.len()..].chars().take_while(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|name| !name.is_empty())
        .collect();
    let declared = declared();
    let unnamed: Vec<_> = declared.difference(&named).collect();
    let unknown: Vec<_> = named.difference(&declared).collect();
    assert!(unnamed.is_empty() && unknown.is_empty(), "not on the page: {unnamed:?}; not in the file: {unknown:?}");
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut faults = Vec::new();
    for page in ours().iter().filter(|path| path.extension().is_some_and(|e| e == "md")) {
        let name = page.display().to_string();
        let text = prose(&read(&name));
        for (at, start) in text.match_indices("](") {
            let target: String = text[at + start.len()..].chars().take_while(|c| *c != ')' && *c != ' ').collect();
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let folder = page.parent().unwrap_or(Path::new(""));
            let file = if path.is_empty() { page.clone() } else { folder.join(path) };
            if !repository(&file.to_string_lossy()).exists() {
                faults.push(format!("{name}: {target}"));
            } else if !anchor.is_empty() && !anchors(&read(&file.to_string_lossy())).contains(anchor) {
                faults.push(format!("{name}: {target} (no such heading)"));
            }
        }
    }
    assert!(faults.is_empty(), "links that lead nowhere:\n{}", faults.join("\n"));
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    let mut faults = Vec::new();
    for path in ours().iter().filter(|path| !path.ends_with("tests/docs.rs")) {
        let Ok(text) = fs::read_to_string(repository(&path.to_string_lossy())) else { continue };
        for root in ["tmp", "root", "work", "home", "Users"] {
            let root = format!("/{root}/");
            for (at, _) in text.match_indices(&root) {
                let before = text[..at].chars().next_back();
                if before.is_none_or(|c| c.is_whitespace() || "\"'`(=<:,".contains(c)) {
                    let line = text[..at].lines().count();
                    faults.push(format!("{}:{line}: {root}", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_readme_stays_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 120, "README.md has {lines} lines; at most 120 are read");
}

/// Returns the files that we write, whether tracked yet or not; not what is built.
fn ours() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in repository(".").read_dir().expect("the repository") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let is_built = ["target", "out", ".git", "Cargo.lock"].contains(&name.as_str());
        if is_built {
            continue;
        }
        if path.is_dir() {
            files.extend(files_below(&path).into_iter().map(|file| Path::new(&name).join(file)));
        } else {
            files.push(PathBuf::from(name));
        }
    }
    files.sort();
    files
}

struct Block {
    lang: String,
    text: String,
    before: String,
}

/// Returns the code blocks of a page, each with the line above it.
fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut open, mut before) = (Vec::new(), None::<Block>, String::new());
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(lang)) => {
                open = Some(Block { lang: lang.trim().to_owned(), text: String::new(), before: before.clone() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) if !line.trim().is_empty() => line.clone_into(&mut before),
            (None, None) => {}
        }
    }
    blocks
}

fn prose(page: &str) -> String {
    let mut inside = false;
    let lines = page.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let text = line.trim_start_matches('#').trim().to_lowercase();
        text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

fn write_file(block: &Block, folder: &Path) {
    let Some(name) = block.before.trim_end_matches(':').strip_suffix('`').and_then(|line| line.rsplit('`').next())
    else {
        return;
    };
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    fs::write(path, &block.text).expect("a file");
}

/// Returns the commands of a block with the output shown below each; a quote that is open goes on in the next line.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        match (line.strip_prefix("$ casegraph "), commands.last_mut()) {
            (Some(command), _) if !is_open => commands.push((command.to_owned(), String::new())),
            (_, Some((command, _))) if is_open => write!(command, "\n{line}").expect("a text"),
            (_, Some((_, output))) => writeln!(output, "{line}").expect("a text"),
            _ => {}
        }
        is_open = commands.last().is_some_and(|(command, _)| command.matches('\'').count() % 2 == 1);
    }
    commands
}

/// Tells whether this build has the command: the pages may be ahead of it.
fn is_known(command: &str) -> bool {
    let name = command.split_whitespace().next().unwrap_or_default();
    name.starts_with('-') || casegraph::cli::command().find_subcommand(name).is_some()
}

fn answer(command: &str, folder: &Path) -> String {
    let outcome = run(&words(command), folder, b"");
    outcome.stderr + &outcome.stdout
}

/// Tells whether an output fits what a page shows: `…` alone stands for any lines, at the end of a line for its rest.
fn fits(shown: &str, output: &str) -> bool {
    let (shown, output): (Vec<&str>, Vec<&str>) =
        (shown.trim_end().lines().collect(), output.trim_end().lines().collect());
    fits_lines(&shown, &output)
}

fn fits_lines(shown: &[&str], output: &[&str]) -> bool {
    match (shown, output) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=output.len()).any(|skipped| fits_lines(rest, &output[skipped..])),
        ([line, shown @ ..], [found, output @ ..]) => {
            let is_same = match line.strip_suffix('…') {
                Some(begin) => found.starts_with(begin),
                None => line.trim_end() == found.trim_end(),
            };
            is_same && fits_lines(shown, output)
        }
        _ => false,
    }
}

/// Writes the reference of the built-in tables.
fn reference() -> String {
    let mut out = String::new();
    for file in files_below(&repository("data/tables")) {
        let json: Value = serde_json::from_str(&read(&format!("data/tables/{}", file.display()))).expect("JSON");
        table_reference(&json, &mut out);
    }
    out
}

fn table_reference(json: &Value, out: &mut String) {
    let text = |key: &str| json[key].as_str().unwrap_or_default();
    let name = text("url").trim_end_matches(".csv");
    write!(out, "\n## {name}\n\n{}", text("dc:description")).expect("a text");
    if let Some(class) = json[format!("{NS}entity")].as_str() {
        write!(out, " Class: `{class}`.").expect("a text");
    }
    if let Some(columns) = json[format!("{NS}oneOf")].as_array() {
        let names: Vec<String> = columns.iter().filter_map(Value::as_str).map(|name| format!("`{name}`")).collect();
        write!(out, " Of {} exactly one is filled.", names.join(" and ")).expect("a text");
    }
    out.push_str("\n\n| column | holds | values |\n|---|---|---|\n");
    for column in json["tableSchema"]["columns"].as_array().expect("columns") {
        let mark = if column["required"] == Value::Bool(true) { " **" } else { "" };
        let closing = if mark.is_empty() { "" } else { "required**" };
        let name = column["name"].as_str().expect("a name");
        let holds = column["dc:description"].as_str().unwrap_or_default().replace('|', "\\|");
        writeln!(out, "| `{name}`{mark}{closing} | {holds} | {} |", values(column)).expect("a text");
    }
    let facts = json[format!("{NS}facts")].as_array().map(Vec::as_slice).unwrap_or_default();
    let made: Vec<String> = facts.iter().filter_map(made_fact).collect();
    if !made.is_empty() {
        writeln!(out, "\nFacts it makes: {}.", made.join("; ")).expect("a text");
    }
}

/// Returns what the cells of a column may be, in a few words.
fn values(column: &Value) -> String {
    let refers = &column[format!("{NS}refersTo")];
    let classes: Vec<&str> = match refers {
        Value::String(class) => vec![class],
        Value::Array(classes) => classes.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let datatype = &column["datatype"];
    let format = datatype["format"].as_str().unwrap_or_default();
    let is_list =
        format.contains('|') && format.split('|').all(|word| word.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let kind = if !classes.is_empty() {
        format!("id or name: {}", classes.join(", "))
    } else if let Some(title) = datatype["dc:title"].as_str() {
        title.split(':').next().unwrap_or_default().to_owned()
    } else if is_list {
        format.replace('|', ", ")
    } else {
        match datatype.as_str() {
            Some("date") => "a day".to_owned(),
            Some("anyURI") => "an IRI".to_owned(),
            Some("language") => "a language tag".to_owned(),
            Some(name) => name.to_owned(),
            None => "text".to_owned(),
        }
    };
    if column["separator"].is_string() { format!("{kind}; several") } else { kind }
}

/// Returns the id of a fact that a column makes, and its predicate.
fn made_fact(fact: &Value) -> Option<String> {
    let part = |name: &str| fact[format!("{NS}{name}")].as_str();
    let predicate = part("predicate").filter(|predicate| !predicate.contains('{'))?;
    Some(format!("`{}` (`{predicate}`)", part("id")?.replace("{id}", "ID")))
}

#[test]
fn an_output_may_be_shown_in_part() {
    assert!(fits("a\n…\nz\n", "a\nb\nc\nz\n") && fits("a…\n", "abc\n") && fits("", "\n"));
    assert!(!fits("a\n…\nz\n", "a\nb\n") && !fits("a\n", "a\nb\n") && !fits("a\nb\n", "a\n"));
}
