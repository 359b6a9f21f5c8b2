// The page of a running server. In: the address. Out: the explorer, the questions, the contradictions and the import,
// each under a name of its own behind `#`.

import { Asking } from "./asking.js";
import { Board } from "./board.js";
import { CaseData } from "./data.js";
import { el, fill, settled } from "./dom.js";
import { Importer } from "./importer.js";
import { Ledger } from "./ledger.js";
import { ask, keepToken, sealed, takeToken } from "./net.js";
import { change, graphDrawing, onChange, readAddress, state, timeDrawing, viewWords } from "./state.js";

const app = document.getElementById("app");
// Documents that are kept: who plays or goes back waits for each day once.
const KEPT = 24;

// The drawings that the page begins with are asked for before the data has come, so that neither waits for the other.
const ahead = new Map();
const drawing = async (kind, words, signal) => (await ask(`/draw/${kind}.svg`, words, { signal })).text();
const drawings = {
  live: true,
  svg: (kind, words, signal) => {
    const key = `${kind}?${words}`;
    const begun = ahead.get(key);
    ahead.delete(key);
    return begun ?? drawing(kind, words, signal);
  },
  other: async (kind, format, words) => (await ask(`/draw/${kind}.${format}`, words)).text(),
};

class Explorer {
  constructor(data) {
    this.data = data;
    this.board = new Board(data, drawings);
    this.ledger = new Ledger();
    // The view of the document that is shown, and what has changed since it was asked for.
    this.view = "";
    this.documents = new Map();
    this.changed = new Set();
    this.reading = null;
    this.read = settled(90, () => this.readView());
    this.asking = new Asking(data, drawings);
    this.pages = { explore: ["Explore", this.board.whole], ask: ["Ask", this.asking.whole], conflicts: ["Contradictions", this.ledger.whole] };
    if (data.importBytes && [...sealed].length === 0) {
      this.importer = new Importer(data.importBytes, () => location.assign(location.pathname));
      this.pages.import = ["Import", this.importer.whole];
    }
    this.links = el("ul");
    this.main = el("main", { id: "main", tabindex: "-1" });
    const stamp = data.view.stamp && el("p", { class: "sealed", role: "note" }, `This page holds only ${data.view.stamp.replace(" (certain)", "")}.`);
    fill(
      app,
      el("header", { class: "top" }, el("div", { class: "brand" }, (this.title = el("p", { class: "case", dir: "auto" }))), el("nav", { "aria-label": "Pages" }, this.links), this.board.finder.whole),
      stamp,
      this.main,
    );
    document.documentElement.lang = "en";
  }

  // The page of the address; one that is not there is the first.
  get page() {
    return this.pages[state.page] ? state.page : "explore";
  }

  show() {
    const { page } = this;
    fill(this.links, Object.entries(this.pages).map(([name, [words]]) =>
      el("li", {}, el("a", { href: `#/${name}`, "aria-current": name === page ? "page" : null, onclick: (event) => (event.preventDefault(), change({ page: name })) }, words))));
    const whole = this.pages[page][1];
    if (this.main.firstChild !== whole) fill(this.main, whole);
    document.body.dataset.page = page;
    this.title.textContent = this.data.title;
    document.title = `${this.data.title} · casegraph`;
  }

  // Follows the state. The controls move at once; what is shown stays that of one view until the next has arrived whole.
  follow(changed) {
    for (const name of changed) this.changed.add(name);
    this.board.dates.controls();
    if (viewWords().toString() === this.view) return this.arrive();
    this.board.dates.wait();
    this.read();
  }

  async readView() {
    this.reading?.abort();
    const words = viewWords();
    const view = words.toString();
    if (view === this.view) return this.arrive();
    const { signal } = (this.reading = new AbortController());
    try {
      const kept = this.documents.get(view);
      const asked = kept ?? ask("/data", words, { signal }).then((answer) => answer.json());
      const drawn = state.page === "explore" ? askAhead(signal) : [];
      const [read] = await Promise.all([asked, ...drawn.map((one) => one.catch(() => null))]);
      if (signal.aborted) return;
      this.keep(view, read);
      this.arrive();
    } catch (error) {
      if (signal.aborted) return;
      this.board.dates.said.textContent = error.message;
      if (!this.main.firstChild) fill(this.main, el("p", { class: "page", role: "alert" }, error.message));
    }
  }

  keep(view, read) {
    this.view = view;
    this.documents.delete(view);
    this.documents.set(view, read);
    if (this.documents.size > KEPT) this.documents.delete(this.documents.keys().next().value);
    this.data.load(read);
  }

  arrive() {
    this.reading?.abort();
    const { changed } = this;
    this.changed = new Set();
    this.update(this.main.firstChild ? changed : undefined);
  }

  update(changed) {
    this.show();
    if (this.page === "conflicts") this.ledger.update(this.data.ledger, this.data.view.stamp);
    else if (this.page === "ask") this.asking.update(changed);
    else if (this.page === "explore") this.board.update(changed?.has("page") ? undefined : changed);
  }
}

function askAhead(signal) {
  const wanted = [];
  ahead.clear();
  if (["both", "graph"].includes(state.layout) && !state.from) wanted.push(graphDrawing());
  if (["both", "time"].includes(state.layout)) wanted.push(timeDrawing());
  return wanted.map(([kind, words]) => {
    const begun = drawing(kind, words, signal);
    // Whoever waits for it is told; a drawing that nobody comes for may fail in silence.
    begun.catch(() => {});
    ahead.set(`${kind}?${words}`, begun);
    return begun;
  });
}

async function start() {
  takeToken();
  Object.assign(state, readAddress());
  const answer = ask("/data");
  const isWhole = viewWords().size === 0;
  if (state.page === "explore" && isWhole) askAhead();
  const read = await (await answer).json();
  const explorer = new Explorer(new CaseData(read));
  explorer.keep("", read);
  onChange((changed) => explorer.follow(changed));
  addEventListener("popstate", () => change(readAddress(), false));
  addEventListener("hashchange", () => change(readAddress(), false));
  if (isWhole) explorer.update();
  else explorer.readView();
}

function page(title, ...content) {
  fill(app, el("main", { id: "main", class: "page" }, el("h1", {}, title), content));
}

function askForToken() {
  const input = el("input", { id: "token", type: "password", autocomplete: "off", required: true });
  const field = el("p", { class: "parameter" }, el("label", { for: "token" }, "The token that the server was started with"), input);
  const again = (event) => (event.preventDefault(), keepToken(input.value.trim()), begin());
  page("This case needs a token", el("form", { class: "parameters", onsubmit: again }, field, el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, "Open the case"))));
  input.focus();
}

function begin() {
  start().catch((error) => (error.status === 401 ? askForToken() : page("The case cannot be shown", el("p", { role: "alert" }, error.message))));
}

// The address says what is looked at and asked; where a page of another site made it, a person decides.
if ("ledHere" in document.body.dataset) {
  page("A link from another site", el("p", { class: "lead" }, "The link decides what you see first and what is asked of the case. Open it only if you trust where it came from."), el("button", { type: "button", class: "primary", onclick: begin }, "Open the case"));
} else begin();
