// What a question gave. In: results of SPARQL as JSON, or a graph as text. Out: a table with links; the facts that the
// rows name as a drawing and on a timeline; files.

import { el, fill, outward, plural, withDays } from "./dom.js";
import { Picture, handles } from "./picture.js";
import { csvOf, pngOf, save } from "./saving.js";
import { change } from "./state.js";
import { Seen } from "./view.js";

const AT_ONCE = 200;
const DRAWN = 250;
const VIEWS = [["table", "Table"], ["graph", "Drawing"], ["time", "Timeline"]];

export class Results {
  constructor(data, drawings) {
    this.data = data;
    this.drawings = drawings;
    this.whole = el("section", { class: "results", "aria-label": "Answer", "aria-live": "polite" });
  }

  clear() {
    fill(this.whole);
  }

  wait() {
    fill(this.whole, el("p", { class: "note" }, "Asking …"));
  }

  fail(text) {
    fill(this.whole, el("pre", { class: "fault", role: "alert" }, text));
  }

  showText(text, name) {
    fill(this.whole, this.head(`${plural(text.split("\n").filter((line) => line && !line.startsWith("@prefix")).length, "line", "lines")} of Turtle`, [["Turtle", () => save(`${name}${this.data.view.inFileName}.ttl`, text, "text/turtle")]]), el("pre", { class: "turtle", tabindex: "0", "aria-label": "Turtle" }, text));
  }

  show(json, name, stamp, words) {
    this.json = json;
    this.name = `${name}${this.data.view.inFileName}`;
    this.words = words;
    this.view = "table";
    this.most = AT_ONCE;
    this.stamp = stamp;
    if (typeof json.boolean === "boolean") {
      fill(this.whole, stamp && el("p", { class: "stamp" }, stamp), el("p", { class: "yes-or-no" }, json.boolean ? "Yes" : "No"));
      return;
    }
    this.columns = json.head.vars;
    this.rows = json.results.bindings;
    this.facts = this.factsNamed();
    this.draw();
  }

  head(words, files) {
    return el("header", {}, el("h2", {}, words), el("div", { class: "tools" }, files.map(([label, action]) => el("button", { type: "button", onclick: action }, label))));
  }

  // Facts that the rows name, or that join two entities of one row.
  factsNamed() {
    const facts = new Set();
    for (const row of this.rows) {
      const found = this.columns.map((column) => row[column]).filter((term) => term?.type === "uri").map((term) => term.value);
      const named = found.map((iri) => this.factOf(iri)).filter(Boolean);
      for (const fact of named) facts.add(fact);
      if (named.length > 0) continue;
      const entities = found.map((iri) => this.data.entityByIri.get(iri)).filter(Boolean);
      for (const entity of entities) {
        for (const fact of this.data.factsOf.get(entity)) {
          const other = fact.from === entity ? fact.to : fact.from;
          if (other !== entity && entities.includes(other)) facts.add(fact);
        }
      }
    }
    return [...facts];
  }

  factOf(iri) {
    const start = `${this.data.base}fact/`;
    return iri.startsWith(start) ? this.data.factById.get(iri.slice(start.length)) : undefined;
  }

  draw() {
    const files = [["CSV", () => save(`${this.name}.csv`, csvOf(this.columns, this.rows.map((row) => this.columns.map((column) => row[column]?.value ?? ""))), "text/csv")], ["JSON", () => save(`${this.name}.json`, JSON.stringify(this.json, null, 1), "application/sparql-results+json")]];
    if (this.view !== "table") files.push(["SVG", () => this.picture?.svg && save(`${this.name}.svg`, this.picture.standing(), "image/svg+xml")], ["PNG", async () => this.picture?.svg && save(`${this.name}.png`, await pngOf(this.picture.standing()), "image/png")]);
    const offered = VIEWS.filter(([key]) => key === "table" || this.facts.length > 0);
    const tabs = offered.length > 1 && el("div", { class: "segments", role: "group", "aria-label": "Show as" }, offered.map(([key, words]) => el("button", { type: "button", "aria-pressed": String(this.view === key), onclick: () => ((this.view = key), this.draw()) }, words)));
    this.body = el("div", { class: "result-body" });
    fill(this.whole, this.stamp && el("p", { class: "stamp" }, this.stamp), this.head(plural(this.rows.length, "row", "rows"), files), tabs, this.body);
    if (this.view === "table") this.table();
    else this.drawing();
  }

  table() {
    const shown = this.rows.slice(0, this.most);
    fill(
      this.body,
      this.rows.length === 0 && el("p", { class: "note" }, "No row fits."),
      this.rows.length > 0 &&
        el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Rows" },
          el("table", {},
            el("thead", {}, el("tr", {}, this.columns.map((column) => el("th", { scope: "col" }, column)))),
            el("tbody", {}, shown.map((row) => el("tr", {}, this.columns.map((column) => el("td", { dir: "auto", class: this.isNumber(row[column]) ? "number" : "" }, this.cell(row[column])))))))),
      this.rows.length > this.most && el("button", { type: "button", onclick: () => ((this.most += 1000), this.table()) }, `Show more (${(this.rows.length - this.most).toLocaleString("en-GB")} left)`),
    );
  }

  isNumber(term) {
    return /#(integer|decimal|double)$/.test(term?.datatype ?? "");
  }

  cell(term) {
    if (!term) return "";
    if (term.type === "triple") return `${this.plain(term.value.subject)} ${this.plain(term.value.predicate)} ${this.plain(term.value.object)}`;
    if (term.type !== "uri") return term["xml:lang"] ? [term.value, el("span", { class: "lang" }, term["xml:lang"])] : withDays(term.value);
    const iri = term.value;
    const entity = this.data.entityByIri.get(iri);
    if (entity) return el("button", { type: "button", class: "link", title: entity.id, onclick: () => change({ page: "explore", select: `entity:${entity.id}` }) }, entity.label);
    const fact = this.factOf(iri);
    if (fact) return el("button", { type: "button", class: "link", title: this.data.sentence(fact), onclick: () => change({ page: "explore", select: `fact:${fact.id}` }) }, fact.id);
    const source = this.data.sources.find((other) => iri === `${this.data.base}src/${other.id}`);
    if (source) return source.url ? outward(source.url, source.title) : source.title;
    const predicate = this.data.predicates.find((other) => other.iri === iri);
    if (predicate) return predicate.label;
    const name = this.plain(term);
    return name === iri && /^https?:/i.test(iri) ? outward(iri, iri) : name;
  }

  plain(term) {
    if (term.type !== "uri") return term.value;
    const fits = Object.entries(this.data.prefixes).filter(([, namespace]) => term.value.startsWith(namespace)).sort((a, b) => b[1].length - a[1].length)[0];
    return fits ? `${fits[0]}:${term.value.slice(fits[1].length)}` : term.value;
  }

  async drawing() {
    const holder = el("div", { class: "holder", tabindex: "0", role: "region", "aria-label": "Drawing of the facts in the rows; the table holds the same" });
    this.picture = new Picture(holder, this.data, (kind, things) => things.length > 0 && change({ page: "explore", select: `${kind}:${things.map((thing) => thing.id).join(",")}` }));
    if (this.view === "time") this.picture.start = "top";
    const facts = this.facts.slice(0, DRAWN);
    const left = this.facts.length - facts.length;
    fill(this.body, el("div", { class: "result-tools" }, el("p", { class: "note" }, `${plural(facts.length, "fact", "facts")} that the rows name or join${left > 0 ? `; ${left} more are left out` : ""}`), handles(this.picture)), holder);
    const words = new URLSearchParams(this.words);
    for (const fact of facts) words.append("fact", fact.id);
    const [picture, view] = [this.picture, this.view];
    try {
      const width = Math.max(420, Math.min(1100, holder.clientWidth - 200));
      if (view === "time") words.set("width", Math.round(width));
      const text = await this.drawings.svg(view === "time" ? "timeline" : "relationships", words);
      if (picture !== this.picture) return;
      picture.load(text);
      picture.apply(new Seen(this.data), null, new Set());
      if (picture.parts.every((part) => part.ids.length === 0)) fill(holder, el("p", { class: "empty" }, view === "time" ? "None of these facts has a date." : "None of these facts joins two entities."));
    } catch (error) {
      fill(holder, el("p", { class: "empty", role: "alert" }, error.message));
    }
  }
}
