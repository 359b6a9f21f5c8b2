// Which facts are looked at: by class, relation, status, confidence and source. In: the case. Out: buttons that open
// lists of what the view shows. A filter has the drawings made anew for what it leaves.

import { el, fill, popover } from "./dom.js";
import { folded } from "./search.js";
import { change, state } from "./state.js";

const LEVELS = [
  [null, "any"],
  [20, "at least low (20)"],
  [50, "at least medium (50)"],
  [80, "high (80 and above)"],
];

export class Filters {
  constructor(data) {
    this.data = data;
    const kinds = [
      ["class", "Kind", () => Object.entries(data.classes).map(([key, look]) => [key, look.label || "other"])],
      ["predicate", "Relation", () => data.predicates.map((predicate) => [predicate.key, predicate.label])],
      ["status", "Status", () => data.statuses.map((status) => [status.key, status.label])],
      ["source", "Source", () => data.sources.map((source) => [source.id, source.title])],
    ];
    this.parts = kinds.map(([name, label, options]) => this.list(name, label, options));
    this.clear = el("button", { type: "button", class: "quiet", onclick: () => change({ class: [], predicate: [], status: [], source: [], confidence: null, ego: null, from: null, to: null }) }, "Clear filters");
    this.whole = el("div", { class: "filters", role: "group", "aria-label": "Filters" }, this.parts.map((part) => part.whole), this.confidence(), this.clear);
  }

  list(name, label, options) {
    const part = popover(label, () => {
      const count = new Map();
      for (const fact of this.data.facts) {
        for (const key of this.keysOf(name, fact)) count.set(key, (count.get(key) ?? 0) + 1);
      }
      const rows = options()
        .filter(([key]) => count.has(key) || state[name].includes(key))
        .sort((a, b) => a[1].localeCompare(b[1]));
      const list = el("ul", { class: "choices" });
      const show = (text) => {
        const wanted = folded(text);
        const fitting = rows.filter(([, words]) => folded(words).includes(wanted));
        fill(
          list,
          fitting.slice(0, 200).map(([key, words]) => {
            const box = el("input", {
              type: "checkbox",
              checked: state[name].includes(key),
              onchange: (event) => change({ [name]: event.target.checked ? [...state[name], key] : state[name].filter((other) => other !== key) }),
            });
            return el("li", {}, el("label", {}, box, el("span", { dir: "auto" }, words), el("span", { class: "count" }, String(count.get(key) ?? 0))));
          }),
          fitting.length > 200 && el("li", { class: "note" }, `and ${fitting.length - 200} more: type to find them`),
        );
      };
      show("");
      const finder = rows.length > 10 && el("input", { type: "search", placeholder: "Find", "aria-label": `Find in ${label.toLowerCase()}`, oninput: (event) => show(event.target.value) });
      return [finder, list];
    });
    return { ...part, name, label };
  }

  keysOf(name, fact) {
    if (name === "class") return new Set([fact.from?.class, fact.to?.class].filter(Boolean));
    if (name === "predicate") return [fact.relation.key];
    if (name === "status") return [fact.standing.key];
    return fact.told.map((source) => source.id);
  }

  confidence() {
    this.level = el(
      "select",
      { onchange: (event) => change({ confidence: Number(event.target.value) || null }) },
      LEVELS.map(([value, words]) => el("option", { value: value ?? "" }, words)),
    );
    return el("label", { class: "level" }, "Confidence ", this.level);
  }

  update() {
    for (const { name, label, button } of this.parts) {
      const chosen = state[name].length;
      button.textContent = chosen > 0 ? `${label} (${chosen})` : label;
      button.classList.toggle("set", chosen > 0);
    }
    this.level.value = state.confidence ?? "";
    const any = this.parts.some((part) => state[part.name].length > 0) || state.confidence !== null || state.ego !== null || state.from !== null;
    this.clear.hidden = !any;
  }
}
