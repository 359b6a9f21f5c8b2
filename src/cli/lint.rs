//! `casegraph lint`: what is doubtful in a case that has no faults.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use csvw::nearest;

use super::fault::{Fault, counted};
use super::rank::stamp;
use super::selecting::{Viewing, all_of};
use super::tabular::{Row, Tabular};
use crate::case::OwnFiles;
use crate::lint::{hint, lint};
use crate::query::{Catalogue, Question};

/// Look for what is doubtful in a case: facts without a source, wrong orders of dates, orphans, duplicates
#[derive(clap::Args)]
pub(super) struct Lint {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Only this check (can be repeated)
    #[arg(long = "check", value_name = "NAME")]
    checks: Vec<String>,
    /// List the checks, and what to do about each finding
    #[arg(long)]
    list: bool,
    /// End with exit code 1 if there is any finding
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
}

impl Lint {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let own = OwnFiles::of(&self.case, self.viewing.links())?;
        let catalogue = Catalogue::checks()?.and(own.checks())?;
        let checks = self.chosen(&catalogue)?;
        if self.list {
            return list(&checks, out);
        }
        let case = self.viewing.open(&self.case)?;
        let findings = lint(all_of(&case)?, &case.base, checks.iter().copied())?;
        let rows = findings.iter().map(|finding| {
            let row = Row::default().text(&finding.check);
            let row = if finding.thing.contains(':') { row.iri(&finding.thing) } else { row.text(&finding.thing) };
            row.text(&finding.message)
        });
        let hit: BTreeSet<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
        let title = format!(
            "{}{}: {} by {} of {}",
            case.title,
            stamp(&case.view.to_string()),
            counted(findings.len(), "finding", "findings"),
            hit.len(),
            counted(checks.len(), "check", "checks")
        );
        self.tabular.write(out, &case.base, &title, &["check", "thing", "message"], rows.collect())?;
        if self.strict && !findings.is_empty() {
            out.flush()?;
            return Err(Fault::findings(findings.len()));
        }
        Ok(())
    }

    fn chosen<'c>(&self, catalogue: &'c Catalogue) -> Result<Vec<&'c Question>, Fault> {
        if self.checks.is_empty() {
            return Ok(catalogue.iter().collect());
        }
        let names: Vec<&str> = catalogue.iter().map(|check| check.name.as_str()).collect();
        let find = |name: &String| {
            catalogue.iter().find(|check| check.name == *name).ok_or_else(|| {
                let fault = Fault::usage(format!("`{name}` is not the name of a check"));
                match nearest(name, names.iter().copied()) {
                    Some(near) => fault.hint(format!("did you mean `{near}`?")),
                    None => fault.hint("`casegraph lint CASE --list` shows the checks"),
                }
            })
        };
        self.checks.iter().map(find).collect()
    }
}

fn list(checks: &[&Question], out: &mut impl Write) -> Result<(), Fault> {
    for check in checks {
        writeln!(out, "{}\n    {}", check.name, check.question)?;
        if let Some(hint) = hint(check) {
            writeln!(out, "    hint: {hint}")?;
        }
    }
    Ok(())
}
