//! What disclosures and judgements say of facts, known before the facts are read. In: these records, then each fact. Out: the
//! disclosures to the public of each fact, and faults where a fact and what is said of it contradict each other.

use std::collections::{BTreeSet, HashMap};

use csvw::{Diagnostic, Diagnostics, Location};

use super::bounds::{Telling, Tellings};
use super::names::Names;
use super::plan::Line;
use super::record::{Disclosure, Fact, Judgement, Object, Record, Reference};
use super::state::State;
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
    /// Notes what a disclosure or a judgement says.
    pub(super) fn note(&mut self, record: &Record, line: Line<'_>) {
        match record {
            Record::Disclosure(disclosure) => {
                let Disclosure { facts, date, until, scope, .. } = &**disclosure;
                // A cell that names no audience that there is does not make a disclosure to the public.
                if line.text("audience").is_none() {
                    let telling = Telling::new(date, until.as_ref(), !scope.is_empty());
                    for fact in facts {
                        self.told.add(fact.clone(), telling);
                    }
                }
                if !scope.is_empty() {
                    let at = self.scopes.len();
                    for fact in facts {
                        self.scoped.entry(fact.clone()).or_default().push(at);
                    }
                    self.scopes.push(Scope { names: scope.clone(), place: line.cell("scope") });
                }
            }
            Record::Judgement(judgement) => {
                let Judgement { fact, since, status, .. } = &**judgement;
                let order = |date: &Edtf| (date.last(), date.first());
                if self.judged.get(fact).is_none_or(|known| order(&known.since) <= order(since)) {
                    let judged = Judged { since: since.clone(), status: status.clone(), place: line.cell("status") };
                    self.judged.insert(fact.clone(), judged);
                }
            }
            _ => {}
        }
    }

    /// Finds what disclosures and judgements say of a fact that its own row contradicts; `known_since` is the place where the
    /// row says since when it is public.
    pub(super) fn check(&self, id: &str, fact: &Fact, known_since: impl Fn() -> Location, state: &mut State) {
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
            let fault = Diagnostic::warning(code::DISCLOSED_EARLIER, known_since(), message);
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
