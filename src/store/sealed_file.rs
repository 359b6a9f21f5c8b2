//! A store file on its way in. In: a path. Out: what the file says of its cases, its quads, and its seal; all of it only
//! once the file was read to its end and is what its seal was made of. Not here: writing (`file`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;
use oxigraph::store::{StorageError, Store};

use super::contents::{Contents, ImportedCase};
use super::ledger::Ledger;
use super::ledger_line::form;
use super::seal::Unsealing;

/// What the first line begins with.
pub(super) const HEAD: &str = "# casegraph ";
/// What a line of a ledger begins with.
pub(super) const LEDGER: &str = "#";

/// What a store file says of its cases before its quads; nothing where it bears no seal, for then another program may have
/// written to it.
#[derive(Default)]
pub(super) struct Head {
    pub(super) contents: Contents,
    /// Ledgers by their number.
    pub(super) ledgers: BTreeMap<usize, String>,
}

impl Head {
    pub(super) fn ledger(&self, case: &ImportedCase) -> Option<Ledger> {
        let text = self.ledgers.get(&case.ledger).filter(|_| case.form == form())?;
        Some(Ledger::parse(text.clone(), &case.base))
    }
}

/// A store file whose head was read.
pub(super) struct SealedFile {
    pub(super) head: Head,
    text: BufReader<Unsealing<MultiGzDecoder<BufReader<File>>>>,
}

impl SealedFile {
    /// Opens a store file. An error of the system has its number; any other says that the file is damaged.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let text = Unsealing::new(MultiGzDecoder::new(BufReader::new(File::open(path)?)));
        let mut text = BufReader::with_capacity(1 << 16, text);
        let (mut head, mut line) = (Head::default(), String::new());
        while text.fill_buf()?.first() == Some(&b'#') {
            line.clear();
            text.read_line(&mut line)?;
            if let Some(json) = line.strip_prefix(HEAD) {
                head.contents = Contents::from_json(json);
            } else if let Some((number, entry)) = line.strip_prefix(LEDGER).and_then(|line| line.split_once(' '))
                && let Ok(number) = number.parse()
            {
                head.ledgers.entry(number).or_default().push_str(entry);
            }
        }
        if !head.contents.is_sealed() {
            head = Head::default();
        }
        Ok(Self { head, text })
    }

    /// Reads the rest of the file without looking at its quads, and returns what tells this state from others: the sum of its
    /// text.
    pub(super) fn check(mut self) -> io::Result<String> {
        io::copy(&mut self.text, &mut io::sink())?;
        self.sum().map(|(_, sum)| sum)
    }

    /// Reads the quads into memory.
    pub(super) fn read(self) -> io::Result<(Head, Store, String)> {
        let store = Store::new()?;
        let mut loader = store.bulk_loader();
        let ((), head, sum) = self.take(|quads| Ok(loader.load_ok_quads::<io::Error, StorageError>(quads)?))?;
        loader.commit()?;
        Ok((head, store, sum))
    }

    /// Hands over the quads as they are read.
    pub(super) fn take<T>(
        mut self,
        take: impl FnOnce(&mut dyn Iterator<Item = io::Result<Quad>>) -> io::Result<T>,
    ) -> io::Result<(T, Head, String)> {
        let quads = RdfParser::from_format(RdfFormat::NQuads).for_reader(&mut self.text);
        let taken = take(&mut quads.map(|quad| Ok(quad?)))?;
        let (head, sum) = self.sum()?;
        Ok((taken, head, sum))
    }

    fn sum(self) -> io::Result<(Head, String)> {
        match self.text.into_inner().finish() {
            (sum, Some(stated)) if sum != stated => Err(damage("its content is not what its seal was made of")),
            (_, None) if self.head.contents.is_sealed() => {
                Err(damage("its end is missing, where its seal should stand"))
            }
            (sum, _) => Ok((self.head, sum)),
        }
    }
}

/// Reads the first line of a store file, sealed or not.
pub(super) fn first_line(path: &Path) -> io::Result<Contents> {
    let mut line = String::new();
    BufReader::new(MultiGzDecoder::new(BufReader::new(File::open(path)?))).read_line(&mut line)?;
    Ok(line.strip_prefix(HEAD).map(Contents::from_json).unwrap_or_default())
}

fn damage(text: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, text)
}
