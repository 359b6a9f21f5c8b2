//! The rules at length. In: `docs/faults.md`, embedded, one section a code. Out: the section of a code, as Markdown and as
//! text for a terminal. Not here: the codes and their short rule (`code`).

use csvw::Code;

use crate::code;

const PAGE: &str = include_str!("../docs/faults.md");

/// Returns what `docs/faults.md` says of a code, as Markdown without its heading.
pub fn explanation(code: Code) -> &'static str {
    // A test excludes a code without a section; its short rule is better than nothing.
    sections(PAGE).into_iter().find(|(heading, _)| *heading == code.name()).map_or(code.rule(), |(_, text)| text)
}

/// Returns the code of a name, such as `bad-date`.
pub fn code_named(name: &str) -> Option<Code> {
    code::all().find(|code| code.name() == name)
}

/// Returns the short rule of a code as one line.
pub fn short_rule(code: Code) -> String {
    code.rule().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the first paragraph of a text: what a section says of the rule before it shows examples.
pub fn first_paragraph(markdown: &str) -> String {
    let paragraph = markdown.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Turns Markdown into text for a terminal: fenced examples are indented, all else stands as it is.
pub fn plain(markdown: &str) -> String {
    let (mut text, mut is_example) = (String::new(), false);
    for line in markdown.lines() {
        if line.starts_with("```") {
            is_example = !is_example;
            continue;
        }
        if is_example && !line.is_empty() {
            text.push_str("    ");
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Returns the sections of the first chapter, each with its heading; a `#` inside an example is no heading.
fn sections(page: &str) -> Vec<(&str, &str)> {
    let mut headings: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut is_example, mut chapters, mut end) = (0, false, 0, page.len());
    for line in page.split_inclusive('\n') {
        is_example ^= line.starts_with("```");
        if !is_example && line.starts_with("# ") {
            chapters += 1;
            if chapters == 2 {
                end = at;
                break;
            }
        } else if !is_example && line.starts_with("## ") {
            headings.push((at, at + line.len()));
        }
        at += line.len();
    }
    let ends = headings.iter().skip(1).map(|(start, _)| *start).chain([end]);
    headings
        .iter()
        .zip(ends)
        .map(|(&(start, text), end)| (page[start + 3..text].trim(), page[text..end].trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_section_with_a_wrong_example_and_a_right_one() {
        let sections = sections(PAGE);
        for code in code::all() {
            let section = sections.iter().find(|(heading, _)| *heading == code.name());
            let Some((_, text)) = section else {
                panic!(
                    "`{code}` is not explained: write a section `## {code}` in the first chapter of docs/faults.md, \
                     with the rule and its reason, an example after \"Wrong, in `FILE`:\", one after \
                     \"Right, in `FILE`:\", and a paragraph that begins with \"What to do:\""
                );
            };
            for part in ["\nWrong, in `", "\nRight, in `", "\n```", "\nWhat to do: "] {
                assert!(text.contains(part), "the section `{code}` of docs/faults.md has no line {:?}", part.trim());
            }
        }
    }

    #[test]
    fn every_section_is_that_of_one_code() {
        let headings: Vec<&str> = sections(PAGE).iter().map(|(heading, _)| *heading).collect();
        for heading in &headings {
            assert!(code_named(heading).is_some(), "docs/faults.md explains `{heading}`, which is not a code");
        }
        assert_eq!(headings.len(), code::all().count(), "docs/faults.md explains a code twice");
    }

    #[test]
    fn sections_end_at_the_next_heading_and_examples_are_indented() {
        let page =
            "# A\n\nintro\n\n## one\n\nRule.\n\n```toml\n# no heading\n```\n\n## two\n\nOther.\n\n# B\n\n## three\n";
        let found = sections(page);
        assert_eq!(found, [("one", "Rule.\n\n```toml\n# no heading\n```"), ("two", "Other.")]);
        assert_eq!(plain(found[0].1), "Rule.\n\n    # no heading\n");
        assert_eq!(first_paragraph("One\nrule.\n\nMore."), "One rule.");
    }
}
