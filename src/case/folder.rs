//! Case folders. In: a path. Out: the records of its CSV files and their faults.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::{Error, exchange};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::facts::{
    CaseFacts, CaseFile, CaseSettings, CaseSummary, Model, QuadSink, RecordQuads, SettingsError, is_csv, stream_case,
};
use crate::location::Location;

const SETTINGS: &str = "case.toml";
const METADATA: &str = "-metadata.json";

/// The files of a case folder, in memory: what is read of them twice is the same.
pub struct CaseFolder {
    /// What the case says of itself; none where its settings cannot be read.
    pub(super) settings: Option<CaseSettings>,
    pub(super) files: Vec<CaseFile>,
    pub(super) model: Model,
    /// What is wrong with the folder itself.
    faults: Diagnostics,
}

impl CaseFolder {
    /// Reads the files of a folder, and not yet what they say; a change of them that was broken off is finished first.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        if !folder.exists() {
            return Err(Error::Missing(folder.to_owned()));
        }
        exchange::finish(folder)?;
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|source| Error::Read { path, source })
        };
        let names = file_names(folder)?;
        let mut faults = missing_files(&names);
        let settings = match names.contains(SETTINGS).then(|| read(SETTINGS)).transpose()? {
            Some(bytes) => settings(&String::from_utf8_lossy(&bytes), folder),
            None => settings("", folder),
        };
        let is_json = |name: &str| Path::new(name).extension().is_some_and(|extension| extension == "json");
        let mut files = Vec::new();
        for name in names.iter().filter(|name| is_csv(name) || is_json(name)) {
            files.push(CaseFile { name: name.clone(), bytes: read(name)? });
        }
        let settings = settings.map_err(|error| {
            let message = format!("the settings cannot be used: {error}");
            let message = message.trim_end().replace('\n', "\n  ");
            faults.push(Diagnostic::error(Code::BadMetadata, Location::file(SETTINGS), message));
        });
        Ok(Self { settings: settings.ok(), files, model: Model::built_in(), faults })
    }

    /// Hands over the quads of each record, with bounded memory; returns what the case holds, and all faults.
    pub fn stream(&self, sink: &mut QuadSink<'_>) -> (Option<CaseSummary>, Diagnostics) {
        let mut faults = self.faults.clone();
        let Some(settings) = &self.settings else { return (None, faults) };
        // Faults of the folder alone already mean that nothing will be loaded.
        let is_sound = !faults.has_errors();
        let mut sink = |record: RecordQuads<'_>| if is_sound { sink(record) } else { ControlFlow::Break(()) };
        let (summary, found) = stream_case(settings.clone(), &self.files, &self.model, &mut sink);
        faults.extend(found);
        (Some(summary), faults)
    }
}

/// Reads every CSV file of a case folder; no records where its settings cannot be read.
pub fn read_folder(folder: &Path) -> Result<(Option<CaseFacts>, Diagnostics), Error> {
    let CaseFolder { settings, files, model, mut faults } = CaseFolder::open(folder)?;
    let Some(settings) = settings else { return Ok((None, faults)) };
    let (facts, found) = CaseFacts::read(settings, &files, &model);
    faults.extend(found);
    Ok((Some(facts), faults))
}

fn settings(text: &str, folder: &Path) -> Result<CaseSettings, SettingsError> {
    // `.` and `..` have no name of their own.
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    CaseSettings::from_toml(text, &name)
}

fn file_names(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let fault = |source: io::Error| Error::Read { path: folder.to_owned(), source };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !name.starts_with('.') {
            names.insert(name);
        }
    }
    Ok(names)
}

fn missing_files(names: &BTreeSet<String>) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let csv: BTreeSet<&str> = names.iter().map(String::as_str).filter(|name| is_csv(name)).collect();
    if csv.is_empty() {
        let fault = Diagnostic::error(Code::MissingFile, Location::file("."), "the folder has no CSV file");
        faults.push(fault.hint("`casegraph init DIR` makes a folder with empty tables"));
    }
    for metadata in names.iter().filter(|name| name.ends_with(METADATA)) {
        let described = metadata.trim_end_matches(METADATA);
        if is_csv(described) && !csv.contains(described) {
            let message = format!("`{described}` is not there, and {metadata} describes it");
            let fault = Diagnostic::error(Code::MissingFile, Location::file(described), message);
            faults.push(fault.suggest(described, csv.iter().copied()));
        }
    }
    faults
}
