//! Cells as casegraph reads them. In: a file and its description. Out: its table, and what only casegraph checks: dates
//! of EDTF, check digits, and columns that exclude each other.

use super::dates;
use super::fact_template::FactTemplate;
use super::identifier;
use super::record::CaseFile;
use super::{ANNOTATION, EDTF_DATATYPE};
use crate::csvw::{Cell, Column, Row, Table, TableDescription, read_table};
use crate::date::Edtf;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::location::Location;

/// Reads a table, and adds what only casegraph knows: dates of EDTF, identifiers, and columns that exclude each other.
pub(super) fn read_checked<'d>(
    file: &CaseFile,
    description: &'d TableDescription,
    faults: &mut Diagnostics,
) -> Table<'d> {
    let mut found = Diagnostics::default();
    let table = read_table(&file.bytes, &file.name, description, &mut found);
    faults.extend(found.into_iter().map(|fault| with_code(fault, &table)));
    let templates = FactTemplate::of_table(description, &description.url).unwrap_or_default();
    let is_end =
        |column: &Column| templates.iter().any(|template| template.end.columns().any(|name| name == column.name));
    let ends: Vec<bool> = (0..table.columns.len()).map(|at| is_end(table.column(at))).collect();
    for row in &table.rows {
        for (at, cell) in row.cells.iter().enumerate() {
            let column = table.column(at);
            let place = || table.row_location(row).cell(table.columns[at].index, table.columns[at].header.as_str());
            for value in &cell.0 {
                faults.extend(check_value(column, value, ends[at], place));
            }
        }
        faults.extend(check_one_of(&table, row));
    }
    table
}

fn with_code(mut fault: Diagnostic, table: &Table<'_>) -> Diagnostic {
    let index = fault.location.column.as_ref().map(|column| column.index);
    let column = (0..table.columns.len()).find(|&at| Some(table.columns[at].index) == index);
    if let (Code::BadValue, Some(at)) = (fault.code, column) {
        if table.column(at).name == "id" {
            fault.code = Code::BadId;
        } else if table.column(at).is_annotated(&format!("{ANNOTATION}identifier")) {
            fault.code = Code::BadIdentifier;
        }
    }
    fault
}

fn check_value(column: &Column, value: &str, ends: bool, place: impl Fn() -> Location) -> Option<Diagnostic> {
    if is_date(column) && value == ".." {
        let message = "`..` says that it still holds, which only the end of a fact can";
        return (!ends).then(|| {
            Diagnostic::error(Code::BadDate, place(), message).hint("leave the cell empty if it is not known")
        });
    }
    if is_date(column) {
        let error = Edtf::parse(value).err()?;
        return Some(dates::fault(value, error, &place()));
    }
    let checksum = column.annotation_texts(&format!("{ANNOTATION}checksum")).first().copied()?;
    if column.datatype.check(value).is_err() || identifier::passes(checksum, value) {
        return None;
    }
    let message = format!("`{value}` fails the check digits of {checksum}");
    Some(
        Diagnostic::error(Code::BadIdentifier, place(), message).hint("compare it with the register: a digit is wrong"),
    )
}

/// Tells whether the column holds dates of EDTF.
pub(super) fn is_date(column: &Column) -> bool {
    column.datatype.id.as_deref() == Some(EDTF_DATATYPE)
}

fn check_one_of(table: &Table<'_>, row: &Row) -> Option<Diagnostic> {
    let names = table.description.annotations.get(&format!("{ANNOTATION}oneOf"))?.as_array()?;
    let names: Vec<&str> = names.iter().filter_map(serde_json::Value::as_str).collect();
    let filled = names.iter().filter(|name| text(table, row, name).is_some()).count();
    let listed = names.join("` and `");
    let (message, hint) = match filled {
        1 => return None,
        0 => (format!("`{listed}` are both empty"), "fill one of the two"),
        _ => (format!("`{listed}` are both filled"), "keep one of the two"),
    };
    Some(Diagnostic::error(Code::Incomplete, table.cell_location(row, names[0]), message).hint(hint))
}

/// Returns the first value of a row's cell.
pub(super) fn text(table: &Table<'_>, row: &Row, name: &str) -> Option<String> {
    table.cell(row, name).and_then(Cell::value).map(str::to_owned)
}

/// Returns what the rows of a table are, where they are not entities: `Fact`, `Predicate`, `Citation`, `Disclosure` or
/// `Redirect`.
pub(super) fn record<'t>(table: &'t Table<'_>) -> Option<&'t str> {
    table.description.annotation(&format!("{ANNOTATION}record"))
}
