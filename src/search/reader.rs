//! What a dataset says of one thing. In: columns. Out: its class, its label and its texts, of those that are one with it as
//! other names.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNodeRef, Term};
use rdf_columns::TermId;
use rustc_hash::FxHashMap;

use super::Field;
use crate::graph::Identity;
use crate::store::Columns;
use crate::vocab::{APPARATUS, cg, dct, local_name, rdf, rdfs, skos};

const LABELS: &[NamedNodeRef<'static>] = &[dct::TITLE, rdfs::LABEL, skos::PREF_LABEL];

const TEXTS: [(NamedNodeRef<'static>, Field); 6] = [
    (rdfs::LABEL, Field::Label),
    (skos::PREF_LABEL, Field::Label),
    (skos::ALT_LABEL, Field::Alias),
    (dct::TITLE, Field::Title),
    (rdf::OBJECT, Field::Text),
    (rdfs::COMMENT, Field::Note),
];

/// Reads one thing after the other.
pub(super) struct Reader<'c> {
    pub(super) columns: &'c Columns,
    pub(super) lang: &'c str,
    pub(super) identity: &'c Identity,
    /// Labels of what facts name.
    pub(super) labels: FxHashMap<TermId, String>,
}

impl Reader<'_> {
    /// Returns the entities, sources and facts, each with its class.
    pub(super) fn classes(&self) -> BTreeMap<TermId, String> {
        let mut found: BTreeMap<TermId, String> = BTreeMap::new();
        for (class, members) in self.columns.column(rdf::TYPE).by_objects() {
            let iri = self.columns.text(class);
            let is_around = APPARATUS.iter().any(|other| other.as_str() == iri);
            let Some(class) = iri.strip_prefix(cg::NAMESPACE).filter(|_| !is_around) else { continue };
            for member in members.iter().filter(|id| self.columns.is_iri(**id)) {
                let known = found.entry(*member).or_insert_with(|| class.to_owned());
                // A claim is a fact.
                if *known != "Fact" && (class == "Fact" || *class < **known) {
                    class.clone_into(known);
                }
            }
        }
        found
    }

    /// Returns the texts of a thing.
    pub(super) fn texts(&self, id: TermId) -> Vec<(Field, String)> {
        let node = self.columns.node(id);
        TEXTS.iter().flat_map(|(property, field)| node.texts(*property).map(|text| (*field, text))).collect()
    }

    /// Returns the texts of a thing as those of what stands for it; `id` is its own.
    pub(super) fn other_names(&self, iri: &str, id: &str) -> Vec<(Field, String)> {
        let texts = self.columns.find(iri).map(|other| self.texts(other)).unwrap_or_default();
        let field = |field| match field {
            Field::Label | Field::Title => Field::Alias,
            other => other,
        };
        texts.into_iter().map(|(of, text)| (field(of), text)).chain([(Field::Alias, id.to_owned())]).collect()
    }

    /// Returns the label of a thing; of a fact its sentence.
    pub(super) fn title(&mut self, id: TermId, iri: &str) -> String {
        let node = self.columns.node(id);
        let parts = [rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT].map(|part| node.value(part));
        let [Some(subject), Some(predicate), Some(object)] = parts else { return self.label(id) };
        // A decision names the two that it is about.
        let is_decision = self.identity.is_decision(iri);
        [subject, predicate, object].map(|part| self.named(part, is_decision)).join(" ")
    }

    fn named(&mut self, id: TermId, as_it_is: bool) -> String {
        match self.columns.term(id) {
            Some(Term::NamedNode(node)) => {
                let head = if as_it_is { None } else { self.columns.find(self.identity.of(node.as_str())) };
                self.label(head.unwrap_or(id))
            }
            Some(Term::Literal(literal)) => format!("“{}”", literal.value()),
            other => other.map(|term| term.to_string()).unwrap_or_default(),
        }
    }

    fn label(&mut self, id: TermId) -> String {
        let Self { columns, lang, labels, .. } = self;
        let read = || {
            let label = columns.node(id).in_language(LABELS, Some(lang));
            label.unwrap_or_else(|| local_name(&columns.text(id)).to_owned())
        };
        labels.entry(id).or_insert_with(read).clone()
    }
}
