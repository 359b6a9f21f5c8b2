//! A case in the formats of other programs. In: its columns, and the graph of them. Out: files as bytes, and a list
//! of what a format cannot hold, so that nothing is lost in silence. Not here: which quads a view shows (`view`), where
//! files go (`cli`), N-Quads, `TriG`, Turtle and N-Triples (`store`).
//!
//! Each format has a file. Same case, same bytes.

mod bibliography;
mod cytoscape;
mod folder;
mod folder_citations;
mod folder_columns;
mod folder_facts;
pub(crate) mod folder_rows;
mod followthemoney;
mod gexf;
mod graphml;
pub(crate) mod losses;
mod mermaid;
mod neo4j;
mod network;
mod rdf;
mod things;
mod timeline;

use std::collections::BTreeMap;

use oxigraph::model::Quad;

pub use losses::Loss;

use crate::graph::EntityGraph;
use crate::markup;
use crate::store::{self, CaseStore, Columns, sorted_quads};

/// A format that a case can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// JSON-LD 1.1, expanded, with the named graphs. <https://www.w3.org/TR/json-ld11/>
    JsonLd,
    /// `TriG` of RDF 1.2: each fact reifies its proposition. <https://www.w3.org/TR/rdf12-trig/>
    Rdf12,
    /// `GraphML`. <http://graphml.graphdrawing.org/>
    GraphMl,
    /// GEXF 1.3, with the times of facts as intervals. <https://gexf.net/>
    Gexf,
    /// JSON of Cytoscape.
    Cytoscape,
    /// A flow chart of Mermaid.
    Mermaid,
    /// CSV files for the import of Neo4j: `nodes.csv` and `relationships.csv`.
    Neo4j,
    /// A case folder of CSV files, which gives the same facts when it is read.
    Csv,
    /// Entities of `FollowTheMoney`, one of JSON a line.
    FollowTheMoney,
    /// Statements of `FollowTheMoney` as CSV: each value with the source that it comes from.
    FollowTheMoneyStatements,
    /// JSON of `TimelineJS`.
    TimelineJs,
    /// The sources, as CSL-JSON. <https://citeproc-js.readthedocs.io/>
    CslJson,
}

/// What is written.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// The columns of the case.
    pub columns: &'a Columns,
    /// The graph of them.
    pub graph: &'a EntityGraph,
    /// Title of the case.
    pub title: &'a str,
    /// What the case is about.
    pub description: Option<&'a str>,
    /// IRI that its ids are appended to.
    pub base: &'a str,
    /// Language of labels that state none.
    pub lang: &'a str,
    /// Ids of the entities that it puts first.
    pub focus: &'a [String],
    /// The view that the quads are seen in, in words; empty for the whole case.
    pub view: &'a str,
}

/// A case in a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Files by name; a format of one file has one without a name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What the format cannot hold, kind by kind.
    pub losses: Vec<Loss>,
}

/// Why a case cannot be written in a format.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A writer of the format refuses what it is given.
    #[error("the case cannot be written")]
    Write(#[from] std::io::Error),
    /// The case cannot be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A row cannot be written.
    #[error("the case cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// A file of settings shipped with casegraph does not say what it should.
    #[error("the mapping of {format} does not fit: {source}")]
    Mapping {
        /// The format.
        format: &'static str,
        /// What is wrong.
        #[source]
        source: toml::de::Error,
    },
}

impl Format {
    /// Every format, in the order in which they are listed.
    pub const ALL: &[Self] = &[
        Self::JsonLd,
        Self::Rdf12,
        Self::GraphMl,
        Self::Gexf,
        Self::Cytoscape,
        Self::Mermaid,
        Self::Neo4j,
        Self::Csv,
        Self::FollowTheMoney,
        Self::FollowTheMoneyStatements,
        Self::TimelineJs,
        Self::CslJson,
    ];

    /// Returns the name, in one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonLd => "jsonld",
            Self::Rdf12 => "rdf12",
            Self::GraphMl => "graphml",
            Self::Gexf => "gexf",
            Self::Cytoscape => "cytoscape",
            Self::Mermaid => "mermaid",
            Self::Neo4j => "neo4j",
            Self::Csv => "csv",
            Self::FollowTheMoney => "followthemoney",
            Self::FollowTheMoneyStatements => "followthemoney-statements",
            Self::TimelineJs => "timelinejs",
            Self::CslJson => "csl",
        }
    }

    /// Tells whether it makes a folder of files.
    pub const fn is_folder(self) -> bool {
        matches!(self, Self::Csv | Self::Neo4j)
    }

    /// Writes a case.
    pub fn export(self, contents: &Contents<'_>) -> Result<Exported, Error> {
        match self {
            Self::JsonLd => rdf::json_ld(contents),
            Self::Rdf12 => rdf::reified(contents),
            Self::GraphMl => Ok(graphml::write(contents)),
            Self::Gexf => Ok(gexf::write(contents)),
            Self::Cytoscape => Ok(cytoscape::write(contents)),
            Self::Mermaid => Ok(mermaid::write(contents)),
            Self::Neo4j => neo4j::write(contents),
            Self::Csv => folder::write(contents),
            Self::FollowTheMoney => followthemoney::entities(contents),
            Self::FollowTheMoneyStatements => followthemoney::statements(contents),
            Self::TimelineJs => Ok(timeline::write(contents)),
            Self::CslJson => bibliography::write(contents),
        }
    }
}

impl Contents<'_> {
    /// Returns the quads of the case, sorted by their N-Quads.
    fn quads(&self) -> Result<Vec<Quad>, store::Error> {
        sorted_quads(&CaseStore::of(self.columns.data().clone()))
    }
}

impl Exported {
    /// Makes an export of one file.
    fn one(bytes: Vec<u8>, losses: Vec<Loss>) -> Self {
        Self { files: BTreeMap::from([(String::new(), bytes)]), losses }
    }

    /// Makes an export of one file of JSON.
    fn json(value: &serde_json::Value, losses: Vec<Loss>) -> Self {
        Self::one(format!("{value:#}\n").into_bytes(), losses)
    }
}

/// Escapes text for XML and HTML, the apostrophe too; what XML cannot hold becomes U+FFFD.
fn escape(text: &str) -> String {
    markup::escape(text).replace('\'', "&#39;")
}
