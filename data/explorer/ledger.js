// The ledger of contradictions and promises. In: entries, as the view shows them. Out: both sides of each, and what
// became of it. Nothing is decided here.

import { el, fill, plural } from "./dom.js";
import { change } from "./state.js";

const KINDS = {
  denied: "Affirmed and denied",
  rival: "Different accounts",
  event: "Records of one event",
  overtaken: "Said before the papers came out",
  gagged: "Denied under a gag",
  promise: "Promises",
};

export class Ledger {
  constructor() {
    this.kind = null;
    this.open = false;
    this.whole = el("section", { class: "ledger page", "aria-label": "Contradictions" });
  }

  update(entries, stamp) {
    this.entries = entries;
    this.stamp = stamp;
    const kinds = Object.keys(KINDS).filter((kind) => entries.some((entry) => entry.kind === kind));
    const shown = entries.filter((entry) => (!this.kind || entry.kind === this.kind) && (!this.open || entry.state === "open"));
    const again = () => this.update(entries, stamp);
    const tab = (kind, words, count) =>
      el("button", { type: "button", "aria-pressed": String(this.kind === kind), onclick: () => ((this.kind = kind), again()) }, `${words} (${count})`);
    fill(
      this.whole,
      el("h1", {}, "Contradictions"),
      el("p", { class: "lead" }, "Where records do not agree, and what became of promises. Each stays with both its sides until a record settles it."),
      stamp && el("p", { class: "stamp" }, stamp),
      el("div", { class: "tabs", role: "group", "aria-label": "Kind" }, tab(null, "All", entries.length), kinds.map((kind) => tab(kind, KINDS[kind], entries.filter((entry) => entry.kind === kind).length)),
        el("label", { class: "check" }, el("input", { type: "checkbox", checked: this.open, onchange: (event) => ((this.open = event.target.checked), again()) }), " only what is open")),
      shown.length === 0 && el("p", {}, "None is recorded."),
      shown.slice(0, 150).map((entry) => this.entry(entry)),
      shown.length > 150 && el("p", { class: "note" }, `and ${plural(shown.length - 150, "more", "more")}: choose a kind to see them`),
    );
  }

  entry(entry) {
    return el(
      "article",
      { class: "dispute" },
      el("header", {},
        el("span", { class: `state ${entry.state.replace(" ", "-")}` }, entry.state),
        el("span", { class: "kind" }, KINDS[entry.kind] ?? entry.kind),
        entry.certainty === "possible" && el("span", { class: "kind" }, "only possible: the dates allow both")),
      el("h2", { dir: "auto" }, entry.what),
      el("div", { class: "sides" }, entry.sides.filter((side) => side.records.length > 0).map((side) => this.side(side))),
      entry.because && el("p", { class: "because", dir: "auto" }, entry.because, entry.by.map((id) => [" ", this.fact(id, id)])),
    );
  }

  side(side) {
    return el(
      "div",
      {},
      side.role && el("h3", {}, side.role),
      el("ul", {}, side.records.map((record) =>
        el("li", {}, this.fact(record.id, record.says), el("span", { class: "meta", dir: "auto" }, [record.when, record.source, record.locator].filter(Boolean).join(" · "))))),
    );
  }

  fact(id, words) {
    return el("button", { type: "button", class: "link", dir: "auto", onclick: () => change({ page: "explore", select: `fact:${id}` }) }, words);
  }
}
