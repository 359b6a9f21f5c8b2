// A drawing that can be moved, enlarged and clicked. In: the SVG of the server and what is seen. Out: the same SVG. On a page
// that has no server the drawing is of the whole case: of it the parts stand that the day shows, each at its place and
// with the words of the day; the others are taken out. Text in it stays text.

import { el, svgEl } from "./dom.js";
import { Redraw } from "./redraw.js";
import { CERTAIN, DIMMED, HIDDEN, POSSIBLE } from "./view.js";

const READABLE = 0.85;
// Room between a box and the edge of what is shown.
const MARGIN = 10;
// The legend of relationships stands in the details too; that of a timeline belongs to its marks.
const LEGEND = /^(cluster_legend|legend \D)/;
let pictures = 0;

export class Picture {
  // `origin` is the case that the drawings are of, where that is not what is looked at.
  constructor(holder, data, onSelect, origin = null) {
    this.holder = holder;
    this.data = data;
    this.origin = origin;
    this.onSelect = onSelect;
    this.number = (pictures += 1);
    this.svg = null;
    this.onPaper = false;
    this.watch();
  }

  // Takes a drawing over: without its links and tooltips, which tell everything at once, and with ids of its own. One of the
  // same kind keeps in its place what stood in the middle.
  load(text, isSameKind = false) {
    const stood = isSameKind && this.start !== "top" ? this.middle() : [];
    this.box = null;
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (parsed.nodeName !== "svg") return false;
    const svg = document.importNode(parsed, true);
    for (const bad of svg.querySelectorAll("script, foreignObject, style")) bad.remove();
    this.note = svg.querySelector(":scope > desc")?.textContent ?? "";
    this.title = svg.querySelector(":scope > title")?.textContent ?? "";
    // Of the whole case they tell counts that a day hides.
    if (this.origin) for (const told of svg.querySelectorAll(":scope > title, :scope > desc")) told.remove();
    for (const link of svg.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    this.parts = [...svg.querySelectorAll("g.node, g.edge, g.cluster")].map((g) => this.part(g));
    this.knots(this.parts);
    for (const named of svg.querySelectorAll("[id]")) named.id = `p${this.number}-${named.id}`;
    for (const filled of svg.querySelectorAll("[fill^='url(#']")) {
      filled.setAttribute("fill", filled.getAttribute("fill").replace("url(#", `url(#p${this.number}-`));
    }
    for (const title of svg.querySelectorAll("g > title")) title.remove();
    svg.setAttribute("role", "group");
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    this.svg = svg;
    this.whole = null;
    this.redraw = new Redraw(this);
    this.holder.replaceChildren(svg);
    const aside = this.parts.filter((part) => LEGEND.test(part.title)).map((part) => part.g);
    const headings = [...svg.querySelectorAll("text")].filter((heading) => !heading.closest("g.node, g.edge, g.cluster"));
    for (const one of [...aside, ...headings]) this.origin ? one.remove() : one.classList.add("of-legend");
    this.frame();
    this.keep(stood);
    return true;
  }

  // The entities that are drawn, with their places on the screen, from the middle outwards.
  middle() {
    if (!this.svg || !this.box) return [];
    const { box, scale } = this;
    const places = this.parts.filter((part) => part.entity && !part.isGone).map((part) => {
      const { x, y, width, height } = this.boxOf(part.g);
      return { id: part.id, scale, x: x + width / 2 - box.x, y: y + height / 2 - box.y };
    });
    const away = ({ x, y }) => Math.hypot(x - box.width / 2, y - box.height / 2);
    return places.sort((a, b) => away(a) - away(b));
  }

  keep(stood) {
    const drawn = new Map(this.parts.filter((part) => part.entity).map((part) => [part.id, part]));
    const before = stood.find(({ id }) => drawn.has(id));
    if (!before || !this.box) return;
    const { x, y, width, height } = this.boxOf(drawn.get(before.id).g);
    const { clientWidth, clientHeight } = this.holder;
    const { scale } = before;
    this.show({ x: x + width / 2 - before.x, y: y + height / 2 - before.y, width: clientWidth / scale, height: clientHeight / scale });
  }

  part(g) {
    const classes = [...g.classList];
    const title = g.querySelector("title")?.textContent ?? "";
    const part = { g, title, kind: classes[0], id: null, ids: [], texts: null, isGone: false };
    const drawn = this.drawnOf;
    part.ids = classes.map((name) => drawn.byToken.get(name)?.id).filter(Boolean);
    if (classes.includes("entity") && drawn.entityById.has(g.id)) {
      part.id = g.id;
      g.setAttribute("tabindex", "0");
      g.setAttribute("role", "button");
    }
    this.resolve(part);
    if (classes.includes("knot")) part.kind = "knot";
    if (part.kind === "cluster") part.class = title.replace(/^cluster_class /, "");
    return part;
  }

  // The case that the drawing is of.
  get drawnOf() {
    return this.origin ?? this.data;
  }

  // Finds what a part stands for in the case that is looked at.
  resolve(part) {
    part.facts = part.ids.map((id) => this.data.factById.get(id)).filter(Boolean);
    part.entity = part.id === null ? null : (this.data.entityById.get(part.id) ?? null);
    if (part.entity) part.g.setAttribute("aria-label", `${part.entity.label}, ${this.data.classes[part.entity.class]?.label ?? ""}`);
    else if (part.facts.length > 0) part.g.dataset.facts = part.facts.map((fact) => fact.id).join(" ");
  }

  // A knot bears the label of the lines that meet in it, so it stands for their facts.
  knots(parts) {
    const byName = new Map(parts.filter((part) => part.kind === "knot").map((part) => [part.title, part]));
    for (const edge of parts.filter((part) => part.kind === "edge")) {
      for (const name of edge.title.split("->")) {
        const knot = byName.get(name);
        if (knot) knot.ids = [...new Set([...knot.ids, ...edge.ids])];
      }
    }
  }

  // Cuts the drawing to its content: title, stamp and legend have a place of their own on the page.
  frame() {
    const boxes = this.parts.filter((part) => !LEGEND.test(part.title)).map((part) => part.g.getBBox());
    const filled = boxes.filter((box) => box.width > 0 || box.height > 0);
    if (filled.length === 0) return;
    const left = Math.min(...filled.map((box) => box.x));
    const top = Math.min(...filled.map((box) => box.y));
    const right = Math.max(...filled.map((box) => box.x + box.width));
    const bottom = Math.max(...filled.map((box) => box.y + box.height));
    const shift = this.svg.querySelector("g.graph")?.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
    this.whole = { x: left + shift.e - 10, y: top + shift.f - 10, width: right - left + 20, height: bottom - top + 20 };
    this.home();
  }

  // Shows as much as can be read: the whole where it fits, else the part that has most to tell.
  home() {
    if (!this.whole) return;
    const { clientWidth: width, clientHeight: height } = this.holder;
    if (width === 0 || height === 0) return;
    const across = width / this.whole.width;
    const fit = this.start === "top" ? across : Math.min(across, height / this.whole.height);
    const scale = Math.min(1.35, Math.max(fit, READABLE));
    const box = { width: width / scale, height: height / scale };
    const { nodes, hub } = this.start === "top" ? { nodes: [], hub: null } : this.nodes();
    const along = (side, size) => begin(nodes.map((node) => [node[side], node[side] + node[size]]), hub && [hub[side], hub[side] + hub[size]], this.whole[side], this.whole[size], box[size]);
    this.show({ ...box, x: along("x", "width"), y: along("y", "height") });
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.holder;
    const scale = Math.min(width / this.whole.width, height / this.whole.height, 1.6);
    const box = { width: width / scale, height: height / scale };
    box.x = this.whole.x - (box.width - this.whole.width) / 2;
    box.y = this.whole.y - (box.height - this.whole.height) / 2;
    this.show(box);
  }

  // The boxes of the entities, and that of the one with the most lines.
  nodes() {
    const lines = new Map();
    for (const part of this.parts) for (const name of part.kind === "edge" ? part.title.split("->") : []) lines.set(name, (lines.get(name) ?? 0) + 1);
    const parts = this.parts.filter((part) => part.entity);
    const nodes = parts.map((part) => this.boxOf(part.g));
    const most = parts.reduce((best, part, place) => ((lines.get(part.title) ?? 0) > (lines.get(parts[best].title) ?? 0) ? place : best), 0);
    return { nodes, hub: nodes[most] ?? null };
  }

  boxOf(g) {
    const { x, y, width, height } = g.getBBox();
    const shift = this.svg.querySelector("g.graph")?.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
    return { x: x + shift.e, y: y + shift.f, width, height };
  }

  show(box) {
    this.box = box;
    this.scale = this.holder.clientWidth / box.width;
    this.svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
  }

  zoom(factor, at = null) {
    if (!this.box) return;
    const next = Math.min(4, Math.max(0.15, this.scale * factor)) / this.scale;
    const place = at ?? { x: this.box.x + this.box.width / 2, y: this.box.y + this.box.height / 2 };
    this.show({
      x: place.x - (place.x - this.box.x) / next,
      y: place.y - (place.y - this.box.y) / next,
      width: this.box.width / next,
      height: this.box.height / next,
    });
  }

  // Brings an entity or a fact into the middle, where it is drawn.
  reveal(thing) {
    const part = this.parts?.find((p) => (p.entity === thing || p.facts.includes(thing)) && !p.g.classList.contains("hidden"));
    if (!part || !this.box) return false;
    const around = this.boxOf(part.g);
    const place = { x: around.x + around.width / 2, y: around.y + around.height / 2 };
    const { x, y, width, height } = this.box;
    const inside = place.x > x + 40 && place.x < x + width - 40 && place.y > y + 20 && place.y < y + height - 20;
    if (!inside) this.show({ ...this.box, x: place.x - width / 2, y: place.y - height / 2 });
    return true;
  }

  // Shows what is seen and marks what is selected.
  apply(seen, chosen, fresh) {
    if (!this.svg) return;
    const shownEntities = new Set();
    for (const part of this.parts) {
      this.resolve(part);
      let level = CERTAIN;
      if (part.ids.length > 0) level = Math.max(HIDDEN, ...part.facts.map((fact) => seen.of(fact)));
      else if (part.id !== null) level = seen.ofEntity(part.entity);
      part.level = level;
      if (part.entity) shownEntities.add(part.entity.class);
      this.mark(part, chosen, fresh);
      const facts = part.facts.filter((fact) => level === DIMMED || seen.of(fact) > DIMMED);
      if (facts.length > 0) this.redraw.relabel(part, facts);
      if (part.entity && this.origin) this.redraw.rename(part);
    }
    for (const part of this.parts) {
      if (part.kind === "cluster" && part.class !== part.title) this.take(part, !shownEntities.has(part.class));
    }
    if (this.origin) this.redraw.cut();
  }

  // Takes a part out of the drawing, or puts it back: what a day hides is not on the page.
  take(part, isGone) {
    const { g } = part;
    g.classList.toggle("hidden", isGone);
    if (part.isGone === isGone) return;
    part.isGone = isGone;
    part.content ??= { nodes: [...g.childNodes], id: g.id };
    g.replaceChildren(...(isGone ? [] : part.content.nodes));
    g.id = isGone ? "" : part.content.id;
    if (isGone) for (const name of ["aria-label", "data-facts"]) g.removeAttribute(name);
  }

  mark(part, chosen, fresh) {
    const list = part.g.classList;
    this.take(part, part.level === HIDDEN);
    list.toggle("dimmed", part.level === DIMMED);
    list.toggle("possible", part.level === POSSIBLE);
    list.toggle("selected", chosen !== null && (part.entity === chosen || part.facts.includes(chosen)));
    list.toggle("fresh", part.facts.some((fact) => fresh.has(fact)) && part.level > DIMMED);
    if (part.id !== null) part.g.setAttribute("tabindex", part.level === HIDDEN ? "-1" : "0");
  }

  watch() {
    let from = null;
    let moved = false;
    const at = (event) => {
      const frame = this.holder.getBoundingClientRect();
      return {
        x: this.box.x + ((event.clientX - frame.left) / frame.width) * this.box.width,
        y: this.box.y + ((event.clientY - frame.top) / frame.height) * this.box.height,
      };
    };
    this.holder.addEventListener("pointerdown", (event) => {
      if (!this.box || event.button !== 0) return;
      from = { x: event.clientX, y: event.clientY, box: this.box };
      moved = false;
    });
    this.holder.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!moved && Math.hypot(dx, dy) < 5) return;
      if (!moved) this.holder.setPointerCapture(event.pointerId);
      moved = true;
      this.show({ ...from.box, x: from.box.x - dx / this.scale, y: from.box.y - dy / this.scale });
    });
    for (const end of ["pointerup", "pointercancel"]) this.holder.addEventListener(end, () => (from = null));
    this.holder.addEventListener(
      "wheel",
      (event) => {
        // A page that scrolls goes on scrolling; with a key held down, or where nothing scrolls, the drawing grows.
        if (!this.box || !(event.ctrlKey || event.metaKey || !this.scrolls())) return;
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * 0.0015), at(event));
      },
      { passive: false },
    );
    const choose = (event) => {
      const g = event.target.closest?.("g.node, g.edge");
      const part = this.parts?.find((p) => p.g === g);
      if (!part || part.level === HIDDEN || part.g.classList.contains("of-legend")) return false;
      if (part.entity) this.onSelect("entity", [part.entity], event);
      else if (part.facts.length > 0) this.onSelect("fact", part.facts, event);
      else return false;
      return true;
    };
    this.holder.addEventListener("click", (event) => {
      if (moved) return;
      if (!choose(event)) this.onSelect("nothing", [], event);
    });
    this.holder.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && choose(event)) event.preventDefault();
      const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (steps && this.box) {
        event.preventDefault();
        this.show({ ...this.box, x: this.box.x + steps[0] * this.box.width * 0.1, y: this.box.y + steps[1] * this.box.height * 0.1 });
      } else if (event.key === "+" || event.key === "=") this.zoom(1.25);
      else if (event.key === "-") this.zoom(0.8);
      else if (event.key === "0") this.fit();
    });
    new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = this.holder;
      if (width === 0 || height === 0 || this.onPaper) return;
      if (this.svg && !this.box) this.frame();
      else if (this.box) this.show({ ...this.box, width: width / this.scale, height: height / this.scale });
    }).observe(this.holder);
  }

  // Paper cannot be moved, so all of the drawing is on it.
  wholeOnPaper() {
    addEventListener("beforeprint", () => {
      this.onPaper = true;
      if (!this.svg || !this.whole) return;
      const { x, y, width, height } = this.whole;
      this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    });
    addEventListener("afterprint", () => {
      this.onPaper = false;
      if (this.svg && this.box) this.show(this.box);
    });
  }

  scrolls() {
    return document.documentElement.scrollHeight > document.documentElement.clientHeight + 4;
  }

  // Returns what is on the screen as a drawing of its own: what is hidden is left out, not covered. Where the day is not
  // that of the drawing, what was said of the whole is not said of the day.
  standing() {
    const copy = this.svg.cloneNode(true);
    const { stamp } = this.data.view;
    if (this.origin) copy.prepend(svgEl("desc", {}, stamp === this.origin.view.stamp ? this.note : `${this.data.title}\n${stamp}`));
    for (const gone of copy.querySelectorAll(".hidden, .of-legend")) gone.remove();
    for (const g of copy.querySelectorAll(".dimmed")) g.setAttribute("opacity", "0.22");
    for (const shape of copy.querySelectorAll(".possible > g > path, .possible > path, .possible > polygon")) shape.setAttribute("stroke-dasharray", "4 3");
    const { x, y, width, height } = this.whole;
    copy.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.prepend(svgEl("title", {}, this.title));
    for (const g of copy.querySelectorAll("[tabindex]")) for (const name of ["tabindex", "role", "aria-label"]) g.removeAttribute(name);
    return new XMLSerializer().serializeToString(copy);
  }
}

// Where the part that is shown begins, along one side of the drawing: at its edge, or as far in as brings the hub into
// it, and rather between boxes than through them.
function begin(boxes, hub, start, size, room) {
  if (room >= size) return start - (room - size) / 2;
  const last = start + size - room;
  const places = [start, ...boxes.map(([from]) => from - MARGIN), last].filter((at) => at >= start && at <= last);
  const holding = hub ? places.filter((at) => at <= hub[0] - MARGIN && hub[1] + MARGIN <= at + room) : [start];
  const cuts = (at) => boxes.filter(([from, to]) => from < at && at < to).length;
  return holding.sort((a, b) => cuts(a) - cuts(b) || a - b)[0] ?? start;
}

// The buttons that move a drawing.
export function handles(picture) {
  const button = (label, title, action) => el("button", { type: "button", title, "aria-label": label === "Fit" ? null : title, onclick: action }, label);
  return el(
    "div",
    { class: "handles" },
    button("+", "Enlarge", () => picture.zoom(1.3)),
    button("−", "Make smaller", () => picture.zoom(1 / 1.3)),
    button("Fit", "Show the whole drawing", () => picture.fit()),
  );
}
