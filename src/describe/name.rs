//! Names of columns. In: headers. Out: names that the metadata may use, each once.

use std::collections::BTreeSet;

use crate::facts::slug;

/// Returns a name for each header; headers without Latin letters or digits are named by their number.
pub(super) fn names(headers: &[String]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    headers.iter().enumerate().map(|(at, header)| unique(&name(header, at), &mut taken)).collect()
}

fn name(header: &str, at: usize) -> String {
    let has_letter = header.chars().any(char::is_alphanumeric);
    let name = slug(header).replace('-', "_");
    // A slug of letters that have no Latin form is a fingerprint, which nobody can read.
    let is_fingerprint = name.len() == 9 && name.starts_with('x') && !header.to_lowercase().contains(&name);
    if has_letter && !is_fingerprint { name } else { format!("column_{}", at + 1) }
}

fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut found = name.to_owned();
    let mut count = 1;
    while !taken.insert(found.clone()) {
        count += 1;
        found = format!("{name}_{count}");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_each_is_there_once() {
        let headers = ["Date d’émission", "Company", "company", "", "会社", "% share", "2013"].map(str::to_owned);
        let expected = ["date_d_emission", "company", "company_2", "column_4", "column_5", "share", "2013"];
        assert_eq!(names(&headers), expected);
    }
}
