//! Cells become values. In: the text of a cell and its column. Out: no value, one, or a list, each as XML Schema writes
//! it; a value that its datatype does not take stays as its text.
//! <https://www.w3.org/TR/tabular-data-model/#parsing-cells>

use std::borrow::Cow;

use crate::base::Base;
use crate::datatype::ValueFault;
use crate::metadata::Column;
use crate::options::Extensions;

/// One value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value<'t> {
    /// The value as XML Schema writes it, or the text where it is none of the datatype.
    pub text: Cow<'t, str>,
    /// Whether it is a value of the datatype.
    pub is_valid: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum CellValue<'t> {
    #[default]
    Null,
    One(Value<'t>),
    /// The values of a cell whose column has a separator, without those that are null.
    List(Vec<Value<'t>>),
}

impl<'t> CellValue<'t> {
    pub(crate) fn values(&self) -> &[Value<'t>] {
        match self {
            Self::Null => &[],
            Self::One(value) => std::slice::from_ref(value),
            Self::List(values) => values,
        }
    }
}

/// Why a cell is not as its column demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CellFault<'t> {
    Required,
    Value { text: &'t str, fault: ValueFault },
}

/// Reads a cell; each fault is handed to `faults`.
pub(crate) fn read_cell<'t>(
    column: &'t Column,
    text: &'t str,
    extensions: Extensions,
    faults: &mut dyn FnMut(CellFault<'_>),
) -> CellValue<'t> {
    let base = column.datatype.base;
    let text = if extensions.trim_cells { text.trim() } else { text };
    let text = match normalize(text, base) {
        Cow::Borrowed("") => Cow::Borrowed(column.default.as_str()),
        Cow::Owned(text) if text.is_empty() => Cow::Borrowed(column.default.as_str()),
        text => text,
    };
    let is_null = |text: &str| column.null.iter().any(|null| null == text);
    let Some(separator) = &column.separator else {
        if is_null(&text) {
            if column.required {
                faults(CellFault::Required);
            }
            return CellValue::Null;
        }
        return CellValue::One(read_value(column, text, extensions, faults));
    };
    if text.is_empty() {
        if column.required {
            faults(CellFault::Required);
        }
        return CellValue::List(Vec::new());
    }
    if is_null(&text) {
        return CellValue::Null;
    }
    let trims = extensions.trim_cells || !matches!(base, Base::String | Base::AnyAtomicType);
    let mut values = Vec::new();
    let mut take = |part: Cow<'t, str>| {
        let part = if part.is_empty() { Cow::Borrowed(column.default.as_str()) } else { part };
        if !is_null(&part) {
            values.push(read_value(column, part, extensions, faults));
        }
    };
    match text {
        Cow::Borrowed(text) => {
            text.split(separator.as_str()).for_each(|part| take(Cow::Borrowed(if trims { part.trim() } else { part })));
        }
        Cow::Owned(text) => {
            let parts = text.split(separator.as_str());
            parts.for_each(|part| take(Cow::Owned(if trims { part.trim() } else { part }.to_owned())));
        }
    }
    if values.is_empty() && column.required && extensions.trim_cells {
        faults(CellFault::Required);
    }
    CellValue::List(values)
}

fn read_value<'t>(
    column: &Column,
    text: Cow<'t, str>,
    extensions: Extensions,
    faults: &mut dyn FnMut(CellFault<'_>),
) -> Value<'t> {
    let checked = if extensions.absolute_iris { column.datatype.check(&text) } else { Ok(()) };
    let read = match &text {
        // A borrowed value lives as long as the row, so that most cells are never copied.
        Cow::Borrowed(text) => column.datatype.read(text),
        Cow::Owned(text) => column.datatype.read(text).map(|value| Cow::Owned(value.into_owned())),
    };
    match checked.and(read) {
        Ok(text) => Value { text, is_valid: true },
        Err(fault) => {
            faults(CellFault::Value { text: &text, fault });
            Value { text, is_valid: false }
        }
    }
}

/// Makes spaces of line breaks and tabs, and one of several, where the datatype asks for it.
fn normalize(text: &str, base: Base) -> Cow<'_, str> {
    let is_break = |byte: u8| matches!(byte, b'\r' | b'\n' | b'\t');
    if base.keeps_breaks() || !text.bytes().any(|byte| byte == b' ' || is_break(byte)) {
        return Cow::Borrowed(text);
    }
    if base.keeps_spaces() {
        return Cow::Owned(text.replace(['\r', '\n', '\t'], " "));
    }
    let is_space = |c: char| matches!(c, ' ' | '\r' | '\n' | '\t');
    let trimmed = text.trim_matches(is_space);
    let collapsed = trimmed.bytes().any(is_break) || trimmed.contains("  ");
    if !collapsed {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(trimmed.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::TableDescription;

    fn read(column: &str, text: &str, extensions: Extensions) -> (Vec<String>, usize) {
        let json = format!(r#"{{"url": "a.csv", "tableSchema": {{"columns": [{{"name": "a", {column}}}]}}}}"#);
        let table = TableDescription::from_json(&json, "a.json").expect("metadata");
        let mut faults = 0;
        let value = read_cell(&table.schema.columns[0], text, extensions, &mut |_| faults += 1);
        (value.values().iter().map(|value| value.text.to_string()).collect(), faults)
    }

    fn strict(column: &str, text: &str) -> (Vec<String>, usize) {
        read(column, text, Extensions::NONE)
    }

    #[test]
    fn defaults_nulls_and_separators_apply_in_order() {
        assert_eq!(strict(r#""default": "x""#, ""), (vec!["x".to_owned()], 0));
        assert_eq!(strict(r#""null": "NULL", "required": true"#, "NULL"), (vec![], 1));
        assert_eq!(strict(r#""separator": ";""#, "a; b;;c"), (["a", " b", "c"].map(str::to_owned).to_vec(), 0));
        assert_eq!(
            strict(r#""separator": ";", "datatype": "token""#, "a; b"),
            (["a", "b"].map(str::to_owned).to_vec(), 0)
        );
        assert_eq!(strict(r#""separator": ";", "required": true"#, ""), (vec![], 1));
    }

    #[test]
    fn spaces_are_kept_only_where_the_datatype_keeps_them() {
        assert_eq!(strict(r#""datatype": "string""#, " a\n b ").0, [" a\n b "]);
        assert_eq!(strict(r#""datatype": "normalizedString""#, " a\n b ").0, [" a  b "]);
        assert_eq!(strict(r#""datatype": "token""#, " a\n b ").0, ["a b"]);
        assert_eq!(strict(r#""datatype": "integer""#, " 5 ").0, ["5"]);
    }

    #[test]
    fn a_bad_value_keeps_its_text_and_is_told() {
        assert_eq!(strict(r#""datatype": "integer""#, "twelve"), (vec!["twelve".to_owned()], 1));
    }

    #[test]
    fn extensions_trim_cells_and_want_absolute_iris() {
        assert_eq!(read("\"separator\": \"|\"", " a | b ", Extensions::ALL).0, ["a", "b"]);
        assert_eq!(read("\"datatype\": \"anyURI\"", "example", Extensions::ALL).1, 1);
        assert_eq!(read("\"datatype\": \"anyURI\"", "example", Extensions::NONE).1, 0);
    }
}
