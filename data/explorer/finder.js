// Search over labels, aliases and ids. In: what is typed. Out: a list to choose from; only what the day shows is found.

import { el, fill } from "./dom.js";
import { search } from "./data.js";

export class Finder {
  constructor(data, isSeen, onChoose, label = "Search people, companies, papers …") {
    this.data = data;
    this.isSeen = isSeen;
    this.onChoose = onChoose;
    this.at = -1;
    this.number = Finder.made = (Finder.made ?? 0) + 1;
    this.list = el("ul", { class: "found", role: "listbox", id: `found-${this.number}`, "aria-label": "Found", hidden: true });
    this.input = el("input", {
      type: "search",
      placeholder: label,
      "aria-label": label.replace(" …", ""),
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": `found-${this.number}`,
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.find(),
      onfocus: () => this.input.value && this.find(),
      onkeydown: (event) => this.key(event),
      onblur: () => setTimeout(() => this.close(), 150),
    });
    this.whole = el("div", { class: "finder" }, this.input, this.list);
  }

  find() {
    this.results = search(this.data, this.input.value, this.isSeen);
    this.at = -1;
    fill(
      this.list,
      this.results.map((entity, place) =>
        el(
          "li",
          { role: "option", id: `found-${this.number}-${place}`, "aria-selected": "false", onpointerdown: (event) => (event.preventDefault(), this.choose(entity)) },
          el("span", { class: "label", dir: "auto" }, entity.label),
          el("span", { class: "kind" }, this.data.classes[entity.class]?.label ?? ""),
        ),
      ),
      this.results.length === 0 && this.input.value.trim() && el("li", { class: "note", role: "option", "aria-selected": "false", "aria-disabled": "true" }, "Nothing by that name is shown here"),
    );
    this.list.hidden = !this.input.value.trim();
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const { results = [] } = this;
    if (event.key === "Escape") {
      this.input.value = "";
      return this.close();
    }
    if (event.key === "Enter" && results.length > 0) {
      event.preventDefault();
      return this.choose(results[Math.max(0, this.at)]);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || results.length === 0) return;
    event.preventDefault();
    this.at = (this.at + step + results.length) % results.length;
    [...this.list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === this.at)));
    this.input.setAttribute("aria-activedescendant", `found-${this.number}-${this.at}`);
  }

  choose(entity) {
    this.input.value = "";
    this.close();
    this.onChoose(entity);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}
