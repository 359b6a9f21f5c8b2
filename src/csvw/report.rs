//! Faults of the rows of one table. In: faults as they are found. Out: the same under the policy of the caller, no more
//! than a limit of each kind, so that a bad column of a large file does not fill the memory.

use std::collections::BTreeMap;

use super::options::{Options, Policy};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::location::Location;

/// Gathers faults.
pub(super) struct Report<'f> {
    faults: &'f mut Diagnostics,
    policy: Policy,
    limit: u64,
    /// Whether faults name the line of the metadata that states their rule.
    pub names_rules: bool,
    counts: BTreeMap<(Code, Option<usize>), u64>,
}

impl<'f> Report<'f> {
    pub(super) fn new(options: &Options<'_>, faults: &'f mut Diagnostics) -> Self {
        Self { faults, policy: options.policy, limit: options.fault_limit, names_rules: true, counts: BTreeMap::new() }
    }

    pub(super) fn policy(&self) -> Policy {
        self.policy
    }

    /// Adds a fault of the data: an error, or a warning where the conversion goes on.
    pub(super) fn push(&mut self, mut fault: Diagnostic) {
        if self.policy == Policy::Convert {
            fault.severity = Severity::Warning;
        }
        if !self.names_rules {
            fault.rule = None;
        }
        self.keep(fault);
    }

    /// Adds a fault that stops the reader under every policy.
    pub(super) fn fatal(&mut self, fault: Diagnostic) {
        self.faults.push(fault);
    }

    fn keep(&mut self, fault: Diagnostic) {
        let column = fault.location.column.as_ref().map(|column| column.index);
        let count = self.counts.entry((fault.code, column)).or_default();
        *count += 1;
        if *count <= self.limit {
            self.faults.push(fault);
        }
    }

    /// Tells how many faults were counted and not told.
    pub(super) fn finish(self, file: &str) {
        for ((code, column), count) in self.counts {
            if count > self.limit {
                let place = column.map(|at| format!(" in column {}", crate::location::column_letters(at)));
                let message = format!("{} more faults of this kind{}", count - self.limit, place.unwrap_or_default());
                let severity = if self.policy == Policy::Convert { Severity::Warning } else { Severity::Error };
                let fault = Diagnostic::error(code, Location::file(file), message);
                self.faults.push(Diagnostic { severity, ..fault });
            }
        }
    }
}
