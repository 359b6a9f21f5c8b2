//! Arguments that choose facts, shared by the commands that draw.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use csvw::nearest;
use oxigraph::model::NamedNodeRef;

use super::fault::Fault;
use super::screen;
use crate::case::{Case, Links, Opening};
use crate::date::{Day, after_1970};
use crate::diff::{Days, Diff, Time};
use crate::graph::{Ego, EgoLimits, EntityGraph, Selection};
use crate::store::{self, CaseStore};
use crate::view::View;
use crate::vocab::{cg, rdf};

/// Which links in a case folder are followed
#[derive(Clone, Copy, clap::Args)]
pub(super) struct Following {
    /// Follow links in a case folder that lead out of it; only for a folder of people whom you trust
    #[arg(long, help_heading = "Which case")]
    follow_links: bool,
}

impl Following {
    /// Returns the links that are followed.
    pub(super) const fn links(self) -> Links {
        if self.follow_links { Links::All } else { Links::Inside }
    }
}

/// Which cases of a store, and how they are opened
#[derive(Clone, clap::Args)]
#[command(next_help_heading = "Which case")]
pub(super) struct Cases {
    /// Of a store, only this case: its title, its base or the last part of it (can be repeated)
    #[arg(long = "case", id = "only_case", value_name = "CASE")]
    named: Vec<String>,
    /// Copy a case on an endpoint anew, though nothing seems to have changed there
    #[arg(long)]
    anew: bool,
    #[command(flatten)]
    following: Following,
}

impl Cases {
    fn open(&self, path: &Path, view: View) -> Result<Case, Fault> {
        let opening = Opening { cases: self.named.clone(), links: self.following.links(), anew: self.anew };
        Ok(Case::open_some(path, view, &opening)?)
    }
}

/// Returns all of a case; of one on an endpoint a copy, and on a terminal says how old that is.
pub(super) fn all_of(case: &Case) -> Result<&CaseStore, Fault> {
    let store = case.whole()?;
    if let Some(since) = case.kept_since().filter(|_| std::io::stderr().is_terminal()) {
        let since =
            since.duration_since(UNIX_EPOCH).ok().and_then(|since| after_1970(i64::try_from(since.as_secs()).ok()?));
        let since = since.unwrap_or_default();
        writeln!(
            screen::stderr(),
            "note: nothing has changed there since the copy of {since}, which is used; --anew makes another"
        )?;
    }
    Ok(store)
}

/// When: what held, and what was known
#[derive(Clone, clap::Args)]
#[command(next_help_heading = "When")]
pub(super) struct Viewing {
    /// Only what held on this day, such as 2013-12-01
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Day>,
    /// Only what the public could know on this day; nothing that came later is used
    #[arg(long, value_name = "DAY", value_parser = day)]
    known_on: Option<Day>,
    /// Known to this audience (a court, an agency, a company, a person; its id), not to the public
    #[arg(long, value_name = "AUDIENCE", requires = "known_on")]
    known_to: Option<String>,
    /// Keep what the dates allow, not only what they make certain
    #[arg(long)]
    possible: bool,
    #[command(flatten)]
    cases: Cases,
}

impl Viewing {
    /// Returns the view that the arguments ask for.
    pub(super) fn view(&self) -> View {
        View { as_of: self.as_of, known_on: self.known_on, known_to: self.known_to.clone(), possible: self.possible }
    }

    /// Opens what the arguments ask for.
    pub(super) fn open(&self, path: &Path) -> Result<Case, Fault> {
        self.open_as(path, self.view())
    }

    /// Opens the cases that the arguments ask for, as another view shows them.
    pub(super) fn open_as(&self, path: &Path, view: View) -> Result<Case, Fault> {
        self.cases.open(path, view)
    }

    /// Returns the links in a case folder that are followed.
    pub(super) const fn links(&self) -> Links {
        self.cases.following.links()
    }
}

/// Reads a day.
pub(super) fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| "write a day, such as 2013-12-01".to_owned())
}

/// When: one day, or for a difference two days of one kind
#[derive(Clone, clap::Args)]
#[command(next_help_heading = "When")]
pub(super) struct Dates {
    /// Only what held on this day, such as 2013-12-01; for a difference, given twice
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Vec<Day>,
    /// Only what the public could know on this day; nothing that came later is used; for a difference, given twice
    #[arg(long, value_name = "DAY", value_parser = day)]
    known_on: Vec<Day>,
    /// Known to this audience (a court, an agency, a company, a person; its id), not to the public
    #[arg(long, value_name = "AUDIENCE", requires = "known_on")]
    known_to: Option<String>,
    /// Keep what the dates allow, not only what they make certain
    #[arg(long)]
    possible: bool,
    #[command(flatten)]
    cases: Cases,
}

impl Dates {
    /// Opens the cases that the arguments ask for, as a view shows them.
    pub(super) fn open(&self, path: &Path, view: View) -> Result<Case, Fault> {
        self.cases.open(path, view)
    }

    /// Returns the view that the arguments ask for; each kind of day may be given once.
    pub(super) fn view(&self) -> Result<View, Fault> {
        for (name, days) in [("--as-of", &self.as_of), ("--known-on", &self.known_on)] {
            if days.len() > 1 {
                let fault = Fault::usage(format!("{name} is given {} times", days.len()));
                return Err(fault.hint("only a difference takes two days"));
            }
        }
        Ok(View {
            as_of: self.as_of.first().copied(),
            known_on: self.known_on.first().copied(),
            known_to: self.known_to.clone(),
            possible: self.possible,
        })
    }

    /// Tells whether two days of one kind are given.
    pub(super) fn is_pair(&self) -> bool {
        self.as_of.len() + self.known_on.len() > 1 && (self.as_of.is_empty() || self.known_on.is_empty())
    }

    /// Returns the two days to compare, the earlier first.
    pub(super) fn pair(&self) -> Result<Days, Fault> {
        let (time, days) = match (self.as_of.as_slice(), self.known_on.as_slice()) {
            ([a, b], []) => (Time::Held, [*a, *b]),
            ([], [a, b]) => (Time::Known, [*a, *b]),
            _ => {
                let fault = Fault::usage("a difference takes two days of one kind");
                return Err(fault.hint("write --known-on DAY --known-on DAY, or --as-of DAY --as-of DAY"));
            }
        };
        let [a, b] = days;
        if a == b {
            return Err(Fault::usage(format!("both days are {a}")).hint("choose two different days"));
        }
        let known_to = self.known_to.clone();
        Ok(Days { time, earlier: a.min(b), later: a.max(b), known_to, possible: self.possible })
    }

    /// Compares the two days that the arguments ask for, by the facts that are chosen; the case is that of the later day.
    pub(super) fn difference(&self, path: &Path, selecting: &Selecting) -> Result<(Case, Diff), Fault> {
        let days = self.pair()?;
        if days.time == Time::Held {
            let case = self.open(path, View::default())?;
            let diff = Diff::held(&selecting.whole(&case)?, days);
            return Ok((case, diff));
        }
        let [earlier, later] = each(&days);
        let case = self.open(path, later)?;
        let after = selecting.whole(&case)?;
        let before = self.open(path, earlier)?;
        // What does not occur on the earlier day may be asked for all the same.
        let before =
            EntityGraph::project(all_of(&before)?, Some(&before.lang))?.select(&selecting.selection(&before.view)?);
        Ok((case, Diff::known(&before, &after, days)))
    }
}

/// Returns the view of each of two days.
pub(super) fn each(days: &Days) -> [View; 2] {
    let (known_to, possible) = (&days.known_to, days.possible);
    [days.earlier, days.later].map(|day| match days.time {
        Time::Known => View { known_on: Some(day), known_to: known_to.clone(), possible, ..View::default() },
        Time::Held => View { as_of: Some(day), possible, ..View::default() },
    })
}

/// Which facts to keep
#[derive(clap::Args)]
#[command(next_help_heading = "Which facts")]
pub(super) struct Selecting {
    /// Only between entities of this class, such as Company (can be repeated)
    #[arg(long = "class", value_name = "CLASS")]
    classes: Vec<String>,
    /// Only this relation, such as withdrew (can be repeated)
    #[arg(long = "predicate", value_name = "KEY")]
    predicates: Vec<String>,
    /// Only this status, such as confirmed (can be repeated)
    #[arg(long = "status", value_name = "STATUS")]
    statuses: Vec<String>,
    /// Only with at least this confidence, 0 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=100))]
    min_confidence: Option<u8>,
}

impl Selecting {
    /// Returns the part of a graph that the arguments choose.
    pub(super) fn select(&self, graph: &EntityGraph, view: &View) -> Result<EntityGraph, Fault> {
        let classes: BTreeSet<&str> = graph.entities().map(|entity| entity.class.as_str()).collect();
        for class in &self.classes {
            one_of(class, &classes, "class that occurs in this case")?;
        }
        let predicates: BTreeSet<&str> = graph.facts().map(|fact| fact.predicate.key.as_str()).collect();
        for key in &self.predicates {
            one_of(key, &predicates, "predicate that occurs in this case")?;
        }
        Ok(graph.select(&self.selection(view)?))
    }

    /// Returns the selection that the arguments and a view make.
    fn selection(&self, view: &View) -> Result<Selection, Fault> {
        let mut selection = Selection {
            classes: self.classes.iter().cloned().collect(),
            predicates: self.predicates.iter().cloned().collect(),
            min_confidence: self.min_confidence,
            ..Selection::from(view)
        };
        for status in &self.statuses {
            selection.add_status(status)?;
        }
        Ok(selection)
    }

    /// Returns the chosen part of a whole case.
    pub(super) fn whole(&self, case: &Case) -> Result<EntityGraph, Fault> {
        self.select(&EntityGraph::project(all_of(case)?, Some(&case.lang))?, &case.view)
    }

    /// Returns the chosen part of what lies around an entity, and reads no more of the case.
    pub(super) fn around(&self, case: &Case, entity: &str, limits: EgoLimits) -> Result<Ego, Fault> {
        self.check(case)?;
        Ok(Ego::read(case.near(), entity, limits, &self.selection(&case.view)?, Some(&case.lang))?)
    }

    /// Returns the chosen part of what joins two entities, and reads no more of the case.
    pub(super) fn joining(&self, case: &Case, from: &str, to: &str) -> Result<EntityGraph, Fault> {
        self.check(case)?;
        Ok(EntityGraph::joining(case.near(), from, to, &self.selection(&case.view)?, Some(&case.lang))?)
    }

    /// Refuses classes and predicates that do not occur; says what there is by a look at the whole case.
    fn check(&self, case: &Case) -> Result<(), Fault> {
        if self.occurs(case)? { Ok(()) } else { self.whole(case).map(drop) }
    }

    /// Tells whether every class and predicate that is asked for occurs, without a look at the whole case.
    fn occurs(&self, case: &Case) -> Result<bool, store::Error> {
        let classes = self.classes.iter().map(|class| (rdf::TYPE, vec![format!("{}{class}", cg::NAMESPACE)]));
        let predicates = self
            .predicates
            .iter()
            .map(|key| (rdf::PREDICATE, vec![format!("{}{key}", cg::NAMESPACE), format!("{}rel/{key}", case.base)]));
        for (property, iris) in classes.chain(predicates) {
            let mut found = false;
            for iri in &iris {
                found |= case.near().count(property, NamedNodeRef::new_unchecked(iri), None)? > 0;
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn one_of(name: &str, names: &BTreeSet<&str>, what: &str) -> Result<(), Fault> {
    if names.contains(name) {
        return Ok(());
    }
    let fault = Fault::usage(format!("`{name}` is not a {what}"));
    Err(match nearest(name, names.iter().copied()) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint(format!("there are {}", names.iter().copied().collect::<Vec<_>>().join(", "))),
    })
}
