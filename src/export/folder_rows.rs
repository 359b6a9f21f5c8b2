//! A table under construction. In: cells by header. Out: CSV with the columns that have a value somewhere, in their order.

use std::collections::BTreeSet;

use super::Error;
use crate::facts::Cells;

/// Rows, each with its cells by header.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<Cells>,
}

impl FromIterator<Cells> for Rows {
    fn from_iter<I: IntoIterator<Item = Cells>>(rows: I) -> Self {
        let mut all = Self::default();
        rows.into_iter().for_each(|cells| all.push(cells));
        all
    }
}

impl Rows {
    /// Adds a row; empty cells are none.
    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = (String, String)>) {
        self.rows.push(cells.into_iter().filter(|(_, text)| !text.is_empty()).collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table with the columns that are required or used, in their order; one in another language stands behind
    /// its own.
    pub(crate) fn to_csv(&self, columns: &[csvw::Column]) -> Result<Vec<u8>, Error> {
        let used: BTreeSet<&str> = self.rows.iter().flat_map(Cells::keys).map(String::as_str).collect();
        let mut headers = Vec::new();
        for column in columns {
            if used.contains(column.name.as_str()) || column.required {
                headers.push(column.name.clone());
            }
            let translated = format!("{}@", column.name);
            headers.extend(
                used.iter().filter(|header| header.starts_with(&translated)).map(|header| (*header).to_owned()),
            );
        }
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
        writer.write_record(&headers)?;
        for row in &self.rows {
            writer.write_record(headers.iter().map(|header| row.get(header).map_or("", String::as_str)))?;
        }
        Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
    }
}
