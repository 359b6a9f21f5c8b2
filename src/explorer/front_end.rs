//! The files of the front end, from `data/explorer`. In: nothing. Out: each by its name, for a server; or all scripts
//! as one, for a page that stands by itself. They are plain modules of JavaScript, and nothing builds them.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/explorer");

/// The page of the server; it holds nothing of any case.
pub const INDEX: &str = include_str!("../../data/explorer/index.html");

/// The module that a page which stands by itself begins with.
const REPORT: &str = "report.js";

/// A file of the front end.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// What it holds.
    pub bytes: &'static [u8],
    /// Its media type.
    pub media: &'static str,
}

/// Returns the script or style sheet of a name.
pub fn asset(name: &str) -> Option<File> {
    let media = match name.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    FILES.get_file(name).map(|file| File { bytes: file.contents(), media })
}

/// Returns the style sheet of the explorer.
pub fn style_sheet() -> &'static str {
    text("explorer.css")
}

/// Returns the scripts of a page that stands by itself as one: each module once, after those that it imports. The
/// modules keep to a form that allows it: imports by name at the head of a line, and no name twice among all.
pub fn in_one_script() -> String {
    let mut whole = String::new();
    append(REPORT, &mut BTreeSet::new(), &mut whole);
    whole
}

fn append(name: &'static str, seen: &mut BTreeSet<&'static str>, whole: &mut String) {
    if !seen.insert(name) {
        return;
    }
    let text = text(name);
    for line in text.lines() {
        if let Some(imported) = imported(line) {
            append(imported, seen, whole);
        }
    }
    for line in text.lines().filter(|line| imported(line).is_none()) {
        whole.push_str(line.strip_prefix("export ").unwrap_or(line));
        whole.push('\n');
    }
}

/// Returns the module that a line imports from.
fn imported(line: &'static str) -> Option<&'static str> {
    let rest = line.strip_prefix("import ")?;
    rest.split_once("\"./")?.1.split('"').next()
}

fn text(name: &str) -> &'static str {
    FILES.get_file(name).and_then(include_dir::File::contents_utf8).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_script_holds_every_module_once_and_imports_nothing() {
        let whole = in_one_script();
        assert!(!whole.lines().any(|line| line.starts_with("import ") || line.starts_with("export ")));
        assert!(!whole.contains("</script"), "it stands in a page");
        let mut names = BTreeSet::new();
        for line in whole.lines() {
            let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
            let head = words.next().unwrap_or_default();
            let name = match head {
                "async" => words.nth(1),
                "function" | "const" | "let" | "class" => words.next(),
                _ => None,
            };
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                assert!(names.insert(name), "`{name}` is declared by two modules");
            }
        }
        assert!(names.len() > 20, "{}", names.len());
    }

    #[test]
    fn every_module_that_is_imported_is_there() {
        for file in FILES.files().filter(|file| file.path().extension().is_some_and(|e| e == "js")) {
            for line in file.contents_utf8().expect("UTF-8").lines() {
                if let Some(name) = imported(line) {
                    assert!(FILES.get_file(name).is_some(), "{} imports {name}", file.path().display());
                }
            }
        }
        assert!(asset("explorer.css").is_some() && asset("index.html").is_none() && asset("../style.toml").is_none());
    }
}
