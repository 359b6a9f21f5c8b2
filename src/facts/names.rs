//! What a cell refers to. In: the ids, labels and aliases of a case. Out: the one entity that a text names, or a fault
//! that says what it may have meant.

use std::collections::{BTreeMap, HashMap};

use csvw::{Diagnostic, Location, nearest};
use unicode_normalization::UnicodeNormalization;

use super::model::Model;
use super::record::{Entity, Reference};
use crate::code;

/// Prefix that marks the id of a fact.
const FACT: &str = "fact:";

/// The names by which entities can be referred to.
pub(super) struct Names<'a> {
    model: &'a Model,
    entities: &'a BTreeMap<String, Entity>,
    redirects: &'a BTreeMap<String, String>,
    by_path: HashMap<&'a str, &'a Entity>,
    by_label: HashMap<String, Vec<&'a str>>,
}

/// Why a text does not name one thing.
enum NotOne {
    Unknown,
    /// It names all of these ids.
    Several(Vec<String>),
}

impl<'a> Names<'a> {
    /// Gathers the names of all entities; `aliases` are the other names of each path.
    pub(super) fn new(
        model: &'a Model,
        entities: &'a BTreeMap<String, Entity>,
        redirects: &'a BTreeMap<String, String>,
        aliases: &'a BTreeMap<String, Vec<String>>,
    ) -> Self {
        let mut by_label: HashMap<String, Vec<&str>> = HashMap::with_capacity(entities.len());
        for (path, entity) in entities {
            let labels = entity.labels.iter().chain(&entity.names).map(oxigraph::model::Literal::value);
            let others = aliases.get(path).into_iter().flatten().map(String::as_str);
            for label in labels.chain(others) {
                let paths = by_label.entry(folded(label)).or_default();
                if !paths.contains(&path.as_str()) {
                    paths.push(path);
                }
            }
        }
        let by_path = entities.iter().map(|(path, entity)| (path.as_str(), entity)).collect();
        Self { model, entities, redirects, by_path, by_label }
    }

    /// Finds what a text refers to, among the classes that are allowed (`Fact` among them for facts).
    pub(super) fn resolve(
        &self,
        text: &str,
        classes: &[&str],
        place: impl Fn() -> Location,
    ) -> Result<Reference, Box<Diagnostic>> {
        if let Some(id) = text.strip_prefix(FACT) {
            return Self::fact(id, text, classes, place);
        }
        if classes == ["Fact"] {
            return Ok(Reference::Fact(text.to_owned()));
        }
        let path = self.path(text, classes).map_err(|fault| Box::new(self.fault(&fault, text, classes, place())))?;
        let class = self.by_path[path].class.as_str();
        if classes.iter().any(|wanted| self.model.is_a(class, wanted)) {
            return Ok(Reference::Entity(path.to_owned()));
        }
        let message = format!("`{text}` is {}, and the column takes {}", article(class), one_of(classes));
        let hint = format!("it is described at {}", self.by_path[path].place);
        Err(Box::new(Diagnostic::error(code::WRONG_CLASS, place(), message).hint(hint)))
    }

    /// Returns the names of the entity with a path: labels and the names that rows of their own give it.
    pub(super) fn of(&self, path: &str) -> impl Iterator<Item = &'a str> {
        let entity = self.by_path.get(path);
        entity
            .into_iter()
            .flat_map(|entity| entity.labels.iter().chain(&entity.names))
            .map(oxigraph::model::Literal::value)
    }

    /// Tells whether a text names the entity with a path, by a label, an alias or another name.
    pub(super) fn is_name_of(&self, text: &str, path: &str) -> bool {
        self.by_label.get(&folded(text)).is_some_and(|paths| paths.contains(&path))
    }

    /// Tells whether a path is that of an entity.
    pub(super) fn is_id(&self, path: &str) -> bool {
        self.by_path.contains_key(path)
    }

    /// Returns the class of the entity with a path.
    pub(super) fn class_of(&self, path: &str) -> Option<&'a str> {
        self.by_path.get(path).map(|entity| entity.class.as_str())
    }

    /// Tells whether an id is an old one.
    pub(super) fn is_old(&self, path: &str) -> bool {
        self.redirects.contains_key(path)
    }

    fn fact(
        id: &str,
        text: &str,
        classes: &[&str],
        place: impl Fn() -> Location,
    ) -> Result<Reference, Box<Diagnostic>> {
        if classes.contains(&"Fact") {
            return Ok(Reference::Fact(id.to_owned()));
        }
        let message = format!("`{text}` is a fact, and the column takes {}", one_of(classes));
        Err(Box::new(Diagnostic::error(code::WRONG_CLASS, place(), message)))
    }

    /// Tells whether a text names nothing at all.
    pub(super) fn is_unknown(&self, text: &str, classes: &[&str]) -> bool {
        let is_fact = text.starts_with(FACT) || classes == ["Fact"];
        !is_fact && matches!(self.path(text, classes), Err(NotOne::Unknown))
    }

    fn path(&self, text: &str, classes: &[&str]) -> Result<&'a str, NotOne> {
        let takes_sources = classes.contains(&"Source") || classes.contains(&"Entity");
        let of_entity = (classes != ["Source"]).then(|| self.known(text)).flatten();
        let of_source = || takes_sources.then(|| self.known(&format!("src/{text}"))).flatten();
        if let Some(path) = of_entity.or_else(of_source) {
            return Ok(path);
        }
        let allowed = |path: &&str| {
            let class = &self.by_path[*path].class;
            classes.iter().any(|wanted| self.model.is_a(class, wanted))
        };
        let named = self.by_label.get(&folded(text)).map(Vec::as_slice).unwrap_or_default();
        let fitting: Vec<&str> = named.iter().copied().filter(allowed).collect();
        match fitting.as_slice() {
            [path] => Ok(path),
            [] => Err(NotOne::Unknown),
            several => Err(NotOne::Several(several.iter().map(|path| id(path).to_owned()).collect())),
        }
    }

    fn fault(&self, fault: &NotOne, text: &str, classes: &[&str], place: Location) -> Diagnostic {
        match fault {
            NotOne::Unknown => self.unknown(text, classes, place),
            NotOne::Several(ids) => {
                let message = format!("`{text}` names {} entities: `{}`", ids.len(), ids.join("`, `"));
                let fault = Diagnostic::error(code::AMBIGUOUS_ALIAS, place, message);
                fault.hint("write the id of the one that is meant")
            }
        }
    }

    fn known(&self, path: &str) -> Option<&'a str> {
        let path = if self.redirects.is_empty() { path } else { self.redirects.get(path).map_or(path, String::as_str) };
        self.by_path.get_key_value(path).map(|(path, _)| *path)
    }

    fn unknown(&self, text: &str, classes: &[&str], place: Location) -> Diagnostic {
        let is_source = classes == ["Source"];
        let code = if is_source { code::UNKNOWN_SOURCE } else { code::UNKNOWN_ENTITY };
        let message = format!("`{text}` is not the id of any {}", kind_of(classes));
        let fault = Diagnostic::error(code, place, message);
        let fits = |(_, entity): &(&'a String, &'a Entity)| {
            classes.iter().any(|wanted| self.model.is_a(&entity.class, wanted))
        };
        let names: BTreeMap<&str, &str> = self
            .entities
            .iter()
            .filter(fits)
            .flat_map(|(path, entity)| {
                let labels = entity.labels.iter().map(move |label| (label.value(), path.as_str()));
                labels.chain(std::iter::once((id(path), path.as_str())))
            })
            .collect();
        match nearest(text, names.keys().copied()).map(|name| names[name]) {
            Some(path) => {
                let place = &self.entities[path].place;
                let row = place.row.map(|row| format!(" row {row}")).unwrap_or_default();
                fault.hint(format!("{}{row} has `{}`", place.file, id(path)))
            }
            None if is_source => fault.hint("add a row for it to sources.csv"),
            None => fault.hint("add a row for it to the table of its kind"),
        }
    }
}

/// Returns the id that a researcher writes for a path.
pub(super) fn id(path: &str) -> &str {
    path.strip_prefix("src/").unwrap_or(path)
}

fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// Returns a class in words with its article: `an agency`, `a legal demand`.
pub(super) fn article(class: &str) -> String {
    let words = words(class);
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

/// Returns the classes as a phrase: `a company, an agency or a group`.
pub(super) fn one_of(classes: &[&str]) -> String {
    let article = |class: &&str| if *class == "Entity" { "any entity".to_owned() } else { article(class) };
    listed(classes, article)
}

/// Returns the classes as a phrase without articles: `company, agency or group`.
fn kind_of(classes: &[&str]) -> String {
    listed(classes, |class| words(class))
}

fn listed(classes: &[&str], name: impl Fn(&&str) -> String) -> String {
    match classes {
        [] => "nothing".to_owned(),
        [class] => name(class),
        [rest @ .., last] => format!("{} or {}", rest.iter().map(&name).collect::<Vec<_>>().join(", "), name(last)),
    }
}

fn words(class: &str) -> String {
    class.chars().enumerate().fold(String::new(), |mut words, (at, c)| {
        if c.is_uppercase() && at > 0 {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
        words
    })
}
