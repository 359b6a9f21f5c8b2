//! A question: a SPARQL query that says in its first comment lines what it asks. In: the text of a `.rq` file.
//! Out: its title, its question in plain words and its typed parameters, and what of them a day may show. Not here: finding
//! files (`catalogue`).

use std::fmt;

use super::Error;
use crate::date::{Day, Edtf};

/// A query with a name, a title and typed parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Name of the file without `.rq`.
    pub name: String,
    /// Title, a few words.
    pub title: String,
    /// The question in plain words.
    pub question: String,
    /// Parameters in the order of the header.
    pub parameters: Vec<Parameter>,
    /// The whole text; it is SPARQL 1.1 and holds the default of every parameter.
    pub text: String,
    /// Whether it comes with casegraph, rather than with the case.
    pub shipped: bool,
    /// Since when it may be shown as it is; none where it does not say.
    pub known_since: Option<Edtf>,
    /// Title for the time before.
    pub working_title: Option<String>,
}

/// A variable that a `VALUES` block of the query binds and a user may bind otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name of the variable, without `?`.
    pub name: String,
    /// What a value must be.
    pub kind: Kind,
    /// What the parameter means, in plain words.
    pub description: String,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An entity, by its id, its IRI, or a label or alias that no other entity has.
    Entity,
    /// A fact, by its id or IRI.
    Fact,
    /// A source, by its id, IRI or title.
    Source,
    /// A predicate, by its key, IRI or label.
    Predicate,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A whole number.
    Integer,
    /// Any text.
    Text,
    /// Any IRI, in full or with a prefix.
    Iri,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] =
        [Self::Entity, Self::Fact, Self::Source, Self::Predicate, Self::Date, Self::Integer, Self::Text, Self::Iri];

    /// Returns the word that stands in a header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Fact => "fact",
            Self::Source => "source",
            Self::Predicate => "predicate",
            Self::Date => "date",
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Iri => "iri",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which rule of the header is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A line that must be there is not.
    #[error("the header has no line `# {0}: …`")]
    Missing(&'static str),
    /// A parameter line is not `# param NAME (TYPE): description`.
    #[error("line {0} is not `# param NAME (TYPE): description`")]
    Parameter(usize),
    /// The type of a parameter is not known.
    #[error("line {line}: `{kind}` is not a type of parameter")]
    Kind {
        /// Line, from 1.
        line: usize,
        /// The word in brackets.
        kind: String,
    },
    /// The day since when the question may be shown is none.
    #[error("line {0} is not `# known_since: DATE`, such as 2014-05-22")]
    KnownSince(usize),
    /// Two lines describe the same parameter.
    #[error("line {line}: `{name}` is described twice")]
    Repeated {
        /// Line, from 1.
        line: usize,
        /// Name of the parameter.
        name: String,
    },
}

impl Question {
    /// Reads the header of a `.rq` file: the comment lines before the first other line.
    pub fn parse(name: &str, text: &str, shipped: bool) -> Result<Self, Error> {
        let header = Header::parse(text).map_err(|fault| Error::Header { name: name.into(), fault })?;
        let missing = |line| Error::Header { name: name.into(), fault: HeaderError::Missing(line) };
        Ok(Self {
            name: name.into(),
            title: header.title.ok_or_else(|| missing("title"))?,
            question: header.question.ok_or_else(|| missing("question"))?,
            parameters: header.parameters,
            text: text.into(),
            shipped,
            known_since: header.known_since,
            working_title: header.working_title,
        })
    }

    /// Reads a query that may do without a title, such as one from the command line.
    pub fn ad_hoc(name: &str, text: &str) -> Result<Self, Error> {
        let header = Header::parse(text).map_err(|fault| Error::Header { name: name.into(), fault })?;
        Ok(Self {
            name: name.into(),
            title: header.title.unwrap_or_else(|| name.into()),
            question: header.question.unwrap_or_default(),
            parameters: header.parameters,
            text: text.into(),
            shipped: false,
            known_since: header.known_since,
            working_title: header.working_title,
        })
    }

    /// Returns the question as a view of a day shows it. One of the case is an editor's, of today: without a date its words
    /// and its text are in no view, and with a later one its title is not either.
    #[must_use]
    pub fn on(&self, day: Day, possible: bool) -> Self {
        let has_come = |date: &Edtf| (if possible { date.first() } else { date.last() }) <= day;
        let is_shown = self.known_since.as_ref().map(has_come);
        if self.shipped || is_shown == Some(true) {
            return self.clone();
        }
        let later = || self.working_title.clone().unwrap_or_else(|| self.name.clone());
        let bare = |parameter: &Parameter| Parameter { description: parameter.name.clone(), ..parameter.clone() };
        Self {
            name: self.name.clone(),
            title: if is_shown.is_some() { later() } else { self.title.clone() },
            question: String::new(),
            parameters: self.parameters.iter().map(bare).collect(),
            text: String::new(),
            shipped: false,
            known_since: None,
            working_title: None,
        }
    }
}

#[derive(Default)]
struct Header {
    title: Option<String>,
    question: Option<String>,
    parameters: Vec<Parameter>,
    known_since: Option<Edtf>,
    working_title: Option<String>,
}

impl Header {
    fn parse(text: &str) -> Result<Self, HeaderError> {
        let mut header = Self::default();
        let comments = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        for (number, line) in (1..).zip(comments).take_while(|(_, line)| line.is_empty() || line.starts_with('#')) {
            let line = line.trim_start_matches('#').trim();
            if let Some(title) = line.strip_prefix("title:") {
                header.title = Some(title.trim().into());
            } else if let Some(question) = line.strip_prefix("question:") {
                header.question = Some(question.trim().into());
            } else if let Some(title) = line.strip_prefix("working_title:") {
                header.working_title = Some(title.trim().into());
            } else if let Some(date) = line.strip_prefix("known_since:") {
                header.known_since = Some(Edtf::parse(date.trim()).map_err(|_| HeaderError::KnownSince(number))?);
            } else if let Some(parameter) = line.strip_prefix("param ") {
                let parameter = Parameter::parse(parameter, number)?;
                if header.parameters.iter().any(|p| p.name == parameter.name) {
                    return Err(HeaderError::Repeated { line: number, name: parameter.name });
                }
                header.parameters.push(parameter);
            }
        }
        Ok(header)
    }
}

impl Parameter {
    fn parse(text: &str, line: usize) -> Result<Self, HeaderError> {
        let (name, rest) = text.split_once('(').ok_or(HeaderError::Parameter(line))?;
        let (word, rest) = rest.split_once(')').ok_or(HeaderError::Parameter(line))?;
        let description = rest.trim_start().strip_prefix(':').ok_or(HeaderError::Parameter(line))?;
        let name = name.trim();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(HeaderError::Parameter(line));
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == word.trim());
        let kind = kind.ok_or_else(|| HeaderError::Kind { line, kind: word.into() })?;
        Ok(Self { name: name.into(), kind, description: description.trim().into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_title_question_and_typed_parameters() {
        let text =
            "# title: T\n# question: Who?\n# param day (date): the day\n\n# other\nSELECT * {}\n# title: not this";
        let question = Question::parse("q", text, true).expect("header");
        assert_eq!((question.title.as_str(), question.question.as_str()), ("T", "Who?"));
        let day = Parameter { name: "day".into(), kind: Kind::Date, description: "the day".into() };
        assert_eq!(question.parameters, [day]);
    }

    #[test]
    fn a_broken_header_is_refused_with_its_line() {
        let fault = |text: &str| match Question::parse("q", text, true) {
            Err(Error::Header { fault, .. }) => fault.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fault("# title: T\nASK {}"), "the header has no line `# question: …`");
        assert_eq!(fault("# title: T\n# param day: x"), "line 2 is not `# param NAME (TYPE): description`");
        assert_eq!(fault("# param day (year): x"), "line 1: `year` is not a type of parameter");
        assert_eq!(fault("# param a (text): x\n# param a (iri): x"), "line 2: `a` is described twice");
        assert_eq!(fault("# known_since: soon"), "line 1 is not `# known_since: DATE`, such as 2014-05-22");
    }

    #[test]
    fn a_question_of_the_case_is_shown_from_its_day() {
        const HEADER: &str =
            "# title: Who lied\n# question: Who lied about it?\n# param who (entity): the liar\nASK {}";
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let dated = format!("# known_since: 2014-05\n# working_title: Who spoke\n{HEADER}");
        let dated = Question::ad_hoc("lies", &dated).expect("header");
        let told = |question: &Question| {
            let words = [&question.title, &question.question, &question.parameters[0].description].map(Clone::clone);
            (words, question.text.is_empty())
        };
        assert_eq!(dated.on(day("2014-05-31"), false), dated);
        assert_eq!(dated.on(day("2014-05-01"), true), dated);
        let before = ["Who spoke", "", "who"].map(str::to_owned);
        assert_eq!(told(&dated.on(day("2014-05-30"), false)), (before, true));
        let undated = Question::ad_hoc("lies", HEADER).expect("header");
        assert_eq!(told(&undated.on(day("2030-01-01"), false)), (["Who lied", "", "who"].map(str::to_owned), true));
        let nameless = Question { working_title: None, ..dated };
        assert_eq!(nameless.on(day("2013-01-01"), true).title, "lies");
        let shipped = Question::parse("gags", HEADER, true).expect("header");
        assert_eq!(shipped.on(day("2013-01-01"), false), shipped);
    }

    #[test]
    fn a_query_from_the_command_line_needs_no_header() {
        assert_eq!(Question::ad_hoc("-", "ASK {}").expect("no header").parameters, []);
    }
}
