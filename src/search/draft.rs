//! What the quads say of one thing. In: its quads. Out: its class, its label and its texts, of those that are one with it
//! as other names.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNodeRef, Quad, Term};

use super::Field;
use crate::graph::Identity;
use crate::vocab::{APPARATUS, cg, dct, rdf, rdfs, skos};

const TEXTS: [(NamedNodeRef<'_>, Field); 6] = [
    (rdfs::LABEL, Field::Label),
    (skos::PREF_LABEL, Field::Label),
    (skos::ALT_LABEL, Field::Alias),
    (dct::TITLE, Field::Title),
    (rdf::OBJECT, Field::Text),
    (rdfs::COMMENT, Field::Note),
];

/// What the quads say of one thing.
#[derive(Debug, Default)]
pub(super) struct Draft<'q> {
    classes: Vec<&'q str>,
    /// Its label, and how well its language fits: the less, the better.
    label: Option<(u8, &'q str)>,
    pub(super) texts: Vec<(Field, &'q str)>,
    fact: [Option<&'q Term>; 3],
}

impl<'q> Draft<'q> {
    pub(super) fn take(&mut self, quad: &'q Quad, lang: &str) {
        let predicate = quad.predicate.as_ref();
        if predicate == rdf::TYPE
            && let Term::NamedNode(class) = &quad.object
        {
            self.classes.push(class.as_str());
        }
        for (part, property) in self.fact.iter_mut().zip([rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT]) {
            if predicate == property {
                *part = Some(&quad.object);
            }
        }
        let Term::Literal(literal) = &quad.object else { return };
        let Some((_, field)) = TEXTS.iter().find(|(property, _)| *property == predicate) else { return };
        self.texts.push((*field, literal.value()));
        if matches!(field, Field::Label | Field::Title) {
            let distance = match literal.language() {
                Some(own) if own == lang => 0,
                None => 1,
                Some(_) => 2,
            };
            if self.label.is_none_or(|(known, _)| distance < known) {
                self.label = Some((distance, literal.value()));
            }
        }
    }

    /// Returns its texts as those of what stands for it.
    pub(super) fn as_other_names(&self, id: &'q str) -> impl Iterator<Item = (Field, &'q str)> {
        let field = |field| match field {
            Field::Label | Field::Title => Field::Alias,
            other => other,
        };
        self.texts.iter().map(move |(of, text)| (field(*of), *text)).chain([(Field::Alias, id)])
    }

    /// Returns its label; of a fact its sentence.
    pub(super) fn title(&self, iri: &str, drafts: &BTreeMap<&str, Self>, identity: &Identity) -> String {
        let [Some(subject), Some(predicate), Some(object)] = self.fact else {
            return self.label.map_or_else(|| tail(iri).to_owned(), |(_, label)| label.to_owned());
        };
        let named = |term: &Term| match term {
            Term::NamedNode(node) => {
                // A decision names the two that it is about.
                let iri = if identity.is_decision(iri) { node.as_str() } else { identity.of(node.as_str()) };
                let label = drafts.get(iri).and_then(|thing| thing.label);
                label.map_or_else(|| tail(iri).to_owned(), |(_, label)| label.to_owned())
            }
            Term::Literal(literal) => format!("“{}”", literal.value()),
            other => other.to_string(),
        };
        [subject, predicate, object].map(named).join(" ")
    }

    /// Returns the class; none for what is no entity, source or fact.
    pub(super) fn class(&self) -> Option<&'q str> {
        let is_around = |class: &str| APPARATUS.iter().any(|other| *other == *class);
        let classes = self.classes.iter().filter(|class| !is_around(class));
        let mut classes: Vec<&str> = classes.filter_map(|class| class.strip_prefix(cg::NAMESPACE)).collect();
        classes.sort_unstable();
        if classes.contains(&"Fact") {
            return Some("Fact");
        }
        classes.first().copied()
    }
}

pub(super) fn tail(iri: &str) -> &str {
    iri.rsplit(['/', '#']).next().unwrap_or(iri)
}
