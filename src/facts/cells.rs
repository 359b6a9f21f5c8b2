//! Cells as casegraph reads them. In: a row and the plan of its table. Out: what only casegraph checks: dates of EDTF,
//! check digits, and columns that exclude each other.

use csvw::{Diagnostic, Diagnostics, Location};

use super::dates::Dates;
use super::identifier;
use super::plan::{ColumnPlan, Line, TablePlan};
use crate::code;

/// Finds what only casegraph knows to be wrong with a row: dates of EDTF, identifiers, and columns that exclude each
/// other.
pub(super) fn check_row(line: Line<'_>, dates: &mut Dates, faults: &mut Diagnostics) {
    for (at, column) in line.plan.columns.iter().enumerate() {
        if column.is_date || column.checksum.is_some() {
            let wrong = |value| check_value(column, value, dates, || line.cell_at(at));
            faults.extend(line.row.values(at).filter_map(wrong));
        }
    }
    faults.extend(check_one_of(line));
}

/// Says of a fault of a table what it is in a case: ids and identifiers from elsewhere have codes of their own.
pub(super) fn in_a_case(mut fault: Diagnostic, plan: &TablePlan<'_>) -> Diagnostic {
    if fault.code == code::EMPTY_FILE {
        return fault.hint("or remove the file: every table is optional");
    }
    let index = fault.location.column.as_ref().map(|column| column.index);
    let column = plan.table.columns.iter().position(|column| Some(column.index) == index);
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

fn check_one_of(line: Line<'_>) -> Option<Diagnostic> {
    let one_of = &line.plan.one_of;
    let first = one_of.first()?;
    let listed = || one_of.join("` and `");
    let (message, hint) = match one_of.iter().filter(|name| line.text(name).is_some()).count() {
        1 => return None,
        0 => (format!("`{}` are both empty", listed()), "fill one of the two"),
        _ => (format!("`{}` are both filled", listed()), "keep one of the two"),
    };
    Some(Diagnostic::error(code::INCOMPLETE, line.cell(first), message).hint(hint))
}
