//! Any date or time under any pattern: what is read must be a value of the datatype as XML Schema writes it.
#![no_main]

use csvw::{Datatype, TableDescription};
use libfuzzer_sys::{arbitrary, arbitrary::Arbitrary, fuzz_target};
use serde_json::json;

const BASES: [&str; 8] = ["date", "dateTime", "dateTimeStamp", "time", "gYear", "gMonthDay", "duration", "gYearMonth"];

#[derive(Arbitrary, Debug)]
struct Input {
    base: u8,
    format: String,
    maximum: Option<String>,
    text: String,
}

fuzz_target!(|input: Input| {
    let base = BASES[usize::from(input.base) % BASES.len()];
    let mut datatype = json!({"base": base, "format": input.format});
    if let Some(maximum) = &input.maximum {
        datatype["maximum"] = maximum.as_str().into();
    }
    let metadata = json!({"url": "a.csv", "tableSchema": {"columns": [{"name": "d", "datatype": datatype}]}});
    let Ok(table) = TableDescription::from_json(&metadata.to_string(), "a.json") else { return };
    let column = &table.schema.columns[0];
    if let Ok(value) = column.datatype.read(&input.text) {
        let plain = Datatype::named(base).expect("a built-in datatype");
        assert!(plain.check(&value).is_ok(), "`{}` was read as `{value}`, which is not {base}", input.text);
    }
});
