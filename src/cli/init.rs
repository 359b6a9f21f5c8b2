//! `casegraph init`: a new case folder. In: the built-in tables and the templates in `data/templates`. Out: files with a
//! header and no other row, settings, and a page that explains them. Not here: what a table has (`data/tables`).

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use csvw::TableDescription;

use super::fault::Fault;
use super::guide::{tables, title};
use super::{guide, output};
use crate::facts::{CaseSettings, Model};

const FIRST_TABLES: &str = include_str!("../../data/templates/first-tables.txt");
const SETTINGS: &str = include_str!("../../data/templates/case.toml");

/// Make a new case folder: tables to fill in, settings, and a page that explains them
#[derive(clap::Args)]
pub(super) struct Init {
    /// Folder to make, or an empty one; files in it are never written over
    dir: PathBuf,
    /// Make all built-in tables, not only those that a case mostly begins with
    #[arg(long)]
    all: bool,
}

impl Init {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let model = Model::built_in();
        let names = table_names(&model, self.all);
        let files = self.files(&model, &names);
        output::make(&self.dir, &files)?;
        let dir = self.dir.display();
        writeln!(out, "{dir}: case.toml, README.md and {} tables: {}", names.len(), names.join(", "))?;
        let dir = if self.dir.to_string_lossy().contains(' ') { format!("\"{dir}\"") } else { dir.to_string() };
        writeln!(out, "fill them in (README.md explains the columns), then")?;
        writeln!(out, "  casegraph check {dir}\n  casegraph query {dir} timeline\n  casegraph build {dir} -o out")?;
        Ok(())
    }

    /// Returns the name and text of each file to make.
    fn files(&self, model: &Model, names: &[&str]) -> Vec<(String, Vec<u8>)> {
        let settings = CaseSettings::from_toml("", &folder_name(&self.dir)).expect("defaults are sound");
        // The title comes last: it is the user's, and may look like a place to fill.
        let toml = SETTINGS.replace("{{base}}", &quoted(&settings.base)).replace("{{title}}", &quoted(&settings.title));
        let page = guide::page(&settings.title, model, names);
        let mut files = vec![("case.toml".to_owned(), toml.into()), ("README.md".to_owned(), page.into())];
        files.extend(tables(model, names).map(|(name, table)| (format!("{name}.csv"), header(table).into())));
        files
    }
}

/// Returns the tables to make, in the order in which they are best filled in.
fn table_names(model: &Model, all: bool) -> Vec<&str> {
    let first = FIRST_TABLES.lines().filter(|name| !name.is_empty());
    let others = model.table_names().filter(|name| all && !FIRST_TABLES.lines().any(|first| first == *name));
    first.chain(others).collect()
}

fn header(table: &TableDescription) -> String {
    table.schema.columns.iter().map(title).collect::<Vec<_>>().join(",") + "\n"
}

/// Returns the name of a folder that may not be there yet.
fn folder_name(dir: &Path) -> String {
    let full = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let name = full.file_name().map(|name| name.to_string_lossy().replace(char::is_control, " "));
    name.unwrap_or_else(|| "case".to_owned())
}

/// Returns a text as TOML writes it: its quoted texts have the escapes of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read_folder;
    use crate::cli::screen::Screen;

    /// A folder of this test run; removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("casegraph-init-{}", std::process::id())).join(name);
            if path.exists() {
                fs::remove_dir_all(&path).expect("an old folder that can be removed");
            }
            Self(path)
        }

        fn names(&self) -> Vec<String> {
            let Ok(entries) = fs::read_dir(&self.0) else { return Vec::new() };
            let mut names: Vec<String> =
                entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        }

        fn init(&self, all: bool) -> Result<String, String> {
            let mut out = Vec::new();
            let told = Init { dir: self.0.clone(), all }.run(&mut out);
            told.map(|()| String::from_utf8(out).expect("UTF-8")).map_err(|fault| {
                let mut text = Vec::new();
                fault.tell(&mut Screen::new(&mut text, true, false));
                String::from_utf8(text).expect("UTF-8")
            })
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _removed: std::io::Result<()> = fs::remove_dir_all(&self.0);
            // The last folder takes the one around it along; until then that is not empty.
            let _removed: Option<std::io::Result<()>> = self.0.parent().map(fs::remove_dir);
        }
    }

    #[test]
    fn a_new_folder_has_the_first_tables_and_no_fault() {
        let folder = Folder::new("Harbour \"lights\"");
        let told = folder.init(false).unwrap_or_else(|fault| panic!("{fault}"));
        assert!(told.contains("8 tables: companies, agencies, people"), "{told}");
        assert_eq!(folder.names().len(), 10);
        let (loaded, faults) = read_folder(&folder.0).expect("a folder that can be read");
        assert_eq!(faults.sorted(), []);
        assert_eq!(loaded.map(|loaded| loaded.summary.settings.title).as_deref(), Some("Harbour \"lights\""));
    }

    #[test]
    fn all_tables_have_the_columns_of_the_model() {
        let folder = Folder::new("all");
        folder.init(true).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(folder.names().len(), Model::built_in().table_names().count() + 2);
        assert_eq!(read_folder(&folder.0).expect("a folder that can be read").1.sorted(), []);
        let header = fs::read_to_string(folder.0.join("redirects.csv")).expect("a table");
        assert_eq!(header, "old,new\n");
    }

    #[test]
    fn nothing_is_written_over_and_nothing_is_made_beside_it() {
        let folder = Folder::new("refused");
        fs::create_dir_all(&folder.0).expect("a folder");
        fs::write(folder.0.join("people.csv"), "id,label\n").expect("a file");
        let told = folder.init(false).expect_err("a refusal");
        assert!(told.contains("has people.csv already: nothing was written"), "{told}");
        assert_eq!(folder.names(), ["people.csv"]);
        assert_eq!(fs::read_to_string(folder.0.join("people.csv")).expect("a file"), "id,label\n");
    }

    #[test]
    fn the_first_tables_are_built_in() {
        let model = Model::built_in();
        for name in table_names(&model, false) {
            assert!(model.table(name).is_some(), "data/templates/first-tables.txt names {name}");
        }
    }

    #[test]
    fn folders_give_the_case_its_name() {
        assert_eq!(folder_name(Path::new("not/there-yet")), "there-yet");
        assert_eq!(folder_name(Path::new("nowhere/..")), "case");
    }
}
