//! CSV files dropped in the browser. In: files, by multipart form. Out: their faults, each at its cell, and what they
//! would change of what lies on the disk, with a `state` that names it; with `?apply`, and where they are sound, the same
//! after they were put into the case folder. `?apply=STATE` does so only while the disk holds what that difference was
//! made from. The whole case is checked, in memory, as it would be with them.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Extension, Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use csvw::Severity;
use oxigraph::model::Quad;
use serde_json::{Value, json};

use super::asking::blocking;
use super::refusal::Refusal;
use super::room::Clock;
use super::viewing::Asked;
use super::{App, Error};
use crate::case::{self, CaseFolder, FolderWriter, is_fit};
use crate::date::now;
use crate::facts::{Loaded, Wanted};
use crate::fault_report::write_json;
use crate::graph::EntityGraph;
use crate::store::CaseStore;

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
    Extension(clock): Extension<Clock>,
    Extension(asked): Extension<Asked>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    app.access.may_write(&headers)?;
    let folder = app.library.whole().settings.folder.clone().ok_or_else(|| {
        let text = "this case is a store; CSV files go into the folder that it was made from";
        Refusal::new(StatusCode::FORBIDDEN, text)
    })?;
    let parameters = &asked.parameters;
    parameters.only(&["apply"])?;
    asked.changes_whole()?;
    let (apply, seen) = (parameters.has("apply"), parameters.one("apply")?.map(str::to_owned));
    let files = files(form.map_err(|error| Refusal::new(error.status(), error.body_text()))?).await?;
    let done = blocking(move || {
        let files: Vec<(&str, &[u8])> = files.iter().map(|file| (file.name.as_str(), &*file.bytes)).collect();
        // From here to the rename nobody else puts files into the folder: neither this process nor another.
        let _turn = apply.then(|| app.library.turn());
        let writer = apply.then(|| FolderWriter::open(&folder)).transpose().map_err(refused)?;
        let before = CaseFolder::open(&folder, app.options.links).map_err(refused)?;
        let mut outcome = outcome(&before, &files)?;
        let state = before.fingerprint();
        let is_overtaken = seen.is_some_and(|seen| seen != state);
        let writer = writer.filter(|_| !is_overtaken && !outcome["difference"].is_null());
        outcome["applied"] = writer.is_some().into();
        outcome["overtaken"] = is_overtaken.into();
        outcome["state"] = state.into();
        if let Some(writer) = writer {
            if !clock.settle() {
                return Err(Error::Stopped.into());
            }
            let replaced = writer.replace(&before, &files, &now());
            drop(writer);
            app.library.reload()?;
            if let Err(error) = replaced {
                let now = CaseFolder::open(&folder, app.options.links).map_err(refused)?.fingerprint();
                return Err(not_replaced(error, now != before.fingerprint()));
            }
        }
        Ok(outcome)
    })
    .await?;
    Ok(([("content-type", "application/json")], done.to_string()).into_response())
}

/// Tells what became of files that could not be put into the folder, or not for good.
fn not_replaced(error: case::Error, count: bool) -> Refusal {
    let cause = match &error {
        case::Error::Write { source, .. } | case::Error::Read { source, .. } => source.to_string(),
        _ => return refused(error),
    };
    let done = if count { "the files count, and the next import puts them in place" } else { "nothing was stored" };
    Refusal::failed(format!("{done}: {cause}"), error.to_string())
}

/// What cannot be done now is told in words that hold no path of this computer.
fn refused(error: case::Error) -> Refusal {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = match &error {
        case::Error::Locked { holder, .. } => format!("another program ({holder}) is writing to this case"),
        case::Error::Restless(_) => "the files of this case are being changed".to_owned(),
        case::Error::Overtaken(path) => format!("{} was changed meanwhile", name(path)),
        case::Error::NotAFile(path) => {
            format!("{} is a link or no file of its own, and is not replaced", name(path))
        }
        case::Error::Edited { names, .. } => {
            let names = names.join(", ");
            format!("an import was broken off, and since then {names} was edited; move it out of the case folder first")
        }
        _ => return Error::from(error).into(),
    };
    Refusal::new(StatusCode::CONFLICT, format!("{text}: nothing was stored, try again in a moment"))
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
        if files.iter().any(|file: &Dropped| file.name == name) {
            return Err(Refusal::bad(format!("`{name}` is among the files twice")));
        }
        files.push(Dropped { name, bytes: field.bytes().await.map_err(fault)?.into() });
    }
    if files.is_empty() { Err(Refusal::bad("the request holds no file")) } else { Ok(files) }
}

fn outcome(before: &CaseFolder, files: &[(&str, &[u8])]) -> Result<Value, Refusal> {
    let (after, faults) = before.with(files).load(Wanted::Quads);
    let is_sound = !faults.has_errors();
    let mut report = Vec::new();
    write_json(&mut report, "", &faults.sorted()).map_err(|error| Refusal::internal(error.to_string()))?;
    let report: Value = serde_json::from_slice(&report).unwrap_or_default();
    let difference = match after.filter(|_| is_sound) {
        Some(after) => difference(before, after)?,
        None => Value::Null,
    };
    let names: Vec<_> =
        files.iter().map(|(name, _)| json!({ "name": name, "isNew": before.file(name).is_none() })).collect();
    Ok(json!({ "files": names, "counts": report["counts"], "faults": report["faults"], "difference": difference }))
}

/// Returns what becomes different of what lies on the disk now, whatever of it the server has read before.
fn difference(before: &CaseFolder, after: Loaded) -> Result<Value, Refusal> {
    let (known, faults) = before.load(Wanted::Quads);
    let lang = after.summary.settings.lang.clone();
    let store = |loaded: Loaded| loaded.quads.finish().map(CaseStore::of).map_err(crate::store::Error::from);
    let (before, after) = (known.map_or_else(|| CaseStore::in_memory([]), store)?, store(after)?);
    let lang = Some(lang.as_str());
    let (earlier, later) = (EntityGraph::project(&before, lang)?, EntityGraph::project(&after, lang)?);
    let changes = changes(&earlier, &later);
    let listed: Vec<_> = changes
        .iter()
        .take(LISTED)
        .map(|(id, change)| {
            let graph = if *change == "removed" { &earlier } else { &later };
            let fact = graph.fact(id);
            let (says, when) = fact.map_or_else(Default::default, |fact| (graph.sentence(fact), fact.when()));
            json!({ "id": id, "change": change, "says": says, "when": when })
        })
        .collect();
    let count = |kind: &str| changes.values().filter(|change| **change == kind).count();
    let (all_before, all_after) = (quads(&before)?, quads(&after)?);
    Ok(json!({
        "added": count("added"), "changed": count("changed"), "removed": count("removed"), "total": later.facts().len(),
        "statements": all_before.symmetric_difference(&all_after).count(),
        "errorsBefore": faults.count(Severity::Error),
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

fn quads(data: &CaseStore) -> Result<HashSet<Quad>, crate::store::Error> {
    data.quads().collect()
}
