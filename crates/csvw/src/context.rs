//! What holds while one metadata file is read: its name, its base IRI, its language, the faults found so far. In:
//! values with positions. Out: checked values, or a warning where the standard lets a reader go on, an error where it
//! does not. Follows <https://www.w3.org/TR/tabular-metadata/#metadata-format>.

use std::sync::Arc;

use crate::code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::json::{Json, Member, Node, Place, Source};

/// The address of the only context that metadata may name.
const CONTEXT: &str = "http://www.w3.org/ns/csvw";

/// The state of reading one metadata file.
#[derive(Debug)]
pub(crate) struct Scope<'f> {
    /// Name of the file in diagnostics.
    pub file: Arc<str>,
    /// IRI that relative addresses start from, where one is known.
    pub base: Option<String>,
    /// Language of texts without one, from `@context`.
    pub lang: Option<String>,
    pub faults: &'f mut Diagnostics,
}

impl Scope<'_> {
    /// Returns a place together with its file.
    pub(crate) fn source(&self, place: Place) -> Source {
        Source { file: Arc::clone(&self.file), place }
    }

    pub(crate) fn error(&mut self, place: Place, message: impl Into<String>) {
        let fault = Diagnostic::error(code::BAD_METADATA, self.source(place).location(), message);
        self.faults.push(fault);
    }

    pub(crate) fn warn(&mut self, place: Place, message: impl Into<String>) {
        let fault = Diagnostic::warning(code::BAD_METADATA, self.source(place).location(), message);
        self.faults.push(fault);
    }

    /// Warns that a property has a value of the wrong kind.
    pub(crate) fn wrong(&mut self, member: &Member, expected: &str) {
        let message = format!("`{}` must be {expected}; it is left out", member.name);
        self.warn(member.node.place, message);
    }

    pub(crate) fn text(&mut self, member: &Member) -> Option<String> {
        let text = member.node.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(member, "a text");
        }
        text
    }

    pub(crate) fn flag(&mut self, member: &Member) -> Option<bool> {
        if let Json::Bool(flag) = member.node.json {
            return Some(flag);
        }
        self.wrong(member, "true or false");
        None
    }

    pub(crate) fn count(&mut self, member: &Member) -> Option<u64> {
        let count = match &member.node.json {
            Json::Number(number) => number.as_u64(),
            _ => None,
        };
        if count.is_none() {
            self.wrong(member, "a whole number, 0 or more");
        }
        count
    }

    pub(crate) fn one_of(&mut self, member: &Member, allowed: &[&str]) -> Option<String> {
        let text = member.node.as_str().filter(|text| allowed.contains(text)).map(str::to_owned);
        if text.is_none() {
            self.wrong(member, &format!("one of {}", allowed.join(", ")));
        }
        text
    }

    /// Reads a text or a list of texts; items that are no texts are warned about and left out.
    pub(crate) fn texts(&mut self, member: &Member) -> Option<Vec<String>> {
        match &member.node.json {
            Json::String(text) => Some(vec![text.clone()]),
            Json::Array(items) => {
                let mut texts = Vec::new();
                for item in items {
                    match item.as_str() {
                        Some(text) => texts.push(text.to_owned()),
                        None => self.warn(item.place, format!("`{}` holds a value that is not a text", member.name)),
                    }
                }
                Some(texts)
            }
            _ => {
                self.wrong(member, "a text or a list of texts");
                None
            }
        }
    }

    /// Returns the items of a list; anything else counts as an empty list.
    pub(crate) fn items<'n>(&mut self, member: &'n Member) -> &'n [Node] {
        if let Some(items) = member.node.items() {
            items
        } else {
            let message = format!("`{}` must be a list; it counts as an empty one", member.name);
            self.warn(member.node.place, message);
            &[]
        }
    }

    /// Reads an address and makes it absolute; what is no text counts as the empty address.
    pub(crate) fn link(&mut self, member: &Member) -> String {
        let text = member.node.as_str().unwrap_or_else(|| {
            let message = format!("`{}` must be a text; it counts as an empty one", member.name);
            self.warn(member.node.place, message);
            ""
        });
        self.resolve(text)
    }

    /// Reads `@id`, which must not be a blank node.
    pub(crate) fn identifier(&mut self, member: &Member) -> Option<String> {
        if member.node.as_str().is_some_and(|id| id.starts_with("_:")) {
            self.error(member.node.place, "`@id` must not be a blank node");
            return None;
        }
        Some(self.link(member))
    }

    /// Checks `@type`.
    pub(crate) fn expect_type(&mut self, member: &Member, expected: &str) {
        if member.node.as_str() != Some(expected) {
            self.error(member.node.place, format!("`@type` must be `{expected}` here"));
        }
    }

    /// Makes an address absolute, where a base is known.
    pub(crate) fn resolve(&self, address: &str) -> String {
        resolve(self.base.as_deref(), address)
    }

    /// Reads `@context`: the base and the language of the file.
    pub(crate) fn read_context(&mut self, document: &Node) {
        let Some(context) = document.get("@context") else {
            return self.warn(document.place, format!("`@context` is missing; it should be \"{CONTEXT}\""));
        };
        match &context.json {
            Json::String(text) if text == CONTEXT => {}
            Json::Array(items) if items.first().and_then(Node::as_str) == Some(CONTEXT) && items.len() <= 2 => {
                if let Some(local) = items.get(1) {
                    self.read_local_context(local);
                }
            }
            _ => self.error(context.place, format!("`@context` must be \"{CONTEXT}\", alone or with a local context")),
        }
    }

    fn read_local_context(&mut self, local: &Node) {
        let Some(members) = local.members() else {
            return self.error(local.place, "a local context must be an object");
        };
        for member in members {
            match (member.name.as_str(), member.node.as_str()) {
                ("@base", Some(base)) => self.base = Some(self.resolve(base)),
                ("@language", Some(lang)) if is_language(lang) => self.lang = Some(lang.to_owned()),
                ("@language", _) => self.wrong(member, "a language tag of BCP 47"),
                ("@base", None) => self.error(member.node.place, "`@base` must be a text"),
                (name, _) => {
                    let message = format!("`{name}` is not allowed in a local context: only @base and @language are");
                    self.error(member.place, message);
                }
            }
        }
    }
}

/// Tells whether a text has the form of a BCP 47 language tag.
pub(crate) fn is_language(tag: &str) -> bool {
    oxilangtag::LanguageTag::parse(tag).is_ok()
}

/// Makes an address absolute; without a base, or where that fails, it stays as it is.
pub(crate) fn resolve(base: Option<&str>, address: &str) -> String {
    let base = base.and_then(|base| oxiri::Iri::parse(base).ok());
    let reference = oxiri::IriRef::parse(address).ok();
    let resolved = base.zip(reference).and_then(|(base, reference)| base.resolve(&reference).ok());
    resolved.map_or_else(|| address.to_owned(), oxiri::Iri::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse_json;

    fn context(json: &str) -> (Option<String>, Option<String>, usize) {
        let mut faults = Diagnostics::default();
        let base = Some("http://x.org/a.json".to_owned());
        let mut scope = Scope { file: "a.json".into(), base, lang: None, faults: &mut faults };
        scope.read_context(&parse_json(&format!("{{\"@context\": {json}}}")).expect("JSON"));
        let (base, lang) = (scope.base.clone(), scope.lang.clone());
        (base, lang, faults.iter().count())
    }

    #[test]
    fn a_local_context_sets_base_and_language() {
        let (base, lang, faults) = context(r#"["http://www.w3.org/ns/csvw", {"@base": "b/", "@language": "fr"}]"#);
        assert_eq!((base.as_deref(), lang.as_deref(), faults), (Some("http://x.org/b/"), Some("fr"), 0));
    }

    #[test]
    fn other_contexts_and_bad_languages_are_faults() {
        assert_eq!(context(r#"["http://www.w3.org/ns/csvw", {"ex": "http://x.org/"}]"#).2, 1);
        assert_eq!(context("\"http://schema.org/\"").2, 1);
        let (_, lang, faults) = context(r#"["http://www.w3.org/ns/csvw", {"@language": "a-bad-language"}]"#);
        assert_eq!((lang, faults), (None, 1));
    }
}
