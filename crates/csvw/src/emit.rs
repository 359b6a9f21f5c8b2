//! Quads on their way out. In: subjects, predicates and objects. Out: quads, handed one by one to a sink; fresh blank
//! nodes.

use std::fmt::Write;
use std::io;

use oxrdf::{
    BlankNode, BlankNodeRef, GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef,
    QuadRef, TermRef, vocab::rdf,
};

/// Takes quads. An error of the sink ends the conversion.
pub type Sink<'s> = dyn FnMut(QuadRef<'_>) -> io::Result<()> + 's;

/// Hands quads to a sink.
pub(crate) struct Emitter<'s, 'k> {
    sink: &'s mut Sink<'k>,
    graph: GraphName,
    prefix: String,
    count: u64,
}

impl<'s, 'k> Emitter<'s, 'k> {
    pub(crate) fn new(sink: &'s mut Sink<'k>, graph: GraphName, prefix: &str) -> Self {
        // What remains can stand in a label of every RDF syntax.
        let prefix = prefix.chars().filter(char::is_ascii_alphanumeric).collect();
        Self { sink, graph, prefix, count: 0 }
    }

    pub(crate) fn emit<'a>(
        &mut self,
        subject: impl Into<NamedOrBlankNodeRef<'a>>,
        predicate: NamedNodeRef<'a>,
        object: impl Into<TermRef<'a>>,
    ) -> io::Result<()> {
        let graph: GraphNameRef<'_> = self.graph.as_ref();
        (self.sink)(QuadRef::new(subject.into(), predicate, object.into(), graph))
    }

    /// Writes the label of a new blank node over `label`.
    pub(crate) fn fresh_label(&mut self, label: &mut String) {
        self.count += 1;
        label.clear();
        write!(label, "{}b{}", self.prefix, self.count).expect("a String takes all that is written");
    }

    /// Returns a new blank node.
    pub(crate) fn fresh(&mut self) -> BlankNode {
        let mut label = String::new();
        self.fresh_label(&mut label);
        BlankNode::new_unchecked(label)
    }

    /// Returns the node with an IRI, or a new blank node.
    pub(crate) fn node(&mut self, iri: Option<&str>) -> NamedOrBlankNode {
        match iri.and_then(|iri| NamedNode::new(iri).ok()) {
            Some(node) => node.into(),
            None => self.fresh().into(),
        }
    }

    /// Emits a list and what it is a value of.
    pub(crate) fn emit_list<'a>(
        &mut self,
        subject: NamedOrBlankNodeRef<'a>,
        predicate: NamedNodeRef<'a>,
        items: impl ExactSizeIterator<Item = TermRef<'a>>,
    ) -> io::Result<()> {
        let (mut label, mut next) = (String::new(), String::new());
        let count = items.len();
        if count == 0 {
            return self.emit(subject, predicate, rdf::NIL);
        }
        self.fresh_label(&mut label);
        self.emit(subject, predicate, BlankNodeRef::new_unchecked(&label))?;
        for (at, item) in items.enumerate() {
            let node = BlankNodeRef::new_unchecked(&label);
            self.emit(node, rdf::FIRST, item)?;
            if at + 1 == count {
                self.emit(node, rdf::REST, rdf::NIL)?;
            } else {
                self.fresh_label(&mut next);
                self.emit(node, rdf::REST, BlankNodeRef::new_unchecked(&next))?;
            }
            std::mem::swap(&mut label, &mut next);
        }
        Ok(())
    }
}
