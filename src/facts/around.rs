//! What disclosures and judgements say of facts, known before the facts are read. In: rows, then each fact. Out: the
//! disclosures to the public of each fact, and faults where a fact and what is said of it contradict each other.

use std::collections::{BTreeSet, HashMap};

use csvw::{Diagnostic, Diagnostics, Location};

use super::bounds::{Telling, Tellings};
use super::names::Names;
use super::read_facts::Parts;
use super::reader::State;
use super::record::{Fact, Object, Reference};
use super::survey::{Source, each_record};
use crate::code;
use crate::date::Edtf;

/// What disclosures and judgements say of facts.
#[derive(Default)]
pub(super) struct Around {
    /// The disclosures to the public.
    pub(super) told: Tellings,
    /// The latest judgement of each fact that has one.
    judged: HashMap<String, Judged>,
    /// The disclosures that told some names only.
    scopes: Vec<Scope>,
    /// Their positions by fact.
    scoped: HashMap<String, Vec<usize>>,
}

struct Judged {
    since: Edtf,
    status: String,
    place: Location,
}

struct Scope {
    names: Vec<String>,
    place: Location,
}

impl Around {
    /// Reads the rows of disclosures and judgements. Their own faults are found when all rows are read.
    pub(super) fn read(sources: &[Source<'_, '_>]) -> Self {
        let mut around = Self::default();
        let bare = |fact: &str| fact.trim_start_matches("fact:").to_owned();
        each_record(sources, "Disclosure", &mut |table, plan, row| {
            let date = |name: &str| Edtf::parse(plan.text(row, name)?).ok();
            let several = |name: &str| plan.cell(row, name).map(|cell| cell.0.as_slice()).unwrap_or_default();
            let (facts, names) = (several("fact"), several("scope"));
            if let (None, Some(day)) = (plan.text(row, "audience"), date("date")) {
                let telling = Telling::new(&day, date("until").as_ref(), !names.is_empty());
                for fact in facts {
                    around.told.add(bare(fact), telling);
                }
            }
            if !names.is_empty() {
                let at = around.scopes.len();
                for fact in facts {
                    around.scoped.entry(bare(fact)).or_default().push(at);
                }
                around.scopes.push(Scope { names: names.to_vec(), place: table.cell_location(row, "scope") });
            }
        });
        each_record(sources, "Judgement", &mut |table, plan, row| {
            let text = |name: &str| plan.text(row, name);
            let (Some(fact), Some(status)) = (text("fact").map(bare), text("status")) else { return };
            let Some(since) = text("since").and_then(|since| Edtf::parse(since).ok()) else { return };
            let order = |date: &Edtf| (date.last(), date.first());
            if around.judged.get(&fact).is_none_or(|known| order(&known.since) <= order(&since)) {
                let place = table.cell_location(row, "status");
                around.judged.insert(fact, Judged { since, status: status.to_owned(), place });
            }
        });
        around
    }

    /// Finds what disclosures and judgements say of a fact that its own row contradicts.
    pub(super) fn check(&self, id: &str, fact: &Fact, parts: &Parts<'_, '_>, state: &mut State) {
        if let Some(judged) = self.judged.get(id).filter(|judged| judged.status != fact.status) {
            let message =
                format!("`{}` is the latest judgement of {id}, and its row says `{}`", judged.status, fact.status);
            let fault = Diagnostic::warning(code::JUDGED_OTHERWISE, judged.place.clone(), message);
            state.faults.push(fault.hint("the row has the status of today: let the latest judgement say the same"));
        }
        let told = fact.known_since.iter().flat_map(|known| {
            let earlier = move |telling: &&Telling| telling.is_before(known);
            self.told.about(id).iter().filter(earlier).map(move |telling| (known, telling))
        });
        if let Some((known, telling)) = told.min_by_key(|(_, telling)| telling.days) {
            let message =
                format!("`{known}` is later than {}, when a disclosure told {id} to the public", telling.days.1);
            let place = parts.fact.known_since.place(parts.table, parts.row);
            let fault = Diagnostic::warning(code::DISCLOSED_EARLIER, place, message);
            state.faults.push(fault.hint("write the day of the disclosure here, or correct the disclosure"));
        }
        for at in self.scoped.get(id).into_iter().flatten() {
            let object = if let Object::Reference(object) = &fact.object { Some(object) } else { None };
            let ends = std::iter::once(&fact.subject).chain(object);
            state.scoped.entry(*at).or_default().extend(ends.filter_map(|end| match end {
                Reference::Entity(path) => Some(path.clone()),
                Reference::Fact(_) => None,
            }));
        }
    }

    /// Finds the names that disclosures are said to have told and that nobody in their facts has, once all facts are read.
    pub(super) fn check_scopes(&self, names: &Names<'_>, state: &State, faults: &mut Diagnostics) {
        for (at, paths) in &state.scoped {
            let Scope { names: told, place } = &self.scopes[*at];
            let known: BTreeSet<&str> = paths.iter().flat_map(|path| names.of(path)).collect();
            for name in told.iter().filter(|name| !paths.iter().any(|path| names.is_name_of(name, path))) {
                let message = format!("`{name}` is the name of nobody whom these facts are about");
                let fault = Diagnostic::error(code::UNKNOWN_NAME, place.clone(), message);
                let fault = fault.suggest(name, known.iter().copied());
                faults.push(fault.hint("write a label, an alias, or a name that names.csv gives to one of them"));
            }
        }
    }
}
