//! The model that every case shares. In: the files embedded from `data/`. Out: the built-in tables, the classes with
//! those above them, and the built-in predicates. Adding a kind of entity is adding a file there, nothing here.

use std::collections::{BTreeMap, BTreeSet};

use csvw::{Bytes, Diagnostics, GroupReader, Location, Options, TableDescription, TableGroup};
use include_dir::{Dir, include_dir};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, Term};

use super::EXTENSIONS;
use super::hash::sha256_hex;
use super::plan::{Line, TablePlan};
use crate::vocab::{cg, rdfs};

static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/tables");
const ONTOLOGY: &str = include_str!("../../data/ontology.ttl");
const PREDICATES: &str = include_str!("../../data/predicates.csv");

/// The built-in tables, classes and predicates.
#[derive(Debug)]
pub struct Model {
    tables: BTreeMap<String, TableDescription>,
    above: BTreeMap<String, BTreeSet<String>>,
    predicates: BTreeMap<String, Predicate>,
}

/// A relation that facts may use.
#[derive(Debug, Clone)]
pub struct Predicate {
    /// Name by which facts use it, such as `withdrew`.
    pub key: String,
    /// Whether it comes with casegraph, and so has its IRI in casegraph's namespace.
    pub built_in: bool,
    /// Words between subject and object, each with a language where one is stated.
    pub labels: Vec<(String, Option<String>)>,
    /// Words between object and subject.
    pub inverse_label: Option<String>,
    /// Key of a broader predicate.
    pub parent: Option<String>,
    /// Classes that the subject may have.
    pub domain: Vec<String>,
    /// Classes that the object may have; `text` for literals.
    pub range: Vec<String>,
    /// `event` or `state`.
    pub kind: String,
    /// Whether it reads the same from both sides.
    pub symmetric: bool,
    /// Whether a subject has at most one object at a time.
    pub functional: bool,
    /// Terms of other vocabularies above it.
    pub align: Vec<NamedNode>,
    /// Definition.
    pub note: Option<String>,
    /// Row that declares it.
    pub place: Location,
}

impl Model {
    /// Reads the embedded model.
    ///
    /// # Panics
    ///
    /// Never on input: only if the files embedded from `data/` are broken, which a test excludes.
    pub fn built_in() -> Self {
        let mut tables = BTreeMap::new();
        for file in DATA.files() {
            let name = file.path().to_string_lossy();
            let json = file.contents_utf8().expect("data/tables holds UTF-8");
            let table = TableDescription::from_json(json, &name).expect("data/tables holds CSVW metadata");
            let stem = name.trim_end_matches(".csv-metadata.json").to_owned();
            tables.insert(stem, table);
        }
        let (mut faults, mut predicates) = (Diagnostics::default(), BTreeMap::new());
        let group = TableGroup::from(TableDescription { suppress_output: true, ..tables["predicates"].clone() });
        let file = Bytes { name: "predicates.csv", bytes: PREDICATES.as_bytes() };
        let options = Options { extensions: EXTENSIONS, ..Options::default() };
        let mut plan = None;
        GroupReader::new(&group).read(0, &file, &options, &mut faults, &mut |table, row| {
            let line = Line { plan: plan.get_or_insert_with(|| TablePlan::new(table.clone(), &[])), row };
            predicates.extend(Predicate::read(line, true).map(|predicate| (predicate.key.clone(), predicate)));
        });
        assert!(!faults.has_errors(), "data/predicates.csv has faults: {faults:?}");
        Self { tables, above: read_classes(ONTOLOGY), predicates }
    }

    /// Returns a text that differs where another version of casegraph may make other quads of the same files.
    pub fn fingerprint() -> String {
        let mut text = concat!(env!("CARGO_PKG_VERSION"), "\n").to_owned();
        for file in DATA.files() {
            text.push_str(&file.path().to_string_lossy());
            text.push_str(&String::from_utf8_lossy(file.contents()));
        }
        text.push_str(PREDICATES);
        text.push_str(ONTOLOGY);
        sha256_hex(text.as_bytes())
    }

    /// Returns the names of the built-in tables, in order.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Returns a built-in table by its name, such as `companies`.
    pub fn table(&self, name: &str) -> Option<&TableDescription> {
        self.tables.get(name)
    }

    /// Returns the built-in predicates by key.
    pub fn predicates(&self) -> &BTreeMap<String, Predicate> {
        &self.predicates
    }

    /// Returns the statuses that a fact may have, as the table of relations lists them.
    pub fn statuses(&self) -> Vec<&str> {
        let column = self.table("relations").and_then(|table| table.column("status"));
        column.and_then(|column| column.datatype.choices()).unwrap_or_default()
    }

    /// Tells whether a class is another, or below it.
    pub fn is_a(&self, class: &str, wanted: &str) -> bool {
        class == wanted || self.above.get(class).is_some_and(|above| above.contains(wanted))
    }

    /// Tells whether a class is declared.
    pub fn is_class(&self, name: &str) -> bool {
        self.above.contains_key(name)
    }

    /// Returns the names of the classes, in order.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.above.keys().map(String::as_str)
    }
}

impl Predicate {
    /// Reads a row of a table of predicates.
    pub(super) fn read(line: Line<'_>, built_in: bool) -> Option<Self> {
        let text = |name: &str| line.text(name).map(str::to_owned);
        let texts = |name: &str| line.texts(name).map(str::to_owned).collect();
        let is_true = |name: &str| matches!(line.text(name), Some("true" | "1"));
        let table = &line.plan.table;
        let labels = (0..table.columns.len())
            .filter(|&at| table.column(at).name == "label")
            .filter_map(|at| line.row.value(at).map(|label| (label.to_owned(), table.columns[at].lang.clone())));
        Some(Self {
            key: text("key")?,
            labels: labels.collect(),
            built_in,
            inverse_label: text("inverse_label"),
            parent: text("parent"),
            domain: texts("domain"),
            range: texts("range"),
            kind: text("kind").unwrap_or_default(),
            symmetric: is_true("symmetric"),
            functional: is_true("functional"),
            align: line.texts("align").filter_map(|iri| NamedNode::new(iri).ok()).collect(),
            note: text("note"),
            place: line.cell("key"),
        })
    }

    /// Returns its IRI: in casegraph's namespace, or below the base of the case.
    pub fn iri(&self, base: &str) -> NamedNode {
        let key = &self.key;
        NamedNode::new_unchecked(if self.built_in {
            format!("{}{key}", cg::NAMESPACE)
        } else {
            format!("{base}rel/{key}")
        })
    }
}

/// Returns each class of casegraph's vocabulary with all the classes above it.
fn read_classes(turtle: &str) -> BTreeMap<String, BTreeSet<String>> {
    let local = |iri: &str| iri.strip_prefix(cg::NAMESPACE).map(str::to_owned);
    let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle) {
        let quad = quad.expect("data/ontology.ttl is Turtle");
        let (Some(name), Term::NamedNode(object)) =
            (local(quad.subject.to_string().trim_matches(['<', '>'])), quad.object)
        else {
            continue;
        };
        if object.as_str().ends_with("#Class") {
            direct.entry(name).or_default();
        } else if quad.predicate == rdfs::SUB_CLASS_OF
            && let Some(above) = local(object.as_str())
        {
            direct.entry(name).or_default().insert(above);
        }
    }
    let names: Vec<String> = direct.keys().cloned().collect();
    names.into_iter().map(|name| (name.clone(), closure(&name, &direct))).collect()
}

fn closure(name: &str, direct: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name];
    while let Some(next) = open.pop() {
        for above in direct.get(next).into_iter().flatten() {
            if found.insert(above.clone()) {
                open.push(above);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_descriptions_of_the_built_in_tables_keep_to_the_standard() {
        let nothing = csvw::Folder { base: "http://x.org/".to_owned(), path: "no such folder".into() };
        for file in DATA.files() {
            let (json, mut faults) = (file.contents_utf8().expect("UTF-8"), Diagnostics::default());
            let group = TableGroup::read(json, "a.json", Some("http://x.org/a.json"), &nothing, &mut faults);
            assert!(group.is_some() && faults.iter().next().is_none(), "{}: {faults:?}", file.path().display());
        }
    }

    #[test]
    fn the_embedded_model_is_sound() {
        let model = Model::built_in();
        assert!(model.table_names().count() >= 17);
        for predicate in model.predicates().values() {
            for class in predicate.domain.iter().chain(&predicate.range).filter(|class| *class != "text") {
                assert!(model.is_class(class), "{} names the class {class}", predicate.key);
            }
            if let Some(parent) = &predicate.parent {
                assert!(model.predicates().contains_key(parent), "{} is below {parent}", predicate.key);
            }
        }
        for name in model.table_names() {
            let table = model.table(name).expect("a table by its name");
            if let Some(class) = table.annotation(&format!("{}entity", cg::NAMESPACE)) {
                assert!(model.is_class(class) && model.is_a(class, "Entity"), "{name} holds entities of {class}");
            }
        }
    }

    #[test]
    fn a_court_is_an_agency_and_an_agency_no_court() {
        let model = Model::built_in();
        assert!(model.is_a("Court", "Agency") && model.is_a("Court", "Entity"));
        assert!(!model.is_a("Agency", "Court"));
    }
}
