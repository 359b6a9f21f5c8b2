// A field for SPARQL. In: the prefixes, terms and names of the case. Out: text, with completion while it is typed and a
// fault shown at its line.

import { el, fill } from "./dom.js";
import { folded } from "./search.js";

const FACT_TERMS = ["Fact", "Claim", "Source", "begin", "end", "knownSince", "beginEarliest", "beginLatest", "endEarliest", "endLatest", "knownEarliest", "knownLatest", "status", "confidence", "asserted", "locator", "lagDays", "minDays", "maxDays", "endKind", "madeAt"];
const GENERAL = ["rdf:subject", "rdf:predicate", "rdf:object", "rdf:type", "rdfs:label", "rdfs:comment", "skos:altLabel", "skos:exactMatch", "dct:source", "dct:title", "schema:url", "xsd:date", "prov:wasDerivedFrom"];
const WORDS = ["SELECT", "WHERE", "FILTER", "OPTIONAL", "UNION", "ORDER BY", "GROUP BY", "LIMIT", "DISTINCT", "CONSTRUCT", "ASK", "DESCRIBE", "VALUES", "BIND", "COUNT", "NOT EXISTS", "GRAPH", "PREFIX"];
const SHOWN = 8;

export class Editor {
  constructor(data, onRun) {
    this.terms = termsOf(data);
    this.gutter = el("div", { class: "gutter", "aria-hidden": "true" });
    this.text = el("textarea", {
      id: "sparql",
      "aria-label": "SPARQL query",
      "aria-describedby": "sparql-keys",
      "aria-autocomplete": "list",
      "aria-controls": "sparql-terms",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
      rows: "10",
      oninput: () => (this.lines(), this.suggest()),
      onscroll: () => (this.gutter.scrollTop = this.text.scrollTop),
      onblur: () => setTimeout(() => this.close(), 150),
      onkeydown: (event) => this.key(event, onRun),
    });
    this.list = el("ul", { id: "sparql-terms", class: "found terms", role: "listbox", "aria-label": "Completions", hidden: true });
    this.fault = el("pre", { class: "fault", role: "alert", hidden: true });
    const prefixes = Object.entries(data.prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`);
    const declare = el("button", { type: "button", onclick: () => this.set(`${prefixes.join("\n")}\n\n${this.text.value}`) }, "Write them into the query");
    this.whole = el(
      "div",
      { class: "editor" },
      el("div", { class: "editor-field" }, this.gutter, this.text, this.list),
      this.fault,
      el("p", { id: "sparql-keys", class: "note" }, "Ctrl+Enter runs the query; Tab takes a completion, Escape closes the list."),
      el("details", {}, el("summary", {}, `${prefixes.length} prefixes are set already`), el("pre", { class: "prefixes", tabindex: "0", "aria-label": "Prefixes" }, prefixes.join("\n")), declare),
    );
    this.lines();
  }

  set(text) {
    this.text.value = text;
    this.showFault(null);
    this.lines();
  }

  lines() {
    const count = this.text.value.split("\n").length;
    this.text.rows = Math.min(24, Math.max(8, count + 1));
    fill(this.gutter, Array.from({ length: count }, (_, at) => el("div", { class: this.wrong === at + 1 ? "wrong" : "" }, String(at + 1))));
  }

  // Shows a fault at its line, with a mark below its column; none takes it away.
  showFault(problem) {
    this.wrong = problem?.line ?? null;
    this.fault.hidden = !problem;
    this.text.setAttribute("aria-invalid", String(Boolean(problem)));
    if (problem) {
      const line = problem.line ? this.text.value.split("\n")[problem.line - 1] ?? "" : null;
      const place = line === null ? "" : `line ${problem.line}, column ${problem.column}: `;
      const shown = line === null ? "" : `\n${line.replaceAll("\t", " ")}\n${" ".repeat(Math.max(0, [...line].slice(0, problem.column - 1).length))}^`;
      this.fault.textContent = `${place}${problem.detail}${shown}`;
      if (problem.line) {
        const before = this.text.value.split("\n").slice(0, problem.line - 1).join("\n").length + (problem.line > 1 ? 1 : 0);
        const start = before + [...line].slice(0, problem.column - 1).join("").length;
        this.text.focus();
        this.text.setSelectionRange(start, Math.max(start + 1, start + (/^\S+/.exec(this.text.value.slice(start))?.[0].length ?? 1)));
      }
    }
    this.lines();
  }

  // The word before the caret, as far as it may be the beginning of a term.
  word() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    return /[\p{L}\p{N}_:?-]*$/u.exec(before)[0];
  }

  suggest() {
    const word = this.word();
    const wanted = folded(word);
    if (word.length < 2 && word !== ":") return this.close();
    const variables = [...new Set(this.text.value.match(/\?[A-Za-z]\w*/g) ?? [])].filter((name) => name !== word).map((term) => ({ term, note: "", folded: [folded(term)] }));
    const fits = ({ folded: words }) => words.some((text) => text.startsWith(wanted)) || (wanted.length > 2 && words.some((text) => text.includes(wanted)));
    const starts = (entry) => (folded(entry.term).startsWith(wanted) ? 0 : 1);
    this.found = [...variables, ...this.terms].filter((entry) => entry.term !== word && fits(entry)).sort((a, b) => starts(a) - starts(b)).slice(0, SHOWN);
    if (this.found.length === 0) return this.close();
    this.at = 0;
    this.showList();
  }

  showList() {
    fill(this.list, this.found.map((entry, place) =>
      el("li", { role: "option", id: `term-${place}`, "aria-selected": String(place === this.at), onpointerdown: (event) => (event.preventDefault(), this.take(entry)) },
        el("code", {}, entry.term), el("span", { class: "kind", dir: "auto" }, entry.note))));
    const before = this.text.value.slice(0, this.text.selectionStart).split("\n");
    const height = Number.parseFloat(getComputedStyle(this.text).lineHeight);
    this.list.style.top = `${before.length * height + 12 - this.text.scrollTop}px`;
    this.list.style.left = `calc(${Math.max(0, before[before.length - 1].length - this.word().length)}ch + 52px)`;
    this.list.hidden = false;
    this.text.setAttribute("aria-activedescendant", `term-${this.at}`);
  }

  key(event, onRun) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.close();
      return onRun();
    }
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.showList();
    } else if (event.key === "Tab") {
      event.preventDefault();
      this.take(this.found[this.at]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
  }

  take(entry) {
    const end = this.text.selectionStart;
    const start = end - this.word().length;
    this.text.setRangeText(entry.term, start, end, "end");
    this.close();
    this.lines();
    this.text.focus();
  }

  close() {
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}

function termsOf(data) {
  const short = (iri) => {
    const fits = Object.entries(data.prefixes).filter(([, namespace]) => iri.startsWith(namespace)).sort((a, b) => b[1].length - a[1].length)[0];
    return fits ? `${fits[0]}:${iri.slice(fits[1].length)}` : null;
  };
  const entry = (term, note, ...more) => ({ term, note, folded: [term, ...more].map(folded) });
  const plain = (term) => /^[\w-]*:[\p{L}\p{N}_.-]*$/u.test(term ?? "");
  return [
    ...data.predicates.map((predicate) => [short(predicate.iri), predicate.label]).filter(([term]) => plain(term)).map(([term, label]) => entry(term, label, label, term.split(":")[1])),
    ...FACT_TERMS.map((term) => entry(`cg:${term}`, "of facts", term)),
    ...data.statuses.map((status) => entry(`cg:${status.key}`, "status")),
    ...Object.keys(data.classes).filter(Boolean).map((name) => entry(`cg:${name}`, "class", name)),
    ...GENERAL.map((term) => entry(term, "")),
    ...data.entities.map((entity) => [short(entity.iri), entity]).filter(([term]) => plain(term)).map(([term, entity]) => entry(term, entity.label, entity.label, ...(entity.aliases ?? []))),
    ...WORDS.map((word) => entry(word, "")),
  ];
}
