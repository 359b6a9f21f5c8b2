// Search over all texts of the case. In: what is typed. Out: a list to choose from, and the way to everything that was
// found; only what the day shows is found.

import { el, fill } from "./dom.js";

const LISTED = 12;

export class Finder {
  // `find` returns the hits of a text, `choose` takes one, `showAll` takes the text; `kindOf` names the kind of a hit.
  constructor(find, choose, showAll, labels) {
    Object.assign(this, { find, choose, showAll, labels });
    this.at = -1;
    this.rows = [];
    this.list = el("ul", { class: "found", role: "listbox", id: "found", "aria-label": "Found", hidden: true });
    this.input = el("input", {
      type: "search",
      placeholder: "Search names, papers, notes …",
      "aria-label": "Search names, papers, notes",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "found",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.look(),
      onfocus: () => this.input.value && this.look(),
      onkeydown: (event) => this.key(event),
      onblur: () => setTimeout(() => this.close(), 150),
    });
    this.whole = el("div", { class: "finder", role: "search" }, this.input, this.list);
  }

  look() {
    const text = this.input.value.trim();
    const hits = this.find(text);
    this.at = -1;
    this.rows = hits.slice(0, LISTED).map((hit) => ({ parts: this.parts(hit), action: () => this.choose(hit) }));
    if (hits.length > 1) {
      const words = hits.length > LISTED ? `Show all ${hits.length.toLocaleString("en-GB")} that were found` : "Show them beside the drawing";
      this.rows.push({ parts: [el("span", { class: "all" }, words)], action: () => this.showAll(text) });
    }
    const nothing = el("li", { class: "note", role: "option", "aria-selected": "false", "aria-disabled": "true" }, "Nothing that is shown here has these words");
    fill(this.list, this.rows.map((row, place) => this.option(row, place)), this.rows.length === 0 && text && nothing);
    this.list.hidden = !text;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  option({ parts }, place) {
    const take = (event) => (event.preventDefault(), this.take(place));
    return el("li", { role: "option", id: `found-${place}`, "aria-selected": "false", onpointerdown: take }, parts);
  }

  // Words that are not those of the name itself are shown where they stand.
  parts(hit) {
    const { label, kind } = this.labels(hit);
    const isInName = ["label", "title"].includes(hit.field) && hit.snippet === label;
    const snippet = !isInName && hit.field !== "id" && hit.snippet !== label && el("span", { class: "snippet", dir: "auto" }, hit.snippet);
    return [el("span", {}, el("span", { class: "label", dir: "auto" }, label), snippet), el("span", { class: "kind" }, kind)];
  }

  key(event) {
    if (event.key === "Escape") {
      this.input.value = "";
      return this.close();
    }
    if (event.key === "Enter" && this.rows.length > 0) {
      event.preventDefault();
      return this.take(Math.max(0, this.at));
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || this.rows.length === 0) return;
    event.preventDefault();
    this.at = this.at < 0 && step < 0 ? this.rows.length - 1 : (this.at + step + this.rows.length) % this.rows.length;
    [...this.list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === this.at)));
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
  }

  take(place) {
    const { action } = this.rows[place];
    this.input.value = "";
    this.close();
    action();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}
