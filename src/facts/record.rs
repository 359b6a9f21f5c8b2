//! The records of a case: entities, facts, citations, disclosures. Values only; how they are read stands in `read`, what they become
//! in `quads`.

use std::collections::BTreeMap;

use oxigraph::model::{Literal, NamedNode, Quad, Term};

use super::model::Predicate;
use super::settings::CaseSettings;
use crate::date::Edtf;
use crate::location::Location;

/// All that the files of a case tell.
#[derive(Debug)]
pub struct CaseFacts {
    /// What the case says of itself.
    pub settings: CaseSettings,
    /// Entities and sources by their path below the base, such as `microsoft` or `src/the-desk`.
    pub entities: BTreeMap<String, Entity>,
    /// Facts by id.
    pub facts: BTreeMap<String, Fact>,
    /// Quads of tables that make no facts.
    pub plain: Vec<Quad>,
    /// Further sources of facts, in the order of the files.
    pub citations: Vec<Citation>,
    /// How facts became known, in the order of the files.
    pub disclosures: Vec<Disclosure>,
    /// Predicates that the case declares or uses, by key.
    pub predicates: BTreeMap<String, Predicate>,
    /// Old paths and the new ones.
    pub redirects: BTreeMap<String, String>,
    /// The files that were read.
    pub files: Vec<FileRecord>,
}

/// Something that the researcher studies, or a source.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Name of its class in casegraph's vocabulary, such as `Company`.
    pub class: String,
    /// Names, each with its language where one is stated.
    pub labels: Vec<Literal>,
    /// What else its row states, as property and value.
    pub properties: Vec<(NamedNode, Term)>,
    /// Date on which it became public.
    pub known_since: Option<Edtf>,
    /// Date on which it was published, for sources and documents.
    pub issued: Option<Edtf>,
    /// Row that describes it.
    pub place: Location,
}

/// What a fact is about: an entity, or another fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// Path of an entity or source below the base.
    Entity(String),
    /// Id of a fact.
    Fact(String),
}

/// The object of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// An entity or a fact.
    Reference(Reference),
    /// A text, number or date.
    Literal(Literal),
}

/// When a fact ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum End {
    /// Nothing is known of its end.
    #[default]
    Unknown,
    /// It still held when its source was written (`..`).
    Open,
    /// It ended on a date.
    On(Edtf),
}

/// One proposition as one record tells it.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is about.
    pub subject: Reference,
    /// Key of its predicate.
    pub predicate: String,
    /// What it says of the subject.
    pub object: Object,
    /// When it began to hold.
    pub begin: Option<Edtf>,
    /// When it ceased to hold.
    pub end: End,
    /// When it became public.
    pub known_since: Option<Edtf>,
    /// The researcher's judgement, such as `confirmed`.
    pub status: String,
    /// Confidence from 0 to 100.
    pub confidence: Option<u8>,
    /// Path of its source below the base.
    pub source: Option<String>,
    /// Place in the source.
    pub locator: Option<String>,
    /// Path of the hearing or document where a claim was made.
    pub made_at: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Row that tells it.
    pub place: Location,
}

/// A further source of a fact.
#[derive(Debug, Clone)]
pub struct Citation {
    /// Id of the fact.
    pub fact: String,
    /// Path of the source below the base.
    pub source: String,
    /// Place in the source.
    pub locator: Option<String>,
    /// `supports`, `disputes` or `mentions`.
    pub stance: Option<String>,
    /// Day on which it was read (xsd:date).
    pub accessed: Option<String>,
    /// Cell that names the fact.
    pub place: Location,
}

/// An event by which facts became known to an audience.
#[derive(Debug, Clone)]
pub struct Disclosure {
    /// Its id, unique among disclosures.
    pub id: String,
    /// Ids of the facts that became known by it.
    pub facts: Vec<String>,
    /// Path of the audience below the base; none for the public.
    pub audience: Option<String>,
    /// When the facts became known to that audience.
    pub date: Edtf,
    /// How, such as `unsealing`.
    pub kind: String,
    /// When the public learned of the disclosure itself.
    pub known_since: Option<Edtf>,
    /// Path of its source below the base.
    pub source: Option<String>,
    /// Place in the source.
    pub locator: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Cell that names the facts.
    pub place: Location,
}

/// A CSV file of a case, or a file of metadata.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// Name, relative to the case folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Name, relative to the case folder.
    pub name: String,
    /// Rows below the header.
    pub rows: usize,
}

impl FileRecord {
    /// Tells whether the file holds rows, rather than metadata.
    pub fn is_table(&self) -> bool {
        is_csv(&self.name)
    }
}

impl Reference {
    /// Returns what kind of thing it is, and its path or id.
    pub(super) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Entity(path) => ("entity", path),
            Self::Fact(id) => ("fact", id),
        }
    }

    /// Returns the path below the base of the case.
    pub fn path(&self) -> String {
        match self {
            Self::Entity(path) => path.clone(),
            Self::Fact(id) => format!("fact/{id}"),
        }
    }
}

impl Citation {
    /// Returns its path below the base of the case.
    pub(super) fn path(&self) -> String {
        format!("citation/{}--{}", self.fact, self.source.trim_start_matches("src/"))
    }
}

/// Tells whether a file is a table by its name.
pub fn is_csv(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}
