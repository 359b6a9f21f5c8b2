//! Templates of a table, made ready for its rows. In: a template and the columns of a file. Out: an IRI for each row,
//! most of it worked out once. <https://www.w3.org/TR/tabular-metadata/#uri-template-properties>

use crate::cell::CellValue;
use crate::code;
use crate::context::resolve;
use crate::diagnostic::Diagnostic;
use crate::location::Location;
use crate::percent;
use crate::prefixes::expand_prefixed;
use crate::rows::RowColumn;
use crate::uri_template::UriTemplate;

/// A template with its variables looked up.
#[derive(Debug, Clone)]
pub(crate) struct IriPlan {
    template: UriTemplate,
    variables: Vec<Variable>,
    form: Form,
    base: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Variable {
    Cell(usize),
    Text(String),
    Row,
    SourceRow,
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// The same IRI for every row.
    Constant(String),
    /// Whatever the values are, the expansion is an absolute IRI.
    Absolute,
    /// The expansion has to be made absolute, and checked, each time.
    Open,
}

/// The row that a template is expanded for.
#[derive(Clone, Copy)]
pub(crate) struct RowValues<'c> {
    pub cells: &'c [CellValue<'c>],
    pub number: u64,
    pub source: u64,
}

/// An expansion that is no IRI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotAnIri(pub String);

impl NotAnIri {
    /// Returns the fault of a cell.
    pub(crate) fn at(&self, cell: Location) -> Diagnostic {
        let message = format!("`{}` is not an IRI, so no link can be made of it", self.0);
        Diagnostic::error(code::BAD_VALUE, cell, message)
    }
}

impl IriPlan {
    /// Prepares a template of the column at `own`; `table` is the IRI that relative references start from.
    pub(crate) fn new(template: &UriTemplate, table: &str, columns: &[RowColumn], own: usize, skipped: usize) -> Self {
        let variable = |name: &str| match name {
            "_row" => Variable::Row,
            "_sourceRow" => Variable::SourceRow,
            "_name" => Variable::Text(percent::decode(&columns[own].column.name)),
            "_column" => Variable::Text((own + 1).to_string()),
            "_sourceColumn" => match columns[own].source {
                Some(index) => Variable::Text((index + skipped + 1).to_string()),
                None => Variable::Unknown,
            },
            name => {
                columns.iter().position(|column| column.column.name == name).map_or(Variable::Unknown, Variable::Cell)
            }
        };
        let variables: Vec<Variable> = template.variables().map(variable).collect();
        let mut plan = Self { template: template.clone(), variables, form: Form::Open, base: table.to_owned() };
        let is_constant = plan.variables.iter().all(|v| matches!(v, Variable::Text(_) | Variable::Unknown));
        if is_constant {
            let nothing = RowValues { cells: &[], number: 0, source: 0 };
            let mut iri = String::new();
            if plan.expand(nothing, &mut iri).is_ok() {
                plan.form = Form::Constant(iri);
            }
        } else if let Some(lead) = plan.absolute_lead() {
            plan.template = plan.template.with_leading_literal(lead);
            plan.form = Form::Absolute;
        }
        plan
    }

    /// Returns a plan that gives the same text for every row, which is a fault where it is no IRI.
    pub(crate) fn fixed(iri: String) -> Self {
        let form = if oxiri::Iri::parse(iri.as_str()).is_ok() { Form::Constant(iri.clone()) } else { Form::Open };
        let template = UriTemplate::default().with_leading_literal(iri);
        Self { template, variables: Vec::new(), form, base: String::new() }
    }

    /// Returns what the template may begin with so that every expansion is an absolute IRI.
    fn absolute_lead(&self) -> Option<String> {
        let literal = self.template.leading_literal();
        if literal.is_empty() || self.template.has_reserved_expansion() {
            return None;
        }
        let lead = expand_prefixed(literal).or_else(|| {
            // A value cannot change how the text before it is resolved: it holds no character with a meaning of its
            // own.
            let resolved = resolve(Some(&self.base), &format!("{literal}x"));
            resolved.strip_suffix('x').map(str::to_owned)
        })?;
        let rest = lead.split_once(':')?.1;
        let has_path = rest.strip_prefix("//").is_none_or(|rest| rest.contains(['/', '?', '#']));
        let mut probe = String::new();
        let template = self.template.clone().with_leading_literal(lead.clone());
        template.expand_into(&mut probe, |_, take| take("x"));
        (has_path && oxiri::Iri::parse(probe).is_ok()).then_some(lead)
    }

    /// Returns the IRI, where it is the same for every row.
    pub(crate) fn constant(&self) -> Option<&str> {
        match &self.form {
            Form::Constant(iri) => Some(iri),
            _ => None,
        }
    }

    /// Tells whether an expansion may turn out to be no IRI.
    pub(crate) fn is_open(&self) -> bool {
        self.form == Form::Open
    }

    /// Tells whether a variable of the template has no text in this row.
    pub(crate) fn is_missing(&self, cells: &[CellValue<'_>]) -> bool {
        self.variables.iter().any(|variable| match variable {
            Variable::Cell(at) => cells[*at].values().iter().all(|value| value.text.is_empty()),
            Variable::Unknown => true,
            _ => false,
        })
    }

    /// Writes the IRI of a row to the end of `out`.
    pub(crate) fn expand(&self, row: RowValues<'_>, out: &mut String) -> Result<(), NotAnIri> {
        self.expand_with(|variable, take| self.texts_of(variable, row, take), out)
    }

    /// Writes the IRI of one value of the column at `own` to the end of `out`.
    pub(crate) fn expand_value(
        &self,
        row: RowValues<'_>,
        own: usize,
        text: &str,
        out: &mut String,
    ) -> Result<(), NotAnIri> {
        let texts = |variable: usize, take: &mut dyn FnMut(&str)| match &self.variables[variable] {
            Variable::Cell(at) if *at == own => take(text),
            _ => self.texts_of(variable, row, take),
        };
        self.expand_with(texts, out)
    }

    /// Hands on the texts that a variable stands for in a row.
    fn texts_of(&self, variable: usize, row: RowValues<'_>, take: &mut dyn FnMut(&str)) {
        match &self.variables[variable] {
            Variable::Cell(at) => row.cells[*at].values().iter().for_each(|value| take(&value.text)),
            Variable::Text(text) => take(text),
            Variable::Row => take(&row.number.to_string()),
            Variable::SourceRow => take(&row.source.to_string()),
            Variable::Unknown => {}
        }
    }

    fn expand_with(&self, texts: impl Fn(usize, &mut dyn FnMut(&str)), out: &mut String) -> Result<(), NotAnIri> {
        match &self.form {
            Form::Constant(iri) => out.push_str(iri),
            Form::Absolute => self.template.expand_into(out, texts),
            Form::Open => {
                let mut text = String::new();
                self.template.expand_into(&mut text, texts);
                let whole = expand_prefixed(&text).unwrap_or_else(|| resolve(Some(&self.base), &text));
                if oxiri::Iri::parse(whole.as_str()).is_err() {
                    return Err(NotAnIri(text));
                }
                out.push_str(&whole);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Value;
    use crate::metadata::Column;

    fn expand(template: &str, value: &str) -> (String, bool) {
        let column = Column { name: "On%20Street".to_owned(), ..Column::default() };
        let columns = [RowColumn { column, source: Some(0), header: String::new() }];
        let template = UriTemplate::try_from(template.to_owned()).expect("template");
        let plan = IriPlan::new(&template, "http://x.org/d/a.csv", &columns, 0, 1);
        let cells = [CellValue::One(Value { text: value.into(), is_valid: true })];
        let mut out = String::new();
        let found = plan.expand(RowValues { cells: &cells, number: 1, source: 2 }, &mut out);
        (found.map_or_else(|fault| fault.0, |()| out), plan.form == Form::Open)
    }

    #[test]
    fn relative_prefixed_and_absolute_templates_become_iris() {
        for (template, iri) in [
            ("#row-{_row}", "http://x.org/d/a.csv#row-1"),
            ("row/{_sourceRow}", "http://x.org/d/row/2"),
            ("schema:{On%20Street}", "http://schema.org/a%20b"),
            ("http://y.org/{On%20Street}", "http://y.org/a%20b"),
            ("urn:x:{On%20Street}", "urn:x:a%20b"),
            ("#{_name}-{_column}-{_sourceColumn}", "http://x.org/d/a.csv#On%20Street-1-2"),
            ("", "http://x.org/d/a.csv"),
        ] {
            assert_eq!(expand(template, "a b"), (iri.to_owned(), false), "{template}");
        }
    }

    #[test]
    fn a_whole_address_in_a_cell_is_checked() {
        assert_eq!(expand("{+On%20Street}", "http://y.org/").0, "http://y.org/");
        assert_eq!(expand("{+On%20Street}", "dc:title").0, "http://purl.org/dc/terms/title");
        assert_eq!(expand("{+On%20Street}", "http://[").0, "http://[");
    }
}
