//! Any bytes, under any dialect.
#![no_main]

use casegraph_fuzz::{Pair, process};
use libfuzzer_sys::{arbitrary, arbitrary::Arbitrary, fuzz_target};
use serde_json::json;

const ENCODINGS: [&str; 7] = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "shift_jis", "gb18030", "iso-2022-jp"];

#[derive(Arbitrary, Debug)]
struct Input {
    delimiter: String,
    quote: Option<char>,
    double_quote: bool,
    line_terminators: Vec<String>,
    comment_prefix: Option<String>,
    header_row_count: u8,
    skip_rows: u8,
    skip_columns: u8,
    skip_blank_rows: bool,
    trim: u8,
    encoding: u8,
    csv: Vec<u8>,
}

fuzz_target!(|input: Input| {
    let trim = ["true", "false", "start", "end"][usize::from(input.trim % 4)];
    let metadata = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": "a.csv",
        "dialect": {
            "delimiter": input.delimiter,
            "quoteChar": input.quote,
            "doubleQuote": input.double_quote,
            "lineTerminators": input.line_terminators,
            "commentPrefix": input.comment_prefix,
            "headerRowCount": input.header_row_count % 5,
            "skipRows": input.skip_rows % 5,
            "skipColumns": input.skip_columns % 5,
            "skipBlankRows": input.skip_blank_rows,
            "trim": trim,
            "encoding": ENCODINGS[usize::from(input.encoding) % ENCODINGS.len()],
        }
    });
    process(&Pair { csv: &input.csv, metadata: metadata.to_string().as_bytes() });
});
