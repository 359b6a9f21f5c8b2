//! The lines of the links of a case: `NODE TAB OTHER TAB >|< TAB FACT TOLD`, a fact at each of its ends that is a node; the other
//! is empty where it is a text. `>` stands at subjects. Nodes stand as in the ledger; what is TOLD as in `told`. Lines are
//! sorted in runs, whose size bounds the memory, so that those of a node lie side by side. A line of a change begins with
//! `+` or `-`.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use oxigraph::model::{NamedNode, NamedOrBlankNodeRef, Quad, Term};

use super::ledger_line::short;
use super::told::told;
use super::unit::Unit;
use crate::vocab::rdf;

/// What the IRI of a fact has below the base of its case.
pub(super) const FACTS: &str = "fact/";

/// Lengths in bytes of the runs that lines are sorted in, one after the other; none where the links are not known.
pub(super) type Runs = Option<Vec<u64>>;

/// Bytes of a run.
const RUN: usize = 32 << 20;

/// What a record has to do with links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joining<'q> {
    /// It is a fact with these nodes at its ends, or no fact and without any.
    Ends(Option<&'q NamedNode>, Option<&'q NamedNode>, &'q [Quad]),
    /// It states a part of a fact by hand: what it joins cannot be told from this record alone.
    Unclear,
}

impl<'q> Joining<'q> {
    /// Tells what a record of a case with this base joins, by its quads.
    pub(super) fn of(node: &str, is_fact: bool, base: &str, quads: &'q [Quad]) -> Self {
        let is_fact = is_fact && node.strip_prefix(base).is_some_and(|path| path.starts_with(FACTS));
        let (mut subject, mut object) = (None, None);
        for quad in quads.iter().filter(|quad| quad.predicate.as_str().starts_with(rdf::NAMESPACE)) {
            let place = match quad.predicate.as_ref() {
                rdf::SUBJECT => &mut subject,
                rdf::OBJECT => &mut object,
                rdf::PREDICATE => &mut None,
                _ => continue,
            };
            let is_own = matches!(quad.subject.as_ref(), NamedOrBlankNodeRef::NamedNode(own) if own.as_str() == node);
            if !is_fact || !is_own || place.replace(&quad.object).is_some() {
                return Self::Unclear;
            }
        }
        let named = |end: Option<&'q Term>| match end {
            Some(Term::NamedNode(node)) => Some(node),
            _ => None,
        };
        Self::Ends(named(subject), named(object), quads)
    }

    /// Adds its lines, each after a sign; tells whether they can be told.
    pub(super) fn lines(self, fact: &str, base: &str, sign: &str, text: &mut String) -> bool {
        let Self::Ends(subject, object, quads) = self else { return false };
        let [subject, object] = [subject, object].map(|end| end.map(|node| short(node.as_str(), base)));
        if subject.is_none() && object.is_none() {
            return true;
        }
        let (fact, told) = (short(fact, base), told(fact, quads));
        for (node, other, direction) in [(&subject, &object, "\t>\t"), (&object, &subject, "\t<\t")] {
            if let Some(node) = node {
                for part in [sign, node, "\t", other.as_deref().unwrap_or_default(), direction, &fact, &told, "\n"] {
                    text.push_str(part);
                }
            }
        }
        true
    }
}

/// Writes the links of a case.
pub(super) struct LinkWriter {
    out: BufWriter<File>,
    base: String,
    /// Lines of the run that is not written yet.
    text: String,
    /// Bytes from which on a run ends.
    most: usize,
    runs: Vec<u64>,
    is_clear: bool,
}

impl LinkWriter {
    pub(super) fn new(file: File, base: &str) -> Self {
        Self {
            out: BufWriter::new(file),
            base: base.to_owned(),
            text: String::new(),
            most: RUN,
            runs: Vec::new(),
            is_clear: true,
        }
    }

    /// Lets runs end at so many bytes.
    #[cfg(test)]
    pub(super) fn with_runs_of(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Writes the lines of a record with its quads.
    pub(super) fn write(&mut self, unit: &Unit<'_>, quads: &[Quad]) -> io::Result<()> {
        let joining = Joining::of(unit.node, unit.is_fact, &self.base, quads);
        self.is_clear &= joining.lines(unit.node, &self.base, "", &mut self.text);
        if self.text.len() < self.most { Ok(()) } else { self.end_run() }
    }

    fn end_run(&mut self) -> io::Result<()> {
        let mut lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        lines.sort_unstable();
        for line in lines {
            self.out.write_all(line.as_bytes())?;
        }
        self.runs.push(u64::try_from(self.text.len()).map_err(io::Error::other)?);
        self.text.clear();
        Ok(())
    }

    /// Returns the runs that were written.
    pub(super) fn finish(mut self) -> io::Result<Runs> {
        self.end_run()?;
        self.out.flush()?;
        Ok(self.is_clear.then_some(self.runs))
    }
}
