// What a day shows of a case that has no server. In: the whole case with the forms that its parts take, and the spans of days
// that show each (`explorer::days` of the program). Out: the document of a day, as a server would send it.

import { isoOf } from "./days.js";

export function documentOn(whole, known, possible) {
  if (known === null) return whole;
  const { from, keys, titles, ...lists } = whole.days;
  const later = from.findIndex((day) => day > known);
  const span = later < 0 ? from.length : later;
  // The spans of a form begin and end in turn.
  const isShown = ([, spans]) => spans[possible ? 1 : 0].filter((turn) => turn <= span).length % 2 === 1;
  const [[title]] = titles.filter(isShown);
  const day = { ...whole, ...title };
  for (const [list, forms] of Object.entries(lists)) {
    day[list] = forms.filter(isShown).map(([form]) => (typeof form === "number" ? whole[list][form] : form));
  }
  const places = (list, key) => {
    const at = new Map(day[list].map((one, place) => [one[key], place]));
    return [...whole[list].map((one) => one[key]), ...keys[list]].map((name) => at.get(name));
  };
  const [entities, sources, predicates] = [places("entities", "id"), places("sources", "id"), places("predicates", "iri")];
  const end = (value) => (typeof value === "number" ? entities[value] : value);
  day.facts = day.facts.map((fact) => ({
    ...fact,
    subject: end(fact.subject),
    object: end(fact.object),
    predicate: predicates[fact.predicate],
    sources: fact.sources.map((source) => sources[source]),
    when: fact.when.replaceAll("{day}", isoOf(known)),
    days: fact.days.map((at) => at ?? known),
  }));
  const classes = new Set(day.entities.map((entity) => entity.class));
  day.classes = Object.fromEntries(Object.entries(whole.classes).filter(([name]) => classes.has(name)));
  const stamp = `known on ${isoOf(known)} (${possible ? "certain or possible" : "certain"})`;
  const inFileName = `-known-on-${isoOf(known)}${possible ? "-possible" : ""}`;
  day.view = { ...whole.view, knownOn: isoOf(known), possible, stamp, inFileName };
  return day;
}
