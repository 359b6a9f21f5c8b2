//! `casegraph explain`: a rule at length, or all rules in one line each.

use std::io::Write;

use csvw::{Code, nearest};

use super::fault::Fault;
use super::screen::{Screen, Style};
use crate::code;
use crate::explanation::{code_named, explanation, plain, short_rule};

/// Tell a rule that the data must keep: what it is, why, a wrong cell and a right one
#[derive(clap::Args)]
pub(super) struct Explain {
    /// Code of the rule, as it stands in brackets in a fault, such as bad-date; without it all codes are listed
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(&self, out: &mut Screen<impl Write>) -> Result<(), Fault> {
        let Some(text) = &self.code else { return list(out) };
        let name = asked_for(text);
        let Some(code) = code_named(&name) else {
            let fault = Fault::usage(format!("`{text}` is not the code of a rule"));
            let near = nearest(&name, code::all().map(Code::name));
            let fault = near.into_iter().fold(fault, |fault, near| fault.hint(format!("did you mean `{near}`?")));
            return Err(fault.hint("`casegraph explain` lists all codes"));
        };
        out.styled(Style::Bold, code.name())?;
        write!(out, ": {}\n\n{}", short_rule(code), plain(explanation(code)))?;
        Ok(())
    }
}

/// Returns the code in a text that may be the head of a fault, such as `error[bad-date]:`.
fn asked_for(text: &str) -> String {
    let inside = text.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(code, _)| code);
    inside.unwrap_or(text).trim().to_lowercase()
}

fn list(out: &mut impl Write) -> Result<(), Fault> {
    let width = code::all().map(|code| code.name().len()).max().unwrap_or_default();
    for code in code::all() {
        writeln!(out, "{:width$}  {}", code.name(), short_rule(code))?;
    }
    writeln!(out, "\n`casegraph explain CODE` tells one of them at length")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::case::read_folder;

    /// The files of a section's examples.
    #[derive(Default)]
    struct Examples {
        with: Vec<(String, String)>,
        wrong: Vec<(String, String)>,
        right: Vec<(String, String)>,
    }

    fn examples(markdown: &str) -> Examples {
        let mut examples = Examples::default();
        let mut lines = markdown.lines();
        let mut heading = "";
        while let Some(line) = lines.next() {
            if line.starts_with("```") {
                let text: String =
                    lines.by_ref().take_while(|line| !line.starts_with("```")).flat_map(|l| [l, "\n"]).collect();
                let list = match heading.split([' ', ',']).next() {
                    Some("With") => &mut examples.with,
                    Some("Wrong") => &mut examples.wrong,
                    Some("Right") => &mut examples.right,
                    _ => panic!("an example stands below \"{heading}\", which names no file"),
                };
                list.push((heading.split('`').nth(1).expect("a file in backticks").to_owned(), text));
            } else if !line.is_empty() {
                heading = line;
            }
        }
        examples
    }

    /// Returns the codes of the faults that files have together, as a case folder.
    fn codes(name: &str, files: &[(String, String)]) -> Vec<Code> {
        let folder: PathBuf = std::env::temp_dir().join(format!("casegraph-explain-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for (file, text) in files {
            #[cfg(unix)]
            if let Some(target) = text.strip_prefix("-> ") {
                std::os::unix::fs::symlink(target.trim_end(), folder.join(file)).expect("a link");
                continue;
            }
            // The page shows a byte that is not UTF-8 by the sign for it.
            let bytes = text.split('\u{fffd}').map(str::as_bytes).collect::<Vec<_>>().join(&0xe9);
            fs::write(folder.join(file), bytes).expect("a file");
        }
        let faults = read_folder(&folder).expect("a folder that can be read").1;
        fs::remove_dir_all(&folder).expect("a folder that can be removed");
        faults.sorted().iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn wrong_examples_break_their_rule_and_right_ones_none() {
        for code in code::all() {
            let Examples { with, wrong, right } = examples(explanation(code));
            let found = codes(code.name(), &[with.clone(), wrong].concat());
            assert!(found.contains(&code), "the wrong example of {code} in docs/faults.md gives {found:?}");
            let found = codes(code.name(), &[with, right].concat());
            assert!(found.is_empty(), "the right example of {code} in docs/faults.md gives {found:?}");
        }
    }

    #[test]
    fn a_code_may_be_pasted_with_its_fault() {
        assert_eq!(asked_for("error[bad-date]:"), "bad-date");
        assert_eq!(asked_for("Bad-Date"), "bad-date");
    }
}
