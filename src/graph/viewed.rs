//! The graph of a view, from that of the whole. In: the graph of a case, its dataset, and the same as a view shows it.
//! Out: what a projection of the view gives, in less than half the time: the view decides which facts are there, and what
//! they say of themselves is taken over.

use super::identity::Identity;
use super::project::{OF_SOURCES, Projection, has};
use super::{End, EntityGraph, Error, Selection};
use crate::store::{self, Dataset};
use crate::view::View;
use crate::vocab::rdf;

impl EntityGraph {
    /// Returns the graph as a view with a date shows it: what [`EntityGraph::project`] makes of `seen`, cut by the dates.
    /// This is the graph of the whole, `all` its dataset, and `seen` that dataset as the view shows it; labels are in
    /// `lang` as there.
    pub fn viewed(&self, all: &dyn Dataset, seen: &dyn Dataset, view: View, lang: Option<&str>) -> Result<Self, Error> {
        let selection = Selection::from(view);
        if !self.says_the_same_in_every_view(all)? {
            return Ok(Self::project(seen, lang)?.select(&selection));
        }
        let mut projection = Projection::new(seen, lang)?;
        let mut facts = Vec::new();
        for fact in self.facts().filter(|fact| selection.keeps(fact, |_| None)) {
            if !has(seen, &fact.iri, rdf::TYPE)? {
                continue;
            }
            for end in [&fact.subject, &fact.object] {
                if let End::Entity(id) = end
                    && let Some(entity) = self.entity(id)
                {
                    projection.entity(&entity.iri)?;
                }
            }
            let mut fact = (**fact).clone();
            fact.predicate = projection.predicate(&fact.predicate.iri)?;
            facts.push(fact);
        }
        Ok(projection.graph(facts).select(&selection))
    }

    /// Tells whether a fact that two views show is the same in both: ids and ends do not depend on what else is seen, and
    /// what a source says of itself is no fact.
    fn says_the_same_in_every_view(&self, all: &dyn Dataset) -> Result<bool, store::Error> {
        if self.case().bases.len() > 1 || !Identity::read(all)?.is_empty() {
            return Ok(false);
        }
        for property in OF_SOURCES {
            let object = Some((*property).into());
            if all.quads_for_pattern(None, Some(rdf::PREDICATE), object, None).next().transpose()?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
