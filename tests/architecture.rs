//! docs/architecture.md is the law: its table says which module may import which, and who owns an outside crate.

use std::collections::{BTreeMap, BTreeSet};

use crate::program::{files_below, read, repository};

/// A row of the table.
struct Module {
    may_import: BTreeSet<String>,
    owns: BTreeSet<String>,
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let table = table();
    let mut faults = Vec::new();
    for (module, file, text) in sources("src") {
        let Some(row) = table.get(&module) else {
            faults.push(format!("{file}: the table has no row for `{module}`"));
            continue;
        };
        let allowed = |name: &str| name == module || row.may_import.contains(name) || row.may_import.contains("all");
        for name in imports(&text).into_iter().filter(|name| table.contains_key(name) && !allowed(name)) {
            faults.push(format!("{file}: `{module}` may not import `{name}`"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_outside_crate_is_used_by_its_owners_alone() {
    let table = table();
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, row) in &table {
        for name in &row.owns {
            owners.entry(name).or_default().insert(module);
        }
    }
    let mut faults = Vec::new();
    for (module, file, text) in sources("src") {
        for (name, owners) in &owners {
            if !owners.contains(module.as_str()) && names_crate(&text, name) {
                faults.push(format!("{file}: `{name}` belongs to {owners:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_table_lists_every_module_and_no_other() {
    let declared: BTreeSet<String> = read("src/lib.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect();
    let table = table();
    let missing: Vec<_> = declared.iter().filter(|name| !table.contains_key(*name)).collect();
    assert!(missing.is_empty(), "docs/architecture.md has no row for {missing:?}");
    let unknown: Vec<_> = table
        .values()
        .flat_map(|row| &row.may_import)
        .filter(|name| *name != "all" && !table.contains_key(*name))
        .collect();
    assert!(unknown.is_empty(), "the table lets somebody import {unknown:?}, which has no row");
}

#[test]
fn the_files_of_csvw_import_each_other_in_no_circle() {
    let files = sources("crates/csvw/src").into_iter().map(|(module, _, text)| (module, imports(code(&text))));
    assert_eq!(in_circles(files.collect()), BTreeMap::new(), "these import each other, or what does");
}

#[test]
fn the_files_of_a_room_import_each_other_in_no_circle() {
    let rooms: BTreeSet<String> = sources("src").into_iter().map(|(module, ..)| module).collect();
    for room in rooms.iter().filter(|room| repository(&format!("src/{room}/mod.rs")).exists()) {
        let folder = format!("src/{room}/");
        let texts: BTreeMap<String, String> = sources("src")
            .into_iter()
            .filter_map(|(_, file, text)| Some((file.strip_prefix(&folder)?.strip_suffix(".rs")?.to_owned(), text)))
            .collect();
        // What `mod.rs` hands on belongs to the file that it comes from.
        let mut owners: BTreeMap<String, String> = texts.keys().map(|file| (file.clone(), file.clone())).collect();
        for line in texts["mod"].split(';') {
            let Some((file, names)) = line.split_once("use ").and_then(|(_, path)| path.split_once("::")) else {
                continue;
            };
            if texts.contains_key(file) {
                let names = names.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty());
                owners.extend(names.map(|name| (name.to_owned(), file.to_owned())));
            }
        }
        let files = texts.iter().filter(|(file, _)| *file != "mod").map(|(file, text)| {
            let names = imports_from("super::", code(text));
            (file.clone(), names.iter().filter_map(|name| owners.get(name).cloned()).collect())
        });
        assert_eq!(in_circles(files.collect()), BTreeMap::new(), "{room}: these import each other, or what does");
    }
}

/// Returns a text without its tests: what they import makes no circle.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
}

/// Returns what imports itself by way of others, or imports what does.
fn in_circles(mut left: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    // What imports nothing that is left is in no circle.
    loop {
        let names: BTreeSet<String> = left.keys().cloned().collect();
        left.retain(|file, imports| imports.iter().any(|name| name != file && names.contains(name)));
        if left.len() == names.len() {
            return left;
        }
    }
}

#[test]
fn imports_are_seen_however_they_are_written() {
    let text =
        "use crate::date::{Day, Edtf};\nlet x = crate::store::open();\nuse crate::{case, query as q, csvw::{Row}};";
    let found: Vec<_> = imports(text).into_iter().collect();
    assert_eq!(found, ["case", "csvw", "date", "query", "store"]);
    assert!(names_crate("use csv_core::Reader;", "csv_core") && !names_crate("use csv_core::Reader;", "csv"));
    assert!(!names_crate("use super::csv::x;", "csv") && names_crate("clap::Parser", "clap"));
}

fn table() -> BTreeMap<String, Module> {
    let text = read("docs/architecture.md");
    let rows = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let table: BTreeMap<String, Module> = rows
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 4, "a row of docs/architecture.md has four cells: {line}");
            let names = |cell: &str| {
                cell.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
            };
            (cells[0].to_owned(), Module { may_import: names(cells[2]), owns: names(cells[3]) })
        })
        .collect();
    assert!(table.contains_key("cli"), "docs/architecture.md holds the table of modules");
    table
}

/// Returns the module, name and text of each source file of a folder, comments left out.
fn sources(folder: &str) -> Vec<(String, String, String)> {
    let mut sources = Vec::new();
    for path in files_below(&repository(folder)).iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        let first = path.iter().next().expect("a file has a name").to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        if module == "lib" || module == "main" {
            continue;
        }
        let file = format!("{folder}/{}", path.display());
        let text = read(&file);
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        sources.push((module, file, code));
    }
    assert!(!sources.is_empty(), "{folder} has no files");
    sources
}

/// Returns the top modules that a text names by `crate::`.
fn imports(text: &str) -> BTreeSet<String> {
    imports_from("crate::", text)
}

/// Returns the names that a text takes from where `path` leads.
fn imports_from(path: &str, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, start) in text.match_indices(path) {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + start.len()..];
        found.extend(rest.strip_prefix('{').map_or_else(|| vec![word(rest)], heads));
    }
    found
}

/// Returns the first word of each item of a group, up to the brace that closes it.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut at_start) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            c if at_start && (c.is_alphanumeric() || c == '_') => {
                heads.push(word(&group[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    heads
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Tells whether a text names a crate: its name at the head of a path, or as a whole import.
fn names_crate(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let is_head = before.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == ':' || c == '.' || c == '"'));
        let after = &text[at + name.len()..];
        is_head && (after.starts_with("::") || text[..at].ends_with("use ") && after.starts_with([';', ' ']))
    })
}
