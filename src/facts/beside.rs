//! Rows are read on a thread of their own, while whoever takes the records has another. In: the files, and who takes the
//! records. Out: the same records in the same order.

use std::panic::resume_unwind;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use csvw::Diagnostics;
use oxigraph::model::{NamedNode, Quad, Term};

use super::read::{Read, Records};
use super::record::{Apparatus, Fact};
use super::survey::Survey;

/// Records that are handed over together.
const TOGETHER: usize = 200;

/// How many times as many may wait; the reader then waits too.
const WAITING: usize = 8;

/// A record on its way.
enum Message {
    Entity { file: usize, path: String, properties: Vec<(NamedNode, Term)>, is_first: bool },
    Fact(usize, String, Box<Fact>),
    Apparatus(usize, Box<Apparatus>),
    Plain(Quad),
    GiveUp,
}

impl Message {
    fn hand_to(self, out: &mut dyn Records) {
        match self {
            Self::Entity { file, path, properties, is_first } => out.entity(file, &path, properties, is_first),
            Self::Fact(file, id, fact) => out.fact(file, id, *fact),
            Self::Apparatus(file, record) => out.apparatus(file, *record),
            Self::Plain(quad) => out.plain(quad),
            Self::GiveUp => out.give_up(),
        }
    }
}

struct Sending {
    to: SyncSender<Vec<Message>>,
    waiting: Vec<Message>,
}

impl Sending {
    fn send(&mut self, message: Message) {
        self.waiting.push(message);
        if self.waiting.len() == TOGETHER {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let waiting = std::mem::replace(&mut self.waiting, Vec::with_capacity(TOGETHER));
        // Nobody takes them any more only where the other thread panics, which ends this one too.
        let _ended = self.to.send(waiting);
    }
}

impl Records for Sending {
    fn entity(&mut self, file: usize, path: &str, properties: Vec<(NamedNode, Term)>, is_first: bool) {
        self.send(Message::Entity { file, path: path.to_owned(), properties, is_first });
    }

    fn fact(&mut self, file: usize, id: String, fact: Fact) {
        self.send(Message::Fact(file, id, Box::new(fact)));
    }

    fn apparatus(&mut self, file: usize, record: Apparatus) {
        self.send(Message::Apparatus(file, Box::new(record)));
    }

    fn plain(&mut self, quad: Quad) {
        self.send(Message::Plain(quad));
    }

    fn give_up(&mut self) {
        self.send(Message::GiveUp);
    }
}

/// Reads all rows, as [`Survey::read`] does, beside what takes the records.
pub(super) fn read_beside(
    survey: &Survey<'_, '_>,
    described: Diagnostics,
    faults: &mut Diagnostics,
    out: &mut dyn Records,
) -> Read {
    let (to, from) = sync_channel(WAITING);
    thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut sending = Sending { to, waiting: Vec::with_capacity(TOGETHER) };
            let read = survey.read(described, faults, &mut sending);
            sending.flush();
            read
        });
        for message in from.into_iter().flatten() {
            message.hand_to(out);
        }
        reading.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
