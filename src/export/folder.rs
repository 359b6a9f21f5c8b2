//! The case folder again. In: quads. Out: `case.toml` and CSV tables that give the same quads when they are read. Entities
//! stand in the tables of their classes, as far as those columns say what the quads say. A fact stands in the column of an
//! entity that makes it under its id, where one does; else it has a row of its own in `relations`, `claims` or `decisions`.
//!
//! What was written is read again and compared, quad by quad; whatever did not come back is a loss.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use csvw::Severity;
use oxigraph::model::{Literal, NamedNodeRef, Quad, Term};

use super::folder_citations;
use super::folder_facts::Facts;
use super::folder_rows::Rows;
use super::losses::{Loss, add, local};
use super::things::{Thing, text, things};
use super::{Contents, Error, Exported};
use crate::facts::{CaseFile, CaseSettings, Cells, ColumnFacts, Model, Wanted, is_csv, load_case};
use crate::vocab::{cg, dct, prov, rdf, rdfs, skos};

/// Writes a case.
pub(super) fn write(contents: &Contents<'_>) -> Result<Exported, Error> {
    let (stand_ins, quads): (Vec<Quad>, Vec<Quad>) = contents.quads()?.into_iter().partition(names_stand_in);
    let (model, things) = (Model::built_in(), things(&quads));
    let mut facts = Facts::of(contents, &things, &model);
    let mut files = BTreeMap::from([("case.toml".to_owned(), settings(contents, &facts, &things).into_bytes())]);
    let tables = || model.table_names().filter_map(|name| Some((name, model.table(name)?)));
    let mut rows: BTreeMap<&str, Rows> = BTreeMap::new();
    for (name, table) in tables() {
        let Some(class) = table.annotation(&format!("{}entity", cg::NAMESPACE)) else { continue };
        let mut entities = entities(contents, &facts, &things, table, class);
        if let Some(columns) = ColumnFacts::of(table) {
            facts.fill_columns(&columns, &mut entities);
        }
        rows.insert(name, entities.into_values().collect());
    }
    if let Some(columns) = model.table("decisions").and_then(ColumnFacts::of) {
        rows.insert("decisions", facts.take_rows(&columns));
    }
    rows.extend([
        ("relations", facts.relations()),
        ("claims", facts.claims()),
        ("citations", facts.citations()),
        ("disclosures", folder_citations::disclosures(contents, &things)),
        ("names", folder_citations::names(contents, &things)),
        ("judgements", folder_citations::judgements(contents, &things)),
        ("redirects", folder_citations::redirects(contents, &things)),
        ("predicates", folder_citations::predicates(contents, &things)),
    ]);
    // A folder without a table is no case.
    rows.retain(|name, rows| !rows.is_empty() || *name == "relations");
    for (name, rows) in rows {
        let columns = model.table(name).map(|table| table.schema.columns.as_slice()).unwrap_or_default();
        files.insert(format!("{name}.csv"), rows.to_csv(columns)?);
    }
    let mut losses = differences(contents, &quads, &files, &model);
    let facts = stand_ins.iter().filter(|quad| quad.predicate == dct::SOURCE);
    let ids = facts.map(|quad| local(contents.base, quad.subject.to_string().trim_matches(['<', '>']), "fact/"));
    add(&mut losses, "facts whose source the view does not name", ids);
    Ok(Exported { files, losses })
}

/// Returns `case.toml`.
fn settings(contents: &Contents<'_>, facts: &Facts<'_>, things: &BTreeMap<&str, Thing<'_>>) -> String {
    let text = |text: &str| toml::Value::from(text).to_string();
    let list = |texts: &[String]| toml::Value::from(texts.to_vec()).to_string();
    // What a view does not show is not named either.
    let focus: Vec<String> = contents.focus.iter().filter(|id| contents.graph.entity(id).is_some()).cloned().collect();
    let case = things.get(format!("{}graph/case", contents.base).as_str());
    let said = |key, property| Some((key, text(case?.text(property)?)));
    let lines = [
        Some(("title", text(contents.title))),
        said("title_known_since", cg::TITLE_KNOWN_SINCE),
        said("working_title", cg::WORKING_TITLE),
        contents.description.map(|description| ("description", text(description))),
        said("description_known_since", cg::DESCRIPTION_KNOWN_SINCE),
        Some(("base", text(contents.base))),
        Some(("lang", text(contents.lang))),
        Some(("assert", list(&facts.assert()))),
        (!focus.is_empty()).then(|| ("focus", list(&focus))),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().map(|(key, value)| format!("{key} = {value}\n")).collect();
    lines.concat()
}

/// Returns the rows of the entities of a class, by id.
fn entities(
    contents: &Contents<'_>,
    facts: &Facts<'_>,
    things: &BTreeMap<&str, Thing<'_>>,
    table: &csvw::TableDescription,
    class: &str,
) -> BTreeMap<String, Cells> {
    let class = format!("{}{class}", cg::NAMESPACE);
    let folder = if class == cg::SOURCE.as_str() { "src/" } else { "" };
    // What a row of `names` says is no alias beside it.
    let names = things.values().filter(|thing| thing.is_a(cg::NAME));
    let names: HashSet<(&str, &Term)> =
        names.filter_map(|name| Some((name.iri(cg::NAME_OF)?, name.all(rdfs::LABEL).first().copied()?))).collect();
    let is_name =
        |iri: &str, property: &str, term: &Term| property == skos::ALT_LABEL.as_str() && names.contains(&(iri, term));
    let mut rows = BTreeMap::new();
    for (iri, thing) in things {
        if !thing.iris(rdf::TYPE).any(|iri| iri == class) || !iri.starts_with(contents.base) {
            continue;
        }
        let id = local(contents.base, iri, folder);
        let mut cells = Cells::from([("id".to_owned(), id.clone())]);
        for column in &table.schema.columns {
            let Some(property) = column.property_url.as_deref() else { continue };
            let separator = column.separator.as_deref().unwrap_or("|");
            // What a column of another prefix states, such as the item of Wikidata, is the end of an IRI.
            let prefix =
                column.value_url.as_ref().map(|url| url.as_str().split('{').next().unwrap_or_default().to_owned());
            let mut by_header: BTreeMap<String, Vec<String>> = BTreeMap::new();
            let stated = thing.of(property).iter().filter(|term| !facts.say(iri, property, term));
            for term in stated.filter(|term| !is_name(iri, property, term)) {
                let value = match (&prefix, text(term)) {
                    (Some(prefix), Some(iri)) => match iri.strip_prefix(prefix.as_str()) {
                        Some(rest) => rest.to_owned(),
                        None => continue,
                    },
                    (None, Some(text)) if matches!(term, Term::NamedNode(_)) => local(contents.base, text, "src/"),
                    (None, Some(text)) => text.to_owned(),
                    (_, None) => continue,
                };
                let header = match language(term) {
                    Some(lang) => format!("{}@{lang}", column.name),
                    None => column.name.clone(),
                };
                by_header.entry(header).or_default().push(value);
            }
            cells.extend(by_header.into_iter().map(|(header, values)| (header, values.join(separator))));
        }
        rows.insert(id, cells);
    }
    rows
}

fn language(term: &Term) -> Option<&str> {
    if let Term::Literal(literal) = term { Literal::language(literal) } else { None }
}

/// Reads what was written, and returns what did not come back.
fn differences(contents: &Contents<'_>, quads: &[Quad], files: &BTreeMap<String, Vec<u8>>, model: &Model) -> Vec<Loss> {
    let mut losses = Vec::new();
    let toml = files.get("case.toml").map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
    let Ok(settings) = CaseSettings::from_toml(&toml, "case") else {
        add(&mut losses, "settings of the case that cannot be read again", ["case.toml".to_owned()]);
        return losses;
    };
    let tables: Vec<CaseFile> = files
        .iter()
        .filter(|(name, _)| is_csv(name))
        .map(|(name, bytes)| CaseFile { name: name.clone(), bytes: bytes.clone() })
        .collect();
    let (again, faults) = load_case(settings, &tables, model, Wanted::Quads);
    let errors = faults.sorted().into_iter().filter(|fault| fault.severity == Severity::Error);
    add(
        &mut losses,
        "rows that would be faults",
        errors.map(|fault| fault.to_string().lines().take(2).collect::<Vec<_>>().join(" ")),
    );
    // Bounds that a view cuts down to its day are worked out anew.
    let is_worked_out = |quad: &&Quad| !contents.view.is_empty() && WORKED_OUT.contains(&quad.predicate.as_ref());
    let found: BTreeSet<String> = again.sorted_quads().iter().filter(|quad| !is_worked_out(quad)).map(triple).collect();
    let imports = format!("{}graph/imports", contents.base);
    let is_log = |quad: &Quad| quad.graph_name.to_string().trim_matches(['<', '>']) == imports;
    let (log, own): (Vec<&Quad>, Vec<&Quad>) = quads.iter().partition(|quad| is_log(quad));
    let own = own.into_iter().filter(|quad| !is_worked_out(quad));
    let wanted: BTreeSet<String> = own.map(triple).collect();
    add(&mut losses, "statements that the tables cannot hold", wanted.difference(&found).cloned());
    add(&mut losses, "statements that the tables add", found.difference(&wanted).cloned());
    let activities =
        log.iter().filter(|quad| quad.predicate == rdf::TYPE && quad.object == Term::from(prov::ACTIVITY.into_owned()));
    add(
        &mut losses,
        "records of imports",
        activities.map(|quad| local(contents.base, quad.subject.to_string().trim_matches(['<', '>']), "import/")),
    );
    losses
}

/// What follows from the dates of a fact, and under a view from its day.
const WORKED_OUT: [NamedNodeRef<'static>; 10] = [
    cg::BEGIN_EARLIEST,
    cg::BEGIN_LATEST,
    cg::END_EARLIEST,
    cg::END_LATEST,
    cg::KNOWN_EARLIEST,
    cg::KNOWN_LATEST,
    cg::KNOWN_QUALIFIER,
    cg::LAG_DAYS,
    cg::MIN_DAYS,
    cg::MAX_DAYS,
];

/// Tells whether a quad names what a view puts in the place of a source: no table can hold that.
fn names_stand_in(quad: &Quad) -> bool {
    let is_stand_in = |iri: &str| [cg::LATER_SOURCE, cg::UNDATED_SOURCE].iter().any(|other| *other == *iri);
    let subject = quad.subject.to_string();
    is_stand_in(subject.trim_matches(['<', '>']))
        || matches!(&quad.object, Term::NamedNode(node) if is_stand_in(node.as_str()))
}

fn triple(quad: &Quad) -> String {
    format!("{} {} {}", quad.subject, quad.predicate, quad.object)
}
