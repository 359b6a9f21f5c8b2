//! Common properties and notes: what metadata says in other vocabularies. In: values with positions. Out: whether they
//! keep to the part of JSON-LD that metadata may use. Not here: their quads (`annotation_quads`).
//! <https://www.w3.org/TR/tabular-metadata/#common-properties>

use crate::context::{Scope, is_language};
use crate::json::{Json, Member, Node};
use crate::prefixes::{expand_name, expand_type};

/// Tells whether a name is that of a common property: a prefixed name or an absolute IRI.
pub(crate) fn is_common_property(name: &str) -> bool {
    name.contains(':') && expand_name(name).is_some()
}

/// Checks the value of a common property.
pub(crate) fn check_common(node: &Node, scope: &mut Scope<'_>) {
    match &node.json {
        Json::Array(items) => items.iter().for_each(|item| check_common(item, scope)),
        Json::Object(members) => check_object(node, members, scope),
        _ => {}
    }
}

fn check_object(node: &Node, members: &[Member], scope: &mut Scope<'_>) {
    let has_value = node.get("@value").is_some();
    for member in members {
        let place = member.node.place;
        match member.name.as_str() {
            "@value" => match member.node.json {
                Json::String(_) | Json::Number(_) | Json::Bool(_) => {}
                _ => scope.error(place, "`@value` must be a text, a number, true or false"),
            },
            "@language" if !has_value => scope.error(member.place, "`@language` stands only beside `@value`"),
            "@language" => {
                let valid = member.node.json == Json::Null || member.node.as_str().is_some_and(is_language);
                if !valid {
                    scope.error(place, "`@language` must be a language tag of BCP 47");
                }
            }
            "@type" => check_type(&member.node, has_value, scope),
            "@id" if !has_value => match member.node.as_str() {
                Some(id) if !id.starts_with("_:") => {}
                _ => scope.error(place, "`@id` must be an address, and not a blank node"),
            },
            name if name.starts_with('@') || has_value => {
                scope.error(member.place, format!("`{name}` must not stand in a common property{}", beside(has_value)));
            }
            name if is_common_property(name) => check_common(&member.node, scope),
            name => scope.warn(member.place, format!("`{name}` is neither a prefixed name nor an IRI; it is left out")),
        }
    }
    if has_value && node.get("@type").is_some() && node.get("@language").is_some() {
        scope.error(node.place, "a value has either `@type` or `@language`, not both");
    }
}

fn beside(has_value: bool) -> &'static str {
    if has_value { " beside `@value`" } else { "" }
}

fn check_type(node: &Node, of_value: bool, scope: &mut Scope<'_>) {
    let types = match node.items() {
        Some(items) if !of_value => items,
        _ => std::slice::from_ref(node),
    };
    for one in types {
        let known = one.as_str().is_some_and(|name| !name.starts_with("_:") && expand_type(name).is_some());
        let built_in = of_value && one.as_str().and_then(crate::base::Base::from_name).is_some();
        if !known && !built_in {
            scope.error(one.place, "`@type` must be a term of CSVW, a prefixed name or an absolute IRI");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostics, Severity};
    use crate::json::parse_json;

    fn errors(json: &str) -> usize {
        let mut faults = Diagnostics::default();
        let mut scope = Scope { file: "a.json".into(), base: None, lang: None, faults: &mut faults };
        check_common(&parse_json(json).expect("JSON"), &mut scope);
        faults.count(Severity::Error)
    }

    #[test]
    fn the_allowed_part_of_json_ld_passes() {
        for json in [
            r#""text""#,
            r#"[1, true, {"@value": "a", "@language": "en"}]"#,
            r#"{"@type": "schema:Thing", "schema:name": {"@value": "2010-12-31", "@type": "xsd:date"}}"#,
            r#"{"@id": "http://x.org/", "@type": ["Table", "http://x.org/A"]}"#,
        ] {
            assert_eq!(errors(json), 0, "{json}");
        }
    }

    #[test]
    fn the_rest_is_an_error() {
        for json in [
            r#"{"@context": "http://schema.org/"}"#,
            r#"{"@list": [1]}"#,
            r#"{"@set": [1]}"#,
            r#"{"@value": "a", "@type": "_:b"}"#,
            r#"{"@type": "_:b"}"#,
            r#"{"@type": "foo"}"#,
            r#"{"@type": 1}"#,
            r#"{"@id": "_:b"}"#,
            r#"{"@value": "a", "@language": "en", "@type": "xsd:string"}"#,
            r#"{"@value": "a", "dc:title": "b"}"#,
            r#"{"@value": ["a"]}"#,
            r#"{"@language": "en"}"#,
            r#"{"@value": "a", "@language": 1}"#,
            r#"[{"dc:title": {"@faux": 1}}]"#,
        ] {
            assert!(errors(json) > 0, "{json}");
        }
    }
}
