//! Checks of the case itself: what is sound as data and still doubtful as research. In: a dataset, and checks, each a SPARQL
//! query. Out: findings. What the checks look for stands in `queries/checks/`, and a case adds its own in
//! `queries/checks/` of its folder. Not here: faults of the files (`facts`).

use oxigraph::model::Term;

use crate::query::{Answer, Error, Question, run};
use crate::store::Dataset;

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Name of the check.
    pub check: String,
    /// IRI of the fact, entity or source that it is about; empty where the check names none.
    pub thing: String,
    /// What is doubtful.
    pub message: String,
}

/// Runs checks over all graphs of a dataset. A check selects `?thing` and `?message`; without a message, its other
/// variables are put into words.
pub fn lint<'q>(
    data: &dyn Dataset,
    base: &str,
    checks: impl IntoIterator<Item = &'q Question>,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for check in checks {
        let Answer::Solutions(solutions) = run(data, base, check, &[])? else { continue };
        for row in solutions.rows() {
            let value = |name: &str| {
                let at = solutions.variables().iter().position(|variable| variable.as_str() == name)?;
                row.get(at)?.as_ref().map(text)
            };
            let rest = || {
                let cells = solutions.variables().iter().zip(row).filter(|(name, _)| name.as_str() != "thing");
                let words =
                    cells.filter_map(|(name, term)| Some(format!("{} {}", name.as_str(), text(term.as_ref()?))));
                words.collect::<Vec<_>>().join(", ")
            };
            findings.push(Finding {
                check: check.name.clone(),
                thing: value("thing").unwrap_or_default(),
                message: value("message").unwrap_or_else(rest),
            });
        }
    }
    Ok(findings)
}

/// Returns what a check says is to be done, in the line `# hint:` of its header.
pub fn hint(check: &Question) -> Option<&str> {
    let header = check.text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with('#'));
    header.filter_map(|line| line.trim_start_matches('#').trim().strip_prefix("hint:")).map(str::trim).next()
}

fn text(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::affair;

    const BASE: &str = "https://example.org/t/id/";

    fn found(query: &str) -> Vec<Finding> {
        let check = Question::ad_hoc("own", query).expect("a header");
        lint(&affair().store(), BASE, [&check]).expect("findings")
    }

    #[test]
    fn a_finding_names_its_thing_and_says_what_is_doubtful() {
        let findings = found("SELECT ?thing ?message { ?thing cg:status cg:disputed BIND (\"disputed\" AS ?message) }");
        assert_eq!(
            findings,
            [Finding { check: "own".into(), thing: format!("{BASE}fact/F5"), message: "disputed".into() }]
        );
    }

    #[test]
    fn without_a_message_the_other_variables_are_told() {
        let findings = found("SELECT ?thing ?known { ?thing cg:knownSince ?known ; rdf:object :ministry }");
        assert_eq!(findings[0].message, "known 2001-01-01");
    }

    #[test]
    fn the_header_tells_what_to_do() {
        let check = Question::ad_hoc("own", "# title: T\n# hint: mend it\nASK {}").expect("a header");
        assert_eq!(hint(&check), Some("mend it"));
    }
}
