//! The links of a store directory, found without its quads: the lines of a node lie side by side in sorted runs, and are
//! searched for by halving. Those of a node with very many facts are read in one go, where quads would be a jump on the
//! disk each. What small imports have changed since stands apart, as in the ledger.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxigraph::model::NamedNode;

use super::contents::{Contents, ImportedCase};
use super::directory::{changes_of, links_name};
use super::ledger_line::short;
use super::link_lines::FACTS;
use super::links::{Link, fewer_first};
use super::told::Told;

/// Nodes from which on all lines between them are read, so that halving is done in memory.
const MANY: usize = if cfg!(test) { 5 } else { 500 };

/// Bytes that are read to compare a line.
const AT_ONCE: usize = 512;

/// Bytes to the second line that is looked at.
const LINE: u64 = 256;

/// The links of the cases of a store.
pub struct LinkIndex(Vec<Arc<CaseLinks>>);

struct CaseLinks {
    graph: String,
    base: String,
    file: PathBuf,
    /// Lengths of the sorted runs, one after the other.
    runs: Vec<u64>,
}

impl LinkIndex {
    /// Finds the links beside the quads of a generation; none where those of a case are not known.
    pub(super) fn open(folder: &Path, contents: &Contents) -> Option<Self> {
        let of_case = |(graph, case): (&String, &ImportedCase)| {
            let file = folder.join(links_name(case.ledger));
            let runs = case.links.clone().filter(|_| file.is_file())?;
            Some(Arc::new(CaseLinks { graph: graph.clone(), base: case.base.clone(), file, runs }))
        };
        let cases = contents.cases.iter().map(of_case).collect::<Option<Vec<_>>>()?;
        (!cases.is_empty()).then_some(Self(cases))
    }

    /// Returns the links of the cases whose graphs are wanted.
    pub(super) fn of(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|case| is_wanted(&case.graph)).map(Arc::clone).collect())
    }

    /// Returns the facts that have one of some nodes at an end.
    pub(super) fn facts_at(&self, nodes: &BTreeSet<NamedNode>) -> io::Result<BTreeSet<NamedNode>> {
        let mut facts = BTreeSet::new();
        for case in &self.0 {
            case.each_line(nodes, None, &mut |line| {
                facts.insert(case.whole(line.fact));
            })?;
        }
        Ok(facts)
    }

    /// Returns the facts that join some nodes with others, or with any; what they join may be a fact too.
    pub(super) fn links(
        &self,
        nodes: &BTreeSet<NamedNode>,
        others: Option<&BTreeSet<NamedNode>>,
    ) -> io::Result<Vec<Link>> {
        let (nodes, others) = fewer_first(nodes, others);
        let mut links = Vec::new();
        for case in &self.0 {
            case.each_line(nodes, others, &mut |line| links.extend(case.link(line)))?;
        }
        // A fact with both ends among the nodes was found twice.
        let mut found = HashSet::with_capacity(links.len());
        let is_new: Vec<bool> = links.iter().map(|link: &Link| found.insert(link.fact.as_str())).collect();
        let mut is_new = is_new.into_iter();
        links.retain(|_| is_new.next().unwrap_or_default());
        Ok(links)
    }

    /// Tells whether a node may be a fact: those of these cases have a place of their own.
    pub(super) fn may_be_fact(&self, node: &str) -> bool {
        let mut paths = self.0.iter().filter_map(|case| node.strip_prefix(case.base.as_str())).peekable();
        paths.peek().is_none() || paths.any(|path| path.starts_with(FACTS))
    }
}

/// What a line says.
struct Line<'l> {
    node: &'l str,
    other: &'l str,
    direction: &'l str,
    fact: &'l str,
    told: &'l str,
}

impl<'l> Line<'l> {
    fn of(text: &'l str) -> Option<Self> {
        let mut parts = text.splitn(5, '\t');
        let line = Self {
            node: parts.next()?,
            other: parts.next()?,
            direction: parts.next()?,
            fact: parts.next()?,
            told: parts.next()?,
        };
        Some(line)
    }
}

impl CaseLinks {
    /// Calls back with each line of some nodes, or with those of them that lead to others.
    fn each_line(
        &self,
        nodes: &BTreeSet<NamedNode>,
        others: Option<&BTreeSet<NamedNode>>,
        take: &mut dyn FnMut(&Line<'_>),
    ) -> io::Result<()> {
        let nodes: BTreeSet<Cow<'_, str>> = nodes.iter().map(|node| short(node.as_str(), &self.base)).collect();
        let others: Option<HashSet<Cow<'_, str>>> =
            others.map(|others| others.iter().map(|node| short(node.as_str(), &self.base)).collect());
        let mut take = |text: &str| {
            if let Some(line) = Line::of(text)
                && others.as_ref().is_none_or(|others| others.contains(line.other))
            {
                take(&line);
            }
        };
        let changes = match fs::read_to_string(changes_of(&self.file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            changes => changes?,
        };
        let changes = changed(&changes, &nodes);
        let mut start = 0;
        for bytes in &self.runs {
            let mut file = File::open(&self.file)?;
            let mut take = |text: &str| {
                if !changes.contains_key(untold(text)) {
                    take(text);
                }
            };
            if nodes.len() < MANY {
                lines_of(&mut file, start, start + bytes, &nodes, &mut take)?;
            } else {
                let part = part_with(&mut file, start, start + bytes, &nodes)?;
                let end = length(part.len())?;
                lines_of(&mut Cursor::new(part), 0, end, &nodes, &mut take)?;
            }
            start += bytes;
        }
        changes.into_values().flatten().for_each(take);
        Ok(())
    }

    fn link(&self, line: &Line<'_>) -> Option<Link> {
        let [node, other, fact] = [line.node, line.other, line.fact].map(|node| self.whole(node));
        let (subject, object) = if line.direction == ">" { (node, other) } else { (other, node) };
        (!line.other.is_empty()).then(|| Link { fact, subject, object, told: Told::of(line.told) })
    }

    fn whole(&self, node: &str) -> NamedNode {
        NamedNode::new_unchecked(match node.strip_prefix('<') {
            Some(iri) => iri.trim_end_matches('>').to_owned(),
            None => [self.base.as_str(), node].concat(),
        })
    }
}

/// Returns the lines of some nodes that have come or gone since, without what they tell, and as they stand now.
fn changed<'c>(changes: &'c str, nodes: &BTreeSet<Cow<'_, str>>) -> BTreeMap<&'c str, Option<&'c str>> {
    let signed = changes.lines().filter_map(|line| Some((line.get(1..)?, line.starts_with('+'))));
    let signed = signed.filter(|(line, _)| line.split('\t').next().is_some_and(|node| nodes.contains(node)));
    signed.map(|(line, is_added)| (untold(line), is_added.then_some(line))).collect()
}

/// Returns a line without what it tells.
fn untold(line: &str) -> &str {
    line.match_indices('\t').nth(3).map_or(line, |(end, _)| &line[..end])
}

/// Calls back with each line of some nodes in a sorted part of a file.
fn lines_of(
    file: &mut (impl Read + Seek),
    start: u64,
    end: u64,
    nodes: &BTreeSet<Cow<'_, str>>,
    take: &mut dyn FnMut(&str),
) -> io::Result<()> {
    let (mut from, mut line) = (start, String::new());
    for node in nodes {
        let wanted = [node, "\t"].concat();
        from = first_not_less(file, start, from, end, wanted.as_bytes())?;
        file.seek(SeekFrom::Start(from))?;
        let mut lines = BufReader::new(file.by_ref().take(end - from));
        loop {
            line.clear();
            let bytes = lines.read_line(&mut line)?;
            if !line.starts_with(&wanted) {
                break;
            }
            take(line.trim_end_matches('\n'));
            from += length(bytes)?;
        }
    }
    Ok(())
}

/// Reads the part of a run in which some nodes may be.
fn part_with(
    file: &mut (impl Read + Seek),
    start: u64,
    end: u64,
    nodes: &BTreeSet<Cow<'_, str>>,
) -> io::Result<Vec<u8>> {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return Ok(Vec::new()) };
    let from = first_not_less(file, start, start, end, first.as_bytes())?;
    let to = first_not_less(file, start, from, end, [last, "\n"].concat().as_bytes())?;
    let mut part = Vec::with_capacity(usize::try_from(to - from).map_err(io::Error::other)?);
    file.seek(SeekFrom::Start(from))?;
    file.by_ref().take(to - from).read_to_end(&mut part)?;
    Ok(part)
}

/// Returns where the first line begins that is not less than a text, in a sorted part of a file that begins at `start`; all
/// lines before `from` are less. It is looked for near `from` first, since nodes come in their order.
fn first_not_less(
    file: &mut (impl Read + Seek),
    start: u64,
    mut from: u64,
    mut end: u64,
    text: &[u8],
) -> io::Result<u64> {
    let mut step = 0;
    while from + step < end {
        match after_less(file, start, from + step, end, text)? {
            Some(next) => from = next,
            None => end = from + step,
        }
        step = (2 * step).max(LINE);
    }
    while from < end {
        let middle = from.midpoint(end);
        match after_less(file, start, middle, end, text)? {
            Some(next) => from = next,
            None => end = middle,
        }
    }
    Ok(from)
}

/// Looks at the first line that begins at a place or after it; returns where it ends if it is less than a text.
fn after_less(file: &mut (impl Read + Seek), start: u64, place: u64, end: u64, text: &[u8]) -> io::Result<Option<u64>> {
    let mut begin = place.saturating_sub(1).max(start);
    file.seek(SeekFrom::Start(begin))?;
    let mut lines = BufReader::with_capacity(AT_ONCE, file.by_ref());
    if place > start {
        begin += lines.skip_until(b'\n').and_then(length)?;
    }
    let mut line = Vec::new();
    if begin < end {
        lines.read_until(b'\n', &mut line)?;
    }
    let is_less = begin < end && line.as_slice() < text;
    Ok(if is_less { Some(begin + length(line.len())?) } else { None })
}

fn length(bytes: usize) -> io::Result<u64> {
    u64::try_from(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{GraphName, Literal, Quad, Term};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::link_lines::{Joining, LinkWriter};
    use super::*;
    use crate::store::Unit;
    use crate::vocab::rdf;

    const BASE: &str = "https://x.org/id/";

    /// A fact by its number, with its ends; no object is a text.
    type Told = (u8, u8, Option<u8>);

    /// Some nodes lie below the base, some elsewhere, and some names begin like others.
    fn node(number: u8) -> NamedNode {
        let base = if number.is_multiple_of(5) { "https://y.org/" } else { BASE };
        NamedNode::new_unchecked(format!("{base}n{number}"))
    }

    fn fact(number: u8) -> NamedNode {
        NamedNode::new_unchecked(format!("{BASE}{FACTS}F{number}"))
    }

    fn quads((number, subject, object): Told) -> Vec<Quad> {
        let object: Term = object.map_or_else(|| Literal::from("a text").into(), |object| node(object).into());
        let quad = |predicate: oxigraph::model::NamedNodeRef<'_>, object| {
            Quad::new(fact(number), predicate.into_owned(), object, GraphName::DefaultGraph)
        };
        vec![quad(rdf::SUBJECT, node(subject).into()), quad(rdf::OBJECT, object)]
    }

    /// Writes facts and what has changed since, as an import does.
    fn index(folder: &Path, facts: &[Told], gone: &[Told], new: &[Told]) -> LinkIndex {
        let file = folder.join(links_name(0));
        let mut writer = LinkWriter::new(File::create(&file).expect("a file"), BASE).with_runs_of(100);
        for told in facts {
            let quads = quads(*told);
            let mut make = || quads.clone();
            let node = fact(told.0);
            let unit = Unit { node: node.as_str(), table: None, is_fact: true, digest: [0; 16], make: &mut make };
            writer.write(&unit, &quads).expect("lines");
        }
        let links = writer.finish().expect("a file");
        assert!(links.is_some());
        let mut changes = String::new();
        for (sign, told) in gone.iter().map(|told| ("-", told)).chain(new.iter().map(|told| ("+", told))) {
            let (node, quads) = (fact(told.0), quads(*told));
            Joining::of(node.as_str(), true, BASE, &quads).lines(node.as_str(), BASE, sign, &mut changes);
        }
        fs::write(changes_of(&file), changes).expect("a file");
        let case = ImportedCase { base: BASE.to_owned(), links, ..ImportedCase::default() };
        let contents = Contents { cases: BTreeMap::from([("graph".to_owned(), case)]), ..Contents::default() };
        LinkIndex::open(folder, &contents).expect("an index")
    }

    fn by_number(facts: Vec<Told>) -> BTreeMap<u8, Told> {
        facts.into_iter().map(|told| (told.0, told)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn what_is_found_is_what_going_through_all_facts_finds(
            facts in vec((any::<u8>(), 0..30u8, proptest::option::of(0..30u8)), 0..120),
            changed in vec((any::<u8>(), 0..30u8, proptest::option::of(0..30u8)), 0..20),
            nodes in vec(0..30u8, 0..8),
            others in proptest::option::of(vec(0..30u8, 0..8)),
        ) {
            let before = by_number(facts);
            let changed = by_number(changed);
            let gone: Vec<Told> = changed.keys().filter_map(|number| before.get(number)).copied().collect();
            let new: Vec<Told> = changed.values().copied().filter(|told| told.1 != 7).collect();
            let now: Vec<Told> = before.values().filter(|told| !changed.contains_key(&told.0)).chain(&new).copied().collect();
            let folder = tempfile::tempdir().expect("a folder");
            let before: Vec<Told> = before.into_values().collect();
            let index = index(folder.path(), &before, &gone, &new);
            let named = |numbers: &[u8]| numbers.iter().copied().map(node).collect::<BTreeSet<NamedNode>>();
            let joins = |from: u8, to: u8| {
                nodes.contains(&from) && others.as_ref().is_none_or(|others| others.contains(&to))
            };
            let linked = now.iter().filter_map(|(number, from, to)| Some((number, *from, (*to)?)));
            let mut expected: Vec<String> = linked
                .filter(|(_, from, to)| joins(*from, *to) || joins(*to, *from))
                .map(|(number, from, to)| format!("{} {} {}", fact(*number), node(from), node(to)))
                .collect();
            let found = index.links(&named(&nodes), others.as_deref().map(named).as_ref()).expect("links");
            let mut found: Vec<String> =
                found.iter().map(|link| format!("{} {} {}", link.fact, link.subject, link.object)).collect();
            expected.sort();
            found.sort();
            prop_assert_eq!(found, expected);
            let is_at = |(_, from, to): &&Told| nodes.contains(from) || to.is_some_and(|to| nodes.contains(&to));
            let expected: BTreeSet<NamedNode> = now.iter().filter(is_at).map(|told| fact(told.0)).collect();
            prop_assert_eq!(index.facts_at(&named(&nodes)).expect("facts"), expected);
        }
    }

    #[test]
    fn a_node_may_be_a_fact_unless_it_has_another_place_in_every_case() {
        let bases = ["https://x.org/", BASE];
        let case = |base: &str| {
            let (graph, base) = (format!("{base}graph/case"), base.to_owned());
            Arc::new(CaseLinks { graph, base, file: PathBuf::new(), runs: Vec::new() })
        };
        for order in [[0, 1], [1, 0]] {
            let index = LinkIndex(order.map(|at| case(bases[at])).into());
            let may_be = ["https://x.org/id/fact/F1", "https://x.org/fact/F1", "https://y.org/a"];
            assert!(may_be.iter().all(|node| index.may_be_fact(node)));
            assert!(!index.may_be_fact("https://x.org/id/firm"));
        }
    }

    #[test]
    fn facts_that_are_stated_by_hand_leave_the_links_unknown() {
        let by_hand = quads((1, 2, Some(3)));
        let is_clear = |node: &NamedNode, is_fact, quads: &[Quad]| {
            Joining::of(node.as_str(), is_fact, BASE, quads) != Joining::Unclear
        };
        assert!(is_clear(&fact(1), true, &by_hand));
        assert!(!is_clear(&fact(1), false, &by_hand));
        assert!(!is_clear(&fact(2), true, &by_hand));
        assert!(!is_clear(&fact(1), true, &[by_hand.clone(), by_hand].concat()));
    }
}
