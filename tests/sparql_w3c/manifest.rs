//! The manifests of the suite. In: its folder. Out: cases, with their data as quads.

use std::fs;
use std::path::Path;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Graph, GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple, vocab::rdf};

/// Where the files of the suite are on the web: what their relative IRIs are resolved against.
pub(super) const SITE: &str = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/";

pub(super) const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
pub(super) const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";
pub(super) const UT: &str = "http://www.w3.org/2009/sparql/tests/test-update#";
pub(super) const RS: &str = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";
const DAWGT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#";
const RDFS_LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";

/// A Turtle file whose statements are asked for one by one.
pub(super) struct Described<'f> {
    folder: &'f Path,
    graph: Graph,
}

/// A case of a manifest.
pub(super) struct Case<'m> {
    /// Folder and name, such as `add/add01`.
    pub(super) id: String,
    /// Local name of its class, such as `QueryEvaluationTest`.
    pub(super) kind: String,
    pub(super) action: Term,
    pub(super) result: Option<Term>,
    manifest: &'m Described<'m>,
}

impl<'f> Described<'f> {
    pub(super) fn read(folder: &'f Path, iri: &str) -> Result<Self, String> {
        Ok(Self {
            folder,
            graph: quads(folder, iri, &GraphName::DefaultGraph)?.into_iter().map(Triple::from).collect(),
        })
    }

    pub(super) fn objects(&self, subject: &Term, predicate: &str) -> Vec<Term> {
        let Some(subject) = node(subject) else { return Vec::new() };
        let predicate = NamedNodeRef::new_unchecked(predicate);
        self.graph.objects_for_subject_predicate(subject.as_ref(), predicate).map(Term::from).collect()
    }

    pub(super) fn object(&self, subject: &Term, predicate: &str) -> Option<Term> {
        self.objects(subject, predicate).pop()
    }

    /// Returns the node of a class that the file describes.
    pub(super) fn instance(&self, class: &str) -> Option<Term> {
        let class = NamedNodeRef::new_unchecked(class);
        self.graph.subject_for_predicate_object(rdf::TYPE, class).map(|subject| subject.into_owned().into())
    }

    fn list(&self, head: Option<Term>) -> Vec<Term> {
        let rest = |at: &Term| self.object(at, rdf::REST.as_str());
        std::iter::successors(head, rest).filter_map(|at| self.object(&at, rdf::FIRST.as_str())).collect()
    }

    /// Returns the manifests that this one includes.
    pub(super) fn included(&self) -> Vec<String> {
        let manifest = self.instance(&format!("{MF}Manifest"));
        let head = manifest.and_then(|manifest| self.object(&manifest, &format!("{MF}include")));
        self.list(head).iter().map(plain).collect()
    }

    /// Returns the cases of this manifest, but for those that the working group took back.
    pub(super) fn cases(&self) -> Vec<Case<'_>> {
        let manifest = self.instance(&format!("{MF}Manifest"));
        let head = manifest.and_then(|manifest| self.object(&manifest, &format!("{MF}entries")));
        let is_withdrawn = |entry: &Term| {
            self.object(entry, &format!("{DAWGT}approval")).is_some_and(|a| plain(&a).ends_with("Withdrawn"))
        };
        let case = |entry: Term| Case {
            id: plain(&entry).trim_start_matches(SITE).replace("manifest#", ""),
            kind: self
                .object(&entry, rdf::TYPE.as_str())
                .map(|class| plain(&class).replace(MF, ""))
                .unwrap_or_default(),
            action: self.object(&entry, &format!("{MF}action")).expect("an action"),
            result: self.object(&entry, &format!("{MF}result")),
            manifest: self,
        };
        self.list(head).into_iter().filter(|entry| !is_withdrawn(entry)).map(case).collect()
    }
}

impl Case<'_> {
    /// Returns the IRI and the text of the query or update.
    pub(super) fn request(&self) -> Result<(String, String), String> {
        let of = |name: &str| self.manifest.object(&self.action, name);
        let request = of(&format!("{QT}query")).or_else(|| of(&format!("{UT}request")));
        let iri = plain(request.as_ref().unwrap_or(&self.action));
        let bytes = self.bytes(&iri)?;
        Ok((iri, String::from_utf8(bytes).map_err(|error| error.to_string())?))
    }

    /// Returns the bytes of a file of the suite.
    pub(super) fn bytes(&self, iri: &str) -> Result<Vec<u8>, String> {
        bytes(self.manifest.folder, iri)
    }

    /// Reads a Turtle file of the suite.
    pub(super) fn described(&self, iri: &str) -> Result<Described<'_>, String> {
        Described::read(self.manifest.folder, iri)
    }

    /// Reads a file of RDF of the suite.
    pub(super) fn graph(&self, iri: &str, name: &GraphName) -> Result<Vec<Quad>, String> {
        quads(self.manifest.folder, iri, name)
    }

    /// Returns the data that the action or the result names, the unnamed graph of it in the graph `default`.
    pub(super) fn data(&self, node: &Term, default: &GraphName) -> Result<Vec<Quad>, String> {
        let mut data = Vec::new();
        for vocabulary in [QT, UT] {
            for file in self.manifest.objects(node, &format!("{vocabulary}data")) {
                data.extend(self.graph(&plain(&file), default)?);
            }
        }
        for (file, graph) in self.named_graphs(node) {
            data.extend(self.graph(&file, &graph.into())?);
        }
        Ok(data)
    }

    /// Returns the files of named graphs, with the names.
    pub(super) fn named_graphs(&self, node: &Term) -> Vec<(String, NamedNode)> {
        let named = [QT, UT].iter().flat_map(|name| self.manifest.objects(node, &format!("{name}graphData")));
        let file_and_name = |named: Term| {
            let file = self.manifest.object(&named, &format!("{UT}graph"));
            let name = self.manifest.object(&named, RDFS_LABEL).unwrap_or_else(|| named.clone());
            (plain(&file.unwrap_or(named)), NamedNode::new(plain(&name)).expect("an IRI"))
        };
        named.map(file_and_name).collect()
    }
}

fn bytes(folder: &Path, iri: &str) -> Result<Vec<u8>, String> {
    let path = iri.strip_prefix(SITE).ok_or_else(|| format!("{iri} is not in the suite"))?;
    fs::read(folder.join(path)).map_err(|error| format!("{path}: {error}"))
}

fn quads(folder: &Path, iri: &str, graph: &GraphName) -> Result<Vec<Quad>, String> {
    let extension = iri.rsplit('.').next().unwrap_or_default();
    let format = RdfFormat::from_extension(extension).ok_or_else(|| format!("{iri}: not RDF"))?;
    let parser = RdfParser::from_format(format).with_base_iri(iri).map_err(|error| error.to_string())?;
    let parser = parser.with_default_graph(graph.clone()).rename_blank_nodes();
    let quads: Result<Vec<Quad>, _> = parser.for_slice(&bytes(folder, iri)?).collect();
    quads.map_err(|error| format!("{iri}: {error}"))
}

fn node(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}

/// Returns the IRI or the text of a term.
pub(super) fn plain(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    }
}
