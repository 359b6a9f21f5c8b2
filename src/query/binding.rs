//! Values for parameters. In: a parsed query and texts. Out: the query with the terms of its `VALUES` blocks replaced.
//! A text becomes a term and is never pasted into the query. Not here: parsing (`parse`).

use std::collections::{BTreeMap, BTreeSet};

use csvw::nearest;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef};
use rdf_columns::TermKind;
use spargebra::Query;
use spargebra::algebra::GraphPattern;
use spargebra::term::GroundTerm;

use super::parse::pattern_mut;
use super::walk::walk;
use super::{Error, Kind, Names, ParameterError, Question};
use crate::date::Day;
use crate::store::{Columns, Near};
use crate::vocab::{cg, dct, rdf, rdfs, skos, xsd};

/// Puts the `values`, each a parameter's name and a text, in the place of the defaults.
pub(super) fn bind<'n>(
    query: &mut Query,
    data: impl Into<Near<'n>>,
    names: &Names,
    question: &Question,
    values: &[(String, String)],
) -> Result<(), Error> {
    if values.is_empty() {
        return Ok(());
    }
    let terms = Columns::ask(data, |columns| terms(&Resolver { columns, names }, question, values))?;
    for (name, terms) in terms {
        if !replace_values(query, name, &terms) {
            return Err(Error::Parameter { name: name.into(), fault: ParameterError::NoValues });
        }
    }
    Ok(())
}

/// Returns the terms of each parameter.
fn terms<'v>(
    resolver: &Resolver<'_>,
    question: &Question,
    values: &'v [(String, String)],
) -> Result<BTreeMap<&'v str, Vec<GroundTerm>>, Error> {
    let mut terms: BTreeMap<&str, Vec<GroundTerm>> = BTreeMap::new();
    for (name, value) in values {
        let fault = |fault| Error::Parameter { name: name.clone(), fault };
        let parameter = question.parameters.iter().find(|parameter| parameter.name == *name);
        let parameter = parameter.ok_or_else(|| {
            let declared: Vec<String> = question.parameters.iter().map(|p| p.name.clone()).collect();
            let suggestion = nearest(name, declared.iter().map(String::as_str)).map(str::to_owned);
            fault(ParameterError::Undeclared { declared, suggestion })
        })?;
        terms.entry(name).or_default().push(resolver.term(parameter.kind, value).map_err(fault)?);
    }
    Ok(terms)
}

/// Replaces the rows of every `VALUES` block that binds this variable alone. Tells whether there is one.
pub(super) fn replace_values(query: &mut Query, name: &str, terms: &[GroundTerm]) -> bool {
    let mut found = false;
    walk(pattern_mut(query), &mut |pattern: &mut GraphPattern| {
        if let GraphPattern::Values { variables, bindings } = pattern
            && let [variable] = variables.as_slice()
            && variable.as_str() == name
        {
            *bindings = terms.iter().map(|term| vec![Some(term.clone())]).collect();
            found = true;
        }
    });
    found
}

/// Finds what a text stands for.
struct Resolver<'a> {
    columns: &'a Columns,
    names: &'a Names,
}

impl Resolver<'_> {
    fn term(&self, kind: Kind, text: &str) -> Result<GroundTerm, ParameterError> {
        let bad = |expected| ParameterError::BadValue { value: text.into(), expected };
        match kind {
            Kind::Text => Ok(Literal::new_simple_literal(text).into()),
            Kind::Integer => text.parse::<i64>().map(|n| Literal::from(n).into()).map_err(|_| bad("a whole number")),
            Kind::Date => match text.parse::<Day>() {
                // The parser takes more forms than the one that is compared in SPARQL.
                Ok(day) if day.to_string() == text => Ok(Literal::new_typed_literal(text, xsd::DATE).into()),
                _ => Err(bad("a day written YYYY-MM-DD")),
            },
            Kind::Iri => self.iri(text).map(Into::into).ok_or_else(|| bad("an IRI, in full or with a known prefix")),
            Kind::Entity | Kind::Fact | Kind::Source | Kind::Predicate => {
                self.named(kind, text).map(GroundTerm::NamedNode)
            }
        }
    }

    /// Reads an IRI in full (`https://…`, also in angle brackets) or with a prefix (`cg:withdrew`).
    fn iri(&self, text: &str) -> Option<NamedNode> {
        let bare = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
        NamedNode::new(self.names.expand(bare).unwrap_or_else(|| bare.to_owned())).ok()
    }

    /// Finds the thing with this id, IRI, label or alias.
    fn named(&self, kind: Kind, text: &str) -> Result<NamedNode, ParameterError> {
        if let Some(node) = self.candidates(kind, text).into_iter().find(|node| self.is_a(kind, node.as_str())) {
            return Ok(node);
        }
        let labelled = self.labelled(kind);
        let exact = labelled.get(text).cloned().unwrap_or_default();
        let mut found = exact.into_iter();
        match (found.next(), found.next()) {
            (Some(node), None) => return Ok(NamedNode::new_unchecked(node)),
            (Some(_), Some(_)) => {
                let ids = labelled[text].iter().map(|node| self.id(kind, node)).collect();
                return Err(ParameterError::Ambiguous { value: text.into(), ids });
            }
            (None, _) => {}
        }
        let mut meant: BTreeMap<String, String> = BTreeMap::new();
        for (label, nodes) in &labelled {
            for node in nodes {
                let id = self.id(kind, node);
                meant.insert(label.clone(), id.clone());
                meant.insert(id.clone(), id);
            }
        }
        if kind == Kind::Fact {
            let facts = self
                .columns
                .column(rdf::PREDICATE)
                .pairs()
                .map(|(fact, _)| fact)
                .filter(|fact| self.columns.is_iri(*fact));
            meant.extend(facts.map(|fact| self.id(kind, &self.columns.text(fact))).map(|id| (id.clone(), id)));
        }
        let suggestion = nearest(text, meant.keys().map(String::as_str)).map(|near| meant[near].clone());
        Err(ParameterError::NothingNamed { value: text.into(), kind, suggestion })
    }

    /// Returns the IRIs that a text may be the id of.
    fn candidates(&self, kind: Kind, text: &str) -> Vec<NamedNode> {
        let id = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if id {
            namespaces(kind, self.names.base())
                .iter()
                .filter_map(|n| NamedNode::new(format!("{n}{text}")).ok())
                .collect()
        } else {
            self.iri(text).into_iter().collect()
        }
    }

    fn id(&self, kind: Kind, node: &str) -> String {
        let local = namespaces(kind, self.names.base()).iter().find_map(|n| node.strip_prefix(n.as_str()));
        local.unwrap_or(node).to_owned()
    }

    /// Tells whether an IRI is known as a thing of this kind.
    fn is_a(&self, kind: Kind, iri: &str) -> bool {
        let has_class = |class: NamedNodeRef<'_>| {
            let node = self.columns.named_by(iri, &[rdf::TYPE]);
            node.is_some_and(|node| node.nodes(rdf::TYPE).any(|of| of.iri() == class.as_str()))
        };
        match kind {
            Kind::Predicate => has_class(cg::RELATION),
            Kind::Source => has_class(cg::SOURCE),
            Kind::Fact => self.columns.says(iri, rdf::PREDICATE),
            _ => self.columns.occurs(iri),
        }
    }

    /// Returns the things of a kind by their labels and aliases.
    fn labelled(&self, kind: Kind) -> BTreeMap<String, BTreeSet<String>> {
        let properties: &[NamedNodeRef<'static>] = match kind {
            Kind::Source => &[rdfs::LABEL, dct::TITLE],
            Kind::Fact => &[],
            _ => &[rdfs::LABEL, skos::PREF_LABEL, skos::ALT_LABEL],
        };
        let is_of_kind = |node: &str| match kind {
            Kind::Predicate | Kind::Source => self.is_a(kind, node),
            // Whatever has a label is something.
            _ => true,
        };
        let columns = self.columns;
        let mut labelled: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (node, label) in properties.iter().flat_map(|property| columns.column(*property).pairs()) {
            if columns.is_iri(node) && columns.kind(label) == Some(TermKind::Literal) {
                let node = columns.text(node);
                if self.id(kind, &node).chars().all(|c| !matches!(c, '/' | '#' | ':')) && is_of_kind(&node) {
                    labelled.entry(columns.text(label)).or_default().insert(node);
                }
            }
        }
        labelled
    }
}

/// Returns what the IRIs of a kind begin with.
fn namespaces(kind: Kind, base: &str) -> Vec<String> {
    match kind {
        Kind::Fact => vec![format!("{base}fact/")],
        Kind::Source => vec![format!("{base}src/")],
        Kind::Predicate => vec![cg::NAMESPACE.to_owned(), format!("{base}rel/")],
        _ => vec![base.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::io::RdfFormat;

    use super::*;
    use crate::query::{Answer, run};
    use crate::store::CaseStore;

    const BASE: &str = "https://example.org/x/id/";
    const TEXT: &str = "# title: T
# question: Q?
# param who (entity): e
# param day (date): d
# param n (integer): n
# param how (predicate): p
# param said (text): t
# param record (fact): f
# param where (source): s
# param any (iri): i
# param lost (text): has no block
SELECT ?who ?day ?n ?how ?said ?record ?where ?any {
  VALUES ?who { :microsoft } VALUES ?day { \"2014-05-22\"^^xsd:date } VALUES ?n { 1 } VALUES ?how { cg:withdrew }
  VALUES ?said { \"\" } VALUES ?record { f:F1 } VALUES ?where { src:desk } VALUES ?any { cg:Fact }
}";

    fn bound(values: &[(&str, &str)]) -> Result<Vec<String>, Error> {
        let data = "@prefix : <https://example.org/x/id/> . @prefix cg: <https://w3id.org/casegraph/ns#> .
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix f: <https://example.org/x/id/fact/> .
            @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix src: <https://example.org/x/id/src/> .
            @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rel: <https://example.org/x/id/rel/> .
            :microsoft rdfs:label \"Microsoft\" ; skos:altLabel \"MSFT\" . :fbi rdfs:label \"FBI\" .
            :justice-us rdfs:label \"Justice\" . :justice-fr rdfs:label \"Justice\"@fr . src:desk a cg:Source ; rdfs:label \"The Desk\" .
            cg:withdrew a cg:Relation ; rdfs:label \"withdrew\" . rel:mooted a cg:Relation ; rdfs:label \"made moot\" .
            f:F1 rdf:subject :fbi ; rdf:predicate cg:withdrew ; rdf:object :nsl .";
        let store = CaseStore::of_text(RdfFormat::Turtle, data);
        let values: Vec<_> = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let answer = run(&store, BASE, &Question::parse("q", TEXT, true)?, &values)?;
        let names = Names::new(BASE);
        let Answer::Solutions(solutions) = answer else { return Ok(Vec::new()) };
        Ok(solutions.rows().iter().flatten().flatten().map(|term| names.shorten(term)).collect())
    }

    fn fault(name: &str, value: &str) -> String {
        bound(&[(name, value)]).expect_err(value).to_string()
    }

    #[test]
    fn each_type_takes_its_texts() {
        for (name, text, shown) in [
            ("who", "fbi", ":fbi"),
            ("who", "FBI", ":fbi"),
            ("who", "MSFT", ":microsoft"),
            ("who", "nsl", ":nsl"),
            ("who", ":fbi", ":fbi"),
            ("who", "https://example.org/x/id/fbi", ":fbi"),
            ("day", "2010-01-01", "2010-01-01"),
            ("n", "-3", "-3"),
            ("how", "mooted", "rel:mooted"),
            ("how", "made moot", "rel:mooted"),
            ("how", "rel:mooted", "rel:mooted"),
            ("record", "F1", "f:F1"),
            ("record", "f:F1", "f:F1"),
            ("where", "desk", "src:desk"),
            ("where", "The Desk", "src:desk"),
            ("any", "schema:url", "schema:url"),
        ] {
            let cells = bound(&[(name, text)]).expect(text);
            assert!(cells.iter().any(|cell| cell == shown), "{name}={text}: {cells:?}");
        }
    }

    #[test]
    fn text_is_data_and_never_syntax() {
        let hostile = "\" } } DROP ALL # \\u0022";
        assert!(bound(&[("said", hostile)]).expect("text").contains(&hostile.to_owned()));
        for (name, text) in [("who", "fbi> } #"), ("any", "x> y"), ("how", "a }"), ("record", "F1 }")] {
            assert!(bound(&[(name, text)]).is_err(), "{name}={text}");
        }
    }

    #[test]
    fn a_parameter_given_twice_takes_both_values() {
        let cells = bound(&[("n", "7"), ("n", "8")]).expect("numbers");
        assert!(cells.contains(&"7".into()) && cells.contains(&"8".into()) && !cells.contains(&"1".into()));
    }

    #[test]
    fn what_names_nothing_gets_a_suggestion() {
        assert_eq!(
            fault("who", "micosoft"),
            "parameter `who`: `micosoft` names no entity here\n  hint: did you mean `microsoft`?"
        );
        assert_eq!(fault("who", "Justice"), "parameter `who`: `Justice` names several things: justice-fr, justice-us");
        assert!(fault("who", "https://example.org/elsewhere").ends_with("names no entity here"));
        assert!(fault("how", "withdrawn").ends_with("did you mean `withdrew`?"));
        assert!(fault("record", "F2").contains("names no fact here"));
        assert!(fault("where", "the-desk").contains("did you mean `desk`?"));
        assert!(!fault("who", "\u{1b}[2J").contains('\u{1b}'));
    }

    #[test]
    fn values_of_the_wrong_type_and_unknown_parameters_are_refused() {
        assert_eq!(fault("day", "2014-5-22"), "parameter `day`: `2014-5-22` is not a day written YYYY-MM-DD");
        for text in ["20140522", "2014-02-30", "2014-05-22T00:00", "2014"] {
            assert!(bound(&[("day", text)]).is_err(), "{text}");
        }
        assert!(fault("n", "1.5").ends_with("is not a whole number"));
        assert!(fault("whom", "fbi").ends_with("did you mean `who`?"));
        assert!(fault("zzz", "x").contains("it has who, day, n"));
        assert!(fault("lost", "x").contains("no block `VALUES ?NAME { … }`"));
    }
}
