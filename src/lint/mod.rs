//! Checks of the case itself: what is sound as data and still doubtful as research. In: a dataset, and checks, each a SPARQL
//! query. Out: findings. What the checks look for stands in `queries/checks/`, and a case adds its own in
//! `queries/checks/` of its folder. A check asks the case as it is written, or, where its header says `# identity: joined`,
//! with what was decided to be one as one entity. Not here: faults of the files (`facts`).

use oxigraph::model::Term;

use crate::graph::Identity;
use crate::query::{Answer, Error, Question, run};
use crate::store::CaseStore;

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
    data: &CaseStore,
    base: &str,
    checks: impl IntoIterator<Item = &'q Question>,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let identity = Identity::read(data)?;
    let mut merged = None;
    for check in checks {
        let is_joined = header(check, "identity") == Some("joined") && !identity.is_empty();
        if is_joined && merged.is_none() {
            merged = Some(identity.merged(data)?);
        }
        let data = match &merged {
            Some(merged) if is_joined => merged,
            _ => data,
        };
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
    header(check, "hint")
}

/// Returns what a line of a check's header says.
fn header<'c>(check: &'c Question, name: &str) -> Option<&'c str> {
    let lines = check.text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with('#'));
    let mut named = lines.filter_map(|line| line.trim_start_matches('#').trim().strip_prefix(name)?.strip_prefix(':'));
    named.next().map(str::trim)
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
    use crate::query::Catalogue;
    use crate::view::View;

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

    /// The messages of a shipped check about the affair with a second entry of the firm, on the day of a view.
    fn shipped(name: &str, decisions: &[(&str, &str, &str)], known_on: Option<&str>) -> Vec<String> {
        let mut quads = affair();
        quads.entity("firm-2", "Company", "firm");
        quads.fact("X1", ["letter", "addressedTo", "firm-2"], ["2013", "2013", "2014-05-22"], "confirmed");
        quads.entity("idle", "Company", "Idle Ltd").entity("firm-4", "Company", "Firm of old");
        for (id, decision, day) in decisions {
            let (one, other) = if id.starts_with('O') { ("firm", "firm-4") } else { ("firm", "firm-2") };
            quads.fact(id, [one, decision, other], ["0001", "9999", day], "asserted");
        }
        let view = View { known_on: known_on.map(|day| day.parse().expect("a day")), ..View::default() };
        let catalogue = Catalogue::checks().expect("the shipped checks");
        let findings = lint(&view.of(&quads.store()).expect("a view"), BASE, [catalogue.get(name).expect("a check")]);
        let tail = |thing: &str| thing.rsplit('/').next().unwrap_or_default().to_owned();
        findings.expect("findings").iter().map(|found| format!("{}: {}", tail(&found.thing), found.message)).collect()
    }

    #[test]
    fn names_that_were_decided_about_are_not_asked_about_again() {
        let asked = ["firm: goes by “Firm”, as does firm-2".to_owned()];
        assert_eq!(shipped("same-name", &[], None), asked);
        for verdict in ["sameEntity", "differentEntity", "unsureEntity"] {
            let decided = [("D1", verdict, "2026-01-01")];
            assert_eq!(shipped("same-name", &decided, None), Vec::<String>::new(), "{verdict}");
            assert_eq!(shipped("same-name", &decided, Some("2025-12-31")), asked, "{verdict}: nobody knew of it yet");
        }
    }

    #[test]
    fn an_entity_that_is_one_with_another_has_its_facts_until_that_is_taken_back() {
        let orphans = [
            "firm-4: no fact speaks of Firm of old",
            "idle: no fact speaks of Idle Ltd",
            "lone: no fact speaks of Nobody",
        ];
        let (same, back) = (("O1", "sameEntity", "2026-01-01"), ("O2", "differentEntity", "2026-02-01"));
        assert_eq!(shipped("orphan-entities", &[], None), orphans);
        assert_eq!(shipped("orphan-entities", &[same], None), orphans[1..]);
        assert_eq!(shipped("orphan-entities", &[same, back], None), orphans);
    }

    #[test]
    fn facts_that_say_the_same_of_one_entity_are_there_twice() {
        let (same, back) = (("D1", "sameEntity", "2026-01-01"), ("D2", "unsureEntity", "2026-02-01"));
        let found = |decisions: &[(&str, &str, &str)]| shipped("duplicate-facts", decisions, None);
        assert_eq!(found(&[]), Vec::<String>::new());
        assert_eq!(found(&[same]), ["F2: says the same as X1"]);
        assert_eq!(shipped("duplicate-facts", &[same], Some("2025-12-31")), Vec::<String>::new());
        assert_eq!(found(&[same, back]), Vec::<String>::new());
    }

    #[test]
    fn two_that_third_ones_make_one_are_in_doubt_until_one_of_the_decisions_is_taken_back() {
        let mut quads = affair();
        quads.entity("firm-2", "Company", "Two").entity("firm-3", "Company", "Three");
        let mut decide = |id: &str, triple: [&str; 3], day: &str| {
            quads.fact(id, triple, ["0001", "9999", day], "asserted");
            let catalogue = Catalogue::checks().expect("the shipped checks");
            let check = catalogue.get("identity-in-doubt").expect("a check");
            lint(&quads.store(), BASE, [check])
                .expect("findings")
                .into_iter()
                .map(|found| found.thing)
                .collect::<Vec<_>>()
        };
        decide("D1", ["firm", "sameEntity", "firm-2"], "2026-01-01");
        decide("D2", ["firm-2", "sameEntity", "firm-3"], "2026-01-02");
        assert_eq!(decide("D3", ["firm-3", "differentEntity", "firm"], "2026-01-03"), [format!("{BASE}fact/D3")]);
        assert_eq!(decide("D4", ["firm", "differentEntity", "firm-2"], "2026-01-04"), Vec::<String>::new());
    }

    #[test]
    fn the_header_tells_what_to_do() {
        let check = Question::ad_hoc("own", "# title: T\n# hint: mend it\nASK {}").expect("a header");
        assert_eq!(hint(&check), Some("mend it"));
    }
}
