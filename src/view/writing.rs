//! What a view shows, as a dataset. In: the records of a case, and who looks. Out: the tables of a dataset in which nothing is
//! said before its day. Each is worked out from that of the whole, as it is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, OnceLock};

use oxigraph::model::{Literal, NamedNode, NamedNodeRef};
use rdf_columns::{Dataset, Graph, ReadError, Table, TermId};
use rustc_hash::FxHashSet;

use super::audience::Viewer;
use super::facts::{Facts, Standing};
use super::records::{Kind, Records};
use super::rules::Rule;
use super::shown::{DATED, Shown, Terms};
use super::status::Evidence;
use crate::vocab::{PREFIXES, cg, dct, rdf, rdfs, skos};

/// Returns the dataset of a view.
pub(super) fn derive(records: &Arc<Records>, viewer: Viewer) -> Result<Dataset, ReadError> {
    let data = records.data();
    let mut added = data.added();
    let mut term = |node: NamedNodeRef<'_>| added.term(data, node.into());
    let asserted = term(cg::ASSERTED_STATUS)?;
    let usual = [term(cg::CONFIRMED)?, asserted, term(cg::INFERRED)?];
    let mut written = BTreeMap::new();
    if viewer.now.is_some() {
        let names = [rdf::TYPE, rdfs::LABEL, skos::PREF_LABEL, skos::ALT_LABEL];
        for property in DATED.into_iter().chain([cg::CONFIDENCE, dct::SOURCE, dct::TITLE]).chain(names) {
            written.insert(term(property)?, property);
        }
    }
    let (reported_claim, disputed) = (term(cg::REPORTED_CLAIM)?, term(cg::DISPUTED)?);
    let (open, unknown) = (term(cg::OPEN)?, term(cg::UNKNOWN)?);
    let (later_source, undated_source) = (term(cg::LATER_SOURCE)?, term(cg::UNDATED_SOURCE)?);
    let (statement, source) = (term(rdf::STATEMENT)?, term(cg::SOURCE)?);
    let mut title = |title| added.term(data, Literal::from(title).into());
    let titles = [title("a source of a later date")?, title("a source without a date")?];
    let terms = Terms {
        reported_claim,
        asserted,
        disputed,
        open,
        unknown,
        later_source,
        undated_source,
        statement,
        source,
        titles,
        usual,
    };
    let facts = Facts::read(records, &viewer);
    let mut shown = Shown {
        evidence: Evidence::of(records, &viewer, &facts),
        partly_told: partly_told(records, &facts),
        records: Arc::clone(records),
        viewer,
        facts,
        terms,
        renamed: BTreeMap::new(),
        written,
        looks: (0..data.term_count()).map(|_| AtomicU8::new(0)).collect(),
        names: Mutex::default(),
        accepted: OnceLock::new(),
        told_names: OnceLock::new(),
        stand_ins: OnceLock::new(),
    };
    shown.rename(&mut added)?;
    records.fault()?;
    // A fact whose status of today is refused may have been asserted once, and then its predicate has a plain triple.
    let predicates: BTreeSet<TermId> = records.objects_of(rdf::PREDICATE).collect();
    let shown = Arc::new(shown);
    let graphs = data.graphs().iter().enumerate().filter(|(_, graph)| shown.shows_any_of(graph));
    let graphs = graphs.map(|(at, graph)| {
        let known = graph.tables().iter().map(|(property, _)| *property);
        let properties: BTreeSet<TermId> = known.chain(shown.written.keys().chain(&predicates).copied()).collect();
        let tables = properties.into_iter().map(|property| {
            let name = match shown.written.get(&property) {
                Some(name) => name.into_owned(),
                None => NamedNode::new_unchecked(records.text(property)),
            };
            let len = graph.table(property).map_or(0, Table::len);
            (property, Table::derived(len, Rule::of(name, property, at, &shown)))
        });
        Graph::new(graph.name(), tables.collect())
    });
    let graphs = graphs.collect();
    records.fault()?;
    Ok(data.derived(added, graphs))
}

/// Returns the ends of facts that are known under some names only, or to the audience alone.
fn partly_told(records: &Records, facts: &Facts) -> FxHashSet<TermId> {
    let known = facts.tied().iter().filter(|fact| fact.standing != Standing::Hidden && !fact.is_identity());
    let known = known.filter(|fact| fact.ways.iter().any(|way| way.is_private || !way.scope.is_empty()));
    known.flat_map(|fact| records.record(fact.id).ends()).collect()
}

impl Shown {
    /// Returns what stands for sources of facts, at their ends, and in tables with properties of their own.
    pub(super) fn stand_ins(&self) -> &FxHashSet<TermId> {
        self.stand_ins.get_or_init(|| {
            let mut used = FxHashSet::default();
            if self.viewer.now.is_none() {
                return used;
            }
            // What is no record of a source may be cited too.
            let others = self.records.objects_of(dct::SOURCE).filter(|id| self.records.kind(*id) != Kind::Source);
            let others = others.map(|id| (id, self.terms.later_source));
            let sources = self.records.of_kind(Kind::Source).map(|source| source.id);
            for (source, node) in sources.filter_map(|id| Some((id, self.stand_in(id)?))).chain(others) {
                if !used.contains(&node) && self.is_used(source, node) {
                    used.insert(node);
                }
            }
            used
        })
    }

    /// Tells whether a node stands for a source anywhere.
    fn is_used(&self, source: TermId, node: TermId) -> bool {
        let records = &self.records;
        let facts = |property| records.subjects(property, source).filter_map(|id| self.fact(id));
        let mut ends = [rdf::SUBJECT, rdf::OBJECT, cg::MADE_AT].into_iter().flat_map(facts);
        if facts(dct::SOURCE).any(|fact| self.shows(fact.id) && self.source_of(&fact) == Some(node)) {
            return true;
        }
        if self.stand_in(source).is_none() {
            return false;
        }
        if ends.any(|fact| self.look(fact.id).is_told) {
            return true;
        }
        let own = |property| !PREFIXES.iter().any(|(_, namespace)| records.text(property).starts_with(namespace));
        let mut tables = records.data().graphs().iter().flat_map(Graph::tables).filter(|(property, _)| own(*property));
        tables.any(|(_, table)| table.subjects(source).is_ok_and(|mut subjects| subjects.any(|id| self.shows(id))))
    }
}
