// The case in the browser. In: the document of the view that is looked at, from the server or the page. Out: entities,
// facts and sources with what leads from one to the other.

export class CaseData {
  constructor(document) {
    this.turn = 0;
    this.load(document);
  }

  // Another document takes the place of the one before, for all who hold the case.
  load(document) {
    Object.assign(this, document);
    this.turn += 1;
    this.tokens = null;
    this.facts = document.facts.map((fact) => ({ ...fact }));
    this.factById = new Map(this.facts.map((fact) => [fact.id, fact]));
    this.entityById = new Map(this.entities.map((entity) => [entity.id, entity]));
    this.entityByIri = new Map(this.entities.map((entity) => [entity.iri, entity]));
    this.factsOf = new Map(this.entities.map((entity) => [entity, []]));
    this.about = new Map();
    this.sourceById = new Map(this.sources.map((source) => [source.id, source]));
    this.factsFrom = new Map(this.sources.map((source) => [source, []]));
    for (const fact of this.facts) {
      fact.from = this.entities[fact.subject] ?? null;
      fact.to = this.entities[fact.object] ?? null;
      fact.relation = this.predicates[fact.predicate];
      fact.standing = this.statuses[fact.status];
      fact.told = fact.sources.map((place) => this.sources[place]);
      for (const source of fact.told) this.factsFrom.get(source).push(fact);
      if (fact.from) this.factsOf.get(fact.from).push(fact);
      if (fact.to && fact.to !== fact.from) this.factsOf.get(fact.to).push(fact);
    }
    for (const fact of this.facts) {
      for (const end of [fact.subject, fact.object]) {
        const other = end?.fact && this.factById.get(end.fact);
        if (other) this.about.set(other, [...(this.about.get(other) ?? []), fact]);
      }
    }
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
}
