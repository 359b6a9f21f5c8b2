//! Conversion to RDF. In: a group of tables and their files. Out: quads, row by row in constant memory, and every
//! fault. Follows <https://www.w3.org/TR/csv2rdf/>, in standard and in minimal mode.

use std::io;

use oxrdf::{
    BlankNodeRef, GraphName, LiteralRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, TermRef,
    vocab::rdf, vocab::rdfs, vocab::xsd,
};

use crate::annotation_quads::emit_annotations;
use crate::cell::CellValue;
use crate::diagnostic::Diagnostics;
use crate::emit::{Emitter, Sink};
use crate::iri_plan::{NotAnIri, RowValues};
use crate::metadata::{TableDescription, TableGroup};
use crate::options::Options;
use crate::plan::{ColumnPlan, TablePlan};
use crate::records::Record;
use crate::report::Report;
use crate::resources::Resources;
use crate::rows::{Rows, open_table};

/// What stops a conversion.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The sink did not take a quad.
    #[error("the converted data cannot be written")]
    Sink(#[from] io::Error),
}

const TABLE_GROUP: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#TableGroup");
const TABLE_CLASS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#Table");
const ROW_CLASS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#Row");
const TABLE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#table");
const ROW: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#row");
const ROWNUM: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#rownum");
const URL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#url");
const TITLE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#title");
const DESCRIBES: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/csvw#describes");

/// Converts the tables of a group. Faults of the data are errors or warnings as the options' policy says; the quads of
/// what could be read come in either case.
pub fn convert(
    group: &TableGroup,
    resources: &dyn Resources,
    options: &Options<'_>,
    graph: GraphName,
    sink: &mut Sink<'_>,
    faults: &mut Diagnostics,
) -> Result<(), Error> {
    let mut emitter = Emitter::new(sink, graph, &options.blank_prefix);
    let node = emitter.node(group.id.as_deref());
    if !options.minimal {
        emitter.emit(&node, rdf::TYPE, TABLE_GROUP)?;
        emit_annotations(node.as_ref(), &group.annotations, &group.notes, &group.context, &mut emitter)?;
    }
    for (at, table) in group.tables.iter().enumerate().filter(|(_, table)| !table.suppress_output) {
        let mut report = Report::new(options, faults);
        convert_table(&node, at, table, resources, options, &mut emitter, &mut report)?;
        report.finish(&resources.name(&table.url));
    }
    Ok(())
}

fn convert_table(
    group: &NamedOrBlankNode,
    at: usize,
    table: &TableDescription,
    resources: &dyn Resources,
    options: &Options<'_>,
    emitter: &mut Emitter<'_, '_>,
    report: &mut Report<'_>,
) -> io::Result<()> {
    let Some(mut rows) = open_table(table, resources, options, report) else { return Ok(()) };
    let node = emitter.node(table.id.as_deref());
    if !options.minimal {
        emitter.emit(group, TABLE, node.as_ref())?;
        emitter.emit(&node, rdf::TYPE, TABLE_CLASS)?;
        if let Ok(url) = NamedNode::new(&table.url) {
            emitter.emit(&node, URL, url.as_ref())?;
        }
        emit_annotations(node.as_ref(), &table.annotations, &table.notes, &table.context, emitter)?;
    }
    let plan = TablePlan::new(table, &rows, report);
    let mut converter = RowConverter { table: &node, plan: &plan, options, emitter, scratch: Scratch::default() };
    let mut record = Record::default();
    while let Some(number) = rows.next(&mut record, report) {
        let cells = rows.cells(&record, report);
        let values = RowValues { cells: &cells, number, source: record.row };
        if let Some(place) = options.place {
            place.set((at, record.row));
        }
        converter.emit_row(&rows, &record, values, report)?;
    }
    if !options.minimal {
        for comment in &rows.comments {
            converter.emitter.emit(&node, rdfs::COMMENT, LiteralRef::new_simple_literal(comment))?;
        }
    }
    Ok(())
}

/// Texts that are used again for every row.
#[derive(Default)]
struct Scratch {
    /// IRIs of the subjects, one for each distinct `aboutUrl`; empty where there is none.
    subjects: Vec<String>,
    own: String,
    row: String,
    property: String,
    value: String,
}

struct RowConverter<'c, 's, 'k> {
    table: &'c NamedOrBlankNode,
    plan: &'c TablePlan,
    options: &'c Options<'c>,
    emitter: &'c mut Emitter<'s, 'k>,
    scratch: Scratch,
}

impl RowConverter<'_, '_, '_> {
    fn emit_row(
        &mut self,
        rows: &Rows<'_>,
        record: &Record,
        values: RowValues<'_>,
        report: &mut Report<'_>,
    ) -> io::Result<()> {
        let mut scratch = std::mem::take(&mut self.scratch);
        self.plan.expand_subjects(self.options, rows, record, values, &mut scratch.subjects, report);
        if self.plan.needs_own_subject {
            self.emitter.fresh_label(&mut scratch.own);
        }
        if !self.options.minimal {
            self.emitter.fresh_label(&mut scratch.row);
            self.emit_row_node(&scratch, record, values)?;
        }
        for (at, plan) in self.plan.columns.iter().enumerate() {
            if plan.suppress {
                continue;
            }
            let subject: NamedOrBlankNodeRef<'_> = match plan.about {
                None => BlankNodeRef::new_unchecked(&scratch.own).into(),
                Some(about) if scratch.subjects[about].is_empty() => continue,
                Some(about) => NamedNodeRef::new_unchecked(&scratch.subjects[about]).into(),
            };
            scratch.property.clear();
            let predicate = match plan.property.constant() {
                Some(iri) => NamedNodeRef::new_unchecked(iri),
                None => match plan.property.expand(values, &mut scratch.property) {
                    Ok(()) => NamedNodeRef::new_unchecked(&scratch.property),
                    Err(fault) => {
                        report.push(fault.at(rows.cell_location(record, &rows.columns[at])));
                        continue;
                    }
                },
            };
            let found = self.emit_cell(at, plan, subject, predicate, values, &mut scratch.value)?;
            if let Err(fault) = found {
                report.push(fault.at(rows.cell_location(record, &rows.columns[at])));
            }
        }
        self.scratch = scratch;
        Ok(())
    }

    /// Emits what standard mode says of a row itself.
    fn emit_row_node(&mut self, scratch: &Scratch, record: &Record, values: RowValues<'_>) -> io::Result<()> {
        let row = BlankNodeRef::new_unchecked(&scratch.row);
        let emitter = &mut *self.emitter;
        emitter.emit(self.table, ROW, row)?;
        emitter.emit(row, rdf::TYPE, ROW_CLASS)?;
        let number = values.number.to_string();
        emitter.emit(row, ROWNUM, LiteralRef::new_typed_literal(&number, xsd::INTEGER))?;
        if let Some(beginning) = &self.plan.row_url {
            let url = format!("{beginning}{}", record.row);
            emitter.emit(row, URL, NamedNodeRef::new_unchecked(&url))?;
        }
        for &at in &self.plan.titles {
            for value in values.cells[at].values() {
                emitter.emit(row, TITLE, self.plan.columns[at].text_literal(&value.text))?;
            }
        }
        if self.plan.needs_own_subject {
            emitter.emit(row, DESCRIBES, BlankNodeRef::new_unchecked(&scratch.own))?;
        }
        let subjects = &scratch.subjects;
        for (at, subject) in subjects.iter().enumerate() {
            if self.plan.is_described[at] && !subject.is_empty() && !subjects[..at].contains(subject) {
                emitter.emit(row, DESCRIBES, NamedNodeRef::new_unchecked(subject))?;
            }
        }
        Ok(())
    }

    fn emit_cell(
        &mut self,
        at: usize,
        plan: &ColumnPlan,
        subject: NamedOrBlankNodeRef<'_>,
        predicate: NamedNodeRef<'_>,
        values: RowValues<'_>,
        scratch: &mut String,
    ) -> io::Result<Result<(), NotAnIri>> {
        let cell = &values.cells[at];
        let Some(link) = &plan.value else {
            return self.emit_values(plan, cell, subject, predicate).map(Ok);
        };
        let extensions = self.options.extensions;
        if *cell == CellValue::Null && !plan.is_virtual || extensions.skip_empty && link.is_missing(values.cells) {
            return Ok(Ok(()));
        }
        if extensions.link_each_value
            && let CellValue::List(items) = cell
        {
            for item in items {
                scratch.clear();
                if let Err(fault) = link.expand_value(values, at, &item.text, scratch) {
                    return Ok(Err(fault));
                }
                self.emitter.emit(subject, predicate, NamedNodeRef::new_unchecked(scratch))?;
            }
            return Ok(Ok(()));
        }
        scratch.clear();
        if let Err(fault) = link.expand(values, scratch) {
            return Ok(Err(fault));
        }
        self.emitter.emit(subject, predicate, NamedNodeRef::new_unchecked(scratch)).map(Ok)
    }

    fn emit_values(
        &mut self,
        plan: &ColumnPlan,
        cell: &CellValue<'_>,
        subject: NamedOrBlankNodeRef<'_>,
        predicate: NamedNodeRef<'_>,
    ) -> io::Result<()> {
        match cell {
            CellValue::List(items) if plan.ordered && !(items.is_empty() && self.options.extensions.skip_empty) => {
                let terms: Vec<TermRef<'_>> = items.iter().map(|item| plan.literal(item).into()).collect();
                self.emitter.emit_list(subject, predicate, terms.into_iter())
            }
            cell => cell.values().iter().try_for_each(|item| self.emitter.emit(subject, predicate, plan.literal(item))),
        }
    }
}
