//! The rules that faults of a case break, as codes: those of CSV on the Web (`csvw`), and those of cases. Each is explained
//! in `docs/faults.md` (`explanation`).

use csvw::Code;
pub use csvw::code::{
    BAD_METADATA, BAD_VALUE, DUPLICATE_HEADER, DUPLICATE_KEY, EMPTY_FILE, FOREIGN_KEY, MISSING_COLUMN, MISSING_FILE,
    NO_SUBJECT, RAGGED_ROW, REQUIRED, UNCLOSED_QUOTE, UNKNOWN_HEADER, WRONG_ENCODING,
};

csvw::codes! {
    OWN:
    /// A link in the case folder leads out of it, or stands where casegraph keeps its own files.
    UNSAFE_LINK = "unsafe-link",
    /// A CSV file in the case folder is neither one of the built-in tables nor described by metadata.
    UNKNOWN_TABLE = "unknown-table",
    /// The text is not a date of EDTF (ISO 8601-2).
    BAD_DATE = "bad-date",
    /// The end of a fact lies before its beginning.
    END_BEFORE_BEGIN = "end-before-begin",
    /// An id is not a slug: lower-case letters, digits and hyphens, beginning with a letter or digit.
    BAD_ID = "bad-id",
    /// An identifier from elsewhere (LEI, CIK, ECLI, Wikidata) has the wrong form or a wrong check digit.
    BAD_IDENTIFIER = "bad-identifier",
    /// Two rows have the same id; ids are unique over all tables of a case.
    DUPLICATE_ID = "duplicate-id",
    /// A reference names nothing that any row describes.
    UNKNOWN_ENTITY = "unknown-entity",
    /// A name fits two entities; write the id instead.
    AMBIGUOUS_ALIAS = "ambiguous-alias",
    /// A reference names a thing of another kind than the column or predicate takes.
    WRONG_CLASS = "wrong-class",
    /// A predicate is not declared.
    UNKNOWN_PREDICATE = "unknown-predicate",
    /// A fact that is referred to is not recorded.
    UNKNOWN_FACT = "unknown-fact",
    /// A source that is referred to is not in the sources table.
    UNKNOWN_SOURCE = "unknown-source",
    /// Of several columns exactly one must be filled, or one must be filled where another is.
    INCOMPLETE = "incomplete",
    /// A disclosure made a fact public before the day on which its row says that it became public.
    DISCLOSED_EARLIER = "disclosed-earlier",
    /// The latest judgement of a fact has another status than its row.
    JUDGED_OTHERWISE = "judged-otherwise",
    /// A disclosure is said to have told a name that nobody in its facts has.
    UNKNOWN_NAME = "unknown-name",
}

/// Returns every code.
pub fn all() -> impl Iterator<Item = Code> {
    csvw::code::ALL.iter().chain(OWN).copied()
}
