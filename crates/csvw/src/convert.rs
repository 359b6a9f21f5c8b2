//! Conversion to RDF. In: the rows of tables, with their cells read. Out: quads, and faults of subjects and links. Follows
//! <https://www.w3.org/TR/csv2rdf/>, in standard and in minimal mode.

use std::io;

use oxrdf::{
    BlankNodeRef, GraphName, LiteralRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, TermRef,
    vocab::rdf, vocab::rdfs, vocab::xsd,
};

use crate::annotation_quads::emit_annotations;
use crate::cell::CellValue;
use crate::emit::{Emitter, Sink};
use crate::iri_plan::{NotAnIri, RowValues};
use crate::metadata::{TableDescription, TableGroup};
use crate::options::Options;
use crate::rdf_plan::{RdfColumn, RdfPlan};
use crate::records::Record;
use crate::report::Report;
use crate::rows::Rows;

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

/// A group on its way to quads.
pub(crate) struct GroupConverter<'s, 'k> {
    node: NamedOrBlankNode,
    options: &'s Options<'s>,
    emitter: Emitter<'s, 'k>,
}

impl<'s, 'k> GroupConverter<'s, 'k> {
    /// Emits what standard mode says of the group itself.
    pub(crate) fn new(
        group: &TableGroup,
        graph: GraphName,
        options: &'s Options<'s>,
        sink: &'s mut Sink<'k>,
    ) -> io::Result<Self> {
        let mut emitter = Emitter::new(sink, graph, &options.blank_prefix);
        let node = emitter.node(group.id.as_deref());
        if !options.minimal {
            emitter.emit(&node, rdf::TYPE, TABLE_GROUP)?;
            emit_annotations(node.as_ref(), &group.annotations, &group.notes, &group.context, &mut emitter)?;
        }
        Ok(Self { node, options, emitter })
    }

    /// Emits what standard mode says of a table itself.
    pub(crate) fn table<'c>(
        &'c mut self,
        table: &TableDescription,
        plan: &'c RdfPlan,
    ) -> io::Result<RowConverter<'c, 's, 'k>> {
        let emitter = &mut self.emitter;
        let node = emitter.node(table.id.as_deref());
        if !self.options.minimal {
            emitter.emit(&self.node, TABLE, node.as_ref())?;
            emitter.emit(&node, rdf::TYPE, TABLE_CLASS)?;
            if let Ok(url) = NamedNode::new(&table.url) {
                emitter.emit(&node, URL, url.as_ref())?;
            }
            emit_annotations(node.as_ref(), &table.annotations, &table.notes, &table.context, emitter)?;
        }
        Ok(RowConverter { table: node, plan, options: self.options, emitter, scratch: Scratch::default() })
    }
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

/// A table on its way to quads.
pub(crate) struct RowConverter<'c, 's, 'k> {
    table: NamedOrBlankNode,
    plan: &'c RdfPlan,
    options: &'c Options<'c>,
    emitter: &'c mut Emitter<'s, 'k>,
    scratch: Scratch,
}

impl RowConverter<'_, '_, '_> {
    /// Emits a row.
    pub(crate) fn emit_row(
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

    /// Emits what standard mode says of a table after its rows.
    pub(crate) fn finish(self, comments: &[String]) -> io::Result<()> {
        let comments = comments.iter().filter(|_| !self.options.minimal);
        for comment in comments {
            self.emitter.emit(&self.table, rdfs::COMMENT, LiteralRef::new_simple_literal(comment))?;
        }
        Ok(())
    }

    /// Emits what standard mode says of a row itself.
    fn emit_row_node(&mut self, scratch: &Scratch, record: &Record, values: RowValues<'_>) -> io::Result<()> {
        let row = BlankNodeRef::new_unchecked(&scratch.row);
        let emitter = &mut *self.emitter;
        emitter.emit(&self.table, ROW, row)?;
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
        plan: &RdfColumn,
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
        plan: &RdfColumn,
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
