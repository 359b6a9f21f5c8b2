//! The records of a case: entities, facts, and what stands around them. Values only; how they are read stands in `reader`, what
//! they become in `quads`.

use csvw::Location;
use oxigraph::model::{Literal, NamedNode, Quad, Term};

use super::hash::short_hash;
use crate::date::{Day, Edtf};

/// A record of a case.
#[derive(Debug)]
pub(super) enum Record {
    /// What a row states of the entity with a path beside its labels.
    Entity {
        path: String,
        properties: Vec<(NamedNode, Term)>,
        /// Whether no row before is about it.
        is_first: bool,
    },
    /// A fact and its id.
    Fact(String, Box<Fact>),
    Citation(Box<Citation>),
    Disclosure(Box<Disclosure>),
    Name(Box<Name>),
    Judgement(Box<Judgement>),
    /// A quad of a table that makes no facts.
    Plain(Quad),
}

/// Something that the researcher studies, or a source.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    /// Name of its class in casegraph's vocabulary, such as `Company`.
    pub(super) class: String,
    /// Names, each with its language where one is stated.
    pub(super) labels: Vec<Literal>,
    /// Names that rows of their own give it.
    pub(super) names: Vec<Literal>,
    /// What else its row states, as property and value.
    pub(super) properties: Vec<(NamedNode, Term)>,
    /// Date on which it became public.
    pub(super) known_since: Option<Edtf>,
    /// Date on which it was published, for sources and documents.
    pub(super) issued: Option<Edtf>,
    /// Day on which it was read, for sources.
    pub(super) accessed: Option<Day>,
    /// Row that describes it.
    pub(super) place: Location,
}

/// What a fact is about: an entity, or another fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reference {
    /// Path of an entity or source below the base.
    Entity(String),
    /// Id of a fact.
    Fact(String),
}

/// The object of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    /// An entity or a fact.
    Reference(Reference),
    /// A text, number or date.
    Literal(Literal),
}

/// When a fact ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing is known of its end.
    #[default]
    Unknown,
    /// It still held when its source was written (`..`).
    Open,
    /// It ended on a date.
    On(Edtf),
}

/// Where something stands, and what the researcher remarks of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// Path of its source below the base.
    pub(super) source: Option<String>,
    /// Place in the source.
    pub(super) locator: Option<String>,
    /// Anything else.
    pub(super) note: Option<String>,
    /// Since when the note may be told.
    pub(super) note_known_since: Option<Edtf>,
}

/// One proposition as one record tells it.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    /// What it is about.
    pub(super) subject: Reference,
    /// Key of its predicate.
    pub(super) predicate: String,
    /// What it says of the subject.
    pub(super) object: Object,
    /// When it began to hold.
    pub(super) begin: Option<Edtf>,
    /// When it ceased to hold.
    pub(super) end: End,
    /// When its end became public.
    pub(super) end_known_since: Option<Edtf>,
    /// When it became public.
    pub(super) known_since: Option<Edtf>,
    /// The researcher's judgement, such as `confirmed`.
    pub(super) status: String,
    /// Confidence from 0 to 100.
    pub(super) confidence: Option<u8>,
    /// Path of the hearing or document where a claim was made.
    pub(super) made_at: Option<String>,
    pub(super) evidence: Evidence,
}

/// A further source of a fact.
#[derive(Debug, Clone)]
pub(super) struct Citation {
    /// Id of the fact.
    pub(super) fact: String,
    /// Path of the source below the base.
    pub(super) source: String,
    /// Place in the source.
    pub(super) locator: Option<String>,
    /// `supports`, `disputes` or `mentions`.
    pub(super) stance: Option<String>,
    /// Day on which it was read (xsd:date).
    pub(super) accessed: Option<String>,
    /// Cell that names the fact.
    pub(super) place: Location,
}

/// An event by which facts became known to an audience.
#[derive(Debug, Clone)]
pub(super) struct Disclosure {
    /// Its id, unique among disclosures.
    pub(super) id: String,
    /// Ids of the facts that became known by it.
    pub(super) facts: Vec<String>,
    /// Path of the audience below the base; none for the public.
    pub(super) audience: Option<String>,
    /// When the facts became known to that audience.
    pub(super) date: Edtf,
    /// Last day on which they could be read there.
    pub(super) until: Option<Edtf>,
    /// The names that it told, where it did not tell all.
    pub(super) scope: Vec<String>,
    /// How, such as `unsealing`.
    pub(super) kind: String,
    /// When the public learned of the disclosure itself.
    pub(super) known_since: Option<Edtf>,
    pub(super) evidence: Evidence,
    /// Cell that names the facts.
    pub(super) place: Location,
}

/// A name of an entity, with a day of its own.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// Path of the entity below the base.
    pub(super) entity: String,
    /// The name, in a language where one is stated.
    pub(super) text: Literal,
    /// What kind of name it is, such as `pseudonym`.
    pub(super) kind: String,
    /// When it became public that the entity has it.
    pub(super) known_since: Option<Edtf>,
    pub(super) evidence: Evidence,
}

/// What the researcher held of a fact since some day.
#[derive(Debug, Clone)]
pub(super) struct Judgement {
    /// Id of the fact.
    pub(super) fact: String,
    /// The status, such as `disputed`.
    pub(super) status: String,
    /// Confidence from 0 to 100.
    pub(super) confidence: Option<u8>,
    /// Since when it stands.
    pub(super) since: Edtf,
    /// Who judged, in words.
    pub(super) by: Option<String>,
    pub(super) evidence: Evidence,
    /// Cell that names the fact.
    pub(super) place: Location,
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
    /// Returns the path below the base of the case.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Entity(path) => path.clone(),
            Self::Fact(id) => format!("fact/{id}"),
        }
    }
}

impl Record {
    /// Returns the path below the base of the case, where two rows may be about the same.
    pub(super) fn shared_path(&self) -> Option<String> {
        match self {
            Self::Citation(citation) => Some(citation.path()),
            Self::Disclosure(disclosure) => Some(disclosure.path()),
            Self::Name(name) => Some(name.path()),
            Self::Judgement(judgement) => Some(judgement.path()),
            Self::Entity { .. } | Self::Fact(..) | Self::Plain(_) => None,
        }
    }
}

impl Citation {
    pub(super) fn path(&self) -> String {
        format!("citation/{}--{}", self.fact, self.source.trim_start_matches("src/"))
    }
}

impl Disclosure {
    pub(super) fn path(&self) -> String {
        format!("disclosure/{}", self.id)
    }
}

impl Name {
    pub(super) fn path(&self) -> String {
        let (text, lang) = (self.text.value(), self.text.language().unwrap_or_default());
        format!("name/{}--{}", self.entity.trim_start_matches("src/"), short_hash(&[&self.entity, text, lang]))
    }
}

impl Judgement {
    pub(super) fn path(&self) -> String {
        format!("judgement/{}--{}", self.fact, short_hash(&[&self.fact, self.since.as_str()]))
    }
}

/// Tells whether a file is a table by its name.
pub fn is_csv(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}
