//! Datatype descriptions. In: the `datatype` of a column. Out: a datatype whose format is ready for use; a format that
//! cannot be used is warned about and left out. <https://www.w3.org/TR/tabular-metadata/#datatypes>

use crate::base::{Base, Kind};
use crate::common::is_common_property;
use crate::context::Scope;
use crate::datatype::{Datatype, Format};
use crate::date_format::DateFormat;
use crate::facets::Facets;
use crate::json::{Json, Member, Node};
use crate::number::NumberFormat;
use crate::pattern::{Pattern, Unusable};

/// Reads a datatype; what is none counts as `string`.
pub(crate) fn read_datatype(member: &Member, scope: &mut Scope<'_>) -> Datatype {
    let place = member.node.place;
    match &member.node.json {
        Json::String(name) => {
            let base = Base::from_name(name);
            if base.is_none() {
                scope.warn(place, format!("`{name}` is not a built-in datatype; the values count as texts"));
            }
            Datatype { base: base.unwrap_or_default(), source: scope.source(place), ..Datatype::default() }
        }
        Json::Object(members) => read_derived(&member.node, members, scope),
        _ => {
            scope.warn(place, "`datatype` must be a name or a description; the values count as texts");
            Datatype { source: scope.source(place), ..Datatype::default() }
        }
    }
}

fn read_derived(node: &Node, members: &[Member], scope: &mut Scope<'_>) -> Datatype {
    let mut datatype = Datatype { source: scope.source(node.place), ..Datatype::default() };
    if let Some(base) = node.get("base") {
        match base.as_str().and_then(Base::from_name) {
            Some(found) => datatype.base = found,
            None => scope.warn(base.place, "`base` must be a built-in datatype; the values count as texts"),
        }
    }
    if let Some(format) = members.iter().rev().find(|member| member.name == "format") {
        read_format(format, &mut datatype, scope);
    }
    let base = datatype.base;
    let mut facets = Facets::default();
    // A bound may be written as the cells are.
    let as_cell = |text: &str| datatype.read(text).map(std::borrow::Cow::into_owned).unwrap_or_default();
    let mut id = None;
    for member in members {
        match member.name.as_str() {
            "base" | "format" => {}
            "@id" => id = read_id(member, scope),
            "@type" => scope.expect_type(member, "Datatype"),
            name if is_common_property(name) || facets.read(member, base, &as_cell, scope) => {}
            name => scope.warn(member.place, format!("`{name}` is not a property of a datatype; it is left out")),
        }
    }
    facets.check_consistency(base, node.place, scope);
    datatype.title = node.get("dc:title").and_then(Node::as_str).map(str::to_owned);
    datatype.facets = facets;
    datatype.id = id;
    datatype
}

fn read_id(member: &Member, scope: &mut Scope<'_>) -> Option<String> {
    let id = scope.identifier(member)?;
    let xsd = id.strip_prefix(crate::prefixes::XSD).and_then(Base::from_name);
    let others = [Base::Xml, Base::Html, Base::Json, Base::Number];
    if xsd.is_some() || others.iter().any(|base| base.iri() == id) {
        scope.error(member.node.place, "`@id` of a datatype must not be that of a built-in datatype");
        return None;
    }
    Some(id)
}

fn read_format(member: &Member, datatype: &mut Datatype, scope: &mut Scope<'_>) {
    let kind = datatype.base.kind();
    let text = member.node.as_str();
    if member.node.members().is_some() && matches!(kind, Kind::Decimal | Kind::Float) {
        return read_number_format(&member.node, datatype, scope);
    }
    let Some(text) = text else {
        return scope.wrong(member, "a text, or for numbers an object");
    };
    datatype.format = Some(text.to_owned());
    let rule = match kind {
        Kind::Decimal | Kind::Float => NumberFormat::new(Some(text), None, None).ok().map(Format::Number),
        Kind::Date => DateFormat::parse(text, datatype.base).map(Format::Date),
        Kind::Boolean => match text.split('|').collect::<Vec<_>>()[..] {
            [yes, no] if !yes.is_empty() && !no.is_empty() && yes != no => {
                Some(Format::Boolean(yes.to_owned(), no.to_owned()))
            }
            _ => None,
        },
        _ => match regular_expression(text, datatype.base) {
            Err(Unusable::TooLarge) => {
                let message = "the format is too large a regular expression to be used; it is left out";
                return scope.warn(member.node.place, message);
            }
            other => other.ok(),
        },
    };
    if let Some(rule) = rule {
        datatype.rule = rule;
    } else {
        let message = format!("`{text}` is not a format of {} that can be used; it is left out", datatype.base.name());
        scope.warn(member.node.place, message);
    }
}

fn regular_expression(text: &str, base: Base) -> Result<Format, Unusable> {
    let plain =
        |word: &&str| word.starts_with(char::is_alphanumeric) && word.chars().all(|c| c.is_alphanumeric() || c == '-');
    let words: Vec<&str> = text.split('|').collect();
    if base == Base::String && words.len() > 1 && words.iter().all(plain) {
        return Ok(Format::Choices(words.into_iter().map(str::to_owned).collect()));
    }
    Pattern::new(text).map(Format::Pattern)
}

fn read_number_format(node: &Node, datatype: &mut Datatype, scope: &mut Scope<'_>) {
    let (mut pattern, mut decimal, mut group) = (None, None, None);
    for member in node.members().unwrap_or_default() {
        match member.name.as_str() {
            "pattern" => pattern = scope.text(member),
            "decimalChar" => decimal = one_char(member, scope),
            "groupChar" => group = one_char(member, scope),
            name => scope.warn(member.place, format!("`{name}` is not a property of a number format; it is left out")),
        }
    }
    datatype.format.clone_from(&pattern);
    let format = NumberFormat::new(pattern.as_deref(), decimal, group).or_else(|_| {
        let message =
            format!("`{}` is not a number pattern that can be used; it is left out", pattern.unwrap_or_default());
        scope.warn(node.place, message);
        NumberFormat::new(None, decimal, group)
    });
    if let Ok(format) = format {
        datatype.rule = Format::Number(format);
    }
}

fn one_char(member: &Member, scope: &mut Scope<'_>) -> Option<char> {
    let mut chars = member.node.as_str().unwrap_or_default().chars();
    let only = chars.next().filter(|_| chars.next().is_none());
    if only.is_none() {
        scope.wrong(member, "one character");
    }
    only
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::json::parse_json;

    fn read(json: &str) -> (Datatype, Vec<String>) {
        let mut faults = Diagnostics::default();
        let mut scope = Scope { file: "a.json".into(), base: None, lang: None, faults: &mut faults };
        let node = parse_json(&format!("{{\"datatype\": {json}}}")).expect("JSON");
        let datatype = read_datatype(&node.members().expect("object")[0], &mut scope);
        (datatype, faults.iter().map(|fault| format!("{}: {}", fault.severity, fault.message)).collect())
    }

    fn datatype(json: &str) -> Datatype {
        let (datatype, faults) = read(json);
        assert!(faults.is_empty(), "{faults:?}");
        datatype
    }

    #[test]
    fn a_list_of_words_names_its_choices() {
        let kinds = datatype(r#"{"base": "string", "format": "news|court"}"#);
        assert!(kinds.check("court").is_ok());
        assert_eq!(kinds.check("curt").expect_err("fault").expected, "one of news, court");
    }

    #[test]
    fn a_format_must_match_the_whole_value() {
        let cik = datatype(r#"{"dc:title": "a CIK: ten digits", "base": "string", "format": "[0-9]{10}"}"#);
        assert!(cik.check("0000789019").is_ok());
        assert_eq!(cik.check("00007890190").expect_err("fault").expected, "a CIK: ten digits");
    }

    #[test]
    fn built_in_datatypes_check_their_values() {
        for (name, good, bad) in [
            ("integer", "12", "twelve"),
            ("date", "2014-05-23", "2014-13-45"),
            ("boolean", "true", "yes"),
            ("anyURI", "https://example.org/", "example"),
            ("language", "fr-CA", "_fr"),
            ("dateTime", "2014-05-23T08:13:00Z", "2014-05-23"),
        ] {
            let datatype = datatype(&format!("\"{name}\""));
            assert!(datatype.check(good).is_ok(), "{name} {good}");
            assert!(datatype.check(bad).is_err(), "{name} {bad}");
        }
    }

    #[test]
    fn formats_give_the_value_of_xml_schema() {
        for (json, text, value) in [
            (r#"{"base": "boolean", "format": "Y|N"}"#, "N", "false"),
            (r#"{"base": "date", "format": "d/M/yyyy"}"#, "6/2/2010", "2010-02-06"),
            (r#"{"base": "decimal", "format": {"decimalChar": ",", "groupChar": "."}}"#, "1.234,5", "1234.5"),
        ] {
            assert_eq!(datatype(json).read(text).as_deref(), Ok(value), "{json}");
        }
    }

    #[test]
    fn limits_are_checked_and_named() {
        let year = datatype(r#"{"base": "integer", "minimum": 1789, "maxExclusive": "2100"}"#);
        assert!(year.check("1789").is_ok());
        assert_eq!(year.check("2100").expect_err("fault").expected, "below 2100");
        assert_eq!(
            datatype(r#"{"base": "string", "maxLength": 2}"#).check("abc").expect_err("fault").expected,
            "of length 2 or less"
        );
    }

    #[test]
    fn formats_that_cannot_be_used_are_warned_about() {
        for json in [
            r#"{"base": "boolean", "format": "YN"}"#,
            r#"{"base": "boolean", "format": {"pattern": "Y|N"}}"#,
            r#"{"base": "date", "format": "MMM d, yyyy"}"#,
            r#"{"base": "integer", "format": "["}"#,
            r#"{"base": "string", "format": "+"}"#,
            "\"anySimpleType\"",
            r#"{"base": "foo"}"#,
            "1",
        ] {
            assert!(read(json).1.iter().all(|fault| fault.starts_with("warning")), "{json}");
            assert_eq!(read(json).1.len(), 1, "{json}");
        }
    }

    #[test]
    fn contradictions_are_errors() {
        for json in [
            r#"{"base": "date", "length": 5}"#,
            r#"{"base": "string", "minimum": 1}"#,
            r#"{"base": "NMTOKEN", "minLength": 6, "maxLength": 5}"#,
            r#"{"base": "date", "maxInclusive": "2015-06-05", "minExclusive": "2015-06-05"}"#,
            r#"{"base": "date", "minInclusive": "2015-06-05", "minExclusive": "2015-06-05"}"#,
            r#"{"@id": "http://www.w3.org/2001/XMLSchema#string", "base": "string"}"#,
            r#"{"@id": "_:a", "base": "string"}"#,
        ] {
            assert!(read(json).1.iter().any(|fault| fault.starts_with("error")), "{json}");
        }
    }
}
