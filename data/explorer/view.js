// What the two days show. In: the case and the state. Out: for each fact whether it is hidden, out of focus, possible or
// certain. The rules are those of the server (docs/model.md): three answers, and a fact about a fact is seen only with it.

import { isoOf, LAST_DAY } from "./days.js";
import { state } from "./state.js";

export const HIDDEN = 0;
export const DIMMED = 1;
export const POSSIBLE = 2;
export const CERTAIN = 3;

export function heldOn(fact, day) {
  const [begin0, begin1, end0, end1] = fact.days;
  if (begin1 <= day && day <= end0) return CERTAIN;
  return begin0 <= day && day <= end1 ? POSSIBLE : HIDDEN;
}

export function knownOn(fact, day) {
  const [, , , , known0, known1] = fact.days;
  if (known1 <= day) return CERTAIN;
  return known0 <= day ? POSSIBLE : HIDDEN;
}

// What the days and filters make of every fact and entity.
export class Seen {
  // With a focus (`focus.js`) all that is not in it is out of focus too.
  constructor(data, focus = null) {
    this.focus = focus;
    const least = state.possible ? POSSIBLE : CERTAIN;
    const known = new Map();
    for (const fact of data.facts) {
      const answer = state.known === null ? CERTAIN : knownOn(fact, state.known);
      if (answer >= least) known.set(fact, answer);
    }
    // A claim about a claim falls with it, so this runs until nothing falls.
    for (let fell = true; fell; ) {
      fell = false;
      for (const fact of known.keys()) {
        const others = [fact.subject, fact.object].map((end) => end?.fact && data.factById.get(end.fact)).filter(Boolean);
        if (others.some((other) => !known.has(other))) {
          known.delete(fact);
          fell = true;
        }
      }
    }
    this.known = known;
    this.entities = new Set();
    this.lit = new Set();
    this.level = new Map();
    this.counts = { shown: 0, possible: 0, all: data.facts.length };
    for (const [fact, answer] of known) {
      for (const entity of [fact.from, fact.to]) if (entity) this.entities.add(entity);
      const held = state.held === null ? CERTAIN : heldOn(fact, state.held);
      const isIn = held >= least && passes(fact) && (focus === null || focus.facts.has(fact));
      const level = isIn ? Math.min(answer, held) : DIMMED;
      if (isIn) for (const entity of [fact.from, fact.to]) if (entity) this.lit.add(entity);
      this.level.set(fact, level);
      if (level > DIMMED) this.counts.shown += 1;
      if (level === POSSIBLE) this.counts.possible += 1;
    }
    if (state.known === null) for (const entity of data.entities) this.entities.add(entity);
  }

  // An entity is out of focus where all that is seen of it is.
  ofEntity(entity) {
    if (!this.entities.has(entity)) return HIDDEN;
    if (this.focus !== null) return this.focus.entities.has(entity) ? CERTAIN : DIMMED;
    return this.lit.has(entity) || this.counts.shown === this.known.size ? CERTAIN : DIMMED;
  }

  of(fact) {
    return this.level.get(fact) ?? HIDDEN;
  }

  shows(fact) {
    return this.of(fact) > DIMMED;
  }
}

// Tells whether the filters let a fact through.
export function passes(fact) {
  const classes = state.class;
  return (
    (state.predicate.length === 0 || state.predicate.includes(fact.relation.key)) &&
    (state.status.length === 0 || state.status.includes(fact.standing.key)) &&
    (state.confidence === null || (fact.confidence ?? -1) >= state.confidence) &&
    (state.source.length === 0 || fact.told.some((source) => state.source.includes(source.id))) &&
    (classes.length === 0 || [fact.from, fact.to].every((entity) => !entity || classes.includes(entity.class)))
  );
}

// The dates of a fact in words, as they stood on the day that is looked from: an end that lay ahead was not known.
export function whenOf(fact) {
  const [begin0, , end0] = fact.days;
  const ahead = ["promised", "predicted"].includes(fact.standing.key);
  if (state.known === null || fact.endKind !== "closed" || end0 <= state.known || begin0 > state.known || ahead) return fact.when;
  if (!fact.begin) return fact.relation.event ? "" : `still so on ${isoOf(state.known)}`;
  return fact.relation.event ? fact.begin : `since ${fact.begin}`;
}

// Days on which something began or became public, each once, in order.
export function turningDays(data) {
  const days = new Set();
  for (const fact of data.facts) {
    const [begin0, , , end1, , known1] = fact.days;
    if (fact.begin) days.add(begin0);
    if (fact.end && end1 < LAST_DAY) days.add(end1);
    if (known1 < LAST_DAY) days.add(known1);
  }
  return [...days].filter((day) => day > -200000 && day < 60000).sort((a, b) => a - b);
}

// Days on which something became public for certain.
export function knownDays(data) {
  return [...new Set(data.facts.map((fact) => fact.days[5]).filter((day) => day < LAST_DAY))].sort((a, b) => a - b);
}
