//! The test suite of the W3C CSV on the Web Working Group, run offline. In: a folder with its files: what
//! `CSVW_TESTS` names, or `shared/csvw-tests` beside the repository. Every case must pass; there is no list of known failures.
//!
//! Quads are compared as they leave the conversion, before any store: language tags without regard to case, decimal
//! numbers by value, blank nodes by isomorphism.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use csvw::{Diagnostics, Options, Policy, Resources, Severity, TableGroup, code, convert, validate};
use oxrdf::dataset::CanonicalizationAlgorithm;
use oxrdf::{Dataset, GraphName, Literal, Quad, Term, vocab::xsd};
use oxttl::TurtleParser;
use serde_json::Value;

const BASE: &str = "http://www.w3.org/2013/csvw/tests/";

/// What the site says in `/.well-known/csvm`.
const SITE: &str = "{+url}-metadata.json\ncsv-metadata.json\n{+url}.json\ncsvm.json\n";

struct Site {
    folder: PathBuf,
    link: Option<String>,
    action: String,
}

impl Resources for Site {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        let path = iri.strip_prefix(BASE).ok_or(io::ErrorKind::NotFound)?;
        if let Ok(file) = fs::File::open(self.folder.join(path)) {
            return Ok(Box::new(file));
        }
        // A query does not change what a CSV file holds, but the server knows nothing of `a.csv?query-metadata.json`.
        let path = path.strip_suffix("?query").ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(fs::File::open(self.folder.join(path))?))
    }

    fn name(&self, iri: &str) -> String {
        iri.strip_prefix(BASE).unwrap_or(iri).to_owned()
    }

    fn link(&self, iri: &str) -> Option<String> {
        self.link.clone().filter(|_| iri == self.action)
    }

    fn site_patterns(&self, _iri: &str) -> Option<String> {
        Some(SITE.to_owned())
    }
}

struct Case<'v> {
    id: &'v str,
    kind: &'v str,
    entry: &'v Value,
    site: Site,
}

impl<'v> Case<'v> {
    fn new(entry: &'v Value, folder: &Path) -> Self {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let action = format!("{BASE}{}", text("action"));
        let link = entry["httpLink"].as_str().map(str::to_owned);
        let site = Site { folder: folder.to_owned(), link, action };
        let kind = text("type").rsplit(':').next().unwrap_or_default();
        Self { id: text("id"), kind, entry, site }
    }

    fn group(&self, faults: &mut Diagnostics) -> Option<TableGroup> {
        let action = &self.site.action;
        if Path::new(action).extension().is_some_and(|extension| extension == "json") {
            return TableGroup::open(action, &self.site, faults);
        }
        let metadata = self.entry["option"]["metadata"].as_str().map(|path| format!("{BASE}{path}"));
        TableGroup::find(action, metadata.as_deref(), &self.site, faults)
    }

    /// Converts and returns the quads with the faults.
    fn convert(&self) -> (Vec<Quad>, Diagnostics) {
        let (mut faults, mut quads) = (Diagnostics::default(), Vec::new());
        let minimal = self.entry["option"]["minimal"].as_bool().unwrap_or(false);
        let options = Options { policy: Policy::Convert, minimal, ..Options::default() };
        let group = self.group(&mut faults).filter(|_| !faults.has_errors());
        if let Some(group) = group {
            let mut sink = |quad: oxrdf::QuadRef<'_>| {
                quads.push(quad.into_owned());
                Ok(())
            };
            convert(&group, &self.site, &options, GraphName::DefaultGraph, &mut sink, &mut faults)
                .expect("the sink takes all");
        }
        (quads, faults)
    }

    fn validate(&self) -> Diagnostics {
        let mut faults = Diagnostics::default();
        let group = self.group(&mut faults).filter(|_| !faults.has_errors());
        if let Some(group) = group {
            validate(&group, &self.site, &Options::default(), &mut faults);
        }
        faults
    }

    fn check_faults(&self, faults: &Diagnostics, clean: &str, warned: &str, refused: &str) -> Result<(), String> {
        let told = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let (errors, warnings) = (faults.count(Severity::Error), faults.count(Severity::Warning));
        // A file that is not there is no proof that a fault was found.
        let missing = faults.iter().all(|fault| fault.code == code::MISSING_FILE);
        match self.kind {
            kind if kind == clean && errors + warnings > 0 => Err(format!("should be clean, but:\n{told}")),
            kind if kind == warned && (errors > 0 || warnings == 0) => Err(format!("should warn only, but:\n{told}")),
            kind if kind == refused && (errors == 0 || missing) => Err(format!("should be refused, but:\n{told}")),
            kind if ![clean, warned, refused].contains(&kind) => Err(format!("unknown kind of test {kind}")),
            _ => Ok(()),
        }
    }
}

fn convert_case(case: &Case<'_>) -> Result<(), String> {
    let (quads, faults) = case.convert();
    case.check_faults(&faults, "ToRdfTest", "ToRdfTestWithWarnings", "NegativeRdfTest")?;
    let Some(result) = case.entry["result"].as_str() else { return Ok(()) };
    let file = fs::File::open(case.site.folder.join(result)).map_err(|error| error.to_string())?;
    let parser = TurtleParser::new().with_base_iri(format!("{BASE}{result}")).map_err(|error| error.to_string())?;
    let triples = parser.for_reader(file).map(|triple| triple.map(|triple| triple.in_graph(GraphName::DefaultGraph)));
    let expected: Vec<Quad> = triples.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    compare(&expected, &quads)
}

fn validate_case(case: &Case<'_>) -> Result<(), String> {
    let faults = case.validate();
    case.check_faults(&faults, "PositiveValidationTest", "WarningValidationTest", "NegativeValidationTest")
}

/// Writes what may be written in several ways in one.
fn comparable(quad: &Quad) -> Quad {
    let object = match &quad.object {
        Term::Literal(literal) => Term::Literal(comparable_literal(literal)),
        term => term.clone(),
    };
    Quad { object, ..quad.clone() }
}

fn comparable_literal(literal: &Literal) -> Literal {
    if let Some(lang) = literal.language() {
        return Literal::new_language_tagged_literal_unchecked(literal.value(), lang.to_lowercase());
    }
    let is_decimal = literal.datatype() == xsd::DECIMAL;
    match literal.value().parse::<oxsdatatypes::Decimal>() {
        Ok(value) if is_decimal => Literal::new_typed_literal(value.to_string(), xsd::DECIMAL),
        _ => literal.clone(),
    }
}

fn compare(expected: &[Quad], found: &[Quad]) -> Result<(), String> {
    let canonical = |quads: &[Quad]| {
        let mut dataset: Dataset = quads.iter().map(comparable).collect();
        dataset.canonicalize(CanonicalizationAlgorithm::Unstable);
        let mut lines: Vec<String> = dataset.iter().map(|quad| ToString::to_string(&quad)).collect();
        lines.sort();
        lines
    };
    let (expected, found) = (canonical(expected), canonical(found));
    let only = |these: &[String], others: &[String]| {
        these.iter().filter(|line| !others.contains(line)).take(12).cloned().collect::<Vec<_>>().join("\n  ")
    };
    if expected == found {
        return Ok(());
    }
    Err(format!("expected:\n  {}\nfound:\n  {}", only(&expected, &found), only(&found, &expected)))
}

/// Runs a manifest and tells the count on the terminal, past the capture of the test harness. Without the suite the test
/// is skipped, but where `CSVW_TESTS` promises one it fails.
fn run(name: &str, test: fn(&Case<'_>) -> Result<(), String>) {
    let promised = std::env::var_os("CSVW_TESTS").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/csvw-tests");
    let folder = promised.clone().unwrap_or_else(beside);
    let mut out = io::stderr();
    let Ok(json) = fs::read_to_string(folder.join(name)) else {
        assert!(promised.is_none(), "the W3C tests are not at {}, where CSVW_TESTS points", folder.display());
        writeln!(out, "{name}: SKIPPED, for the W3C tests are not at {}", folder.display()).expect("stderr");
        return;
    };
    let manifest: Value = serde_json::from_str(&json).expect("manifest");
    let entries = manifest["entries"].as_array().expect("entries");
    let mut failures = BTreeMap::new();
    for listed in entries {
        let case = Case::new(listed, &folder);
        if let Err(reason) = test(&case) {
            failures.insert(format!("{} ({}, {})", case.id, case.kind, listed["name"]), reason);
        }
    }
    writeln!(out, "{name}: {} of {} passed", entries.len() - failures.len(), entries.len()).expect("stderr");
    let told: Vec<String> = failures.iter().map(|(id, reason)| format!("\n{id}\n{reason}\n")).collect();
    assert!(failures.is_empty(), "{}", told.concat());
}

#[test]
fn the_conversion_passes_every_test_of_the_w3c() {
    run("manifest-rdf.jsonld", convert_case);
}

#[test]
fn the_validation_passes_every_test_of_the_w3c() {
    run("manifest-validation.jsonld", validate_case);
}
