// The page for questions. In: the shipped questions with their parameters, and what is typed. Out: answers of the server,
// in the view that the two days of the explorer choose.

import { spokenDay } from "./days.js";
import { el, fill } from "./dom.js";
import { folded } from "./search.js";
import { Editor } from "./editor.js";
import { ask } from "./net.js";
import { Results } from "./results.js";
import { change, state, VIEW, viewWords } from "./state.js";

const EXAMPLE = "SELECT ?fact ?who ?what ?known {\n  ?fact rdf:subject ?who ; rdf:predicate cg:withdrew ; rdf:object ?what .\n  OPTIONAL { ?fact cg:knownSince ?known }\n}\nORDER BY ?known";
const ANSWERS = "application/sparql-results+json, text/turtle;q=0.8, application/problem+json;q=0.1";

export class Asking {
  constructor(data, drawings) {
    this.data = data;
    this.results = new Results(data, drawings);
    this.editor = new Editor(data, () => this.runQuery());
    this.list = el("ul", { class: "questions" });
    this.filter = el("input", { type: "search", placeholder: "Find a question", "aria-label": "Find a question", oninput: () => this.questions() });
    this.form = el("div", { class: "question" });
    this.side = el("nav", { class: "side", "aria-label": "Questions" }, el("button", { type: "button", class: "own", onclick: () => this.choose(null) }, "Write SPARQL"), this.filter, this.list);
    this.whole = el("section", { class: "asking", "aria-label": "Ask" }, this.side, el("div", { class: "ask-main" }, this.form, this.results.whole));
    this.shown = undefined;
    this.editor.set(EXAMPLE);
  }

  choose(name) {
    change({ page: "ask", question: name, values: {}, query: null });
  }

  questions() {
    const wanted = folded(this.filter.value);
    const fitting = this.data.questions.filter((question) => folded(`${question.title} ${question.question} ${question.name}`).includes(wanted));
    fill(this.list, fitting.map((question) => el("li", {}, el("button", { type: "button", "aria-current": state.question === question.name ? "true" : null, onclick: () => this.choose(question.name) }, question.title))));
  }

  update(changed) {
    this.questions();
    const key = state.question ?? "";
    if (this.shown !== key) {
      this.shown = key;
      this.results.clear();
      const question = this.data.questions.find((other) => other.name === state.question);
      if (question) this.show(question);
      else this.showEditor();
      return;
    }
    // Another day is another answer.
    if (changed && VIEW.some((name) => changed.has(name)) && this.again) this.again();
  }

  // The two days of the explorer hold here too.
  days() {
    const said = [];
    if (state.known !== null) said.push(`known on ${spokenDay(state.known)}${state.audience === null ? "" : ` to ${this.data.entityById.get(state.audience)?.label ?? state.audience}`}`);
    if (state.held !== null) said.push(`held on ${spokenDay(state.held)}`);
    return { words: viewWords(), said: said.length > 0 ? `Answered as ${said.join(", and ")}` : "" };
  }

  dayNote() {
    const { said } = this.days();
    if (!said) return null;
    return el("p", { class: "stamp" }, `${said}. `, el("button", { type: "button", class: "link", onclick: () => ((this.shown = undefined), change({ known: null, held: null })) }, "Ask about all times"));
  }

  showEditor() {
    this.again = null;
    if (state.query) this.editor.set(state.query);
    fill(
      this.form,
      el("h1", {}, "Write SPARQL"),
      el("p", { class: "lead" }, "Any query of SPARQL 1.1. Terms of the case complete while you type."),
      this.dayNote(),
      this.editor.whole,
      el("div", { class: "actions" }, el("button", { type: "button", class: "primary", onclick: () => this.runQuery() }, "Run"), el("button", { type: "button", onclick: () => this.editor.set(EXAMPLE) }, "Example")),
    );
    if (state.query) this.runQuery();
  }

  show(question) {
    const fields = question.parameters.map((parameter) => this.field(question, parameter));
    const run = el("button", { type: "submit", class: "primary" }, "Ask");
    const form = el("form", { class: "parameters", onsubmit: (event) => (event.preventDefault(), this.run(question, fields)) }, fields.map((field) => field.whole), el("div", { class: "actions" }, run, el("button", { type: "button", onclick: () => this.asSparql(question, fields) }, "Show as SPARQL")));
    fill(this.form, el("h1", {}, question.title), el("p", { class: "lead" }, question.question), this.dayNote(), form);
    if (fields.every((field) => field.input.value !== "" || !field.input.required)) this.run(question, fields);
  }

  field(question, parameter) {
    const { name, kind, description } = parameter;
    const preset = this.preset(question, parameter);
    const id = `parameter-${name}`;
    const type = { date: "date", integer: "number" }[kind] ?? "text";
    const input = el("input", { id, type, name, value: state.values[name] ?? preset ?? "", required: preset === null, list: ["entity", "predicate", "source"].includes(kind) ? `${id}-list` : null, autocomplete: "off", dir: "auto" });
    const options = { entity: () => this.data.entities.map((entity) => [entity.id, entity.label]), predicate: () => this.data.predicates.map((predicate) => [predicate.key, predicate.label]), source: () => this.data.sources.map((source) => [source.id, source.title]) }[kind];
    const list = options && el("datalist", { id: `${id}-list` }, options().slice(0, 2000).map(([value, label]) => el("option", { value }, label)));
    return { name, input, whole: el("p", { class: "parameter" }, el("label", { for: id }, description), input, list) };
  }

  // The default that stands in the text of the question, where this case knows it; null where a value has to be given.
  preset(question, { name, kind }) {
    const term = new RegExp(`VALUES\\s+\\?${name}\\s*\\{\\s*([^}]*?)\\s*\\}`).exec(question.text)?.[1] ?? "";
    const literal = /^"(.*)"/.exec(term)?.[1];
    if (literal !== undefined) return literal;
    if (kind === "entity") {
      const id = term.replace(/^:/, "");
      return this.data.entityById.has(id) ? id : null;
    }
    if (kind === "fact") {
      const id = term.replace(/^f:/, "");
      return this.data.factById.has(id) ? id : null;
    }
    return term;
  }

  async run(question, fields) {
    const values = Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim()]));
    change({ values }, false);
    this.again = () => this.run(question, fields);
    const { words, said } = this.days();
    const asked = new URLSearchParams(words);
    for (const [name, value] of Object.entries(values)) if (value !== "") asked.append(name, value);
    await this.answer(() => ask(`/questions/${encodeURIComponent(question.name)}`, asked, { headers: { Accept: ANSWERS } }), question.name, said, words);
  }

  asSparql(question) {
    this.shown = "";
    change({ question: null, values: {}, query: null });
    this.editor.set(question.text.trim());
    this.showEditor();
  }

  async runQuery() {
    const text = this.editor.text.value;
    change({ query: text === EXAMPLE ? null : text }, false);
    this.again = () => this.runQuery();
    const { words, said } = this.days();
    const send = () => ask("/sparql", words, { method: "POST", headers: { Accept: ANSWERS, "Content-Type": "application/sparql-query" }, body: text });
    await this.answer(send, "answer", said, words);
  }

  async answer(send, name, said, words) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    this.editor.showFault(null);
    this.results.wait();
    try {
      const answer = await send();
      const isRows = answer.headers.get("content-type").startsWith("application/sparql-results+json");
      const body = isRows ? await answer.json() : await answer.text();
      if (turn !== this.turn) return;
      if (isRows) this.results.show(body, name, said, words);
      else this.results.showText(body, name);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error.problem?.line) {
        this.results.clear();
        this.editor.showFault(error.problem);
      } else this.results.fail(error.message);
    }
  }
}
