// What is seen of a document. In: the case as a view shows it, and the filters. Out: for each fact whether it is out of focus,
// possible or certain. What a day shows is decided by the server, or was when the page was made; never here.

import { state } from "./state.js";

export const HIDDEN = 0;
export const DIMMED = 1;
export const POSSIBLE = 2;
export const CERTAIN = 3;

// Where no server can be asked, what did not hold on a day is out of focus. A claim held when it was made.
function heldOn(fact, day) {
  const [begin0, begin1, end0, end1] = fact.days;
  if (begin1 <= day && day <= end0) return CERTAIN;
  return begin0 <= day && day <= end1 ? POSSIBLE : HIDDEN;
}

// What the filters make of every fact and entity.
export class Seen {
  // With a focus (`focus.js`) all that is not in it is out of focus too.
  constructor(data, focus = null) {
    this.focus = focus;
    const least = state.possible ? POSSIBLE : CERTAIN;
    const isFilter = state.held !== null && !data.view.asOf;
    this.lit = new Set();
    this.level = new Map();
    this.counts = { shown: 0, possible: 0 };
    for (const fact of data.facts) {
      const held = isFilter ? heldOn(fact, state.held) : CERTAIN;
      const isIn = held >= least && passes(fact) && (focus === null || focus.facts.has(fact));
      const level = isIn ? Math.min(fact.possible ? POSSIBLE : CERTAIN, held) : DIMMED;
      if (isIn) for (const entity of [fact.from, fact.to]) if (entity) this.lit.add(entity);
      this.level.set(fact, level);
      if (level > DIMMED) this.counts.shown += 1;
      if (level === POSSIBLE) this.counts.possible += 1;
    }
  }

  // An entity is out of focus where all that is seen of it is.
  ofEntity(entity) {
    if (!entity) return HIDDEN;
    if (this.focus !== null) return this.focus.entities.has(entity) ? CERTAIN : DIMMED;
    return this.lit.has(entity) || this.counts.shown === this.level.size ? CERTAIN : DIMMED;
  }

  of(fact) {
    return this.level.get(fact) ?? HIDDEN;
  }

  shows(fact) {
    return this.of(fact) > DIMMED;
  }
}

// Tells whether the filters let a fact through.
function passes(fact) {
  const classes = state.class;
  return (
    (state.predicate.length === 0 || state.predicate.includes(fact.relation.key)) &&
    (state.status.length === 0 || state.status.includes(fact.standing.key)) &&
    (state.confidence === null || (fact.confidence ?? -1) >= state.confidence) &&
    (state.source.length === 0 || fact.told.some((source) => state.source.includes(source.id))) &&
    (classes.length === 0 || [fact.from, fact.to].every((entity) => !entity || classes.includes(entity.class)))
  );
}
