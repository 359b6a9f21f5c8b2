// The page of a running server. In: the address. Out: the explorer, the questions, the contradictions and the import,
// each under a name of its own behind `#`.

import { Asking } from "./asking.js";
import { Board } from "./board.js";
import { CaseData } from "./data.js";
import { el, fill } from "./dom.js";
import { isoOf } from "./days.js";
import { Importer } from "./importer.js";
import { Ledger } from "./ledger.js";
import { ask, keepToken, sealed, takeToken } from "./net.js";
import { change, graphDrawing, onChange, readAddress, state, timeDrawing } from "./state.js";

const app = document.getElementById("app");

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
    this.ledgerKey = null;
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
      el("header", { class: "top" }, el("div", { class: "brand" }, el("p", { class: "case", dir: "auto" }, data.title)), el("nav", { "aria-label": "Pages" }, this.links), this.board.finder.whole),
      stamp,
      this.main,
    );
    document.title = `${data.title} · casegraph`;
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
  }

  async contradictions() {
    const words = new URLSearchParams();
    if (state.known !== null) words.set("known-on", isoOf(state.known));
    if (state.held !== null) words.set("as-of", isoOf(state.held));
    if (state.possible) words.set("possible", "true");
    const key = words.toString();
    if (key === this.ledgerKey) return;
    this.ledgerKey = key;
    if (key === "") return this.ledger.update(this.data.ledger, this.data.view.stamp);
    const seen = await (await ask("/data", words)).json();
    if (key === this.ledgerKey) this.ledger.update(seen.ledger, seen.view.stamp);
  }

  update(changed) {
    this.show();
    if (this.page === "conflicts") this.contradictions();
    else if (this.page === "ask") this.asking.update(changed);
    else if (this.page === "explore") this.board.update(changed?.has("page") ? undefined : changed);
  }
}

function askAhead() {
  const wanted = [];
  if (["both", "graph"].includes(state.layout) && !state.from) wanted.push(graphDrawing());
  if (["both", "time"].includes(state.layout)) wanted.push(timeDrawing());
  for (const [kind, words] of wanted) {
    const begun = drawing(kind, words);
    // Whoever waits for it is told; a drawing that nobody comes for may fail in silence.
    begun.catch(() => {});
    ahead.set(`${kind}?${words}`, begun);
  }
}

async function start() {
  takeToken();
  Object.assign(state, readAddress());
  const answer = ask("/data");
  if (state.page === "explore") askAhead();
  const data = new CaseData(await (await answer).json());
  const explorer = new Explorer(data);
  onChange((changed) => explorer.update(changed));
  addEventListener("popstate", () => change(readAddress(), false));
  addEventListener("hashchange", () => change(readAddress(), false));
  explorer.update();
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
