//! The cases of a store. In: a dataset. Out: what it says of each case.

use oxigraph::model::NamedNodeRef;

use super::Error;
use super::columns::Columns;
use super::near::Near;
use crate::vocab::{cg, dct, rdf, void};

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
pub fn cases<'n>(data: impl Into<Near<'n>>) -> Result<Vec<DescribedCase>, Error> {
    Columns::ask(data, |columns| {
        let cases = columns.instances(void::DATASET).into_iter().filter_map(|case| {
            let text = |property| case.texts(property).min();
            let (title, description, base) = (text(dct::TITLE), text(dct::DESCRIPTION), text(void::URI_SPACE));
            let mut case = DescribedCase { title: String::new(), description, base: base?, graph: case.iri() };
            case.title = title.unwrap_or_else(|| case.short_name().to_owned());
            Some(case)
        });
        Ok(cases.collect())
    })
}

/// Returns how many facts a case has, by the IRI of its graph.
pub fn count_facts<'n>(data: impl Into<Near<'n>>, graph: &str) -> Result<usize, Error> {
    data.into().count(rdf::TYPE, cg::FACT, Some(NamedNodeRef::new_unchecked(graph)))
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, NamedNode, Quad};

    use super::*;
    use crate::store::CaseStore;

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
        let one = store.of_cases(&found[..1]).expect("a store");
        assert_eq!(cases(&one).expect("cases"), found[..1]);
        assert_eq!(one.quads().count(), 3);
    }
}
