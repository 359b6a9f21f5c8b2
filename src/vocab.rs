//! IRIs of the vocabularies that casegraph writes, as documented constants; and the prefixes under which people know
//! them. In: nothing. Out: names. The terms of casegraph's own vocabulary are defined in `data/ontology.ttl`.

use oxigraph::model::NamedNodeRef;

macro_rules! vocabulary {
    ($(#[doc = $about:literal])+ $module:ident = $namespace:literal { $($(#[doc = $doc:literal])+ $name:ident = $local:literal,)+ }) => {
        $(#[doc = $about])+
        pub mod $module {
            use super::NamedNodeRef;
            /// The namespace that all the terms begin with.
            pub const NAMESPACE: &str = $namespace;
            $($(#[doc = $doc])+ pub const $name: NamedNodeRef<'_> = NamedNodeRef::new_unchecked(concat!($namespace, $local));)+
        }
    };
}

vocabulary! {
    /// casegraph's own vocabulary: entities, facts, claims and their dates.
    cg = "https://w3id.org/casegraph/ns#" {
        /// Class of facts: one proposition as one record tells it.
        FACT = "Fact",
        /// Class of facts whose predicate is a stance.
        CLAIM = "Claim",
        /// Class of the evidence that facts rest on.
        SOURCE = "Source",
        /// Class of further sources of a fact.
        CITATION = "Citation",
        /// Class of the predicates that facts may use.
        RELATION = "Relation",
        /// Super-property of what a speaker does to a proposition: affirms, denies and so on.
        STANCE_PREDICATE = "stanceOn",
        /// Date when the fact began to hold, as written (EDTF).
        BEGIN = "begin",
        /// Date when the fact ceased to hold, as written (EDTF).
        END = "end",
        /// Whether the end is a date, still open, or not known.
        END_KIND = "endKind",
        /// The end is a date.
        CLOSED = "closed",
        /// The fact still held when its source was written.
        OPEN = "open",
        /// Nothing is known of the end.
        UNKNOWN = "unknown",
        /// Doubt about begin or end that EDTF marks with `?`, `~` or `%`.
        QUALIFIER = "qualifier",
        /// EDTF `?`: the record is doubtful.
        UNCERTAIN = "uncertain",
        /// EDTF `~`: the date is an estimate.
        APPROXIMATE = "approximate",
        /// First day on which the fact can have begun.
        BEGIN_EARLIEST = "beginEarliest",
        /// Last day on which the fact can have begun.
        BEGIN_LATEST = "beginLatest",
        /// First day on which the fact can have ended.
        END_EARLIEST = "endEarliest",
        /// Last day on which the fact can have ended.
        END_LATEST = "endLatest",
        /// Date on which the fact became public, as written (EDTF).
        KNOWN_SINCE = "knownSince",
        /// First day on which the fact can have become public.
        KNOWN_EARLIEST = "knownEarliest",
        /// Last day on which the fact can have become public.
        KNOWN_LATEST = "knownLatest",
        /// Doubt about the date that decides when the fact became public.
        KNOWN_QUALIFIER = "knownQualifier",
        /// Date on which the end of the fact became public, as written (EDTF).
        END_KNOWN_SINCE = "endKnownSince",
        /// First day on which the end can have become public.
        END_KNOWN_EARLIEST = "endKnownEarliest",
        /// Last day on which the end can have become public.
        END_KNOWN_LATEST = "endKnownLatest",
        /// Date from which the note may be told, as written (EDTF).
        NOTE_KNOWN_SINCE = "noteKnownSince",
        /// First day from which the note may be told.
        NOTE_KNOWN_EARLIEST = "noteKnownEarliest",
        /// Last day from which the note may be told.
        NOTE_KNOWN_LATEST = "noteKnownLatest",
        /// Days from the end of an event to the day it became public.
        LAG_DAYS = "lagDays",
        /// Least number of days that the fact can have held.
        MIN_DAYS = "minDays",
        /// Greatest number of days that the fact can have held.
        MAX_DAYS = "maxDays",
        /// The researcher's judgement of the fact.
        STATUS = "status",
        /// Status: an official or primary page says so, or two sources do.
        CONFIRMED = "confirmed",
        /// Status: one source says so in its own voice.
        ASSERTED_STATUS = "asserted",
        /// Status: the researcher concludes it.
        INFERRED = "inferred",
        /// Status: a source reports that someone says so.
        REPORTED_CLAIM = "reportedClaim",
        /// Status: sources disagree.
        DISPUTED = "disputed",
        /// Whether the fact also stands as a plain triple.
        ASSERTED = "asserted",
        /// Confidence from 0 to 100.
        CONFIDENCE = "confidence",
        /// Place in the source: page, paragraph, time code.
        LOCATOR = "locator",
        /// Hearing or document where a claim was made.
        MADE_AT = "madeAt",
        /// A further source of a fact.
        CITATION_OF_FACT = "citation",
        /// The source that a citation names.
        CITES = "cites",
        /// What a citation does to its fact.
        STANCE = "stance",
        /// The source bears the fact out.
        SUPPORTS = "supports",
        /// The source speaks against the fact.
        DISPUTES = "disputes",
        /// The source mentions the fact.
        MENTIONS = "mentions",
        /// Predicate of the decision that two entities are one.
        SAME_ENTITY = "sameEntity",
        /// Predicate of the decision that two entities are two.
        DIFFERENT_ENTITY = "differentEntity",
        /// Predicate of the decision that it cannot be told yet.
        UNSURE_ENTITY = "unsureEntity",
        /// Class of the events by which facts became known.
        DISCLOSURE = "Disclosure",
        /// A fact that became known by a disclosure.
        DISCLOSES = "discloses",
        /// To whom a disclosure made its facts known.
        TO_AUDIENCE = "toAudience",
        /// Everybody, as an audience.
        THE_PUBLIC = "thePublic",
        /// How a disclosure made its facts known.
        DISCLOSURE_KIND = "disclosureKind",
        /// First day on which the disclosure can have happened.
        DISCLOSED_EARLIEST = "disclosedEarliest",
        /// Last day on which the disclosure can have happened.
        DISCLOSED_LATEST = "disclosedLatest",
        /// Last day on which a disclosure could be read, as written (EDTF).
        UNTIL = "until",
        /// First day that can have been the last on which a disclosure could be read.
        UNTIL_EARLIEST = "untilEarliest",
        /// Last day that can have been the last on which a disclosure could be read.
        UNTIL_LATEST = "untilLatest",
        /// A name under which a disclosure told its facts.
        SCOPE = "scope",
        /// Class of the names of entities that have a day of their own.
        NAME = "Name",
        /// The entity that bears a name.
        NAME_OF = "nameOf",
        /// Kind of a name.
        NAME_KIND = "nameKind",
        /// Class of what the researcher held of a fact since some day.
        JUDGEMENT = "Judgement",
        /// The fact that a judgement is about.
        JUDGES = "judges",
        /// Day since which a judgement stands, as written (EDTF).
        SINCE = "since",
        /// First day since which a judgement can stand.
        SINCE_EARLIEST = "sinceEarliest",
        /// Last day since which a judgement can stand.
        SINCE_LATEST = "sinceLatest",
        /// Stands in a view for a source of a later date.
        LATER_SOURCE = "laterSource",
        /// Stands in a view for a source without a date.
        UNDATED_SOURCE = "undatedSource",
        /// Date on which the title of the case became public, as written (EDTF).
        TITLE_KNOWN_SINCE = "titleKnownSince",
        /// First day on which the title of the case can have become public.
        TITLE_KNOWN_EARLIEST = "titleKnownEarliest",
        /// Last day on which the title of the case can have become public.
        TITLE_KNOWN_LATEST = "titleKnownLatest",
        /// Title of the case for the time before that.
        WORKING_TITLE = "workingTitle",
        /// Date on which the description of the case became public, as written (EDTF).
        DESCRIPTION_KNOWN_SINCE = "descriptionKnownSince",
        /// First day on which the description of the case can have become public.
        DESCRIPTION_KNOWN_EARLIEST = "descriptionKnownEarliest",
        /// Last day on which the description of the case can have become public.
        DESCRIPTION_KNOWN_LATEST = "descriptionKnownLatest",
        /// Day on which an online source was read.
        ACCESSED = "accessed",
        /// First day on which the source can have been published.
        ISSUED_EARLIEST = "issuedEarliest",
        /// Last day on which the source can have been published.
        ISSUED_LATEST = "issuedLatest",
        /// Label of a predicate read from object to subject.
        INVERSE_LABEL = "inverseLabel",
        /// One of several classes that the subject may have.
        DOMAIN_INCLUDES = "domainIncludes",
        /// One of several classes that the object may have.
        RANGE_INCLUDES = "rangeIncludes",
        /// Whether a predicate tells an event or a state.
        TEMPORAL_KIND = "temporalKind",
        /// The predicate tells of something that happens.
        EVENT = "event",
        /// The predicate tells of something that lasts.
        STATE = "state",
        /// Whether the predicate reads the same from both sides.
        SYMMETRIC = "symmetric",
        /// Whether a subject has at most one object at a time.
        FUNCTIONAL = "functional",
        /// Facts that an import added.
        FACTS_ADDED = "factsAdded",
        /// Facts that an import changed.
        FACTS_CHANGED = "factsChanged",
        /// Facts that an import removed.
        FACTS_REMOVED = "factsRemoved",
        /// SHA-256 of a file, in hexadecimal.
        SHA256 = "sha256",
        /// What tells whether what is said of a node has changed, in hexadecimal.
        FINGERPRINT = "fingerprint",
        /// Kind of a source.
        SOURCE_KIND = "sourceKind",
        /// How far a source is trusted, A to F.
        RELIABILITY = "reliability",
        /// Where a copy of a source is kept.
        ARCHIVED_URL = "archivedUrl",
        /// Data rows of a file.
        ROWS = "rows",
    }
}

vocabulary! {
    /// RDF 1.1. <https://www.w3.org/TR/rdf11-schema/>
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#" {
        /// Class membership.
        TYPE = "type",
        /// Class of properties.
        PROPERTY = "Property",
        /// Class of reified statements.
        STATEMENT = "Statement",
        /// Subject of a reified statement.
        SUBJECT = "subject",
        /// Predicate of a reified statement.
        PREDICATE = "predicate",
        /// Object of a reified statement.
        OBJECT = "object",
        /// Joins a reifier to the triple that it speaks of (RDF 1.2).
        REIFIES = "reifies",
    }
}

vocabulary! {
    /// RDF Schema. <https://www.w3.org/TR/rdf11-schema/>
    rdfs = "http://www.w3.org/2000/01/rdf-schema#" {
        /// Name for people.
        LABEL = "label",
        /// Description for people.
        COMMENT = "comment",
        /// Class of a property's subjects.
        DOMAIN = "domain",
        /// Class of a property's objects.
        RANGE = "range",
        /// A class above.
        SUB_CLASS_OF = "subClassOf",
        /// Class of literals.
        LITERAL = "Literal",
        /// A property above.
        SUB_PROPERTY_OF = "subPropertyOf",
    }
}

vocabulary! {
    /// SKOS. <https://www.w3.org/TR/skos-reference/>
    skos = "http://www.w3.org/2004/02/skos/core#" {
        /// Preferred name, one for each language.
        PREF_LABEL = "prefLabel",
        /// Another name.
        ALT_LABEL = "altLabel",
        /// The same thing in another data set.
        EXACT_MATCH = "exactMatch",
    }
}

vocabulary! {
    /// DCMI Metadata Terms. <https://www.dublincore.org/specifications/dublin-core/dcmi-terms/>
    dct = "http://purl.org/dc/terms/" {
        /// Where the fact was read.
        SOURCE = "source",
        /// Title of a source or a case.
        TITLE = "title",
        /// What a case is about.
        DESCRIPTION = "description",
        /// Who made a source public.
        PUBLISHER = "publisher",
        /// Who made a source, a document or a judgement.
        CREATOR = "creator",
        /// Language of a source, by its tag.
        LANGUAGE = "language",
        /// When a disclosure happened.
        DATE = "date",
        /// When a source was published.
        ISSUED = "issued",
        /// The id that took the place of an old one.
        IS_REPLACED_BY = "isReplacedBy",
    }
}

vocabulary! {
    /// PROV-O. <https://www.w3.org/TR/prov-o/>
    prov = "http://www.w3.org/ns/prov#" {
        /// Something that happened over time and acted on things: here, an import.
        ACTIVITY = "Activity",
        /// A thing: here, a file.
        ENTITY = "Entity",
        /// When the activity began.
        STARTED_AT_TIME = "startedAtTime",
        /// What the activity read.
        USED = "used",
        /// The source that another draws on.
        WAS_DERIVED_FROM = "wasDerivedFrom",
        /// What carried the activity out.
        WAS_ASSOCIATED_WITH = "wasAssociatedWith",
    }
}

vocabulary! {
    /// `VoID`, for the case as a data set. <https://www.w3.org/TR/void/>
    void = "http://rdfs.org/ns/void#" {
        /// A data set.
        DATASET = "Dataset",
        /// What the IRIs of its entities begin with.
        URI_SPACE = "uriSpace",
        /// How many triples it has.
        TRIPLES = "triples",
    }
}

vocabulary! {
    /// schema.org. <https://schema.org/>
    schema = "https://schema.org/" {
        /// Web address of a source.
        URL = "url",
    }
}

vocabulary! {
    /// XML Schema datatypes. <https://www.w3.org/TR/xmlschema11-2/>
    xsd = "http://www.w3.org/2001/XMLSchema#" {
        /// True or false.
        BOOLEAN = "boolean",
        /// A calendar day, without time zone.
        DATE = "date",
        /// A point in time.
        DATE_TIME = "dateTime",
        /// Text.
        STRING = "string",
        /// A whole number.
        INTEGER = "integer",
        /// A decimal number.
        DECIMAL = "decimal",
        /// A floating-point number.
        DOUBLE = "double",
    }
}

vocabulary! {
    /// Extended Date/Time Format as an RDF datatype. <https://id.loc.gov/datatypes/edtf.html>
    edtf = "http://id.loc.gov/datatypes/edtf/" {
        /// A date of EDTF, levels 0 to 2.
        EDTF = "EDTF",
    }
}

/// Classes of what stands around entities and facts.
pub const APPARATUS: [NamedNodeRef<'_>; 5] = [cg::CITATION, cg::DISCLOSURE, cg::NAME, cg::JUDGEMENT, cg::RELATION];

/// Prefixes that every query may use and every output shortens by, besides the case's own.
pub const PREFIXES: &[(&str, &str)] = &[
    ("cg", cg::NAMESPACE),
    ("dct", dct::NAMESPACE),
    ("edtf", edtf::NAMESPACE),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("org", "http://www.w3.org/ns/org#"),
    ("prov", prov::NAMESPACE),
    ("rdf", rdf::NAMESPACE),
    ("rdfs", rdfs::NAMESPACE),
    ("schema", schema::NAMESPACE),
    ("skos", skos::NAMESPACE),
    ("void", void::NAMESPACE),
    ("xsd", xsd::NAMESPACE),
];

/// Returns the prefixes that a case adds, for the `base` of its entities: `:`, `f:`, `src:`, `rel:`, `cite:`,
/// `disc:`, `name:` and `judgement:`.
pub fn case_prefixes(base: &str) -> [(&'static str, String); 8] {
    [
        ("", base.to_owned()),
        ("f", format!("{base}fact/")),
        ("src", format!("{base}src/")),
        ("rel", format!("{base}rel/")),
        ("cite", format!("{base}citation/")),
        ("disc", format!("{base}disclosure/")),
        ("name", format!("{base}name/")),
        ("judgement", format!("{base}judgement/")),
    ]
}

/// Returns the last part of an IRI, after its last `#` or `/`.
pub fn local_name(iri: &str) -> &str {
    iri.rsplit(['#', '/']).next().unwrap_or(iri)
}

/// Returns the IRI of a name such as `dct:title`; none where its prefix is not one of [`PREFIXES`].
pub fn expanded(name: &str) -> Option<String> {
    let (prefix, local) = name.split_once(':')?;
    let (_, namespace) = PREFIXES.iter().find(|(known, _)| *known == prefix)?;
    Some(format!("{namespace}{local}"))
}

/// Returns the name of a term in words: `LegalDemand` is read `legal demand`.
pub fn in_words(term: &str) -> String {
    let mut words = String::new();
    for c in term.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}
