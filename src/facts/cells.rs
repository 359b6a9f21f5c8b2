//! Cells as casegraph reads them. In: a row and the plan of its table. Out: what only casegraph checks: dates of EDTF,
//! check digits, and columns that exclude each other.

use csvw::{Column, Diagnostic, Diagnostics, Location, Row, Table, TableDescription};

use super::dates::Dates;
use super::identifier;
use super::plan::{ColumnPlan, TablePlan};
use super::{ANNOTATION, EDTF_DATATYPE};
use crate::code;

/// Finds what only casegraph knows to be wrong with a row: dates of EDTF, identifiers, and columns that exclude each
/// other.
pub(super) fn check_row(
    table: &Table<'_>,
    plan: &TablePlan<'_>,
    row: &Row,
    dates: &mut Dates,
    faults: &mut Diagnostics,
) {
    for (at, (cell, column)) in row.cells.iter().zip(&plan.columns).enumerate() {
        if !column.is_date && column.checksum.is_none() {
            continue;
        }
        let place = || table.row_location(row).cell(table.columns[at].index, table.columns[at].header.as_str());
        for value in &cell.0 {
            faults.extend(check_value(column, value, dates, place));
        }
    }
    faults.extend(check_one_of(table, plan, row));
}

/// Says of a fault of a table what it is in a case: ids and identifiers from elsewhere have codes of their own.
pub(super) fn in_a_case(mut fault: Diagnostic, table: &Table<'_>, plan: &TablePlan<'_>) -> Diagnostic {
    if fault.code == code::EMPTY_FILE {
        return fault.hint("or remove the file: every table is optional");
    }
    let index = fault.location.column.as_ref().map(|column| column.index);
    let column = (0..table.columns.len()).find(|&at| Some(table.columns[at].index) == index);
    if let (code::BAD_VALUE, Some(at)) = (fault.code, column) {
        if plan.columns[at].is_id {
            fault.code = code::BAD_ID;
        } else if plan.columns[at].is_identifier {
            fault.code = code::BAD_IDENTIFIER;
        }
    }
    fault
}

fn check_value(
    column: &ColumnPlan<'_>,
    value: &str,
    dates: &mut Dates,
    place: impl Fn() -> Location,
) -> Option<Diagnostic> {
    if column.is_date && value == ".." {
        let message = "`..` says that it still holds, which only the end of a fact can";
        return (!column.is_end).then(|| {
            Diagnostic::error(code::BAD_DATE, place(), message).hint("leave the cell empty if it is not known")
        });
    }
    if column.is_date {
        return dates.fault(value, place);
    }
    let checksum = column.checksum?;
    if column.column.datatype.check(value).is_err() || identifier::passes(checksum, value) {
        return None;
    }
    let message = format!("`{value}` fails the check digits of {checksum}");
    Some(
        Diagnostic::error(code::BAD_IDENTIFIER, place(), message)
            .hint("compare it with the register: a digit is wrong"),
    )
}

/// Tells whether the column holds dates of EDTF.
pub(super) fn is_date(column: &Column) -> bool {
    column.datatype.id.as_deref() == Some(EDTF_DATATYPE)
}

fn check_one_of(table: &Table<'_>, plan: &TablePlan<'_>, row: &Row) -> Option<Diagnostic> {
    let (first, _) = plan.one_of.first()?;
    let filled = plan.one_of.iter().filter(|(_, at)| at.is_some_and(|at| row.cells[at].value().is_some())).count();
    if filled == 1 {
        return None;
    }
    let listed = plan.one_of.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("` and `");
    let (message, hint) = match filled {
        0 => (format!("`{listed}` are both empty"), "fill one of the two"),
        _ => (format!("`{listed}` are both filled"), "keep one of the two"),
    };
    Some(Diagnostic::error(code::INCOMPLETE, table.cell_location(row, first), message).hint(hint))
}

/// Returns what the rows of a table are, where they are not entities: `Fact`, `Predicate`, `Citation`, `Disclosure` or
/// `Redirect`.
pub(super) fn record(description: &TableDescription) -> Option<&str> {
    description.annotation(&format!("{ANNOTATION}record"))
}
