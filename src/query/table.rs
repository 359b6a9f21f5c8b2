//! An answer as an aligned table for people. In: an answer and names. Out: text with a count below.
//! Not here: formats for programs (`format`).

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use oxigraph::model::{Term, Variable};

use super::{Answer, Names, visible};
use crate::vocab::xsd;

/// How a table is laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// Lines of ASCII only; the text itself is left as it is.
    pub ascii: bool,
    /// Greatest width in columns, beyond which cells wrap; none for as wide as the text.
    pub width: Option<u16>,
}

/// Returns an answer as text: yes or no, or a table with labels beside the ids and a count of the rows below.
/// No data can break the table or steer a terminal.
pub(super) fn table(answer: &Answer, names: &Names, layout: Layout) -> String {
    match answer {
        Answer::Boolean(true) => "yes\n".into(),
        Answer::Boolean(false) => "no\n".into(),
        Answer::Solutions(solutions) => {
            let header: Vec<&str> = solutions.variables().iter().map(Variable::as_str).collect();
            let rows: Vec<Vec<Option<&Term>>> =
                solutions.rows().iter().map(|row| row.iter().map(Option::as_ref).collect()).collect();
            draw(&header, &rows, names, layout, ["row", "rows"])
        }
        Answer::Graph(triples) => {
            let terms: Vec<[Term; 3]> = triples
                .iter()
                .map(|t| [t.subject.clone().into(), t.predicate.clone().into(), t.object.clone()])
                .collect();
            let rows: Vec<Vec<Option<&Term>>> = terms.iter().map(|row| row.iter().map(Some).collect()).collect();
            draw(&["subject", "predicate", "object"], &rows, names, layout, ["triple", "triples"])
        }
    }
}

fn draw(header: &[&str], rows: &[Vec<Option<&Term>>], names: &Names, layout: Layout, noun: [&str; 2]) -> String {
    let line = LineStyle::none().fill(if layout.ascii { '-' } else { '─' });
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(line.junction(if layout.ascii { '-' } else { '─' })));
    if let Some(width) = layout.width {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    table.set_header(header.iter().map(|name| visible(name)));
    for row in rows {
        table.add_row(row.iter().map(|term| term.map_or_else(String::new, |term| cell(term, names))));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if !rows.is_empty() && rows.iter().all(|row| row[index].is_none_or(is_number)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = if header.is_empty() { String::new() } else { table.trim_fmt() + "\n" };
    let count = rows.len();
    writeln!(text, "{count} {}", noun[usize::from(count != 1)]).expect("writing to a string cannot fail");
    text
}

fn cell(term: &Term, names: &Names) -> String {
    let short = names.shorten(term);
    match names.label(term) {
        Some(label) => format!("{}  {}", visible(&short), visible(label)),
        None => visible(&short).into_owned(),
    }
}

fn is_number(term: &Term) -> bool {
    matches!(term, Term::Literal(literal) if [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE].contains(&literal.datatype()))
}
