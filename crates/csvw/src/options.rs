//! Choices of the caller. In: nothing. Out: how strictly a table is read, and which extensions of the standard hold.

use crate::metadata::ForeignKey;

/// What a fault in the data means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Policy {
    /// Every fault is an error; keys are checked.
    #[default]
    Validate,
    /// A fault is a warning, and the conversion goes on with the text of the cell, as csv2rdf says.
    Convert,
}

/// Departures from the standard, each to be switched on by itself. The [crate](crate#extensions) explains them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Extensions {
    /// Columns are found by their headers, in any order, not by position.
    pub match_headers: bool,
    /// With `match_headers`: the common property that is `true` for columns which may stand in a file in several
    /// languages, each under a header such as `title@fr`.
    pub translatable: Option<&'static str>,
    /// With `separator`, `valueUrl` makes a link of each value.
    pub link_each_value: bool,
    /// A `valueUrl` with an empty variable makes no triple, and an empty list none.
    pub skip_empty: bool,
    /// An `aboutUrl` with an empty variable is an error.
    pub require_subject: bool,
    /// A key with an empty cell is none: it repeats no other key and refers to nothing.
    pub open_keys: bool,
    /// Spaces around cells and around the values of a list are dropped.
    pub trim_cells: bool,
    /// A value of `anyURI` must be an absolute IRI.
    pub absolute_iris: bool,
    /// Rows without text are left out.
    pub skip_blank_rows: bool,
    /// A carriage return alone ends a row, as old spreadsheets write it, unless the dialect states its line breaks.
    pub lone_returns: bool,
}

impl Extensions {
    /// The standard and nothing else.
    pub const NONE: Self = Self {
        match_headers: false,
        translatable: None,
        link_each_value: false,
        skip_empty: false,
        require_subject: false,
        open_keys: false,
        trim_cells: false,
        absolute_iris: false,
        skip_blank_rows: false,
        lone_returns: false,
    };

    /// All of them but `translatable`, for which a property has to be named.
    pub const ALL: Self = Self {
        match_headers: true,
        translatable: None,
        link_each_value: true,
        skip_empty: true,
        require_subject: true,
        open_keys: true,
        trim_cells: true,
        absolute_iris: true,
        skip_blank_rows: true,
        lone_returns: true,
    };
}

/// Tells whether a foreign key is met by something outside the tables, such as what a store already holds. It gets the
/// values of the referring columns.
pub type Lookup<'o> = &'o dyn Fn(&ForeignKey, &[String]) -> bool;

/// How tables are read and converted.
#[derive(Clone)]
pub struct Options<'o> {
    /// What a fault in the data means.
    pub policy: Policy,
    /// Extensions of the standard.
    pub extensions: Extensions,
    /// Whether only the triples of the cells are made (minimal mode), without rows and tables.
    pub minimal: bool,
    /// Where foreign keys may find what they refer to, besides the tables.
    pub lookup: Option<Lookup<'o>>,
    /// Faults that are told of one kind in one column; the others are counted.
    pub fault_limit: u64,
    /// Whether faults name the place in the metadata that states their rule.
    pub names_rules: bool,
    /// Beginning of the blank node labels, so that the output of several conversions can be joined; other characters
    /// than ASCII letters and digits are left out.
    pub blank_prefix: String,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            policy: Policy::Validate,
            extensions: Extensions::NONE,
            minimal: false,
            lookup: None,
            fault_limit: 1000,
            names_rules: true,
            blank_prefix: String::new(),
        }
    }
}
