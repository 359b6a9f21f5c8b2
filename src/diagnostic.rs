//! Faults in the data, as values. In: what a reader or checker found. Out: a sorted bag of diagnostics.
//! Not here: printing (`cli`), faults of the world such as a missing program (each module's own `Error`).

use std::fmt;

use crate::location::Location;

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is loaded while one of these stands.
    Error,
    /// Worth a look; does not stop a load.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// The rule that a fault breaks. Its kebab-case name is stable and can be looked up.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $variant,)+ }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the kebab-case name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Returns the rule at length.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
}

codes! {
    /// The file could not be read, or a file that a description names is not there.
    MissingFile = "missing-file",
    /// A link in the case folder leads out of it, or stands where casegraph keeps its own files.
    UnsafeLink = "unsafe-link",
    /// The file holds no header row.
    EmptyFile = "empty-file",
    /// The bytes are not text in the expected encoding (UTF-8 unless the metadata says otherwise).
    WrongEncoding = "wrong-encoding",
    /// A quoted cell is opened and never closed, or a quote stands inside an unquoted cell.
    UnclosedQuote = "unclosed-quote",
    /// A row has more or fewer cells than the header.
    RaggedRow = "ragged-row",
    /// A CSV file in the case folder is neither one of the built-in tables nor described by metadata.
    UnknownTable = "unknown-table",
    /// A header is not a column of its table.
    UnknownHeader = "unknown-header",
    /// A column that the table needs is not in the header.
    MissingColumn = "missing-column",
    /// Two columns of one file have the same header.
    DuplicateHeader = "duplicate-header",
    /// A required cell is empty.
    Required = "required",
    /// The text is not a value of the column's datatype, format or list of allowed values.
    BadValue = "bad-value",
    /// The text is not a date of EDTF (ISO 8601-2).
    BadDate = "bad-date",
    /// The end of a fact lies before its beginning.
    EndBeforeBegin = "end-before-begin",
    /// An id is not a slug: lower-case letters, digits and hyphens, beginning with a letter or digit.
    BadId = "bad-id",
    /// An identifier from elsewhere (LEI, CIK, ECLI, Wikidata) has the wrong form or a wrong check digit.
    BadIdentifier = "bad-identifier",
    /// Two rows have the same id; ids are unique over all tables of a case.
    DuplicateId = "duplicate-id",
    /// A row has no subject: a cell that its `aboutUrl` needs is empty.
    NoSubject = "no-subject",
    /// Two rows have the same primary key.
    DuplicateKey = "duplicate-key",
    /// A reference names nothing that any row describes.
    UnknownEntity = "unknown-entity",
    /// A name fits two entities; write the id instead.
    AmbiguousAlias = "ambiguous-alias",
    /// A reference names a thing of another kind than the column or predicate takes.
    WrongClass = "wrong-class",
    /// A predicate is not declared.
    UnknownPredicate = "unknown-predicate",
    /// A fact that is referred to is not recorded.
    UnknownFact = "unknown-fact",
    /// A source that is referred to is not in the sources table.
    UnknownSource = "unknown-source",
    /// Of several columns exactly one must be filled, or one must be filled where another is.
    Incomplete = "incomplete",
    /// A disclosure made a fact public before the day on which its row says that it became public.
    DisclosedEarlier = "disclosed-earlier",
    /// The latest judgement of a fact has another status than its row.
    JudgedOtherwise = "judged-otherwise",
    /// A disclosure is said to have told a name that nobody in its facts has.
    UnknownName = "unknown-name",
    /// A foreign key refers to no row of the table it names.
    ForeignKey = "foreign-key",
    /// The metadata (CSVW, case file) is not well-formed or breaks a rule of its standard.
    BadMetadata = "bad-metadata",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One fault in the data: what, where, why and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Place of the fault.
    pub location: Location,
    /// Whether it stops a load.
    pub severity: Severity,
    /// The rule that is broken.
    pub code: Code,
    /// What is wrong, beginning with the value in backticks; lower case, no full stop.
    pub message: String,
    /// Where the rule is stated, such as a line of the metadata; empty where the code says it all.
    pub rule: Option<String>,
    /// What to do, each an imperative or a "did you mean".
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// Returns an error at a place.
    pub fn error(code: Code, location: Location, message: impl Into<String>) -> Self {
        Self { location, severity: Severity::Error, code, message: message.into(), rule: None, hints: Vec::new() }
    }

    /// Returns a warning at a place.
    pub fn warning(code: Code, location: Location, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, location, message) }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a "did you mean" for the candidate nearest to `text`, if one is near.
    #[must_use]
    pub fn suggest<'a>(self, text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(text, candidates) {
            Some(candidate) => {
                let hint = format!("did you mean `{candidate}`?");
                self.hint(hint)
            }
            None => self,
        }
    }

    /// States where the broken rule is written down.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        write!(f, "  at {}", self.location)?;
        if let Some(rule) = &self.rule {
            write!(f, "\n  rule: {rule}")?;
        }
        for hint in &self.hints {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Returns the candidate that a misspelt `text` most likely stands for, or none where nothing is near.
/// Ties go to the alphabetically first.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = text.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score > 0.84)
        .max_by(|(a, x), (b, y)| a.total_cmp(b).then_with(|| y.cmp(x)))
        .map(|(_, candidate)| candidate)
}

/// A bag of faults that a pass over the data gathers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Tells whether an error is among them.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Returns how many faults of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity == severity).count()
    }

    /// Returns the faults by file, row and column, without repeats.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort();
        self.0.dedup();
        self.0
    }

    /// Returns the faults in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: T) {
        self.0.extend(diagnostics);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("marie-dupond", ["marie-dupont", "paul"]), Some("marie-dupont"));
        assert_eq!(nearest("xyz", ["marie-dupont", "paul"]), None);
    }

    #[test]
    fn a_fault_reads_as_three_lines() {
        let fault = Diagnostic::error(
            Code::UnknownEntity,
            Location::row("births.csv", 12, 12).cell(2, "mother"),
            "`marie-dupond` is not the id of any person",
        )
        .hint("people.csv row 4 has `marie-dupont`");
        assert_eq!(
            fault.to_string(),
            "error[unknown-entity]: `marie-dupond` is not the id of any person\n  at births.csv row 12, column C \
             `mother`\n  hint: people.csv row 4 has `marie-dupont`"
        );
    }
}
