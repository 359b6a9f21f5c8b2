// The same content as a table, for readers who cannot see a drawing and for spreadsheets. In: the case and what is seen.
// Out: rows, the first of them on the page.

import { el, fill, outward, plural, withDays } from "./dom.js";
import { change } from "./state.js";
import { POSSIBLE } from "./view.js";

const AT_ONCE = 200;
export const FACT_HEADERS = ["Id", "Subject", "Relation", "Object", "When", "Public since", "Status", "Confidence", "Source", "On these days"];

export function factRow(data, seen, fact) {
  const end = (value) => {
    const other = value?.fact ? data.factById.get(value.fact) : null;
    return other ? `${other.id}: ${data.sentence(other, 0)}` : data.name(value);
  };
  return [
    fact.id,
    end(fact.subject),
    fact.relation.label,
    end(fact.object),
    fact.when,
    fact.knownSince ?? "",
    fact.standing.label,
    fact.confidence ?? "",
    fact.told.map((source) => source.title).join("; "),
    seen.of(fact) === POSSIBLE ? "possible" : "certain",
  ];
}

export class FactTable {
  constructor(data) {
    this.data = data;
    this.most = AT_ONCE;
    this.whole = el("section", { class: "fact-table", "aria-label": "Facts as a table" });
  }

  rows(seen) {
    return this.data.facts.filter((fact) => seen.shows(fact));
  }

  update(seen) {
    const facts = this.rows(seen);
    const body = facts.slice(0, this.most).map((fact) => {
      const [id, subject, relation, object, when, known, status, confidence, , certainty] = factRow(this.data, seen, fact);
      const source = fact.told[0];
      return el(
        "tr",
        {},
        el("th", { scope: "row" }, el("button", { type: "button", class: "link", onclick: () => change({ select: `fact:${fact.id}` }) }, id)),
        [subject, relation, object].map((text) => el("td", { dir: "auto" }, text)),
        [when, known, status, confidence].map((text) => el("td", {}, withDays(text))),
        el("td", {}, source ? (source.url ? outward(source.url, source.title) : source.title) : "none"),
        el("td", {}, certainty),
      );
    });
    fill(
      this.whole,
      el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Facts as a table" },
        el("table", {},
          el("caption", {}, plural(facts.length, "fact", "facts"), facts.length > this.most ? `; the first ${this.most} are listed` : ""),
          el("thead", {}, el("tr", {}, FACT_HEADERS.map((header) => el("th", { scope: "col" }, header)))),
          el("tbody", {}, body))),
      facts.length > this.most && el("button", { type: "button", onclick: () => ((this.most += 1000), this.update(seen)) }, `List more (${(facts.length - this.most).toLocaleString("en-GB")} left)`),
    );
  }
}
