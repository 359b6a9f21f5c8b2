//! A case folder on its way into a store. In: a folder and the place of a store. Out: what changed, counted; or every
//! fault of the files, and the store as it was.

use std::fmt::Write;
use std::path::Path;

use csvw::Diagnostic;

use super::{CaseFolder, Error, sound_load};
use crate::facts::{CaseSummary, FileRecord, Loaded, Model, Wanted, sha256_hex};
use crate::remote::{Endpoint, OpenError, Settings};
use crate::store::{Difference, Import, ImportedFile, Mode, ReadCase, StoreWriter};

/// An import that has been done, or looked at.
#[derive(Debug)]
pub struct Imported {
    /// What changed.
    pub difference: Difference,
    /// What the case holds; none where it is the same as at the last import, so that it was not read.
    pub summary: Option<CaseSummary>,
    /// Faults that do not stop an import, sorted.
    pub warnings: Vec<Diagnostic>,
}

/// Imports a case folder into a store, or only tells what would change; `time` is an xsd:dateTime, `agent` what imports.
pub fn import(case: &CaseFolder, store: &Path, mode: Mode, time: &str, agent: &str) -> Result<Imported, Error> {
    let Some(settings) = &case.settings else {
        return Err(Error::Faults(case.load(Wanted::Faults).1.sorted()));
    };
    let hashes: Vec<String> = case.files.iter().map(|file| sha256_hex(&file.bytes)).collect();
    let mut input = format!("{}\n{settings:?}\n", Model::fingerprint());
    for (file, hash) in case.files.iter().zip(&hashes) {
        writeln!(input, "{hash} {}", file.name).expect("a String takes all that is written");
    }
    let import = Import {
        base: settings.base.clone(),
        graph: settings.graph(),
        log_graph: settings.imports_graph(),
        tables: case.files.iter().map(|file| file.name.clone()).collect(),
        input: sha256_hex(input.as_bytes()),
        time: time.to_owned(),
        agent: agent.to_owned(),
    };
    let (mut summary, mut warnings) = (None, Vec::new());
    let mut read = || {
        let (loaded, found) = sound_load(case, Wanted::Records)?;
        warnings = found;
        let file = |(file, sha256): (&FileRecord, &String)| ImportedFile {
            name: file.name.clone(),
            sha256: sha256.clone(),
            rows: file.rows,
        };
        let Loaded { quads, records, summary: read } = loaded;
        let files = read.files.iter().zip(&hashes).map(file).collect();
        let facts = read.facts;
        summary = Some(read);
        Ok(ReadCase { quads, records, files, facts })
    };
    let difference = if Settings::are_named(store) {
        let endpoint = Endpoint::open(&Settings::read(store).map_err(OpenError::from)?)?;
        endpoint.import(&import, mode, read()?)?
    } else {
        StoreWriter::open(store, mode)?.import::<Error>(&import, &mut read)?
    };
    Ok(Imported { difference, summary, warnings })
}
