//! CSV files dropped in the browser. In: files, by multipart form. Out: their faults, each at its cell, and what they
//! would change; with `?apply`, and where they are sound, the same after they were put into the case folder. The whole
//! case is checked as it would be with them.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use oxigraph::model::Quad;
use serde_json::{Value, json};

use super::asking::blocking;
use super::refusal::Refusal;
use super::request::Parameters;
use super::{App, Error};
use crate::case::read_folder;
use crate::diagnostic::Diagnostics;
use crate::facts::{CaseFacts, is_csv};
use crate::fault_report::write_json;
use crate::graph::EntityGraph;
use crate::store::{CaseStore, Dataset};

/// Facts that are listed of a difference; the rest is counted.
const LISTED: usize = 200;

/// A file as it was dropped.
struct Dropped {
    name: String,
    bytes: Vec<u8>,
}

/// Checks files, and puts them into the case folder where that is asked for.
pub(super) async fn import(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    uri: Uri,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    app.access.may_write(&headers)?;
    let folder = app.library.whole().settings.folder.clone().ok_or_else(|| {
        let text = "this case is a store; CSV files go into the folder that it was made from";
        Refusal::new(StatusCode::FORBIDDEN, text)
    })?;
    let apply = Parameters::of(&uri)?.has("apply");
    let files = files(form.map_err(|error| Refusal::new(error.status(), error.body_text()))?).await?;
    let done = blocking(move || {
        let staged = stage(&folder, &files)?;
        let (facts, faults) = read_folder(&staged.path).map_err(Error::from)?;
        let mut outcome = outcome(&app, facts.as_ref(), faults, &files, &folder)?;
        let is_sound = !outcome["difference"].is_null();
        if apply && is_sound {
            app.library
                .put(&folder, &files.iter().map(|file| (file.name.as_str(), &*file.bytes)).collect::<Vec<_>>())?;
        }
        outcome["applied"] = (apply && is_sound).into();
        Ok(outcome)
    })
    .await?;
    Ok(([("content-type", "application/json")], done.to_string()).into_response())
}

async fn files(mut form: Multipart) -> Result<Vec<Dropped>, Refusal> {
    let mut files = Vec::new();
    let fault = |error: axum::extract::multipart::MultipartError| Refusal::new(error.status(), error.body_text());
    while let Some(field) = form.next_field().await.map_err(fault)? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if !is_fit(&name) {
            let text = format!(
                "`{name}` is not the name of a table: letters, digits, `-`, `_` and `.`, ending in .csv or .csv-metadata.json"
            );
            return Err(Refusal::bad(text));
        }
        files.push(Dropped { name, bytes: field.bytes().await.map_err(fault)?.into() });
    }
    if files.is_empty() { Err(Refusal::bad("the request holds no file")) } else { Ok(files) }
}

/// Tells whether a name is that of a file in a case folder, and of nothing outside it.
fn is_fit(name: &str) -> bool {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_plain && !name.starts_with('.') && (is_csv(name) || name.strip_suffix("-metadata.json").is_some_and(is_csv))
}

/// The case folder as it would be; it goes away with the value.
struct Staged {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

fn stage(folder: &Path, files: &[Dropped]) -> Result<Staged, Error> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    let temporary = tempfile::tempdir().map_err(Error::System)?;
    // The name of the folder is the default title of the case, and part of its base.
    let real = fs::canonicalize(folder).map_err(at(folder))?;
    let path = temporary.path().join(real.file_name().unwrap_or_default());
    fs::create_dir(&path).map_err(at(&path))?;
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        if entry.path().is_file() {
            fs::copy(entry.path(), path.join(entry.file_name())).map_err(at(&entry.path()))?;
        }
    }
    for file in files {
        let path = path.join(&file.name);
        fs::write(&path, &file.bytes).map_err(at(&path))?;
    }
    Ok(Staged { path, _folder: temporary })
}

fn outcome(
    app: &App,
    facts: Option<&CaseFacts>,
    faults: Diagnostics,
    files: &[Dropped],
    folder: &Path,
) -> Result<Value, Refusal> {
    let has_errors = faults.has_errors();
    let mut report = Vec::new();
    write_json(&mut report, "", &faults.sorted()).map_err(|error| Refusal::internal(error.to_string()))?;
    let report: Value = serde_json::from_slice(&report).unwrap_or_default();
    let difference = match facts {
        Some(facts) if !has_errors => difference(app, facts)?,
        _ => Value::Null,
    };
    let names: Vec<_> =
        files.iter().map(|file| json!({ "name": file.name, "isNew": !folder.join(&file.name).exists() })).collect();
    Ok(json!({ "files": names, "counts": report["counts"], "faults": report["faults"], "difference": difference }))
}

fn difference(app: &App, facts: &CaseFacts) -> Result<Value, Refusal> {
    let whole = app.library.whole();
    let after = CaseStore::in_memory(facts.quads())?;
    let graph = EntityGraph::project(&after, Some(&facts.settings.lang))?;
    let changes = changes(&whole.graph, &graph);
    let listed: Vec<_> = changes
        .iter()
        .take(LISTED)
        .map(|(id, change)| {
            let graph = if *change == "removed" { &whole.graph } else { &graph };
            let fact = graph.fact(id);
            let (says, when) = fact.map_or_else(Default::default, |fact| (graph.sentence(fact), fact.when()));
            json!({ "id": id, "change": change, "says": says, "when": when })
        })
        .collect();
    let count = |kind: &str| changes.values().filter(|change| **change == kind).count();
    let (all_before, all_after) = (quads(&*whole.data)?, quads(&after)?);
    Ok(json!({
        "added": count("added"), "changed": count("changed"), "removed": count("removed"), "total": graph.facts().len(),
        "statements": all_before.symmetric_difference(&all_after).count(),
        "facts": listed, "unlisted": changes.len() - listed.len(),
    }))
}

/// Returns the facts that differ, by id.
fn changes<'a>(before: &'a EntityGraph, after: &'a EntityGraph) -> BTreeMap<&'a str, &'static str> {
    let mut changes = BTreeMap::new();
    for fact in after.facts() {
        match before.fact(&fact.id) {
            None => changes.insert(fact.id.as_str(), "added"),
            Some(other) if other != fact => changes.insert(fact.id.as_str(), "changed"),
            Some(_) => None,
        };
    }
    for fact in before.facts().filter(|fact| after.fact(&fact.id).is_none()) {
        changes.insert(fact.id.as_str(), "removed");
    }
    changes
}

fn quads(data: &dyn Dataset) -> Result<HashSet<Quad>, crate::store::Error> {
    data.quads_for_pattern(None, None, None, None).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_inside_the_case_folder() {
        for fit in ["companies.csv", "claims-comments.csv", "births.csv-metadata.json"] {
            assert!(is_fit(fit), "{fit}");
        }
        for unfit in
            ["../companies.csv", "a/b.csv", "a\\b.csv", ".hidden.csv", "case.toml", "x.csv\0", "", "style.toml"]
        {
            assert!(!is_fit(unfit), "{unfit}");
        }
    }
}
