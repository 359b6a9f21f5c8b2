//! The lines of a ledger, one a record: `NODE TAB TABLE TAB f|- TAB FINGERPRINT TAB SHARED`. The node stands below the base of
//! the case or is a whole IRI in angle brackets; a quad that belongs to no record has no node. SHARED are fingerprints of
//! the quads that other records may make too, one after the other.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

use oxigraph::model::{NamedOrBlankNodeRef, Quad, TermRef};
use oxigraph::store::StorageError;

use super::normal::normal;
use super::unit::Unit;
use crate::fingerprint::finish;

/// Hexadecimal digits of the fingerprint of a quad that others may make too.
pub(super) const SHARED: usize = 16;

/// What a ledger says of a record.
pub(super) struct Entry<'e> {
    pub(super) node: &'e str,
    pub(super) table: Option<usize>,
    pub(super) is_fact: bool,
    pub(super) digest: [u8; 16],
    pub(super) shared: String,
}

impl<'e> Entry<'e> {
    /// Returns the entry of a record with its quads.
    pub(super) fn of(unit: &Unit<'e>, quads: &[Quad]) -> Result<Self, StorageError> {
        let mut shared = String::new();
        for quad in unit.shared(quads) {
            let normal = normal(quad)?;
            shared.push_str(&to_hex(&quad_digest(normal.as_ref().unwrap_or(quad)))[..SHARED]);
        }
        Ok(Self { node: unit.node, table: unit.table, is_fact: unit.is_fact, digest: unit.digest, shared })
    }

    /// Returns the line, with its end; below `base`, nodes are shortened.
    pub(super) fn line(&self, base: &str) -> String {
        let table = self.table.map(|table| table.to_string()).unwrap_or_default();
        let kind = if self.is_fact { "f" } else { "-" };
        let (node, digest, shared) = (short(self.node, base), to_hex(&self.digest), &self.shared);
        format!("{node}\t{table}\t{kind}\t{digest}\t{shared}\n")
    }
}

/// Returns the line of a quad that belongs to no record.
pub(super) fn loose_line(quad: &Quad) -> String {
    format!("\t\t-\t{}\t\n", to_hex(&quad_digest(quad)))
}

/// The parts of a line.
pub(super) struct Parts<'l> {
    pub(super) node: &'l str,
    pub(super) table: Option<usize>,
    pub(super) is_fact: bool,
    pub(super) digest: &'l str,
}

impl<'l> Parts<'l> {
    /// Takes a line apart; none where it is not one.
    pub(super) fn of(line: &'l str) -> Option<Self> {
        let mut parts = line.split('\t');
        let (node, table, kind, digest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self { node, table: table.parse().ok(), is_fact: kind == "f", digest })
    }
}

/// Returns what names the form of the lines, and of the fingerprints in them: those of another build of Rust may differ.
pub(super) fn form() -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(b"NODE TABLE KIND FINGERPRINT SHARED");
    to_hex(&finish(hasher))
}

/// Returns a fingerprint of a quad.
pub(super) fn quad_digest(quad: &Quad) -> [u8; 16] {
    let mut hasher = DefaultHasher::new();
    let mut write = |kind: u8, text: &str| {
        hasher.write_u8(kind);
        hasher.write(text.as_bytes());
        hasher.write_u8(0xFF);
    };
    match quad.subject.as_ref() {
        NamedOrBlankNodeRef::NamedNode(node) => write(0, node.as_str()),
        NamedOrBlankNodeRef::BlankNode(node) => write(1, node.as_str()),
    }
    write(0, quad.predicate.as_str());
    match quad.object.as_ref() {
        TermRef::NamedNode(node) => write(0, node.as_str()),
        TermRef::BlankNode(node) => write(1, node.as_str()),
        TermRef::Literal(literal) => {
            write(2, literal.value());
            write(3, literal.language().unwrap_or_else(|| literal.datatype().as_str()));
        }
        TermRef::Triple(triple) => write(4, &triple.to_string()),
    }
    finish(hasher)
}

/// Returns a node as lines have it.
pub(super) fn short<'n>(node: &'n str, base: &str) -> Cow<'n, str> {
    match node.strip_prefix(base) {
        Some(path) if !path.is_empty() && !path.starts_with('<') => path.into(),
        _ => format!("<{node}>").into(),
    }
}

/// Returns a fingerprint in hexadecimal.
pub(super) fn to_hex(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = String::with_capacity(2 * digest.len());
    for byte in digest {
        hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
        hex.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    hex
}
