// The case in the browser. In: the document of the server, or of the page. Out: entities, facts and sources with what
// leads from one to the other.

export class CaseData {
  constructor(document) {
    Object.assign(this, document);
    this.factById = new Map(this.facts.map((fact) => [fact.id, fact]));
    this.entityById = new Map(this.entities.map((entity) => [entity.id, entity]));
    this.entityByIri = new Map(this.entities.map((entity) => [entity.iri, entity]));
    this.factsOf = new Map(this.entities.map((entity) => [entity, []]));
    this.about = new Map();
    for (const fact of this.facts) {
      fact.from = this.entities[fact.subject] ?? null;
      fact.to = this.entities[fact.object] ?? null;
      fact.relation = this.predicates[fact.predicate];
      fact.standing = this.statuses[fact.status];
      fact.told = fact.sources.map((place) => this.sources[place]);
      if (fact.from) this.factsOf.get(fact.from).push(fact);
      if (fact.to && fact.to !== fact.from) this.factsOf.get(fact.to).push(fact);
    }
    for (const fact of this.facts) {
      for (const end of [fact.subject, fact.object]) {
        const other = end?.fact && this.factById.get(end.fact);
        if (other) this.about.set(other, [...(this.about.get(other) ?? []), fact]);
      }
    }
    this.names = this.entities.map((entity) => ({
      entity,
      words: [entity.label, entity.id, ...(entity.aliases ?? [])].map(folded),
    }));
  }

  // Facts by the names that they have as classes of a drawing (`dot::token` of the server).
  get byToken() {
    this.tokens ??= new Map(this.facts.map((fact) => [`fact-${fact.id}`.replace(/[^\p{Alphabetic}\p{N}\-_.]/gu, "_"), fact]));
    return this.tokens;
  }

  name(end) {
    if (typeof end === "number") return this.entities[end].label;
    return end.fact ?? end.text;
  }

  // Says a fact in words; a fact about a fact is spelled out once.
  sentence(fact, depth = 1) {
    const words = (end) => {
      const other = depth > 0 && end?.fact ? this.factById.get(end.fact) : null;
      return other ? `“${this.sentence(other, depth - 1)}”` : this.name(end);
    };
    return `${words(fact.subject)} ${fact.relation.label} ${words(fact.object)}`;
  }

  // Shortest chain of facts between two entities, among those that `passes` lets through; null where there is none.
  path(from, to, passes) {
    const before = new Map([[from, null]]);
    let rim = [from];
    while (rim.length > 0 && !before.has(to)) {
      const next = [];
      for (const entity of rim) {
        for (const fact of this.factsOf.get(entity)) {
          const other = fact.from === entity ? fact.to : fact.from;
          if (!other || before.has(other) || !passes(fact)) continue;
          before.set(other, { fact, entity });
          next.push(other);
        }
      }
      rim = next;
    }
    if (!before.has(to)) return null;
    const steps = [];
    for (let at = to; before.get(at); at = before.get(at).entity) steps.unshift(before.get(at).fact);
    return steps;
  }
}

// Accents, case and width do not matter in a search.
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/ß/g, "ss").replace(/ø/g, "o").replace(/ł/g, "l");
}

// Ranks the names that a text may mean: those that begin with it, those with a word that does, those that hold it.
export function search(data, text, isSeen, most = 12) {
  const wanted = folded(text.trim());
  if (!wanted) return [];
  const rank = (word) => (word === wanted ? 0 : word.startsWith(wanted) ? 1 : word.includes(` ${wanted}`) ? 2 : word.includes(wanted) ? 3 : 9);
  const found = [];
  for (const { entity, words } of data.names) {
    const best = Math.min(...words.map(rank));
    if (best < 9 && isSeen(entity)) found.push({ entity, best });
  }
  found.sort((a, b) => a.best - b.best || data.factsOf.get(b.entity).length - data.factsOf.get(a.entity).length || a.entity.label.localeCompare(b.entity.label));
  return found.slice(0, most).map(({ entity }) => entity);
}
