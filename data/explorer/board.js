// The explorer itself: days and filters above, relationships and timeline side by side, details beside them. In: the case
// and where drawings come from. Out: one section of a page that follows the state.

import { el, fill, plural, popover, settled } from "./dom.js";
import { DateControl } from "./dates.js";
import { Details } from "./details.js";
import { Filters } from "./filters.js";
import { handles, Picture } from "./picture.js";
import { csvOf, pngOf, save } from "./saving.js";
import { addressOf, change, graphDrawing, state, timeDrawing } from "./state.js";
import { FACT_HEADERS, FactTable, factRow } from "./table.js";
import { isoOf } from "./days.js";
import { knownDays, Seen } from "./view.js";

const LAYOUTS = [["both", "Side by side"], ["graph", "Relationships"], ["time", "Timeline"], ["table", "Table"]];
const SIZES = [[15, "15 entities"], [null, "25 entities"], [40, "40 entities"], [70, "70 entities"], [120, "120 entities"]];

export class Board {
  // `drawings` has the function `svg(kind, words, signal)`, which promises a drawing, and in a live explorer
  // `other(kind, format, words)`.
  constructor(data, drawings) {
    this.data = data;
    this.drawings = drawings;
    this.known = knownDays(data);
    this.dates = new DateControl(data);
    this.filters = new Filters(data, () => this.seen);
    this.details = new Details(data, {
      around: (entity) => change({ ego: entity.id, from: null, to: null }),
      pathFrom: (entity) => this.pick(entity),
      more: () => ((this.details.more += 200), this.refresh()),
    });
    this.table = new FactTable(data);
    this.graph = this.pane("graph", "Relationships");
    this.time = this.pane("time", "Timeline");
    this.time.picture.start = "top";
    this.banner = el("p", { class: "banner", role: "status", hidden: true });
    this.switch = el("div", { class: "segments", role: "group", "aria-label": "Layout" }, LAYOUTS.map(([key, words]) => el("button", { type: "button", "data-layout": key, onclick: () => change({ layout: key }) }, words)));
    this.panes = el("div", { class: "panes" }, this.graph.whole, this.time.whole, this.table.whole);
    this.whole = el(
      "section",
      { class: "board", "aria-label": "Explorer" },
      this.dates.whole,
      el("div", { class: "toolbar" }, this.filters.whole, el("div", { class: "tools" }, this.switch, drawings.live && this.size(), this.downloads().whole, this.link())),
      this.banner,
      el("div", { class: "work" }, this.panes, this.details.whole),
    );
    this.draw = settled(120, () => this.drawAll());
    this.reached = null;
    this.seen = this.look();
  }

  pane(name, title) {
    const holder = el("div", { class: "holder", tabindex: "0", role: "region", "aria-label": `${title}, drawing; its table is under Table` });
    const heading = el("h2", {}, title);
    const note = el("p", { class: "note" });
    const extra = el("div", { class: "pane-extra" });
    const picture = new Picture(holder, this.data, (kind, things) => this.choose(kind, things));
    const whole = el("section", { class: `pane ${name}`, "aria-label": title }, el("header", {}, heading, extra, handles(picture)), holder, note);
    return { whole, holder, heading, note, extra, picture, key: null, abort: null, title };
  }

  size() {
    this.most = el("select", { "aria-label": "Most entities to draw", onchange: (event) => change({ max: Number(event.target.value) || null }) }, SIZES.map(([value, words]) => el("option", { value: value ?? "" }, words)));
    return this.most;
  }

  link() {
    const button = el("button", { type: "button", title: "Copy the address of this view" }, "Copy link");
    button.addEventListener("click", async () => {
      const address = location.href.split("#")[0] + addressOf(state);
      try {
        await navigator.clipboard.writeText(address);
        button.textContent = "Copied";
      } catch {
        prompt("The address of this view:", address);
      }
      setTimeout(() => (button.textContent = "Copy link"), 1600);
    });
    return button;
  }

  downloads() {
    return popover("Download", (close) => {
      const item = (words, action) => el("li", {}, el("button", { type: "button", onclick: () => (close(), action()) }, words));
      const name = (part) => `${part}${state.known === null ? "" : `-known-on-${isoOf(state.known)}`}${state.held === null ? "" : `-as-of-${isoOf(state.held)}`}`;
      const items = [];
      for (const pane of [this.graph, this.time]) {
        if (!pane.picture.svg || pane.whole.hidden) continue;
        const part = pane.title.toLowerCase();
        items.push(item(`${pane.title} as SVG`, () => save(`${name(part)}.svg`, pane.picture.standing(), "image/svg+xml")));
        items.push(item(`${pane.title} as PNG`, async () => save(`${name(part)}.png`, await pngOf(pane.picture.standing()), "image/png")));
        if (this.drawings.live) items.push(item(`${pane.title} as DOT`, async () => save(`${name(part)}.dot`, await this.drawings.other(...this.dotOf(pane)), "text/vnd.graphviz")));
      }
      items.push(item("Facts as CSV", () => save(`${name("facts")}.csv`, csvOf(FACT_HEADERS, this.table.rows(this.seen).map((fact) => factRow(this.data, this.seen, fact))), "text/csv")));
      return el("ul", { class: "menu" }, items);
    });
  }

  // DOT is drawn anew for the two days, so that it holds nothing that they hide.
  dotOf(pane) {
    const [kind, words] = pane === this.time ? timeDrawing() : graphDrawing();
    if (state.known !== null) words.set("known-on", isoOf(state.known));
    if (state.held !== null) words.set("as-of", isoOf(state.held));
    if (state.possible) words.set("possible", "true");
    return [kind, "dot", words];
  }

  choose(kind, things) {
    if (kind === "nothing") return change({ select: null });
    if (kind === "entity" && this.picking) return this.picked(things[0]);
    change({ select: `${kind}:${things.map((thing) => thing.id).join(",")}` });
  }

  // Goes to an entity that was found by its name.
  goTo(entity) {
    if (this.picking) return this.picked(entity);
    change({ page: "explore", select: `entity:${entity.id}` });
    requestAnimationFrame(() => {
      const drawn = this.graph.picture.reveal(entity);
      this.time.picture.reveal(entity);
      if (!drawn && this.drawings.live && !state.from) change({ ego: entity.id });
    });
  }

  pick(entity) {
    this.picking = entity;
    const stop = el("button", { type: "button", onclick: () => ((this.picking = null), (this.banner.hidden = true)) }, "Cancel");
    fill(this.banner, "A path from ", el("b", { dir: "auto" }, entity.label), " to …: click another box, or search for a name. ", stop);
    this.banner.hidden = false;
  }

  picked(entity) {
    const from = this.picking;
    if (entity === from) return;
    this.picking = null;
    this.banner.hidden = true;
    if (this.drawings.live) return change({ from: from.id, to: entity.id, ego: null, select: null });
    const steps = this.data.path(from, entity, (fact) => this.seen.shows(fact) && !fact.claim);
    if (steps === null) {
      fill(this.banner, "Nothing that is shown joins ", el("b", { dir: "auto" }, from.label), " and ", el("b", { dir: "auto" }, entity.label), ".");
      this.banner.hidden = false;
      return;
    }
    change({ select: `fact:${steps.map((fact) => fact.id).join(",")}` });
  }

  // What is seen, worked out once for each state of the days and filters.
  look() {
    const { known, held, possible, predicate, status, source, confidence } = state;
    const key = JSON.stringify([known, held, possible, state.class, predicate, status, source, confidence]);
    if (key !== this.lookKey) [this.lookKey, this.looked] = [key, new Seen(this.data)];
    return this.looked;
  }

  selection() {
    if (!state.select) return null;
    const [kind, ids] = state.select.split(/:(.*)/s);
    const lookup = kind === "entity" ? this.data.entityById : this.data.factById;
    const things = (ids ?? "").split(",").map((id) => lookup.get(id)).filter(Boolean);
    return things.length > 0 ? { kind, things } : null;
  }

  // Facts that became public on the last day of that kind before the one that is set.
  fresh() {
    const last = state.known === null ? undefined : this.known.findLast((day) => day <= state.known);
    this.lastKnown = last ?? null;
    return new Set(last === undefined ? [] : this.data.facts.filter((fact) => fact.days[5] === last && this.seen.of(fact) > 0));
  }

  update(changed) {
    const drawn = ["class", "predicate", "status", "source", "confidence", "ego", "depth", "from", "to", "max"];
    if (!changed) this.drawAll();
    else if (drawn.some((name) => changed.has(name))) this.draw();
    if (changed?.has("select")) this.details.more = 60;
    this.refresh();
    if (changed?.has("select") && state.select && matchMedia("(max-width: 900px)").matches) this.details.whole.scrollIntoView();
    if (changed?.has("layout")) this.draw();
  }

  refresh() {
    this.seen = this.look();
    const fresh = this.fresh();
    const chosen = this.selection();
    this.dates.update(this.seen);
    this.filters.update();
    this.details.update(this.seen, chosen, fresh, this.lastKnown);
    const marked = this.lastKnown === state.known ? fresh : new Set();
    for (const pane of [this.graph, this.time]) {
      pane.picture.apply(this.seen, chosen?.things.length === 1 ? chosen.things[0] : null, marked);
      if (chosen && chosen.things.length > 1) this.markAll(pane.picture, chosen.things);
      this.noteOf(pane);
    }
    const { layout } = state;
    this.graph.whole.hidden = layout === "time" || layout === "table";
    this.time.whole.hidden = layout === "graph" || layout === "table";
    this.table.whole.hidden = layout !== "table";
    this.panes.classList.toggle("one", layout !== "both");
    if (layout === "table") this.table.update(this.seen);
    for (const button of this.switch.children) button.setAttribute("aria-pressed", String(button.dataset.layout === layout));
    if (this.most) this.most.value = state.max ?? "";
    this.headings();
  }

  markAll(picture, things) {
    for (const part of picture.parts ?? []) if (part.facts.some((fact) => things.includes(fact))) part.g.classList.add("selected");
  }

  headings() {
    const label = (id) => this.data.entityById.get(id)?.label ?? id;
    const back = el("button", { type: "button", class: "quiet", onclick: () => change({ ego: null, from: null, to: null }) }, "All relationships");
    const { heading, extra } = this.graph;
    if (state.from && state.to) {
      heading.textContent = `How ${label(state.from)} and ${label(state.to)} hang together`;
      fill(extra, back);
    } else if (state.ego) {
      heading.textContent = `Around ${label(state.ego)}`;
      const depth = [1, 2, 3].map((steps) => el("button", { type: "button", "aria-pressed": String(state.depth === steps), "aria-label": plural(steps, "step", "steps"), onclick: () => change({ depth: steps }) }, String(steps)));
      fill(extra, el("span", { class: "segments small", role: "group", "aria-label": "Steps around it" }, depth), back);
    } else {
      heading.textContent = "Relationships";
      fill(extra);
    }
  }

  // Says how much of the drawing is seen, and what it left out from the start.
  noteOf(pane) {
    const { picture, note } = pane;
    if (!picture.svg) return;
    const facts = new Set(picture.parts.flatMap((part) => part.facts));
    const shown = [...facts].filter((fact) => this.seen.shows(fact)).length;
    const entities = picture.parts.filter((part) => part.entity && part.level > 0).length;
    const words = [`${plural(entities, "entity", "entities")}, ${plural(shown, "fact", "facts")}`];
    const whole = state.known === null && state.held === null;
    if (whole) words.push(...picture.note.split("\n").filter((line) => line.startsWith("Left out:")));
    else words.push("each stays at its place as the days move");
    note.textContent = words.join(" · ");
  }

  async drawAll() {
    const load = (pane, [kind, words]) => this.load(pane, `${kind}?${words}`, (signal) => this.drawings.svg(kind, words, signal));
    await Promise.all([load(this.graph, graphDrawing()), load(this.time, timeDrawing())]);
    this.whole.dispatchEvent(new CustomEvent("drawn"));
  }

  async load(pane, key, fetchDrawing) {
    if (pane.key === key || pane.whole.hidden) return;
    pane.key = key;
    pane.abort?.abort();
    pane.abort = new AbortController();
    pane.whole.classList.add("busy");
    try {
      const text = await fetchDrawing(pane.abort.signal);
      pane.picture.box = null;
      if (!pane.picture.load(text)) throw new Error("The drawing cannot be read.");
      if (pane.picture.parts.every((part) => part.facts.length === 0)) this.empty(pane, "Nothing to draw: no fact here fits the filters.");
    } catch (error) {
      if (error.name === "AbortError") return;
      pane.key = null;
      this.empty(pane, error.message);
    } finally {
      pane.whole.classList.remove("busy");
    }
    this.refresh();
  }

  empty(pane, words) {
    pane.picture.svg = null;
    pane.picture.parts = [];
    fill(pane.holder, el("p", { class: "empty" }, words));
    pane.note.textContent = "";
  }
}
