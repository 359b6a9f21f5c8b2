//! Any number under any pattern: what is read must be a number of the datatype as XML Schema writes it.
#![no_main]

use csvw::{Datatype, TableDescription};
use libfuzzer_sys::{arbitrary, arbitrary::Arbitrary, fuzz_target};
use serde_json::json;

const BASES: [&str; 8] = ["decimal", "integer", "double", "float", "number", "byte", "unsignedLong", "negativeInteger"];

#[derive(Arbitrary, Debug)]
struct Input {
    base: u8,
    pattern: Option<String>,
    decimal: Option<char>,
    group: Option<char>,
    minimum: Option<String>,
    text: String,
}

fuzz_target!(|input: Input| {
    let base = BASES[usize::from(input.base) % BASES.len()];
    let mut format = serde_json::Map::new();
    for (name, value) in [
        ("pattern", input.pattern.clone()),
        ("decimalChar", input.decimal.map(String::from)),
        ("groupChar", input.group.map(String::from)),
    ] {
        format.extend(value.map(|value| (name.to_owned(), value.into())));
    }
    let mut datatype = json!({"base": base, "format": format});
    if let Some(minimum) = &input.minimum {
        datatype["minimum"] = minimum.as_str().into();
    }
    let metadata = json!({"url": "a.csv", "tableSchema": {"columns": [{"name": "n", "datatype": datatype}]}});
    let Ok(table) = TableDescription::from_json(&metadata.to_string(), "a.json") else { return };
    let column = &table.schema.columns[0];
    if let Ok(value) = column.datatype.read(&input.text) {
        let plain = Datatype::named(base).expect("a built-in datatype");
        // `.5` is a number to XML Schema, though not to people.
        let whole = value.replacen('.', "0.", usize::from(value.trim_start_matches(['+', '-']).starts_with('.')));
        assert!(plain.check(&whole).is_ok(), "`{}` was read as `{value}`, which is not {base}", input.text);
    }
});
