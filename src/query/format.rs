//! An answer in the formats that programs and people read. In: an answer and names. Out: bytes to a writer.
//! Not here: choosing the format or the place (`cli`).
//! <https://www.w3.org/TR/sparql11-results-csv-tsv/>, <https://www.w3.org/TR/sparql11-results-json/>

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use csvw::nearest;
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::Triple;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};

use super::table::table;
use super::{Answer, Error, Layout, Names};

/// A way to write an answer down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// An aligned table for people; takes every answer.
    Table,
    /// SPARQL 1.1 Query Results CSV, for spreadsheets; takes rows.
    Csv,
    /// SPARQL 1.1 Query Results TSV, with terms in full; takes rows.
    Tsv,
    /// SPARQL 1.1 Query Results JSON; takes rows and a yes or no.
    Json,
    /// SPARQL Query Results XML; takes rows and a yes or no.
    Xml,
    /// Turtle; takes a graph.
    Turtle,
    /// N-Triples; takes a graph.
    NTriples,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] = [Self::Table, Self::Csv, Self::Tsv, Self::Json, Self::Xml, Self::Turtle, Self::NTriples];

    /// Returns the name by which a user chooses it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Turtle => "turtle",
            Self::NTriples => "ntriples",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| Error::UnknownFormat {
            name: name.into(),
            suggestion: nearest(name, Self::ALL.iter().map(|format| format.name())).map(str::to_owned),
        })
    }
}

impl Answer {
    /// Writes the answer in a format. Tables use the `layout` and the labels of `names`; Turtle uses its prefixes.
    /// Every other format but CSV follows its standard to the letter; in CSV a text that a spreadsheet would run as a
    /// formula gets an apostrophe before it.
    pub fn write(&self, mut writer: impl Write, format: Format, names: &Names, layout: Layout) -> Result<(), Error> {
        let wrong = |answer, choices| Error::Format { answer, format, choices };
        let results = match format {
            Format::Table => return Ok(writer.write_all(table(self, names, layout).as_bytes())?),
            Format::Turtle | Format::NTriples => None,
            Format::Csv => Some(QueryResultsFormat::Csv),
            Format::Tsv => Some(QueryResultsFormat::Tsv),
            Format::Json => Some(QueryResultsFormat::Json),
            Format::Xml => Some(QueryResultsFormat::Xml),
        };
        match (self, results) {
            (Self::Graph(triples), None) => write_graph(triples, &mut writer, format, names),
            (Self::Graph(_), Some(_)) => Err(wrong("a graph", "turtle, ntriples or table")),
            (Self::Solutions(_), None) => Err(wrong("rows", "csv, tsv, json, xml or table")),
            (Self::Boolean(_), None | Some(QueryResultsFormat::Csv | QueryResultsFormat::Tsv)) => {
                Err(wrong("a yes or no", "json, xml or table"))
            }
            (Self::Boolean(yes), Some(results)) => {
                QueryResultsSerializer::from_format(results).serialize_boolean_to_writer(&mut writer, *yes)?;
                Ok(writer.write_all(b"\n")?)
            }
            (Self::Solutions(solutions), Some(QueryResultsFormat::Csv)) => super::csv::write(solutions, writer),
            (Self::Solutions(solutions), Some(results)) => {
                let variables = solutions.variables();
                let mut rows = QueryResultsSerializer::from_format(results)
                    .serialize_solutions_to_writer(&mut writer, variables.to_vec())?;
                for row in solutions.rows() {
                    rows.serialize(variables.iter().zip(row).filter_map(|(v, term)| Some((v, term.as_ref()?))))?;
                }
                rows.finish()?;
                if matches!(results, QueryResultsFormat::Json | QueryResultsFormat::Xml) {
                    writer.write_all(b"\n")?;
                }
                Ok(())
            }
        }
    }
}

fn write_graph(triples: &[Triple], writer: &mut impl Write, format: Format, names: &Names) -> Result<(), Error> {
    let rdf = if format == Format::Turtle { RdfFormat::Turtle } else { RdfFormat::NTriples };
    let mut used = Vec::new();
    Answer::Graph(triples.to_vec()).for_each_iri(&mut |node| used.push(node.as_str().to_owned()));
    let mut serializer = RdfSerializer::from_format(rdf);
    for (prefix, namespace) in names.prefixes() {
        if used.iter().any(|iri| iri.starts_with(namespace)) {
            // A base that is no IRI gives no prefix, and then the IRIs stand in full.
            serializer = serializer.clone().with_prefix(prefix, namespace).unwrap_or(serializer);
        }
    }
    let mut out = serializer.for_writer(writer);
    for triple in triples {
        out.serialize_triple(triple)?;
    }
    out.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::query::{Question, run};
    use crate::store::CaseStore;

    const BASE: &str = "https://example.org/x/id/";

    fn write(text: &str, format: Format) -> Result<String, Error> {
        let data = "@prefix : <https://example.org/x/id/> . @prefix cg: <https://w3id.org/casegraph/ns#> .
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix f: <https://example.org/x/id/fact/> .
            :microsoft rdfs:label \"Microsoft\", \"Microsoft SA\"@fr . :fbi rdfs:label \"FBI\\u001B[31m\\n, \\\"Bureau\\\"\" .
            cg:withdrew rdfs:label \"withdrew\" . f:F1 cg:confidence 80 ; cg:status cg:confirmed .
            :fbi cg:withdrew :nsl .";
        let store = CaseStore::of_text(RdfFormat::Turtle, data);
        let answer = run(&store, BASE, &Question::ad_hoc("-", text)?, &[])?;
        let names = Names::new(BASE).with_labels(&store, &answer)?;
        let mut bytes = Vec::new();
        answer.write(&mut bytes, format, &names, Layout::default())?;
        Ok(String::from_utf8(bytes).expect("UTF-8"))
    }

    const PLAIN: &str =
        "SELECT ?s ?p ?n { { ?s cg:confidence ?n } UNION { :fbi ?p ?n } UNION { BIND (:microsoft AS ?s) } }";

    #[test]
    fn a_table_shows_labels_beside_ids_and_counts_its_rows() {
        insta::assert_snapshot!(write(PLAIN, Format::Table).expect("table"), @r#"
        s                       p             n
        ─────────────────────────────────────────────────────────────────
                                rdfs:label    FBI\u{1b}[31m\n, "Bureau"
                                cg:withdrew   :nsl
        f:F1                                  80
        :microsoft  Microsoft
        4 rows
        "#);
        let number = write("SELECT ?number { f:F1 cg:confidence ?number }", Format::Table);
        assert_eq!(number.expect("table"), "number\n────────\n    80\n1 row\n");
        assert_eq!(write("ASK { ?a ?b ?c }", Format::Table).expect("table"), "yes\n");
        assert_eq!(write("SELECT ?a { ?a ?a ?a }", Format::Table).expect("table"), "a\n───\n0 rows\n");
    }

    #[test]
    fn csv_and_tsv_follow_the_standard() {
        let text = "SELECT ?s ?o { ?s rdfs:label ?o FILTER (?s = :fbi) }";
        assert_eq!(
            write(text, Format::Csv).expect("CSV"),
            "s,o\r\nhttps://example.org/x/id/fbi,\"FBI\u{1b}[31m\n, \"\"Bureau\"\"\"\r\n"
        );
        assert_eq!(
            write("SELECT ?s ?n { ?s cg:confidence ?n }", Format::Tsv).expect("TSV"),
            "?s\t?n\n<https://example.org/x/id/fact/F1>\t80\n"
        );
    }

    #[test]
    fn json_and_xml_take_rows_and_a_yes_or_no() {
        assert_eq!(write("ASK {}", Format::Json).expect("JSON"), "{\"head\":{},\"boolean\":true}\n");
        let json = write("SELECT ?s ?x { ?s cg:confidence ?n }", Format::Json).expect("JSON");
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(value["results"]["bindings"][0]["s"]["value"], "https://example.org/x/id/fact/F1");
        assert!(write("SELECT ?s { ?s cg:confidence ?n }", Format::Xml).expect("XML").contains("<uri>https://"));
    }

    #[test]
    fn a_graph_is_written_sorted_and_with_the_prefixes_it_uses() {
        let text = "CONSTRUCT { :nsl cg:withdrawnBy ?a . ?a a cg:Agency } { ?a cg:withdrew :nsl }";
        insta::assert_snapshot!(write(text, Format::Turtle).expect("Turtle"), @"
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        @prefix cg: <https://w3id.org/casegraph/ns#> .
        @prefix : <https://example.org/x/id/> .
        :fbi a cg:Agency .
        :nsl cg:withdrawnBy :fbi .
        ");
        assert_eq!(write("DESCRIBE f:F1", Format::NTriples).expect("N-Triples").lines().count(), 2);
    }

    #[test]
    fn a_format_that_does_not_fit_names_those_that_do() {
        let error = write("ASK {}", Format::Csv).expect_err("no CSV of a yes");
        assert_eq!(error.to_string(), "a yes or no cannot be written as csv; choose json, xml or table");
        assert!(matches!(write("SELECT * {}", Format::Turtle), Err(Error::Format { .. })));
        assert!(matches!(write("CONSTRUCT {} {}", Format::Json), Err(Error::Format { .. })));
        assert!("ntriple".parse::<Format>().expect_err("misspelt").to_string().ends_with("did you mean `ntriples`?"));
    }
}
