//! Prefixes that metadata may use without declaring them. In: a prefixed name or term. Out: its IRI.
//! The list is that of the CSVW context, which takes it from the initial context of `RDFa`.
//! <https://www.w3.org/TR/tabular-metadata/#h-prefixed-names>

/// Namespace of the CSVW vocabulary.
pub(crate) const CSVW: &str = "http://www.w3.org/ns/csvw#";

/// Namespace of RDF.
pub(crate) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Namespace of the XML Schema datatypes.
pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

const PREFIXES: &[(&str, &str)] = &[
    ("as", "https://www.w3.org/ns/activitystreams#"),
    ("cat", "http://www.w3.org/ns/dcat#"),
    ("cc", "http://creativecommons.org/ns#"),
    ("cnt", "http://www.w3.org/2008/content#"),
    ("csvw", CSVW),
    ("ctag", "http://commontag.org/ns#"),
    ("dc", "http://purl.org/dc/terms/"),
    ("dc11", "http://purl.org/dc/elements/1.1/"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("dctypes", "http://purl.org/dc/dcmitype/"),
    ("dqv", "http://www.w3.org/ns/dqv#"),
    ("duv", "https://www.w3.org/ns/duv#"),
    ("earl", "http://www.w3.org/ns/earl#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("gldp", "http://www.w3.org/ns/people#"),
    ("gr", "http://purl.org/goodrelations/v1#"),
    ("grddl", "http://www.w3.org/2003/g/data-view#"),
    ("ht", "http://www.w3.org/2006/http#"),
    ("ical", "http://www.w3.org/2002/12/cal/icaltzd#"),
    ("ldp", "http://www.w3.org/ns/ldp#"),
    ("ma", "http://www.w3.org/ns/ma-ont#"),
    ("oa", "http://www.w3.org/ns/oa#"),
    ("odrl", "http://www.w3.org/ns/odrl/2/"),
    ("og", "http://ogp.me/ns#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("ptr", "http://www.w3.org/2009/pointers#"),
    ("qb", "http://purl.org/linked-data/cube#"),
    ("rdf", RDF),
    ("rdfa", "http://www.w3.org/ns/rdfa#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("rev", "http://purl.org/stuff/rev#"),
    ("rif", "http://www.w3.org/2007/rif#"),
    ("role", "http://www.w3.org/1999/xhtml/vocab#role"),
    ("rr", "http://www.w3.org/ns/r2rml#"),
    ("schema", "http://schema.org/"),
    ("sd", "http://www.w3.org/ns/sparql-service-description#"),
    ("sioc", "http://rdfs.org/sioc/ns#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("skosxl", "http://www.w3.org/2008/05/skos-xl#"),
    ("ssn", "http://www.w3.org/ns/ssn/"),
    ("sosa", "http://www.w3.org/ns/sosa/"),
    ("time", "http://www.w3.org/2006/time#"),
    ("v", "http://rdf.data-vocabulary.org/#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("void", "http://rdfs.org/ns/void#"),
    ("wdr", "http://www.w3.org/2007/05/powder#"),
    ("wdrs", "http://www.w3.org/2007/05/powder-s#"),
    ("xhv", "http://www.w3.org/1999/xhtml/vocab#"),
    ("xml", "http://www.w3.org/XML/1998/namespace"),
    ("xsd", XSD),
];

/// Classes of the CSVW context that `@type` may name without a prefix.
const TERMS: &[&str] = &[
    "Cell",
    "Column",
    "Datatype",
    "Dialect",
    "Direction",
    "ForeignKey",
    "JSON",
    "NumericFormat",
    "Row",
    "Schema",
    "Table",
    "TableGroup",
    "TableReference",
    "Transformation",
    "csvEncodedTabularData",
    "tabularMetadata",
    "uriTemplate",
];

/// Expands a prefixed name whose prefix is known, such as `dc:title`.
pub(crate) fn expand_prefixed(name: &str) -> Option<String> {
    let (prefix, local) = name.split_once(':')?;
    if local.starts_with("//") {
        return None;
    }
    let (_, namespace) = PREFIXES.iter().find(|(known, _)| *known == prefix)?;
    Some(format!("{namespace}{local}"))
}

/// Expands a prefixed name, or keeps an absolute IRI.
pub(crate) fn expand_name(name: &str) -> Option<String> {
    expand_prefixed(name).or_else(|| oxiri::Iri::parse(name).is_ok().then(|| name.to_owned()))
}

/// Expands what `@type` may hold: a term, a prefixed name or an absolute IRI.
pub(crate) fn expand_type(name: &str) -> Option<String> {
    if TERMS.contains(&name) { Some(format!("{CSVW}{name}")) } else { expand_name(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_iris() {
        assert_eq!(expand_name("dc:title").as_deref(), Some("http://purl.org/dc/terms/title"));
        assert_eq!(expand_name("http://x.org/a").as_deref(), Some("http://x.org/a"));
        assert_eq!(expand_name("title"), None);
        assert_eq!(expand_type("Table").as_deref(), Some("http://www.w3.org/ns/csvw#Table"));
        assert_eq!(expand_prefixed("time://x.org/"), None);
    }
}
