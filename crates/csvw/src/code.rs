//! The rules that faults break, as codes. In: nothing. Out: a stable name for each rule, and the rule in a sentence. A
//! program that checks more than the standard declares codes of its own with [`codes!`](crate::codes).

use std::fmt;

/// The rule that a fault breaks, by a kebab-case name that is stable and can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    name: &'static str,
    rule: &'static str,
}

impl Code {
    /// Returns the code with a name and the rule that it stands for; [`codes!`](crate::codes) is the usual way to make one.
    pub const fn new(name: &'static str, rule: &'static str) -> Self {
        Self { name, rule }
    }

    /// Returns the kebab-case name.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns the rule in a sentence or two.
    pub const fn rule(self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Declares codes as constants, each with its rule as its comment, and a list of them all under the first name.
///
/// ```
/// csvw::codes! {
///     ALL:
///     /// A date is not one of the calendar.
///     BAD_DATE = "bad-date",
/// }
/// assert_eq!(ALL, [BAD_DATE]);
/// assert_eq!(BAD_DATE.rule(), "A date is not one of the calendar.");
/// ```
#[macro_export]
macro_rules! codes {
    ($all:ident: $($(#[doc = $doc:literal])+ $code:ident = $name:literal,)+) => {
        $($(#[doc = $doc])+ pub const $code: $crate::Code = $crate::Code::new($name, concat!($($doc),+).trim_ascii());)+
        /// The codes that are declared here, in their order.
        pub const $all: &[$crate::Code] = &[$($code),+];
    };
}

codes! {
    ALL:
    /// The file could not be read, or a file that a description names is not there.
    MISSING_FILE = "missing-file",
    /// The file holds no header row.
    EMPTY_FILE = "empty-file",
    /// The bytes are not text in the expected encoding (UTF-8 unless the metadata says otherwise).
    WRONG_ENCODING = "wrong-encoding",
    /// A quoted cell is opened and never closed, or a quote stands inside an unquoted cell.
    UNCLOSED_QUOTE = "unclosed-quote",
    /// A row has more or fewer cells than the header.
    RAGGED_ROW = "ragged-row",
    /// A header is not a column of its table.
    UNKNOWN_HEADER = "unknown-header",
    /// A column that the table needs is not in the header.
    MISSING_COLUMN = "missing-column",
    /// Two columns of one file have the same header.
    DUPLICATE_HEADER = "duplicate-header",
    /// A required cell is empty.
    REQUIRED = "required",
    /// The text is not a value of the column's datatype, format or list of allowed values.
    BAD_VALUE = "bad-value",
    /// A row has no subject: a cell that its `aboutUrl` needs is empty.
    NO_SUBJECT = "no-subject",
    /// Two rows have the same primary key.
    DUPLICATE_KEY = "duplicate-key",
    /// A foreign key refers to no row of the table it names.
    FOREIGN_KEY = "foreign-key",
    /// The metadata is not well-formed or breaks a rule of its standard.
    BAD_METADATA = "bad-metadata",
}
