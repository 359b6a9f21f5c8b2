//! Shortest paths. In: a graph and two entities by name. Out: all shortest chains of facts between them. Facts are read in
//! both directions; their own direction is kept.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use petgraph::graph::NodeIndex;

use super::{EntityGraph, Error, Fact};

/// One step of a path: all facts between two neighbours on it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Id of the entity that the step leaves.
    pub from: String,
    /// Id of the entity that the step reaches.
    pub to: String,
    /// The facts that join them, in either direction, by id.
    pub facts: Vec<Arc<Fact>>,
}

/// All shortest paths between two entities.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Id of the first entity.
    pub from: String,
    /// Id of the last entity.
    pub to: String,
    /// The paths, sorted by the ids on them; each is a list of entity ids. Empty where nothing joins the two.
    pub paths: Vec<Vec<String>>,
    /// Whether there are more paths than the cap allowed.
    pub cut: bool,
    /// The steps that occur on the paths, without repeats.
    pub steps: Vec<Step>,
}

impl Paths {
    /// Returns the number of steps of each path.
    pub fn length(&self) -> Option<usize> {
        self.paths.first().map(|path| path.len() - 1)
    }
}

impl EntityGraph {
    /// Returns all shortest paths between two entities, at most `cap` of them.
    pub fn shortest_paths(&self, from: &str, to: &str, cap: usize) -> Result<Paths, Error> {
        let (from, to) = (self.find(from)?.id.clone(), self.find(to)?.id.clone());
        let [start, goal] = [&from, &to].map(|id| self.node(id).expect("what was found is there"));
        let left = self.distances(goal);
        let mut paths = Vec::new();
        let mut cut = false;
        if left.contains_key(&start) {
            cut = !self.walk(&mut vec![start], goal, &left, cap, &mut paths);
        }
        let pairs: BTreeSet<(NodeIndex, NodeIndex)> =
            paths.iter().flat_map(|path| path.windows(2).map(|pair| (pair[0], pair[1]))).collect();
        let id = |node: NodeIndex| self.graph[node].id.clone();
        let steps =
            pairs.into_iter().map(|(a, b)| Step { from: id(a), to: id(b), facts: self.between(a, b) }).collect();
        let paths = paths.into_iter().map(|path| path.into_iter().map(id).collect()).collect();
        Ok(Paths { from, to, paths, cut, steps })
    }

    /// Extends a path by neighbours that are one step nearer to the goal, in the order of their ids; returns false as
    /// soon as the cap is passed.
    fn walk(
        &self,
        path: &mut Vec<NodeIndex>,
        goal: NodeIndex,
        left: &BTreeMap<NodeIndex, usize>,
        cap: usize,
        paths: &mut Vec<Vec<NodeIndex>>,
    ) -> bool {
        let here = path[path.len() - 1];
        if here == goal {
            if paths.len() == cap {
                return false;
            }
            paths.push(path.clone());
            return true;
        }
        let nearer: BTreeSet<_> = self
            .graph
            .neighbors_undirected(here)
            .filter(|n| left.get(n).is_some_and(|d| d + 1 == left[&here]))
            .collect();
        for node in nearer {
            path.push(node);
            let complete = self.walk(path, goal, left, cap, paths);
            path.pop();
            if !complete {
                return false;
            }
        }
        true
    }

    /// Returns how many steps each entity is away.
    fn distances(&self, start: NodeIndex) -> BTreeMap<NodeIndex, usize> {
        let mut distance = BTreeMap::from([(start, 0)]);
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            let steps = distance[&node];
            for next in self.graph.neighbors_undirected(node) {
                distance.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    steps + 1
                });
            }
        }
        distance
    }

    /// Returns the facts that join two entities, named by id, in either direction, by id.
    pub fn facts_between(&self, a: &str, b: &str) -> Vec<Arc<Fact>> {
        match (self.node(a), self.node(b)) {
            (Some(a), Some(b)) => self.between(a, b),
            _ => Vec::new(),
        }
    }

    fn between(&self, a: NodeIndex, b: NodeIndex) -> Vec<Arc<Fact>> {
        let mut facts: Vec<_> = self
            .graph
            .edges_connecting(a, b)
            .chain(self.graph.edges_connecting(b, a))
            .map(|edge| Arc::clone(edge.weight()))
            .collect();
        facts.sort_by(|x, y| x.id.cmp(&y.id));
        facts.dedup_by(|x, y| x.id == y.id);
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Quads, affair};
    use crate::vocab::cg;

    #[test]
    fn a_path_runs_against_the_direction_of_facts_and_holds_all_records_of_a_step() {
        let paths = affair().graph().shortest_paths("firm", "ministry", 9).expect("paths");
        assert_eq!(paths.paths, [["firm", "letter", "bureau", "ministry"]]);
        let step = paths.steps.iter().find(|step| step.from == "letter").expect("step");
        assert_eq!(step.facts.iter().map(|fact| fact.id.as_str()).collect::<Vec<_>>(), ["F1", "F4", "F5"]);
    }

    #[test]
    fn entities_apart_have_no_path() {
        let paths = affair().graph().shortest_paths("firm", "lone", 9).expect("paths");
        assert!(paths.paths.is_empty() && !paths.cut && paths.length().is_none());
    }

    #[test]
    fn too_many_paths_are_cut_and_that_is_said() {
        let mut quads = Quads::new("diamond");
        quads.predicate("knows", "knows", cg::STATE);
        for middle in ["b", "c", "d"] {
            quads.fact(&format!("1{middle}"), ["a", "knows", middle], ["", "", ""], "confirmed");
            quads.fact(&format!("2{middle}"), [middle, "knows", "z"], ["", "", ""], "confirmed");
        }
        let graph = quads.graph();
        let all = graph.shortest_paths("a", "z", 3).expect("paths");
        assert_eq!((all.paths.len(), all.cut), (3, false));
        let some = graph.shortest_paths("a", "z", 2).expect("paths");
        assert_eq!((some.paths.len(), some.cut), (2, true));
    }
}
