//! Any entities of `FollowTheMoney` and any answer of Wikidata: tables come out that are CSV, or an error.
#![no_main]

use casegraph::adopt::{follow_the_money, wikidata};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let adopted = [follow_the_money(&text, "fuzz").ok(), wikidata(bytes, "Company").ok()];
    for (name, table) in adopted.into_iter().flatten().flat_map(|adopted| adopted.files) {
        if name.ends_with(".csv") {
            for row in csv::Reader::from_reader(table.as_slice()).records() {
                row.unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        }
    }
});
