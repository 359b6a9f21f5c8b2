//! Whether a file fits what was written of it. In: the file and its metadata. Out: the faults that are left, which are
//! those of the file itself.

use std::io::{self, Read};

use csvw::{Diagnostic, Diagnostics, Options, Resources, Severity, TableGroup, validate};

use super::Open;
use crate::facts::{CaseFile, CaseSettings, EXTENSIONS, Model, Wanted, load_case, slug};

const BASE: &str = "https://example.org/";

/// A file and its metadata.
pub(super) struct Pair<'p> {
    pub(super) open: Open<'p>,
    pub(super) file: &'p str,
    pub(super) metadata: &'p str,
}

impl Resources for Pair<'_> {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        if iri.ends_with("-metadata.json") { Ok(Box::new(self.metadata.as_bytes())) } else { (self.open)() }
    }

    fn name(&self, iri: &str) -> String {
        if iri.ends_with("-metadata.json") { format!("{}-metadata.json", self.file) } else { self.file.to_owned() }
    }
}

/// Returns the first error that a case of this file alone would have, beyond those of the file.
pub(super) fn case_fault(
    open: Open<'_>,
    file: &str,
    metadata: &str,
    issuer: Option<&str>,
    known: &[Diagnostic],
) -> io::Result<Option<Diagnostic>> {
    let mut bytes = Vec::new();
    open()?.read_to_end(&mut bytes)?;
    let mut files = vec![
        CaseFile { name: file.to_owned(), bytes },
        CaseFile { name: format!("{file}-metadata.json"), bytes: metadata.as_bytes().to_vec() },
    ];
    if let Some(issuer) = issuer {
        let row = format!("id,label,kind\n{},\"{}\",other\n", slug(issuer), issuer.replace('"', "\"\""));
        files.push(CaseFile { name: "agencies.csv".to_owned(), bytes: row.into_bytes() });
    }
    let Ok(settings) = CaseSettings::from_toml("", "case") else { return Ok(None) };
    let (_, faults) = load_case(settings, &files, &Model::built_in(), Wanted::Faults);
    let is_known = |fault: &Diagnostic| known.iter().any(|k| (k.code, &k.location) == (fault.code, &fault.location));
    let is_new = |fault: &Diagnostic| fault.severity == Severity::Error && !is_known(fault);
    Ok(faults.sorted().into_iter().find(is_new))
}

/// Checks a file against its metadata, as a case does.
pub(super) fn faults(open: Open<'_>, file: &str, metadata: &str) -> Vec<Diagnostic> {
    let files = Pair { open, file, metadata };
    let mut faults = Diagnostics::default();
    let place = format!("{BASE}a-metadata.json");
    if let Some(group) = TableGroup::find(BASE, Some(&place), &files, &mut faults) {
        let options = Options { extensions: EXTENSIONS, ..Options::default() };
        validate(&group, &files, &options, &mut faults);
    }
    faults.sorted()
}
