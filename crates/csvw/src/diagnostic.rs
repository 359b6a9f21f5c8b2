//! Faults in the data, as values. In: what a reader or checker found. Out: a sorted bag of diagnostics.
//! Not here: what stops a conversion, such as a full disk ([`Error`](crate::Error)).

use std::fmt;

use crate::code::Code;
use crate::location::Location;

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// What was read cannot be relied on.
    Error,
    /// Worth a look; what was read can be used.
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

/// One fault in the data: what, where, why and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Place of the fault.
    pub location: Location,
    /// How bad it is.
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
            crate::code::FOREIGN_KEY,
            Location::row("births.csv", 12, 12).cell(2, "mother"),
            "`marie-dupond` is not the id of any person",
        )
        .hint("people.csv row 4 has `marie-dupont`");
        assert_eq!(
            fault.to_string(),
            "error[foreign-key]: `marie-dupond` is not the id of any person\n  at births.csv row 12, column C \
             `mother`\n  hint: people.csv row 4 has `marie-dupont`"
        );
    }
}
