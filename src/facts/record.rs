//! The records of a case: entities, facts, and what stands around them. Values only; how they are read stands in `read`, what they become
//! in `quads`.

use std::collections::BTreeMap;

use csvw::Location;
use oxigraph::model::{Literal, NamedNode, Quad, Term};

use super::hash::short_hash;
use super::model::Predicate;
use super::settings::CaseSettings;
use crate::date::{Day, Edtf};

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
    /// Names that have a day of their own, in the order of the files.
    pub names: Vec<Name>,
    /// What was held of facts since when, in the order of the files.
    pub judgements: Vec<Judgement>,
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
    /// Names that rows of their own give it.
    pub names: Vec<Literal>,
    /// What else its row states, as property and value.
    pub properties: Vec<(NamedNode, Term)>,
    /// Date on which it became public.
    pub known_since: Option<Edtf>,
    /// Date on which it was published, for sources and documents.
    pub issued: Option<Edtf>,
    /// Day on which it was read, for sources.
    pub accessed: Option<Day>,
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
    /// When its end became public.
    pub end_known_since: Option<Edtf>,
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
    /// Since when the note may be told.
    pub note_known_since: Option<Edtf>,
    /// Row that tells it.
    pub place: Location,
}

/// What stands around entities and facts.
#[derive(Debug, Clone)]
pub(super) enum Apparatus {
    Citation(Citation),
    Disclosure(Disclosure),
    Name(Name),
    Judgement(Judgement),
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
    /// Last day on which they could be read there.
    pub until: Option<Edtf>,
    /// The names that it told, where it did not tell all.
    pub scope: Vec<String>,
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
    /// Since when the note may be told.
    pub note_known_since: Option<Edtf>,
    /// Cell that names the facts.
    pub place: Location,
}

/// A name of an entity, with a day of its own.
#[derive(Debug, Clone)]
pub struct Name {
    /// Path of the entity below the base.
    pub entity: String,
    /// The name, in a language where one is stated.
    pub name: Literal,
    /// What kind of name it is, such as `pseudonym`.
    pub kind: String,
    /// When it became public that the entity has it.
    pub known_since: Option<Edtf>,
    /// Path of its source below the base.
    pub source: Option<String>,
    /// Place in the source.
    pub locator: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Since when the note may be told.
    pub note_known_since: Option<Edtf>,
}

/// What the researcher held of a fact since some day.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Id of the fact.
    pub fact: String,
    /// The status, such as `disputed`.
    pub status: String,
    /// Confidence from 0 to 100.
    pub confidence: Option<u8>,
    /// Since when it stands.
    pub since: Edtf,
    /// Who judged, in words.
    pub by: Option<String>,
    /// Path of the source that bears it out.
    pub source: Option<String>,
    /// Place in the source.
    pub locator: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Since when the note may be told.
    pub note_known_since: Option<Edtf>,
    /// Cell that names the fact.
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
    /// Returns the path below the base of the case.
    pub fn path(&self) -> String {
        match self {
            Self::Entity(path) => path.clone(),
            Self::Fact(id) => format!("fact/{id}"),
        }
    }
}

impl Apparatus {
    /// Returns its path below the base of the case.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Citation(citation) => citation.path(),
            Self::Disclosure(disclosure) => disclosure.path(),
            Self::Name(name) => name.path(),
            Self::Judgement(judgement) => judgement.path(),
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
        let (text, lang) = (self.name.value(), self.name.language().unwrap_or_default());
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
