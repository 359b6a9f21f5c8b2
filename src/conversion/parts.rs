//! Several files on several threads. In: groups of tables. Out: their faults, and their triples in the order of the groups,
//! whichever was ready first. What is ready too early waits in a temporary file, not in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use csvw::{Diagnostics, Policy, validate};

use super::input::Counted;
use super::{Conversion, Error, Input, Outcome};

/// The parts that nobody has taken.
struct Waiting(Mutex<std::ops::Range<usize>>);

impl Waiting {
    fn first(&self) -> Option<usize> {
        self.0.lock().expect("nobody panics with the lock").next()
    }

    fn last(&self) -> Option<usize> {
        self.0.lock().expect("nobody panics with the lock").next_back()
    }
}

impl Conversion<'_> {
    pub(super) fn validate(&self, input: &Input, jobs: NonZero<usize>, go_on: &AtomicBool) -> Diagnostics {
        let waiting = Waiting(Mutex::new(0..input.groups.len()));
        let work = || {
            let mut faults = Diagnostics::default();
            while let Some(part) = waiting.first() {
                let resources = Counted { folder: &input.folder, progress: self.progress, go_on };
                validate(&input.groups[part], &resources, &self.options(Policy::Validate, part), &mut faults);
            }
            faults
        };
        if jobs.get().min(input.groups.len()) < 2 {
            return work();
        }
        thread::scope(|scope| {
            let threads: Vec<_> = (0..jobs.get().min(input.groups.len())).map(|_| scope.spawn(work)).collect();
            let mut faults = Diagnostics::default();
            for thread in threads {
                faults.extend(thread.join().expect("validation does not panic"));
            }
            faults
        })
    }

    /// Writes the parts one after the other. This thread takes them from the front and writes them where they belong; the
    /// others take them from the back, so that little is left to wait for when both meet.
    pub(super) fn write_parts(
        &self,
        input: &Input,
        out: &mut dyn Write,
        checks_keys: bool,
        go_on: &AtomicBool,
    ) -> Result<Outcome, Error> {
        let count = input.groups.len();
        let waiting = Waiting(Mutex::new(0..count));
        let (sender, receiver) = mpsc::channel();
        let mut total = Outcome::default();
        let mut add = |outcome: Outcome| {
            total.triples += outcome.triples;
            total.faults.extend(outcome.faults);
        };
        let written: io::Result<()> = thread::scope(|scope| {
            for _ in 1..self.jobs.get().min(count) {
                let (sender, waiting) = (sender.clone(), &waiting);
                scope.spawn(move || {
                    while let Some(part) = waiting.last() {
                        // The receiver is gone once the output cannot be written.
                        if sender.send((part, self.convert_to_temporary(input, part, checks_keys, go_on))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut write = || -> io::Result<()> {
                let mut next = 0;
                while let Some(part) = waiting.first() {
                    add(self.convert(input, part, checks_keys, out, go_on)?);
                    next = part + 1;
                }
                let mut early = BTreeMap::new();
                for part in next..count {
                    while !early.contains_key(&part) {
                        let (found, ready) = receiver.recv().map_err(io::Error::other)?;
                        early.insert(found, ready);
                    }
                    let (mut file, outcome) = early.remove(&part).expect("it was just received")?;
                    io::copy(&mut file, out)?;
                    add(outcome);
                }
                Ok(())
            };
            let written = write();
            go_on.fetch_and(written.is_ok(), Ordering::Relaxed);
            written
        });
        written?;
        out.flush()?;
        Ok(total)
    }

    fn convert_to_temporary(
        &self,
        input: &Input,
        part: usize,
        checks_keys: bool,
        go_on: &AtomicBool,
    ) -> io::Result<(File, Outcome)> {
        let mut file = tempfile::tempfile()?;
        let outcome = self.convert(input, part, checks_keys, &mut file, go_on)?;
        file.rewind()?;
        Ok((file, outcome))
    }
}
