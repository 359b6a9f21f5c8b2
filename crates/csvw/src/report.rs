//! Faults of the rows of one table. In: faults as they are found. Out: the same under the policy of the caller, no more
//! than a limit of each kind, so that a bad column of a large file does not fill the memory.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::location::{Location, column_letters};
use crate::options::{Options, Policy};

/// Gathers faults.
pub(crate) struct Report<'f> {
    faults: &'f mut Diagnostics,
    policy: Policy,
    limit: u64,
    names_rules: bool,
    counts: BTreeMap<(Code, Option<usize>), u64>,
}

impl<'f> Report<'f> {
    pub(crate) fn new(options: &Options<'_>, faults: &'f mut Diagnostics) -> Self {
        let (policy, limit, names_rules) = (options.policy, options.fault_limit, options.names_rules);
        Self { faults, policy, limit, names_rules, counts: BTreeMap::new() }
    }

    pub(crate) fn policy(&self) -> Policy {
        self.policy
    }

    /// Adds a fault of the data: an error, or a warning where the conversion goes on.
    pub(crate) fn push(&mut self, mut fault: Diagnostic) {
        if self.policy == Policy::Convert {
            fault.severity = Severity::Warning;
        }
        if !self.names_rules {
            fault.rule = None;
        }
        self.keep(fault);
    }

    /// Adds a fault that stops the reader under every policy.
    pub(crate) fn fatal(&mut self, fault: Diagnostic) {
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
    pub(crate) fn finish(self, file: &str) {
        for ((code, column), count) in self.counts {
            if count > self.limit {
                let place = column.map(|at| format!(" in column {}", column_letters(at)));
                let message = format!("{} more faults of this kind{}", count - self.limit, place.unwrap_or_default());
                let severity = if self.policy == Policy::Convert { Severity::Warning } else { Severity::Error };
                let fault = Diagnostic::error(code, Location::file(file), message);
                self.faults.push(Diagnostic { severity, ..fault });
            }
        }
    }
}
