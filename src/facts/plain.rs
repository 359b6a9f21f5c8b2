//! Tables that metadata describes and that make no facts. In: the metadata of a case. Out: their triples, as csv2rdf
//! says in minimal mode, with the days on which their rows became public, and their faults, those of keys between tables
//! among them.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use csvw::{Diagnostic, Diagnostics, Location, Options, TableDescription, TableGroup, convert, each_row, validate};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, QuadRef, Term};

use super::dates::Dates;
use super::describe::{CaseFiles, makes_facts};
use super::fact_template::Template;
use super::hash::short_hash;
use super::{ANNOTATION, EXTENSIONS, table_options};
use crate::code;
use crate::date::Day;
use crate::vocab::{cg, rdf, xsd};

/// First and last day on which something can have become public; none where nobody says.
type Days = Option<(Day, Day)>;

/// The tables of a case that make no facts.
pub(super) struct Plain<'p> {
    pub(super) groups: &'p [TableGroup],
    pub(super) resources: CaseFiles<'p, 'p>,
    pub(super) graph: String,
    /// Tells whether a path below the base is that of a record of the case.
    pub(super) is_record: &'p dyn Fn(&str) -> bool,
}

/// What is known of the days of rows, gathered while their quads go by.
#[derive(Default)]
struct Told {
    /// Of each subject that is no record: the days of its latest row.
    subjects: BTreeMap<String, Days>,
    /// What is said of records, by the fingerprint of the triple: the days of the earliest row.
    statements: BTreeMap<String, (Quad, Days)>,
}

impl Plain<'_> {
    /// Checks all metadata of a case, and hands the quads of the tables that make no facts to `take`.
    pub(super) fn read(&self, faults: &mut Diagnostics, take: &mut dyn FnMut(Quad)) {
        let place = Cell::default();
        let options = Options { extensions: EXTENSIONS, minimal: true, place: Some(&place), ..Options::default() };
        let graph = GraphName::NamedNode(NamedNode::new_unchecked(&self.graph));
        let mut told = Told::default();
        let has_days =
            self.groups.iter().flat_map(|group| &group.tables).any(|table| table.annotation(&known_since()).is_some());
        for group in self.groups {
            let mut found = Diagnostics::default();
            validate(group, &self.resources, &options, &mut found);
            let plain = TableGroup {
                tables: group.tables.iter().filter(|table| !makes_facts(table)).cloned().collect(),
                ..group.clone()
            };
            let days: Vec<_> = plain.tables.iter().map(|table| self.days(table, &mut found)).collect();
            let mut sink = |quad: QuadRef<'_>| {
                let quad = without_blank_nodes(quad.into_owned(), self.resources.base, &group.context.file);
                let (table, row): (usize, u64) = place.get();
                let days = days.get(table).and_then(|days| days.get(&row).copied());
                told.note(&quad, days, has_days, self);
                take(quad);
                Ok(())
            };
            let converted = convert(&plain, &self.resources, &options, graph.clone(), &mut sink, &mut found);
            converted.expect("what is only handed on is taken");
            // The rows of annotated tables have been read already, and told all that is wrong with them.
            let known: Vec<_> = faults.iter().map(|fault| (fault.code, fault.location.clone())).collect();
            faults.extend(found.into_iter().filter(|fault| !known.contains(&(fault.code, fault.location.clone()))));
        }
        told.write(self.resources.base, &graph, take);
    }

    /// Returns the days on which the rows of a table became public, by row, as far as the table says.
    fn days(&self, table: &TableDescription, faults: &mut Diagnostics) -> HashMap<u64, (Day, Day)> {
        let mut days = HashMap::new();
        let Some(text) = table.annotation(&known_since()) else { return days };
        let template = Template::parse(text).filter(|part| part.columns().all(|name| table.column(name).is_some()));
        let Some(template) = template else {
            let message = format!("`{text}` in {ANNOTATION}knownSince is no template over columns of the table");
            faults.push(Diagnostic::error(code::BAD_METADATA, Location::file(&table.context.file), message));
            return days;
        };
        let (mut dates, mut wrong) = (Dates::default(), Diagnostics::default());
        let Some(file) = self.resources.get(&table.url) else { return days };
        // The faults of cells are found by the conversion.
        each_row(&file.bytes, &file.name, table, &table_options(), &mut Diagnostics::default(), &mut |read, row| {
            let bound = template.bind(read);
            let Some(text) = bound.expand(&row) else { return };
            wrong.extend(dates.fault(&text, || bound.place(read, &row)));
            if let Some(date) = dates.parse(&text) {
                days.insert(row.number, (date.first(), date.last()));
            }
        });
        faults.extend(wrong);
        days
    }
}

impl Told {
    fn note(&mut self, quad: &Quad, days: Days, has_days: bool, plain: &Plain<'_>) {
        let subject = quad.subject.to_string();
        let subject = subject.trim_matches(['<', '>']);
        if subject.strip_prefix(plain.resources.base).is_some_and(plain.is_record) {
            let hash = short_hash(&[subject, quad.predicate.as_str(), &quad.object.to_string()]);
            let (_, known) = self.statements.entry(hash).or_insert_with(|| (quad.clone(), days));
            *known = known.iter().copied().chain(days).min_by_key(|days| (days.1, days.0));
        } else if has_days {
            let known = self.subjects.entry(subject.to_owned()).or_insert(days);
            *known = known.zip(days).map(|(known, days)| std::cmp::max_by_key(known, days, |days| (days.1, days.0)));
        }
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

fn known_since() -> String {
    format!("{ANNOTATION}knownSince")
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
