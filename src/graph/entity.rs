//! What stands around a fact: entities, predicates, sources, the case. Values only; `project` reads them from a store.

/// The case that a graph was projected from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseInfo {
    /// Title of the case, or of all of them where a store holds several.
    pub title: String,
    /// Base IRIs that the ids of entities are relative to, longest first.
    pub bases: Vec<String>,
}

/// A company, a person, a law: whatever facts are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Name of the entity inside its case: the IRI after the base, or the whole IRI outside any base.
    pub id: String,
    /// IRI.
    pub iri: String,
    /// Key of its class, such as `Company`; empty where the store does not say.
    pub class: String,
    /// Name for people, in the wanted language where there is one.
    pub label: String,
    /// Its labels in other languages, sorted.
    pub other_labels: Vec<String>,
    /// Other names, sorted.
    pub aliases: Vec<String>,
    /// Remark of the researcher.
    pub note: Option<String>,
    /// Web address about the entity: its own, that of its source, or its exact match elsewhere.
    pub link: Option<String>,
}

/// A relation that facts use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Predicate {
    /// Key, such as `withdrew`.
    pub key: String,
    /// IRI.
    pub iri: String,
    /// Label read from subject to object.
    pub label: String,
    /// Label read from object to subject.
    pub inverse_label: Option<String>,
    /// Whether it tells of an event or of a state; none where undeclared.
    pub kind: Option<TemporalKind>,
    /// Whether it reads the same from both sides.
    pub symmetric: bool,
    /// Whether a subject has one object at a time.
    pub functional: bool,
}

/// How a predicate relates to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemporalKind {
    /// It happens.
    Event,
    /// It lasts.
    State,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Name inside the case, after `src/`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who made it public.
    pub publisher: Option<String>,
    /// Date of publication as written (EDTF).
    pub date: Option<String>,
    /// Web address.
    pub url: Option<String>,
    /// Remark of the researcher.
    pub note: Option<String>,
}

impl Source {
    /// Returns the source in one line: title, publisher, date.
    pub fn cite(&self) -> String {
        let rest = [self.publisher.as_deref(), self.date.as_deref()];
        let rest: Vec<_> = rest.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        if rest.is_empty() { self.title.clone() } else { format!("{} ({})", self.title, rest.join(", ")) }
    }
}
