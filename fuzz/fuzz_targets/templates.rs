//! Any URI template over any values: the expansion is ASCII, has no character that an IRI may not have, and the same
//! each time; in a table, every link is an IRI.
#![no_main]

use casegraph_fuzz::{Pair, process};
use csvw::UriTemplate;
use libfuzzer_sys::{arbitrary, arbitrary::Arbitrary, fuzz_target};
use serde_json::json;

#[derive(Arbitrary, Debug)]
struct Input {
    about: String,
    property: String,
    value: String,
    separator: Option<String>,
    a: String,
    b: String,
}

fuzz_target!(|input: Input| {
    for text in [&input.about, &input.property, &input.value] {
        let Ok(template) = UriTemplate::try_from(text.clone()) else { continue };
        let expand = || template.expand(|name| if name == "a" { Some(&input.a) } else { Some(&input.b) });
        let expanded = expand();
        let is_fit = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c);
        assert!(expanded.chars().all(is_fit), "`{text}` became `{expanded}`");
        assert_eq!(expanded, expand());
    }
    let metadata = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": "a.csv",
        "tableSchema": {
            "aboutUrl": input.about,
            "columns": [
                {"name": "a", "titles": "a", "separator": input.separator, "propertyUrl": input.property, "valueUrl": input.value},
                {"name": "b", "titles": "b"}
            ]
        }
    });
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let csv = format!("a,b\n{},{}\n", quoted(&input.a), quoted(&input.b));
    process(&Pair { csv: csv.as_bytes(), metadata: metadata.to_string().as_bytes() });
});
