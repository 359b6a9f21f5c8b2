//! Whatever bytes come in, the processor answers with faults and never with a panic.

use std::io::{self, Read};

use csvw::{
    Bytes, Diagnostics, Extensions, GroupReader, Options, Policy, Resources, TableDescription, TableGroup, UriTemplate,
    convert, validate,
};
use oxrdf::{GraphName, NamedNode, Term};
use proptest::prelude::*;

struct Pair {
    csv: Vec<u8>,
    metadata: String,
}

impl Resources for Pair {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        match iri {
            "http://x.org/a.csv" => Ok(Box::new(self.csv.as_slice())),
            "http://x.org/csv-metadata.json" => Ok(Box::new(self.metadata.as_bytes())),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// Reads, validates and converts; checks that every IRI that comes out is one.
fn process(csv: Vec<u8>, metadata: String, extensions: Extensions) {
    let files = Pair { csv, metadata };
    let mut faults = Diagnostics::default();
    let Some(group) = TableGroup::find("http://x.org/a.csv", None, &files, &mut faults) else { return };
    let options = Options { extensions, ..Options::default() };
    validate(&group, &files, &options, &mut faults);
    let options = Options { policy: Policy::Convert, ..options };
    let mut sink = |quad: oxrdf::QuadRef<'_>| {
        let quad = quad.into_owned();
        assert!(NamedNode::new(quad.predicate.as_str()).is_ok(), "{quad}");
        if let Term::NamedNode(node) = &quad.object {
            assert!(NamedNode::new(node.as_str()).is_ok(), "{quad}");
        }
        Ok(())
    };
    convert(&group, &files, &options, GraphName::DefaultGraph, &mut sink, &mut faults).expect("the sink takes all");
}

fn pick(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

/// A piece of JSON that may or may not belong where it is put.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        pick(&[
            "null", "true", "false", "1", "-2.5", "\"\"", "\"a\"", "\"en\"", "\"_:b\"", "\"{a}\"", "\"{+a}\"", "\";\""
        ]),
        pick(&["\"date\"", "\"integer\"", "\"M/d/yyyy\"", "\"#,##0.0#\"", "\"Y|N\"", "\"utf-16le\"", "\"start\""]),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let names = pick(&[
            "@id",
            "@type",
            "@value",
            "@language",
            "@context",
            "url",
            "tables",
            "tableSchema",
            "columns",
            "name",
            "titles",
            "datatype",
            "base",
            "format",
            "pattern",
            "groupChar",
            "decimalChar",
            "length",
            "minimum",
            "separator",
            "null",
            "default",
            "required",
            "ordered",
            "lang",
            "aboutUrl",
            "propertyUrl",
            "valueUrl",
            "virtual",
            "suppressOutput",
            "primaryKey",
            "foreignKeys",
            "columnReference",
            "reference",
            "resource",
            "rowTitles",
            "dialect",
            "delimiter",
            "quoteChar",
            "doubleQuote",
            "lineTerminators",
            "commentPrefix",
            "skipRows",
            "skipColumns",
            "headerRowCount",
            "trim",
            "encoding",
            "notes",
            "dc:title",
            "transformations",
            "foo",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((names, inner), 0..6).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Members of a column or schema, most of them with values of the right kind.
fn members() -> impl Strategy<Value = String> {
    let member = prop_oneof![
        pick(&["\"aboutUrl\": ", "\"propertyUrl\": ", "\"valueUrl\": "]).prop_flat_map(|name| {
            pick(&[
                "\"#{a}\"",
                "\"{+a}\"",
                "\"{a,b}\"",
                "\"schema:{_row}\"",
                "\"{/b*}\"",
                "\"http://{a}/\"",
                "\"\"",
                "\"{?a}\"",
            ])
            .prop_map(move |value| format!(", {name}{value}"))
        }),
        pick(&["date", "integer", "token", "boolean", "string", "json", "double", "anyURI", "gYear"])
            .prop_map(|name| format!(", \"datatype\": \"{name}\"")),
        pick(&[
            "\"separator\": \";\"",
            "\"ordered\": true",
            "\"required\": true",
            "\"default\": \"1\"",
            "\"null\": [\"a\", \"\"]"
        ])
        .prop_map(|member| format!(", {member}")),
        pick(&[
            "\"virtual\": true",
            "\"suppressOutput\": true",
            "\"primaryKey\": \"a\"",
            "\"rowTitles\": \"a\"",
            "\"lang\": \"fr\""
        ])
        .prop_map(|member| format!(", {member}")),
        json().prop_map(|value| format!(", \"format\": {value}")),
    ];
    prop::collection::vec(member, 0..5).prop_map(|members| members.concat())
}

fn extensions() -> impl Strategy<Value = Extensions> {
    any::<bool>().prop_map(|all| if all { Extensions::ALL } else { Extensions::NONE })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_as_a_table(bytes in prop::collection::vec(any::<u8>(), 0..200), extensions in extensions()) {
        let description = r#"{"url": "a.csv", "tableSchema": {"primaryKey": "a", "columns": [{"name": "a"}]}}"#;
        let group = TableDescription::from_json(description, "a.json").expect("metadata").into();
        let (file, options) = (Bytes { name: "a.csv", bytes: &bytes }, Options { extensions, ..Options::default() });
        let mut faults = Diagnostics::default();
        GroupReader::new(&group).read(0, &file, &options, &mut faults, &mut |table, row| {
            assert!((0..table.columns.len()).all(|at| row.values(at).all(|value| row.value(at).is_some() || value.is_empty())));
        });
        process(bytes, String::new(), extensions);
    }

    #[test]
    fn any_json_is_read_as_metadata(
        schema in json(), dialect in json(), extra in json(), csv in "[ab,;\"\n\r #é{}]{0,40}", extensions in extensions()
    ) {
        let metadata = format!(
            "{{\"@context\": \"http://www.w3.org/ns/csvw\", \"url\": \"a.csv\", \"dialect\": {dialect}, \
             \"tableSchema\": {schema}, \"notes\": [{extra}], \"dc:title\": {extra}}}"
        );
        process(csv.into_bytes(), metadata, extensions);
    }

    #[test]
    fn any_properties_of_columns_meet_any_cells(
        own in members(), other in members(), schema in members(), csv in "[ab0-9,;\"\n\r #é/{}.-]{0,60}",
        extensions in extensions()
    ) {
        let metadata = format!(
            "{{\"@context\": \"http://www.w3.org/ns/csvw\", \"url\": \"a.csv\", \"tableSchema\": {{\"columns\": \
             [{{\"name\": \"a\"{own}}}, {{\"titles\": \"b\"{other}}}]{schema}}}}}"
        );
        process(csv.into_bytes(), metadata, extensions);
    }

    #[test]
    fn any_text_is_read_as_metadata(text in any::<String>()) {
        drop(TableDescription::from_json(&text, "a.json"));
    }

    #[test]
    fn any_format_meets_any_cell(
        base in pick(&["integer", "decimal", "double", "byte", "date", "time", "dateTime", "boolean", "duration", "string",
            "hexBinary", "base64Binary", "gYear", "QName", "NMTOKEN", "language", "anyURI"]),
        format in prop_oneof!["[#0,.E+%‰é-]{0,8}", "[yMdHmsSXx:/. -]{0,12}", "[a-z|(\\[*+?]{0,6}"],
        group in prop_oneof![Just(String::new()), "[,.#0Eé ]"],
        cell in prop_oneof!["[0-9,.E+%‰é-]{0,12}", "[0-9:/. TZ+-]{0,20}", any::<String>()],
    ) {
        let format = serde_json::Value::from(format);
        let group = serde_json::Value::from(group);
        let formats = [format.to_string(), format!("{{\"pattern\": {format}, \"groupChar\": {group}, \"decimalChar\": \",\"}}")];
        for format in formats {
            let json = format!(
                "{{\"url\": \"a.csv\", \"tableSchema\": {{\"columns\": [{{\"name\": \"a\", \"datatype\": \
                 {{\"base\": \"{base}\", \"format\": {format}, \"minimum\": 1}}}}]}}}}"
            );
            if let Ok(table) = TableDescription::from_json(&json.replace(", \"minimum\": 1", ""), "a.json") {
                drop(table.schema.columns[0].datatype.read(&cell));
            }
            drop(TableDescription::from_json(&json, "a.json"));
        }
    }

    #[test]
    fn any_template_expands(template in prop_oneof!["[a-z{}+#/?&;.:*,%é]{0,20}", any::<String>()], value in any::<String>()) {
        if let Ok(template) = UriTemplate::try_from(template) {
            let expanded = template.expand(|_| Some(value.as_str()));
            prop_assert!(expanded.is_ascii());
        }
    }

    #[test]
    fn any_template_makes_links_that_are_iris(
        template in "[a-z{}+#/?:%é\\[\\]]{0,6}(\\{[+#]?a\\}[a-z:/]{0,3})?", cell in "[a-z:/#?%\\[\\] é]{0,12}",
        extensions in extensions()
    ) {
        let template = serde_json::Value::from(template);
        let metadata = format!(
            "{{\"@context\": \"http://www.w3.org/ns/csvw\", \"url\": \"a.csv\", \"tableSchema\": {{\"aboutUrl\": {template}, \
             \"columns\": [{{\"name\": \"a\", \"propertyUrl\": {template}, \"valueUrl\": {template}}}]}}}}"
        );
        process(format!("a\n{cell}\n").into_bytes(), metadata, extensions);
    }
}
