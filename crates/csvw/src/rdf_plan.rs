//! What every row of a table has in common. In: the columns of a file. Out: for each the subject, the predicate, the
//! datatype and the link it makes, worked out once before the first row.

use oxrdf::{LiteralRef, NamedNode, vocab::xsd};

use crate::cell::{CellValue, Value};
use crate::code;
use crate::context::is_language;
use crate::diagnostic::Diagnostic;
use crate::iri_plan::{IriPlan, RowValues};
use crate::location::Location;
use crate::metadata::TableDescription;
use crate::options::Options;
use crate::percent;
use crate::records::Record;
use crate::report::Report;
use crate::rows::{RowColumn, Rows};
use crate::uri_template::UriTemplate;

/// The plan of a table.
pub(crate) struct RdfPlan {
    pub columns: Vec<RdfColumn>,
    /// Beginning of the IRIs of the rows, where the address of the table is an IRI.
    pub row_url: Option<String>,
    /// Positions of the columns that hold the title of a row.
    pub titles: Vec<usize>,
    /// Whether a column that is put out has no `aboutUrl`, so that each row needs a blank node.
    pub needs_own_subject: bool,
    /// For each distinct `aboutUrl`, whether a column that is put out has it.
    pub is_described: Vec<bool>,
    subjects: Vec<IriPlan>,
}

/// The plan of a column.
#[expect(clippy::struct_excessive_bools, reason = "the properties of the standard")]
pub(crate) struct RdfColumn {
    /// Position among the distinct subjects.
    pub about: Option<usize>,
    pub property: IriPlan,
    pub value: Option<IriPlan>,
    pub is_virtual: bool,
    pub suppress: bool,
    pub ordered: bool,
    datatype: NamedNode,
    lang: Option<String>,
    /// Whether values are texts, which may have a language.
    is_text: bool,
}

impl RdfPlan {
    pub(crate) fn new(table: &TableDescription, rows: &Rows<'_>, report: &mut Report<'_>) -> Self {
        let url = table.url.split('#').next().unwrap_or_default();
        let row_url = oxiri::Iri::parse(url).is_ok().then(|| format!("{url}#row="));
        let mut plan = Self {
            columns: Vec::new(),
            row_url,
            titles: Vec::new(),
            needs_own_subject: false,
            is_described: Vec::new(),
            subjects: Vec::new(),
        };
        let mut templates: Vec<(&UriTemplate, usize)> = Vec::new();
        for (at, row_column) in rows.columns.iter().enumerate() {
            let column = &row_column.column;
            let about = column.about_url.as_ref().map(|template| {
                let names_column =
                    template.variables().any(|name| ["_name", "_column", "_sourceColumn"].contains(&name));
                let known = templates.iter().find(|(known, _)| *known == template && !names_column);
                if let Some((_, position)) = known {
                    return *position;
                }
                plan.subjects.push(IriPlan::new(template, &table.url, &rows.columns, at, table.dialect.skip_columns));
                plan.is_described.push(false);
                templates.push((template, plan.subjects.len() - 1));
                plan.subjects.len() - 1
            });
            if !column.suppress_output {
                match about {
                    Some(about) => plan.is_described[about] = true,
                    None => plan.needs_own_subject = true,
                }
            }
            let column = RdfColumn::new(row_column, at, about, table, rows, url, report);
            plan.columns.push(column);
        }
        let titles = table.schema.row_titles.iter();
        plan.titles = titles.filter_map(|name| rows.columns.iter().position(|c| c.column.name == *name)).collect();
        plan
    }

    /// Expands the subjects of a row; one that cannot be made is told of and stays empty.
    pub(crate) fn expand_subjects(
        &self,
        options: &Options<'_>,
        rows: &Rows<'_>,
        record: &Record,
        values: RowValues<'_>,
        out: &mut Vec<String>,
        report: &mut Report<'_>,
    ) {
        out.resize(self.subjects.len(), String::new());
        for (subject, text) in self.subjects.iter().zip(out) {
            text.clear();
            if options.extensions.require_subject && subject.is_missing(values.cells) {
                // Where the cell is required, that has been said already.
                if rows.lacks_required.get() {
                    continue;
                }
                let message = "the row has no subject: a cell that its `aboutUrl` needs is empty";
                report.push(Diagnostic::error(code::NO_SUBJECT, rows.row_location(record), message));
                continue;
            }
            if let Err(fault) = subject.expand(values, text) {
                let message = format!("`{}` is not an IRI, so the row has no subject", fault.0);
                report.push(Diagnostic::error(code::BAD_VALUE, rows.row_location(record), message));
            }
        }
    }

    /// Checks the subjects and links of a row without making anything of them.
    pub(crate) fn check(
        &self,
        options: &Options<'_>,
        rows: &Rows<'_>,
        record: &Record,
        values: RowValues<'_>,
        scratch: &mut Vec<String>,
        report: &mut Report<'_>,
    ) {
        self.expand_subjects(options, rows, record, values, scratch, report);
        let mut text = String::new();
        for (at, plan) in self.columns.iter().enumerate().filter(|(_, plan)| !plan.suppress) {
            let links = plan.value.iter().filter(|_| values.cells[at] != CellValue::Null || plan.is_virtual);
            for iri in std::iter::once(&plan.property).chain(links).filter(|iri| iri.is_open()) {
                text.clear();
                if let Err(fault) = iri.expand(values, &mut text) {
                    report.push(fault.at(rows.cell_location(record, &rows.columns[at])));
                }
            }
        }
    }
}

impl RdfColumn {
    fn new(
        row_column: &RowColumn,
        at: usize,
        about: Option<usize>,
        table: &TableDescription,
        rows: &Rows<'_>,
        url: &str,
        report: &mut Report<'_>,
    ) -> Self {
        let column = &row_column.column;
        let prepare =
            |template: &UriTemplate| IriPlan::new(template, &table.url, &rows.columns, at, table.dialect.skip_columns);
        let stated = column.property_url.as_ref().and_then(|text| UriTemplate::try_from(text.clone()).ok());
        let property =
            stated.map_or_else(|| IriPlan::fixed(format!("{url}#{}", column.name)), |stated| prepare(&stated));
        let iri = column.datatype.iri();
        let datatype = NamedNode::new(&iri).unwrap_or_else(|_| {
            let message =
                format!("`{iri}` is not an IRI, so it cannot be the datatype of `{}`", percent::decode(&column.name));
            report.push(Diagnostic::error(code::BAD_METADATA, Location::file(table.context.file.as_str()), message));
            xsd::STRING.into_owned()
        });
        Self {
            about,
            property,
            value: column.value_url.as_ref().map(prepare),
            is_virtual: column.is_virtual,
            suppress: column.suppress_output,
            ordered: column.ordered,
            is_text: datatype == xsd::STRING,
            datatype,
            lang: column
                .lang
                .as_ref()
                .filter(|lang| *lang != "und" && is_language(lang))
                .map(|lang| lang.to_lowercase()),
        }
    }

    /// Returns a text in the language of the column.
    pub(crate) fn text_literal<'a>(&'a self, text: &'a str) -> LiteralRef<'a> {
        match &self.lang {
            Some(lang) => LiteralRef::new_language_tagged_literal_unchecked(text, lang),
            None => LiteralRef::new_simple_literal(text),
        }
    }

    /// Returns a value; what its datatype does not take is a plain text.
    pub(crate) fn literal<'a>(&'a self, value: &'a Value<'_>) -> LiteralRef<'a> {
        match (self.is_text, value.is_valid) {
            (true, _) => self.text_literal(&value.text),
            (false, true) => LiteralRef::new_typed_literal(&value.text, self.datatype.as_ref()),
            (false, false) => LiteralRef::new_simple_literal(&value.text),
        }
    }
}
