//! The table of docs/model.md that says from which day what may be said. In: its text, and quads. Out: kinds of triples that it lacks.

use std::collections::{BTreeMap, BTreeSet};

const PREFIXES: [(&str, &str); 8] = [
    ("cg", "https://w3id.org/casegraph/ns#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("schema", "https://schema.org/"),
    ("void", "http://rdfs.org/ns/void#"),
];

/// The predicates that the table lists for each kind of subject.
pub(super) fn listed(page: &str) -> BTreeMap<String, BTreeSet<String>> {
    let section = page.split("\n## From which day\n").nth(1).expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut listed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in section.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 3 && !cells[2].is_empty(), "{row}");
        let predicates = cells[1].split('`').skip(1).step_by(2).map(str::to_owned);
        listed.entry(cells[0].to_owned()).or_default().extend(predicates);
    }
    listed
}

fn shortened(iri: &str) -> String {
    let iri = iri.trim_matches(['<', '>']);
    let short = |(prefix, namespace): &(&str, &str)| Some(format!("{prefix}:{}", iri.strip_prefix(namespace)?));
    PREFIXES.iter().find_map(short).unwrap_or_else(|| iri.to_owned())
}

/// Returns the kinds of triples of a case, lines of N-Quads, that the table lacks.
pub(super) fn missing(listed: &BTreeMap<String, BTreeSet<String>>, quads: &str) -> BTreeSet<String> {
    let triples = quads.lines().filter_map(|line| {
        let mut parts = line.splitn(4, ' ');
        Some((parts.next()?, shortened(parts.next()?), parts.next()?))
    });
    let triples: Vec<(&str, String, &str)> = triples.collect();
    let mut classes: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (subject, _, class) in triples.iter().filter(|(_, predicate, _)| predicate == "rdf:type") {
        classes.entry(subject).or_default().insert(shortened(class));
    }
    let none = BTreeSet::new();
    let is_relation = |predicate: &String| {
        let full = |subject: &&str| shortened(subject) == *predicate;
        classes.iter().any(|(subject, classes)| classes.contains("cg:Relation") && full(subject))
    };
    let relations: BTreeSet<String> = triples
        .iter()
        .map(|(_, predicate, _)| predicate.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter(is_relation)
        .collect();
    let mut missing = BTreeSet::new();
    for (subject, predicate, _) in &triples {
        let kind = kind(classes.get(subject).unwrap_or(&none));
        let is_listed = |kind: &str| listed.get(kind).is_some_and(|listed| listed.contains(predicate));
        if !(relations.contains(predicate)
            || kind == "row of a table that makes no facts"
            || is_listed(kind)
            || is_listed("any"))
        {
            missing.insert(format!("{kind} `{predicate}`"));
        }
    }
    missing
}

fn kind(classes: &BTreeSet<String>) -> &'static str {
    let kinds = [
        ("cg:Fact", "fact"),
        ("cg:Source", "source"),
        ("cg:Citation", "citation"),
        ("cg:Disclosure", "disclosure"),
        ("cg:Name", "name"),
        ("cg:Judgement", "judgement"),
        ("cg:Relation", "predicate"),
        ("rdf:Statement", "statement"),
        ("void:Dataset", "case"),
        ("prov:Activity", "import"),
        ("prov:Entity", "import"),
    ];
    let found = kinds.iter().find(|(class, _)| classes.contains(*class)).map(|(_, kind)| *kind);
    let is_entity = classes.iter().any(|class| class.starts_with("cg:"));
    found.unwrap_or(if is_entity { "entity" } else { "row of a table that makes no facts" })
}
