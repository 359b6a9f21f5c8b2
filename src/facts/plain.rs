//! Tables that metadata describes and that make no facts. In: the metadata of a case. Out: their triples, as csv2rdf
//! says in minimal mode, with the days on which their rows became public, and their faults, those of keys between tables
//! among them.

use std::cell::Cell;
use std::collections::BTreeMap;

use csvw::{Diagnostic, Diagnostics, Each, Location, Options, Row, Table, TableDescription};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, QuadRef, Term};

use super::ANNOTATION;
use super::dates::Dates;
use super::describe::makes_facts;
use super::fact_template::Template;
use super::hash::short_hash;
use super::tables::{Tables, table_options};
use crate::code;
use crate::date::Day;
use crate::vocab::{cg, rdf, xsd};

/// Faults that are told of one kind in one column of such a table, which may be long.
const FAULTS: u64 = 1000;

/// First and last day on which something can have become public; none where nobody says.
type Days = Option<(Day, Day)>;

/// What is known of the days of rows, gathered while their quads go by.
#[derive(Default)]
struct Told {
    /// Of each subject that is no record: the days of its latest row.
    subjects: BTreeMap<String, Days>,
    /// What is said of records, by the fingerprint of the triple: the days of the earliest row.
    statements: BTreeMap<String, (Quad, Days)>,
}

/// Reads the tables that make no facts, and hands their quads to `take`; `is_record` tells whether a path below the base is
/// that of a record of the case.
pub(super) fn read_plain(
    tables: &mut Tables<'_>,
    graph: &str,
    is_record: &dyn Fn(&str) -> bool,
    faults: &mut Diagnostics,
    take: &mut dyn FnMut(Quad),
) {
    let Tables { described, files, .. } = *tables;
    let base = files.base;
    let graph = GraphName::NamedNode(NamedNode::new_unchecked(graph));
    let all = described.groups.iter().flat_map(|group| &group.tables).filter(|table| !makes_facts(table));
    let known_since: BTreeMap<&str, Template> =
        all.filter_map(|table| Some((table.url.as_str(), known_since(table, faults)?))).collect();
    let (mut told, days, mut dates) = (Told::default(), Cell::default(), Dates::default());
    let own = described.groups.iter().enumerate().filter(|(_, group)| !group.context.file.is_empty());
    for (at_group, group) in own {
        let reader = tables.reader(at_group);
        let options = Options { minimal: true, fault_limit: FAULTS, ..table_options(group) };
        for (at, table) in group.tables.iter().enumerate() {
            if makes_facts(table) && !reader.is_read(at) {
                reader.read(at, &files, &options, faults, &mut |_, _| {});
            }
        }
        let mut wrong = Diagnostics::default();
        let mut note_days = |table: &Table<'_>, row: &Row| {
            days.set(None);
            let Some(template) = known_since.get(table.description.url.as_str()) else { return };
            let template = template.bind(table);
            let Some(text) = template.expand(row) else { return };
            wrong.extend(dates.fault(&text, || table.cell_location(row, template.position)));
            days.set(dates.parse(&text).map(|date| (date.first(), date.last())));
        };
        let mut sink = |quad: QuadRef<'_>| {
            let quad = without_blank_nodes(quad.into_owned(), base, &group.context.file);
            let subject = quad.subject.to_string();
            let subject = subject.trim_matches(['<', '>']);
            if subject.strip_prefix(base).is_some_and(is_record) {
                told.of_record(subject, &quad, days.get());
            } else if !known_since.is_empty() {
                told.of_other(subject, days.get());
            }
            take(quad);
            Ok(())
        };
        let each: Option<Each<'_, '_>> = if known_since.is_empty() { None } else { Some(&mut note_days) };
        let converted = reader.convert(&files, &options, graph.clone(), &mut sink, faults, each);
        converted.expect("what is only handed on is taken");
        faults.extend(wrong);
        tables.finish(at_group, faults);
    }
    told.write(base, &graph, take);
}

/// Returns the template of the days on which the rows of a table became public, where the table has one.
fn known_since(table: &TableDescription, faults: &mut Diagnostics) -> Option<Template> {
    let text = table.annotation(&format!("{ANNOTATION}knownSince"))?;
    let template = Template::parse(text).filter(|part| part.columns().all(|name| table.column(name).is_some()));
    if template.is_none() {
        let message = format!("`{text}` in {ANNOTATION}knownSince is no template over columns of the table");
        faults.push(Diagnostic::error(code::BAD_METADATA, Location::file(&table.context.file), message));
    }
    template
}

impl Told {
    fn of_record(&mut self, subject: &str, quad: &Quad, days: Days) {
        let hash = short_hash(&[subject, quad.predicate.as_str(), &quad.object.to_string()]);
        let (_, known) = self.statements.entry(hash).or_insert_with(|| (quad.clone(), days));
        *known = known.iter().copied().chain(days).min_by_key(|days| (days.1, days.0));
    }

    fn of_other(&mut self, subject: &str, days: Days) {
        let known = self.subjects.entry(subject.to_owned()).or_insert(days);
        *known = known.zip(days).map(|(known, days)| std::cmp::max_by_key(known, days, |days| (days.1, days.0)));
    }

    /// Hands over the days of subjects, and what is said of records as statements that have days of their own.
    fn write(self, base: &str, graph: &GraphName, take: &mut dyn FnMut(Quad)) {
        let mut dated: Vec<(String, Days)> = self.subjects.into_iter().collect();
        for (hash, (quad, days)) in self.statements {
            let node = NamedNode::new_unchecked(format!("{base}statement/{hash}"));
            let parts = [
                (rdf::TYPE, rdf::STATEMENT.into_owned().into()),
                (rdf::SUBJECT, quad.subject.into()),
                (rdf::PREDICATE, quad.predicate.into()),
                (rdf::OBJECT, quad.object),
            ];
            for (property, value) in parts {
                take(Quad::new(node.clone(), property.into_owned(), value, graph.clone()));
            }
            dated.push((node.into_string(), days));
        }
        for (subject, days) in dated {
            let Some((first, last)) = days else { continue };
            let subject = NamedNode::new_unchecked(subject);
            for (property, day) in [(cg::KNOWN_EARLIEST, first), (cg::KNOWN_LATEST, last)] {
                let day = Literal::new_typed_literal(day.to_string(), xsd::DATE);
                take(Quad::new(subject.clone(), property.into_owned(), day, graph.clone()));
            }
        }
    }
}

/// Gives blank nodes an IRI, which the next import finds again. <https://www.w3.org/TR/rdf11-concepts/#section-skolemization>
fn without_blank_nodes(quad: Quad, base: &str, metadata: &str) -> Quad {
    let stem = metadata.trim_end_matches("-metadata.json");
    let iri = |label: &str| NamedNode::new_unchecked(format!("{base}genid/{}-{label}", super::slug::slug(stem)));
    Quad {
        subject: match quad.subject {
            NamedOrBlankNode::BlankNode(node) => iri(node.as_str()).into(),
            subject @ NamedOrBlankNode::NamedNode(_) => subject,
        },
        object: match quad.object {
            Term::BlankNode(node) => iri(node.as_str()).into(),
            object => object,
        },
        ..quad
    }
}
