//! Case folders. In: a path. Out: the records of its CSV files, what it says beside them, and its faults.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use csvw::{Diagnostic, Diagnostics, Location};

use super::files::{self, Files, Links};
use super::{Error, sound};
use crate::code;
use crate::facts::{CaseFile, CaseSettings, Loaded, Model, Wanted, is_csv, load_case, sha256_hex};
use crate::store;

const SETTINGS: &str = "case.toml";
const METADATA: &str = "-metadata.json";
/// Where the questions and the checks of a case lie.
const BELOW: [&str; 2] = ["queries", "queries/checks"];

/// The files of a case folder, in memory, as they were at one moment: what is read of them twice is the same.
pub struct CaseFolder {
    /// What the case says of itself; none where its settings cannot be read.
    pub(super) settings: Option<CaseSettings>,
    /// Tables and metadata, by name.
    pub(super) files: Vec<CaseFile>,
    pub(super) own: OwnFiles,
    pub(super) model: Model,
    /// Names of files that are there and cannot be read.
    unread: BTreeSet<String>,
    /// What is wrong with its settings and its entries.
    faults: Diagnostics,
}

/// The files by which a case folder sets its own rules, looks and questions, in memory.
#[derive(Debug, Clone, Default)]
pub struct OwnFiles {
    texts: BTreeMap<String, String>,
}

impl OwnFiles {
    /// Reads those of a case folder alone, whatever its tables are like; none where the path is no folder.
    pub fn of(path: &Path, links: Links) -> Result<Self, Error> {
        if !CaseFolder::is_at(path) {
            return Ok(Self::default());
        }
        let mut files = files::read(path, links, &BELOW, &is_own)?;
        let own = Self::take(&mut files);
        if files.faults.has_errors() { Err(Error::Faults(files.faults.sorted())) } else { Ok(own) }
    }

    fn take(files: &mut Files) -> Self {
        let mut texts = BTreeMap::new();
        let (own, others) = std::mem::take(&mut files.bytes).into_iter().partition(|(name, _)| is_own(name));
        files.bytes = others;
        for (name, bytes) in BTreeMap::<_, _>::into_iter(own) {
            if let Ok(text) = String::from_utf8(bytes) {
                texts.insert(name, text);
            } else {
                let message = format!("`{name}` is not UTF-8");
                let fault = Diagnostic::error(code::WRONG_ENCODING, Location::file(&name), message);
                files.faults.push(fault.hint("save the file as UTF-8"));
            }
        }
        Self { texts }
    }

    /// Returns the text of a file such as `style.toml`, where the folder has it.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Returns the questions of the case: names and SPARQL.
    pub fn questions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.below(BELOW[0])
    }

    /// Returns the checks of the case: names and SPARQL.
    pub fn checks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.below(BELOW[1])
    }

    fn below<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
        self.texts.iter().filter_map(move |(path, text)| {
            let (above, name) = path.rsplit_once('/')?;
            (above == folder).then_some((name.strip_suffix(".rq")?, text.as_str()))
        })
    }
}

impl CaseFolder {
    /// Tells whether a path is a folder that is no store.
    pub fn is_at(path: &Path) -> bool {
        path.is_dir() && store::refuse_directory(path).is_ok()
    }

    /// Reads the files of a folder, and not yet what they say. Nothing is changed.
    pub fn open(path: &Path, links: Links) -> Result<Self, Error> {
        if !path.exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        store::refuse_directory(path)?;
        let is_wanted = |name: &str| is_table_or_metadata(name) || name == SETTINGS || is_own(name);
        let mut files = files::read(path, links, &BELOW, &is_wanted)?;
        let own = OwnFiles::take(&mut files);
        let Files { mut bytes, names, mut faults } = files;
        let settings = bytes.remove(SETTINGS).unwrap_or_default();
        // `.` and `..` have no name of their own.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let settings = CaseSettings::from_toml(&String::from_utf8_lossy(&settings), &name).map_err(|error| {
            let message = format!("the settings cannot be used: {error}");
            let message = message.trim_end().replace('\n', "\n  ");
            faults.push(Diagnostic::error(code::BAD_METADATA, Location::file(SETTINGS), message));
        });
        let unread = names.into_iter().filter(|name| is_table_or_metadata(name) && !bytes.contains_key(name)).collect();
        let files = bytes.into_iter().map(|(name, bytes)| CaseFile { name, bytes }).collect();
        Ok(Self { settings: settings.ok(), files, own, model: Model::built_in(), unread, faults })
    }

    /// Returns the folder as it would be with other files in the place of those of their names.
    #[must_use]
    pub fn with(&self, others: &[(&str, &[u8])]) -> Self {
        let known = self.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
        let files: BTreeMap<&str, &[u8]> = known.chain(others.iter().copied()).collect();
        let file = |(name, bytes): (&str, &[u8])| CaseFile { name: name.to_owned(), bytes: bytes.to_owned() };
        Self {
            settings: self.settings.clone(),
            files: files.into_iter().map(file).collect(),
            own: self.own.clone(),
            model: Model::built_in(),
            unread: self.unread.clone(),
            faults: self.faults.clone(),
        }
    }

    /// Returns what a table or its metadata holds.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|file| file.name == name).map(|file| file.bytes.as_slice())
    }

    /// Returns a fingerprint of all tables and metadata: another one where any of them differs.
    pub fn fingerprint(&self) -> String {
        let lines = self.files.iter().map(|file| format!("{} {}\n", sha256_hex(&file.bytes), file.name));
        sha256_hex(lines.collect::<String>().as_bytes())
    }

    /// Reads what is wanted of the case, and all faults; nothing where its settings cannot be read.
    pub fn load(&self, wanted: Wanted) -> (Option<Loaded>, Diagnostics) {
        let mut faults = self.faults();
        let Some(settings) = &self.settings else { return (None, faults) };
        // Faults of the folder alone already mean that nothing will be loaded.
        let wanted = if faults.has_errors() { Wanted::Faults } else { wanted };
        let (loaded, found) = load_case(settings.clone(), &self.files, &self.model, wanted);
        faults.extend(found);
        (Some(loaded), faults)
    }

    /// Returns what is wrong with the folder itself.
    fn faults(&self) -> Diagnostics {
        let mut faults = self.faults.clone();
        let names = self.files.iter().map(|file| file.name.as_str());
        faults.extend(missing_files(&names.chain(self.unread.iter().map(String::as_str)).collect()));
        faults
    }
}

/// Reads every CSV file of a case folder; nothing where its settings cannot be read.
pub fn read_folder(path: &Path) -> Result<(Option<Loaded>, Diagnostics), Error> {
    Ok(CaseFolder::open(path, Links::Inside)?.load(Wanted::Quads))
}

/// Reads a case folder; a case with errors is refused whole, with all its faults.
pub fn read_sound(path: &Path) -> Result<(Loaded, Vec<Diagnostic>), Error> {
    let (loaded, faults) = read_folder(path)?;
    sound(loaded, faults)
}

fn is_table_or_metadata(name: &str) -> bool {
    !name.contains('/') && (is_csv(name) || Path::new(name).extension().is_some_and(|extension| extension == "json"))
}

fn is_own(name: &str) -> bool {
    match name.split_once('/') {
        None => ["style.toml", "conflicts.toml", "dedupe.toml", "secrecy.toml"].contains(&name),
        Some(_) => Path::new(name).extension().is_some_and(|extension| extension == "rq"),
    }
}

fn missing_files(names: &BTreeSet<&str>) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let csv: BTreeSet<&str> = names.iter().copied().filter(|name| is_csv(name)).collect();
    if csv.is_empty() {
        let fault = Diagnostic::error(code::MISSING_FILE, Location::file("."), "the folder has no CSV file");
        faults.push(fault.hint("`casegraph init DIR` makes a folder with empty tables"));
    }
    for metadata in names.iter().filter(|name| name.ends_with(METADATA)) {
        let described = metadata.trim_end_matches(METADATA);
        if is_csv(described) && !csv.contains(described) {
            let message = format!("`{described}` is not there, and {metadata} describes it");
            let fault = Diagnostic::error(code::MISSING_FILE, Location::file(described), message);
            faults.push(fault.suggest(described, csv.iter().copied()));
        }
    }
    faults
}
