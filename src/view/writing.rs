//! What a view shows, as a dataset. In: the records of a case, and what of them is shown. Out: the tables of a dataset in which
//! nothing is said before its day. A table is made when it is asked for, from that of the whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oxigraph::model::{Literal, NamedNode, NamedNodeRef};
use rdf_columns::{Added, Dataset, Graph, Index, ReadError, Table, TermId};
use rustc_hash::FxHashSet;

use super::audience::Viewer;
use super::entities::Around;
use super::facts::{Fact, Facts};
use super::records::{Kind, Records};
use super::rules::{Of, Rule};
use super::shown::{DATED, Pair, Shown, Terms};
use crate::vocab::{PREFIXES, cg, dct, rdf, rdfs, skos};

/// Returns the dataset of a view.
pub(super) fn derive(records: &Arc<Records>, viewer: Viewer, facts: Facts) -> Result<Dataset, ReadError> {
    let data = records.data();
    let around = Around::of(records, &viewer, &facts);
    let mut added = data.added();
    let mut term = |node: NamedNodeRef<'_>| added.term(data, node.into());
    let terms = Terms {
        reported_claim: term(cg::REPORTED_CLAIM)?,
        asserted: term(cg::ASSERTED_STATUS)?,
        disputed: term(cg::DISPUTED)?,
        open: term(cg::OPEN)?,
        unknown: term(cg::UNKNOWN)?,
        later_source: term(cg::LATER_SOURCE)?,
        undated_source: term(cg::UNDATED_SOURCE)?,
        statement: term(rdf::STATEMENT)?,
    };
    let usual = [term(cg::CONFIRMED)?, terms.asserted, term(cg::INFERRED)?];
    let accepted = accepted(records, &facts, usual);
    for (id, node) in &around.renamed {
        added.rename(*id, node.clone().into());
    }
    let (extra, written) = (BTreeMap::new(), BTreeMap::new());
    let mut seen = Shown { records: Arc::clone(records), viewer, facts, around, accepted, terms, extra, written };
    seen.write_names(&mut added)?;
    seen.write_stand_ins(&mut added)?;
    if seen.viewer.now.is_some() {
        for property in DATED.into_iter().chain([cg::CONFIDENCE, dct::SOURCE, dct::TITLE]) {
            seen.property(property, &mut added)?;
        }
    }
    // A fact whose status of today is refused may have been asserted once, and then its predicate has a plain triple.
    let predicates: BTreeSet<TermId> = records.objects_of(rdf::PREDICATE).collect();
    records.fault()?;
    let seen = Arc::new(seen);
    let shown = data.graphs().iter().enumerate().filter(|(_, graph)| seen.shows_any_of(graph));
    let graphs = shown.map(|(at, graph)| {
        let known = graph.tables().iter().map(|(property, _)| *property);
        let properties: BTreeSet<TermId> = known.chain(seen.written.keys().chain(&predicates).copied()).collect();
        let tables = properties.into_iter().map(|property| {
            let len = graph.table(property).map_or(0, Table::len);
            let seen = Arc::clone(&seen);
            (property, Table::derived(len, move || seen.pairs(at, property)))
        });
        Graph::new(graph.name(), tables.collect())
    });
    Ok(data.derived(added, graphs.collect()))
}

/// Returns the statuses whose facts stand as plain triples too, as the case has them.
fn accepted(records: &Records, facts: &Facts, usual: [TermId; 3]) -> FxHashSet<TermId> {
    let (columns, yes) = (records.of_facts(), Some(TermId::of_boolean(true)));
    let of = |fact: &Fact| Some((columns.status.object(fact.id)?, columns.asserted.object(fact.id) == yes));
    let said: FxHashSet<(TermId, bool)> = facts.all().iter().filter(|fact| !fact.is_claim()).filter_map(of).collect();
    let usual = usual.into_iter().filter(|status| !said.contains(&(*status, false)));
    usual.chain(said.iter().filter(|(_, is)| *is).map(|(status, _)| *status)).collect()
}

impl Shown {
    /// Returns the number of a property that the view writes.
    fn property(&mut self, name: NamedNodeRef<'static>, added: &mut Added) -> Result<TermId, ReadError> {
        let property = added.term(self.records.data(), name.into())?;
        self.written.insert(property, name);
        Ok(property)
    }

    /// Notes the names of entities, which need not be those of their rows.
    fn write_names(&mut self, added: &mut Added) -> Result<(), ReadError> {
        let mut pairs = Vec::new();
        for entity in self.records.of_kind(Kind::Entity) {
            let Some(names) = self.around.names.get(&entity.id) else { continue };
            let labels = names.labels.iter().flat_map(|label| [(rdfs::LABEL, label), (skos::PREF_LABEL, label)]);
            let others = names.others.iter().map(|name| (skos::ALT_LABEL, name));
            pairs.extend(labels.chain(others).map(|(property, name)| (entity.id, property, name.clone())));
        }
        for (id, property, name) in pairs {
            let property = self.property(property, added)?;
            let name = added.term(self.records.data(), name.into())?;
            self.extra.entry((self.graph_of(id), property)).or_default().push((id, name));
        }
        Ok(())
    }

    /// Notes what the stand-ins for sources are.
    fn write_stand_ins(&mut self, added: &mut Added) -> Result<(), ReadError> {
        let used = self.used_stand_ins()?;
        let graph = self.records.of_kind(Kind::Case).next().map_or(0, |case| self.graph_of(case.id));
        for (node, title) in [
            (self.terms.later_source, "a source of a later date"),
            (self.terms.undated_source, "a source without a date"),
        ] {
            if !used.contains(&node) {
                continue;
            }
            let class = added.term(self.records.data(), cg::SOURCE.into())?;
            let title = added.term(self.records.data(), Literal::from(title).into())?;
            for (property, value) in [(rdf::TYPE, class), (rdfs::LABEL, title), (dct::TITLE, title)] {
                let property = self.property(property, added)?;
                self.extra.entry((graph, property)).or_default().push((node, value));
            }
        }
        Ok(())
    }

    /// Returns what stands for sources of facts, at their ends, and in tables with properties of their own.
    fn used_stand_ins(&self) -> Result<FxHashSet<TermId>, ReadError> {
        let mut used = FxHashSet::default();
        let columns = self.records.of_facts();
        for fact in self.facts.all().iter().filter(|fact| self.is_told(fact.id)) {
            if self.around.shows(fact.id) {
                used.extend(self.source_of(fact));
            }
            let ends = [columns.subject, columns.object, columns.made_at];
            used.extend(ends.into_iter().flat_map(|end| end.objects(fact.id)).filter_map(|end| self.stand_in(end)));
        }
        let tables = self.records.data().graphs().iter().flat_map(Graph::tables);
        for (property, table) in tables {
            if PREFIXES.iter().any(|(_, namespace)| self.records.text(*property).starts_with(namespace)) {
                continue;
            }
            let shown = table.by_subject()?.pairs().filter(|(subject, _)| self.around.shows(*subject));
            used.extend(shown.filter_map(|(_, object)| self.stand_in(object)));
        }
        Ok(used)
    }

    /// Returns the pairs of a property in a graph.
    fn pairs(&self, graph: usize, property: TermId) -> Result<Vec<Pair>, ReadError> {
        let whole = self.records.data().graphs()[graph].table(property);
        let name = match self.written.get(&property) {
            Some(name) => name.into_owned(),
            None => NamedNode::new_unchecked(self.records.text(property)),
        };
        let rule = Rule::of(name, property, self);
        let carried = rule.carried();
        let mut pairs = Vec::with_capacity(whole.map_or(0, Table::len));
        let mut record = None;
        let whole = whole.map(Table::by_subject).transpose()?;
        for (subject, object) in whole.into_iter().flat_map(Index::pairs) {
            if !carried.contains(&(subject, object)) {
                let of = match record {
                    Some(of @ Of { id, .. }) if id == subject => of,
                    _ => self.of(subject),
                };
                pairs.extend(rule.told(&of, object).map(|object| (subject, object)));
                record = Some(of);
            }
        }
        rule.add(graph, &mut pairs);
        pairs.extend(self.extra.get(&(graph, property)).into_iter().flatten().copied());
        self.records.fault()?;
        Ok(pairs)
    }

    fn of(&self, id: TermId) -> Of<'_> {
        let kind = self.records.kind(id);
        let fact = if kind == Kind::Fact { self.facts.of(id) } else { None };
        Of { id, kind, fact, is_shown: self.around.shows(id) }
    }
}
