//! The cases of a store. In: a dataset. Out: what it says of each case, and a dataset of some of them alone.

use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term, TermRef};

use super::Error;
use super::dataset::{Dataset, Pattern, Quads, instances};
use crate::vocab::{cg, dct, void};

/// What a store says of a case in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedCase {
    /// Title of the case.
    pub title: String,
    /// What the case is about.
    pub description: Option<String>,
    /// IRI that its ids are appended to.
    pub base: String,
    /// IRI of its named graph.
    pub graph: String,
}

impl DescribedCase {
    /// Returns some cases as one, with all titles; a description where there is only one.
    pub fn as_one(cases: Vec<Self>) -> Option<Self> {
        let titles: Vec<String> = cases.iter().map(|case| case.title.clone()).collect();
        let first = cases.into_iter().next()?;
        let description = first.description.filter(|_| titles.len() == 1);
        Some(Self { title: titles.join("; "), description, ..first })
    }

    /// Returns the last part of its base that says something, such as `nsl` of `https://example.org/nsl/id/`.
    pub fn short_name(&self) -> &str {
        let mut parts = self.base.rsplit(['/', '#']);
        parts.find(|part| !part.is_empty() && *part != "id").unwrap_or_default()
    }

    /// Tells whether a text names the case: its title, its base or its short name, in capitals or not.
    pub fn is_named(&self, text: &str) -> bool {
        [self.title.as_str(), self.base.as_str(), self.short_name()]
            .iter()
            .any(|name| name.to_lowercase() == text.to_lowercase())
    }

    /// Returns the IRI of the named graph that logs its imports.
    pub fn log_graph(&self) -> String {
        format!("{}graph/imports", self.base)
    }
}

/// Returns what a dataset says of its cases, by the IRI of their graphs.
pub fn cases(data: &dyn Dataset) -> Result<Vec<DescribedCase>, Error> {
    let mut cases = Vec::new();
    let graphs = instances(data, void::DATASET)?;
    let all_of = |graph: &String| Pattern::Subject(NamedNode::new_unchecked(graph.as_str()), None);
    data.prefetch(&graphs.iter().map(all_of).collect::<Vec<_>>())?;
    for graph in graphs {
        let value = |property| text(data, NamedNodeRef::new_unchecked(&graph), property);
        let (title, description) = (value(dct::TITLE)?, value(dct::DESCRIPTION)?);
        if let Some(base) = value(void::URI_SPACE)? {
            let mut case = DescribedCase { title: String::new(), description, base, graph };
            case.title = title.unwrap_or_else(|| case.short_name().to_owned());
            cases.push(case);
        }
    }
    Ok(cases)
}

/// Returns how many facts a case has, by the IRI of its graph.
pub fn count_facts(data: &dyn Dataset, graph: &str) -> Result<usize, Error> {
    data.count(cg::FACT, NamedNodeRef::new_unchecked(graph))
}

fn text(data: &dyn Dataset, subject: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Result<Option<String>, Error> {
    let mut texts = Vec::new();
    for quad in data.quads_for_pattern(Some(subject.into()), Some(property), None, None) {
        if let Term::Literal(literal) = quad?.object {
            texts.push(literal.value().to_owned());
        }
    }
    Ok(texts.into_iter().min())
}

/// A store of which only some cases are seen, each with the log of its imports.
pub struct OfCases<D> {
    store: D,
    graphs: Vec<NamedNode>,
}

impl<D: Dataset> OfCases<D> {
    /// Shows some cases of a store.
    pub fn new(store: D, cases: &[DescribedCase]) -> Self {
        let graphs = cases.iter().flat_map(|case| [case.graph.clone(), case.log_graph()]);
        Self { graphs: graphs.map(NamedNode::new_unchecked).collect(), store }
    }
}

impl<D: Dataset> Dataset for OfCases<D> {
    fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> Quads<'_> {
        let is_seen = |seen: &&NamedNode| graph.is_none_or(|graph| graph == seen.as_ref().into());
        let found = self
            .graphs
            .iter()
            .filter(is_seen)
            .map(|seen| self.store.quads_for_pattern(subject, predicate, object, Some(seen.as_ref().into())));
        let found: Vec<Quads<'_>> = found.collect();
        Box::new(found.into_iter().flatten())
    }

    fn prefetch(&self, patterns: &[Pattern]) -> Result<(), Error> {
        self.store.prefetch(patterns)
    }

    fn prefetch_all(&self) -> Result<(), Error> {
        self.store.prefetch_all()
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, Quad};

    use super::*;
    use crate::store::CaseStore;
    use crate::vocab::rdf;

    #[test]
    fn a_case_is_named_by_title_base_or_the_last_part_of_it() {
        let quads = ["one", "two"].iter().flat_map(|name| {
            let base = format!("https://example.org/{name}/id/");
            let graph = NamedNode::new_unchecked(format!("{base}graph/case"));
            [
                Quad::new(graph.clone(), rdf::TYPE, void::DATASET, graph.clone()),
                Quad::new(graph.clone(), dct::TITLE, Literal::from(format!("Case {name}")), graph.clone()),
                Quad::new(graph.clone(), void::URI_SPACE, Literal::from(base), graph),
            ]
        });
        let store = CaseStore::in_memory(quads).expect("a store");
        let found = cases(&store).expect("cases");
        for text in ["case TWO", "two", "https://example.org/two/id/"] {
            let named: Vec<_> = found.iter().filter(|case| case.is_named(text)).collect();
            assert_eq!(named, [&found[1]], "{text}");
        }
        let one = OfCases::new(store, &found[..1]);
        assert_eq!(cases(&one).expect("cases"), found[..1]);
        assert_eq!(one.quads_for_pattern(None, None, None, None).count(), 3);
    }
}
