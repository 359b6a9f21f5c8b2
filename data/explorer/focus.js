// What lies around one entity, and what joins two. In: the case, and which facts count. Out: the facts and entities. Facts
// count in both directions, as on the server (`graph::paths`).

function neighbours(data, entity, counts) {
  const facts = data.factsOf.get(entity).filter((fact) => fact.from && fact.to && fact.from !== fact.to && counts(fact));
  return facts.map((fact) => [fact, fact.from === entity ? fact.to : fact.from]);
}

// Steps from one entity to all that are at most so many away.
function distances(data, from, counts, most = Infinity) {
  const steps = new Map([[from, 0]]);
  let rim = [from];
  for (let step = 1; rim.length > 0 && step <= most; step += 1) {
    const next = [];
    for (const entity of rim) {
      for (const [, other] of neighbours(data, entity, counts)) {
        if (steps.has(other)) continue;
        steps.set(other, step);
        next.push(other);
      }
    }
    rim = next;
  }
  return steps;
}

export function aroundOf(data, centre, depth, counts) {
  const entities = new Set(distances(data, centre, counts, depth).keys());
  const facts = new Set();
  for (const entity of entities) for (const [fact, other] of neighbours(data, entity, counts)) if (entities.has(other)) facts.add(fact);
  return { entities, facts, steps: null };
}

// All shortest chains between two entities: for each step the facts that make it; null where nothing joins the two.
export function joiningOf(data, from, to, counts) {
  const left = distances(data, to, counts);
  if (!left.has(from)) return null;
  const entities = new Set([from]);
  const facts = new Set();
  const steps = [];
  let rim = new Set([from]);
  for (let length = left.get(from); length > 0; length -= 1) {
    const next = new Set();
    const made = new Map();
    for (const entity of rim) {
      for (const [fact, other] of neighbours(data, entity, counts)) {
        if (left.get(other) !== length - 1) continue;
        next.add(other);
        entities.add(other);
        facts.add(fact);
        const key = `${entity.id} ${other.id}`;
        if (!made.has(key)) made.set(key, { from: entity, to: other, facts: [] });
        made.get(key).facts.push(fact);
      }
    }
    steps.push([...made.values()]);
    rim = next;
  }
  return { entities, facts, steps };
}
