//! Any text as a date: what is read keeps its text, ends no earlier than it begins, and lies in its own year.
#![no_main]

use casegraph::date::{Day, Edtf};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(date) = Edtf::parse(text) else { return };
    assert_eq!(date.as_str(), text);
    assert!(date.first() <= date.last(), "`{text}` ends before it begins");
    if let Ok(day) = text.parse::<Day>()
        && text.len() == 10
    {
        assert_eq!((date.first(), date.last()), (day, day), "`{text}`");
    }
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_year && text != "0000" {
        let year: i16 = text.parse().expect("four digits");
        assert_eq!((date.first(), date.last()), (Day::constant(year, 1, 1), Day::constant(year, 12, 31)));
    }
});
