// The explorer itself: days and filters above, relationships and timeline side by side, details beside them. In: the case
// and where drawings come from. Out: one section of a page that follows the state.

import { el, fill, plural, popover, settled } from "./dom.js";
import { DateControl } from "./dates.js";
import { Details } from "./details.js";
import { Filters } from "./filters.js";
import { Finder } from "./finder.js";
import { aroundOf, joiningOf } from "./focus.js";
import { handles, Picture } from "./picture.js";
import { csvOf, pngOf, save } from "./saving.js";
import { Index } from "./search.js";
import { addressOf, change, graphDrawing, state, timeDrawing, VIEW } from "./state.js";
import { FACT_HEADERS, FactTable, factRow } from "./table.js";
import { isoOf, spokenDay } from "./days.js";
import { Seen } from "./view.js";

const LAYOUTS = [["both", "Side by side"], ["graph", "Relationships"], ["time", "Timeline"], ["table", "Table"]];
// Facts that a path may be asked to be drawn from.
const MOST_NAMED = 200;
const SIZES = [[15, "15 entities"], [null, "25 entities"], [40, "40 entities"], [70, "70 entities"], [120, "120 entities"]];

export class Board {
  // `drawings` has the function `svg(kind, words, signal)`, which promises a drawing, and in a live explorer
  // `other(kind, format, words)`; in one that stands alone, `whole` is the case that they were drawn of.
  constructor(data, drawings) {
    this.data = data;
    this.drawings = drawings;
    const can = { known: drawings.live || Boolean(data.days), audience: drawings.live && !data.view.knownTo };
    this.dates = new DateControl(data, can);
    this.filters = new Filters(data);
    this.details = new Details(data, {
      around: (entity) => change({ ego: entity.id, from: null, to: null }),
      pathFrom: (entity) => this.pick(entity),
      goTo: (kind, thing) => this.goTo(kind, thing),
      more: () => ((this.details.more += 200), this.refresh()),
      offersKnown: can.known,
    });
    this.index = new Index(data);
    this.finder = new Finder(
      (text) => this.find(text),
      (hit) => this.goTo(hit.kind, hit.thing),
      (text) => change({ page: "explore", find: text, select: null }),
      (hit) => this.details.labelOf(hit),
    );
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
    for (const { picture } of [this.graph, this.time]) picture.wholeOnPaper();
    this.seen = this.look();
  }

  pane(name, title) {
    const holder = el("div", { class: "holder", tabindex: "0", role: "region", "aria-label": `${title}, drawing; its table is under Table` });
    const heading = el("h2", {}, title);
    const note = el("p", { class: "note" });
    const extra = el("div", { class: "pane-extra" });
    const early = el("p", { class: "unseen", hidden: true });
    const picture = new Picture(holder, this.data, (kind, things) => this.choose(kind, things), this.drawings.whole);
    const whole = el("section", { class: `pane ${name}`, "aria-label": title }, el("header", {}, heading, extra, handles(picture)), early, holder, note);
    return { whole, holder, heading, early, note, extra, picture, key: null, abort: null, title };
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
      const { asOf, inFileName } = this.data.view;
      const name = (part) => `${part}${inFileName}${state.held === null || asOf ? "" : `-as-of-${isoOf(state.held)}`}`;
      const items = [];
      for (const pane of [this.graph, this.time]) {
        if (!pane.picture.svg || !pane.picture.whole || pane.whole.hidden) continue;
        const part = pane.title.toLowerCase();
        items.push(item(`${pane.title} as SVG`, () => save(`${name(part)}.svg`, pane.picture.standing(), "image/svg+xml")));
        items.push(item(`${pane.title} as PNG`, async () => save(`${name(part)}.png`, await pngOf(pane.picture.standing()), "image/png")));
        if (this.drawings.live) items.push(item(`${pane.title} as DOT`, async () => save(`${name(part)}.dot`, await this.drawings.other(...this.dotOf(pane)), "text/vnd.graphviz")));
      }
      items.push(item("Facts as CSV", () => save(`${name("facts")}.csv`, csvOf(FACT_HEADERS, this.table.rows(this.seen).map((fact) => factRow(this.data, this.seen, fact))), "text/csv")));
      return el("ul", { class: "menu" }, items);
    });
  }

  dotOf(pane) {
    const [kind, words] = pane === this.time ? timeDrawing() : state.from && state.to ? this.pathWords() : graphDrawing();
    return [kind, "dot", words];
  }

  choose(kind, things) {
    if (kind === "nothing") return change({ select: null });
    if (kind === "entity" && this.picking) return this.picked(things[0]);
    change({ select: `${kind}:${things.map((thing) => thing.id).join(",")}` });
  }

  // What has the words; the filters only put out of focus.
  find(text) {
    return this.index.search(text);
  }

  // Goes to what was found; an entity that is not drawn is drawn with what lies around it.
  goTo(kind, thing) {
    if (this.picking && kind === "entity") return this.picked(thing);
    change({ page: "explore", select: `${kind}:${thing.id}` });
    if (kind === "source") return;
    requestAnimationFrame(() => {
      const drawn = this.graph.picture.reveal(thing);
      this.time.picture.reveal(thing);
      if (!drawn && kind === "entity" && this.drawings.live && !state.from) change({ ego: thing.id });
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
    change({ from: from.id, to: entity.id, ego: null, select: null, find: null });
  }

  // What is seen, worked out once for each state of the days and filters. A path is one of what is shown; where nothing
  // can be drawn anew, it and the surroundings of an entity stand out, and the rest is out of focus.
  look() {
    const { held, possible, predicate, status, source, confidence, from, to, ego, depth } = state;
    const key = JSON.stringify([this.data.turn, held, possible, state.class, predicate, status, source, confidence, from, to, ego, depth]);
    if (key === this.lookKey) return this.looked;
    const seen = new Seen(this.data);
    const counts = (fact) => seen.shows(fact);
    const [first, last, centre] = [from, to, ego].map((id) => this.data.entityById.get(id));
    this.path = first && last ? joiningOf(this.data, first, last, counts) : null;
    const around = centre && !this.drawings.live ? aroundOf(this.data, centre, depth, counts) : null;
    const focus = first && last ? (this.path ?? { entities: new Set([first, last]), facts: new Set(), steps: [] }) : around;
    [this.lookKey, this.looked] = [key, focus ? new Seen(this.data, focus) : seen];
    return this.looked;
  }

  selection() {
    if (!state.select) return null;
    const [kind, ids] = state.select.split(/:(.*)/s);
    const lookup = { entity: this.data.entityById, source: this.data.sourceById }[kind] ?? this.data.factById;
    const things = (ids ?? "").split(",").map((id) => lookup.get(id)).filter(Boolean);
    return things.length > 0 ? { kind, things } : null;
  }

  // Facts that became public on the last day of that kind before the one that is set.
  fresh() {
    const days = state.known === null ? [] : this.data.facts.map((fact) => fact.days[5]).filter((day) => day <= state.known);
    this.lastKnown = days.length > 0 ? Math.max(...days) : null;
    return new Set(this.data.facts.filter((fact) => fact.days[5] === this.lastKnown));
  }

  update(changed) {
    const drawn = ["class", "predicate", "status", "source", "confidence", "ego", "depth", "from", "to", "max"];
    if (!changed || VIEW.some((name) => changed.has(name))) this.drawAll();
    else if (drawn.some((name) => changed.has(name))) this.draw();
    if (changed?.has("select") || changed?.has("find")) this.details.more = 60;
    this.refresh();
    if ((changed?.has("select") && state.select) || (changed?.has("find") && state.find)) this.toDetails();
    if (changed?.has("layout")) this.draw();
  }

  // On a small screen the details lie below the drawings.
  toDetails() {
    if (matchMedia("(max-width: 900px)").matches) this.details.whole.scrollIntoView();
  }

  refresh() {
    this.seen = this.look();
    const fresh = this.fresh();
    const chosen = this.selection();
    this.dates.update(this.seen);
    this.filters.update();
    this.details.update(this.seen, chosen, { fresh, lastKnown: this.lastKnown, path: state.from && state.to ? this.path : undefined, hits: state.find ? this.find(state.find) : null });
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
    const { focus } = this.seen;
    const isOfDay = !this.drawings.live && this.data.view.stamp !== this.drawings.whole.view.stamp;
    const missing = focus && pane === this.graph ? [...focus.entities].filter((entity) => !picture.parts.some((part) => part.entity === entity)).length : 0;
    if (missing > 0) words.push(`${plural(missing, "entity", "entities")} of it ${missing === 1 ? "is" : "are"} not in this drawing, but listed with the details`);
    // Before anything was public, an axis would tell of what was to come.
    const isEarly = state.known !== null && facts.size === 0;
    pane.whole.classList.toggle("early", isEarly);
    pane.early.hidden = !isEarly;
    const known = this.data.view.knownTo ? "known" : "public";
    pane.early.textContent = isEarly ? `Nothing of this drawing was ${known} on ${spokenDay(state.known)}.` : "";
    if (isEarly) words.splice(0, 1);
    if (focus && !this.drawings.live) words.push("the rest is pale");
    else if (state.from) words.push("made of what is shown");
    else if (isOfDay) words.push("each stays at its place as the days move", ...(pane === this.time ? ["what was still so that day is cut at the day"] : []));
    else words.push(...picture.note.split("\n").filter((line) => line.startsWith("Left out:")));
    note.textContent = words.join(" · ");
  }

  async drawAll() {
    const { live } = this.drawings;
    const load = (pane, [kind, words]) => this.load(pane, live ? `${kind}?${words}` : pane.title, (signal) => this.drawings.svg(kind, words, signal));
    await Promise.all([live && state.from && state.to ? this.loadPath(load) : load(this.graph, graphDrawing()), load(this.time, timeDrawing())]);
    this.whole.dispatchEvent(new CustomEvent("drawn"));
  }

  pathWords() {
    const words = new URLSearchParams({ from: state.from, to: state.to });
    for (const fact of [...this.path.facts].slice(0, MOST_NAMED)) words.append("fact", fact.id);
    return ["path", words];
  }

  async loadPath(load) {
    this.look();
    if (this.path?.facts.size > 0) return load(this.graph, this.pathWords());
    this.graph.abort?.abort();
    this.graph.key = null;
    this.graph.whole.classList.remove("busy");
    this.empty(this.graph, state.from === state.to ? "Both are the same." : "No chain of facts that are shown here joins the two.");
    this.refresh();
  }

  async load(pane, key, fetchDrawing) {
    if (pane.key === key || pane.whole.hidden) return;
    pane.key = key;
    pane.abort?.abort();
    pane.abort = new AbortController();
    pane.whole.classList.add("busy");
    try {
      const text = await fetchDrawing(pane.abort.signal);
      const [kind] = key.split("?");
      const isSameKind = pane.kind === kind;
      pane.kind = kind;
      if (!pane.picture.load(text, isSameKind)) throw new Error("The drawing cannot be read.");
      const isEarly = state.known !== null && this.look().counts.shown === this.data.facts.length;
      if (!isEarly && pane.picture.parts.every((part) => part.ids.length === 0)) this.empty(pane, "Nothing to draw: no fact here fits the filters.");
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
    pane.early.hidden = true;
    fill(pane.holder, el("p", { class: "empty" }, words));
    pane.note.textContent = "";
  }
}
