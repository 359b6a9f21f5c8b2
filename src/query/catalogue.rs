//! The questions that can be asked by name. In: the `queries/` shipped with casegraph and those of a case.
//! Out: questions by name. Not here: running them (`evaluate`).

use std::collections::BTreeMap;
use std::path::Path;

use csvw::nearest;
use include_dir::{Dir, include_dir};

use super::{Error, Question};
use crate::date::Day;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// The shipped questions and those of a case, by name. A question of the case replaces a shipped one of the same name.
#[derive(Debug, Clone, Default)]
pub struct Catalogue(BTreeMap<String, Question>);

impl Catalogue {
    /// Returns the questions that come with casegraph.
    pub fn shipped() -> Result<Self, Error> {
        let mut catalogue = Self::default();
        for file in SHIPPED.files() {
            if let (Some(name), Some(text)) = (name(file.path()), file.contents_utf8()) {
                catalogue.insert(Question::parse(name, text, true)?);
            }
        }
        Ok(catalogue)
    }

    /// Adds the questions of a case, by name and SPARQL, in the place of those of the same name.
    pub fn and<'q>(mut self, own: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<Self, Error> {
        for (name, text) in own {
            self.insert(Question::ad_hoc(name, text)?);
        }
        Ok(self)
    }

    /// Returns the checks that come with casegraph, `queries/checks/`.
    pub fn checks() -> Result<Self, Error> {
        let mut catalogue = Self::default();
        for file in SHIPPED.get_dir("checks").into_iter().flat_map(Dir::files) {
            if let (Some(name), Some(text)) = (name(file.path()), file.contents_utf8()) {
                catalogue.insert(Question::parse(name, text, true)?);
            }
        }
        Ok(catalogue)
    }

    /// Adds a question, in the place of one of the same name.
    pub fn insert(&mut self, question: Question) {
        self.0.insert(question.name.clone(), question);
    }

    /// Returns the question of a name; a misspelt name is answered with a suggestion.
    pub fn get(&self, name: &str) -> Result<&Question, Error> {
        let name = name.strip_suffix(".rq").unwrap_or(name);
        self.0.get(name).ok_or_else(|| Error::UnknownQuestion {
            name: name.into(),
            suggestion: nearest(name, self.0.keys().map(String::as_str)).map(str::to_owned),
        })
    }

    /// Returns the questions as a view of a day shows them; without a day as they are.
    #[must_use]
    pub fn on(&self, day: Option<Day>, possible: bool) -> Self {
        let Some(day) = day else { return self.clone() };
        Self(self.0.iter().map(|(name, question)| (name.clone(), question.on(day, possible))).collect())
    }

    /// Returns the questions by name.
    pub fn iter(&self) -> impl Iterator<Item = &Question> {
        self.0.values()
    }
}

fn name(path: &Path) -> Option<&str> {
    (path.extension()? == "rq").then_some(())?;
    path.file_stem()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::binding;
    use crate::query::parse::parse;

    const PAGE: &str = include_str!("../../docs/queries.md");

    #[test]
    fn every_shipped_question_parses_and_binds_each_parameter_in_a_values_block() {
        for question in Catalogue::shipped().expect("headers").iter() {
            let mut query = parse("https://example.org/x/id/", &question.text).expect(&question.name);
            for parameter in &question.parameters {
                let bound = binding::replace_values(&mut query, &parameter.name, &[]);
                assert!(bound, "{}: ?{} has no VALUES block", question.name, parameter.name);
            }
        }
    }

    #[test]
    fn the_page_lists_every_shipped_question_and_no_other() {
        let catalogue = Catalogue::shipped().expect("headers");
        let listed: Vec<&str> = PAGE.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        assert_eq!(listed, catalogue.iter().map(|q| q.name.as_str()).collect::<Vec<_>>());
        for question in catalogue.iter() {
            let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{}` |", question.name))).expect("row");
            assert!(row.contains(&question.question), "{row}");
            for parameter in &question.parameters {
                assert!(row.contains(&format!("`{}` ({})", parameter.name, parameter.kind)), "{row}");
            }
        }
    }

    #[test]
    fn no_shipped_question_names_a_graph() {
        for question in Catalogue::shipped().expect("headers").iter() {
            assert!(!question.text.to_uppercase().contains("GRAPH "), "{}", question.name);
        }
    }

    #[test]
    fn every_shipped_check_parses_says_what_to_do_and_is_shown_by_a_scenario() {
        let shown = include_str!("../../tests/scenarios/lint/every-check/stdout");
        let checks = Catalogue::checks().expect("headers");
        assert!(checks.iter().count() > 10);
        for check in checks.iter() {
            parse("https://example.org/x/id/", &check.text).expect(&check.name);
            let code: Vec<&str> = check.text.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(check.text.contains("# hint: ") && !code.concat().contains("GRAPH "), "{}", check.name);
            assert!(shown.contains(&format!("\n{},", check.name)), "{}", check.name);
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion_and_the_suffix_may_stay() {
        let catalogue = Catalogue::shipped().expect("headers");
        assert_eq!(catalogue.get("gags.rq").expect("gags").name, "gags");
        let error = catalogue.get("contradiction").expect_err("no such question");
        assert_eq!(
            error.to_string(),
            "`contradiction` is not the name of a question\n  hint: did you mean `contradictions`?"
        );
    }

    #[test]
    fn a_question_of_the_case_replaces_the_shipped_one() {
        let own = "# title: Mine\n# question: Which are mine?\nASK {}\n";
        let catalogue = Catalogue::shipped().and_then(|all| all.and([("gags", own)])).expect("questions");
        let question = catalogue.get("gags").expect("gags");
        assert!(!question.shipped && question.text == own, "{}", question.text);
        assert_eq!(catalogue.iter().count(), Catalogue::shipped().expect("headers").iter().count());
    }
}
