//! Finding the metadata of a CSV file. In: its IRI, and what the user gives. Out: the first metadata that describes it,
//! used whole; without any, a description made of its header.
//! <https://www.w3.org/TR/tabular-data-model/#locating-metadata>

use crate::code;
use crate::context::resolve;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::location::Location;
use crate::metadata::{ForeignKey, TableDescription, TableGroup};
use crate::percent::normalize_escapes;
use crate::resources::Resources;
use crate::uri_template::UriTemplate;

/// Where metadata is looked for where the site says nothing.
const PATTERNS: &str = "{+url}-metadata.json\ncsv-metadata.json\n";

/// Media types of metadata.
const MEDIA_TYPES: &[&str] = &["application/csvm+json", "application/ld+json", "application/json"];

impl TableGroup {
    /// Finds the metadata of a CSV file; what the user gives (`metadata`, an IRI) is used in any case. Nothing comes
    /// back where the metadata that applies is broken.
    pub fn find(
        csv: &str,
        metadata: Option<&str>,
        resources: &dyn Resources,
        faults: &mut Diagnostics,
    ) -> Option<Self> {
        if let Some(metadata) = metadata {
            return Self::open(metadata, resources, faults);
        }
        let patterns = resources.site_patterns(csv);
        let near = patterns.as_deref().unwrap_or(PATTERNS).lines().filter_map(|pattern| {
            let template = UriTemplate::try_from(pattern.trim().to_owned()).ok()?;
            Some(resolve(Some(csv), &template.expand(|name| (name == "url").then_some(csv))))
        });
        let linked = resources.link(csv).into_iter().flat_map(|header| linked_metadata(&header, csv));
        for place in linked.chain(near) {
            if resources.open(&place).is_err() {
                continue;
            }
            let mut own = Diagnostics::default();
            let group = Self::open(&place, resources, &mut own);
            let describes = group.as_ref().is_none_or(|group| group.describes(csv));
            if describes {
                faults.extend(own);
                return group;
            }
            let file = resources.name(&place);
            let message = format!("`{file}` does not describe `{}`; it is left out", resources.name(csv));
            faults.push(Diagnostic::warning(code::BAD_METADATA, Location::file(file), message));
        }
        Some(Self::embedded(csv))
    }

    /// Returns the description of a CSV file about which nothing is known but its header.
    pub fn embedded(csv: &str) -> Self {
        TableDescription { url: csv.to_owned(), ..TableDescription::default() }.into()
    }

    /// Tells whether a table of the group is the file with an IRI.
    pub fn describes(&self, csv: &str) -> bool {
        self.tables.iter().any(|table| same_url(&table.url, csv))
    }

    /// Returns the position of the table that a foreign key refers to.
    pub fn referenced_table(&self, key: &ForeignKey) -> Option<usize> {
        self.tables.iter().position(|table| match (&key.resource, &key.schema) {
            (Some(resource), _) => same_url(&table.url, resource),
            (None, Some(schema)) => table.schema.id.as_ref().is_some_and(|id| same_url(id, schema)),
            (None, None) => false,
        })
    }
}

/// Returns the addresses of metadata in a `Link` header.
fn linked_metadata(header: &str, base: &str) -> Vec<String> {
    header
        .split(",<")
        .flat_map(|part| part.split(", <"))
        .filter_map(|link| {
            let (address, parameters) = link.trim().trim_start_matches('<').split_once('>')?;
            let parameters = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
            let has = |name: &str, allowed: &[&str]| {
                parameters
                    .clone()
                    .any(|(key, value)| key.trim() == name && allowed.contains(&value.trim().trim_matches('"')))
            };
            (has("rel", &["describedby"]) && has("type", MEDIA_TYPES)).then(|| resolve(Some(base), address))
        })
        .collect()
}

/// Tells whether two addresses are the same after normalization by syntax and scheme.
pub(crate) fn same_url(a: &str, b: &str) -> bool {
    a == b || normalized(a) == normalized(b)
}

fn normalized(address: &str) -> String {
    // Resolving an address against itself removes its dot segments.
    let whole = resolve(Some(address), address);
    let Some((scheme, rest)) = whole.split_once("://") else { return whole };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let scheme = scheme.to_lowercase();
    let mut authority = authority.to_lowercase();
    let port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => ":",
    };
    if let Some(host) = authority.strip_suffix(port).or_else(|| authority.strip_suffix(':')) {
        authority = host.to_owned();
    }
    let path = if path.is_empty() { "/" } else { path };
    format!("{scheme}://{authority}{}", normalize_escapes(path))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{self, Read};

    use super::*;

    struct Files(BTreeMap<&'static str, &'static str>, Option<&'static str>);

    impl Resources for Files {
        fn open(&self, iri: &str) -> io::Result<Box<dyn Read + '_>> {
            let text = self.0.get(iri).ok_or(io::ErrorKind::NotFound)?;
            Ok(Box::new(text.as_bytes()))
        }

        fn link(&self, _iri: &str) -> Option<String> {
            self.1.map(str::to_owned)
        }
    }

    const MINE: &str = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "dc:title": "mine"}"#;
    const OTHER: &str = r#"{"@context": "http://www.w3.org/ns/csvw", "url": "b.csv", "dc:title": "other"}"#;

    fn find(files: &[(&'static str, &'static str)], link: Option<&'static str>) -> (Option<String>, usize) {
        let mut faults = Diagnostics::default();
        let files = Files(files.iter().copied().collect(), link);
        let group = TableGroup::find("http://x.org/a.csv", None, &files, &mut faults).expect("group");
        (group.tables[0].annotation("dc:title").map(str::to_owned), faults.iter().count())
    }

    #[test]
    fn the_first_metadata_that_describes_the_file_is_used() {
        let near = ("http://x.org/a.csv-metadata.json", MINE);
        assert_eq!(find(&[near], None), (Some("mine".to_owned()), 0));
        assert_eq!(find(&[("http://x.org/csv-metadata.json", MINE)], None), (Some("mine".to_owned()), 0));
        let other = ("http://x.org/l.json", OTHER);
        let link = Some("<l.json>; rel=\"describedby\"; type=\"application/csvm+json\"");
        assert_eq!(find(&[near, other], link), (Some("mine".to_owned()), 1));
        assert_eq!(find(&[], None), (None, 0));
    }

    #[test]
    fn addresses_are_compared_after_normalization() {
        assert!(same_url("HTTP://X.org:80/a/../b%7e", "http://x.org/b~"));
        assert!(!same_url("http://x.org/a", "http://x.org/A"));
    }
}
