//! What the fuzz targets share: a table and its metadata in memory, run through the whole processor.

use std::io::{self, Read};

use csvw::{Diagnostics, Extensions, Options, Policy, Resources, TableGroup, convert, validate};
use oxigraph::model::{GraphName, NamedNode, QuadRef, TermRef};

const CSV: &str = "http://x.org/a.csv";

/// A CSV file and its metadata.
pub struct Pair<'p> {
    /// Bytes of the CSV file.
    pub csv: &'p [u8],
    /// Bytes of its metadata.
    pub metadata: &'p [u8],
}

impl Resources for Pair<'_> {
    fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
        match iri {
            CSV => Ok(Box::new(self.csv)),
            "http://x.org/a.csv-metadata.json" => Ok(Box::new(self.metadata)),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// Reads, validates and converts, by the standard alone and with all extensions; every IRI that comes out must be one.
pub fn process(files: &Pair<'_>) {
    let mut faults = Diagnostics::default();
    let Some(group) = TableGroup::find(CSV, None, files, &mut faults) else { return };
    for extensions in [Extensions::NONE, Extensions::ALL] {
        let options = Options { extensions, ..Options::default() };
        validate(&group, files, &options, &mut faults);
        let options = Options { policy: Policy::Convert, ..options };
        let mut sink = |quad: QuadRef<'_>| {
            assert!(NamedNode::new(quad.predicate.as_str()).is_ok(), "{quad}");
            if let TermRef::NamedNode(node) = quad.object {
                assert!(NamedNode::new(node.as_str()).is_ok(), "{quad}");
            }
            Ok(())
        };
        let graph = GraphName::DefaultGraph;
        convert(&group, files, &options, graph, &mut sink, &mut faults).expect("the sink takes all");
    }
    // Messages are made of what was read, and must bear it.
    for fault in faults.sorted() {
        assert!(!fault.to_string().is_empty());
    }
}
