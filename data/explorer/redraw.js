// What a day says otherwise than the drawing that it is shown in. In: a drawing of the whole case, on a page that has no
// server to draw anew, and the case of the day. Out: the same drawing with the names, dates and lines of the day, and a
// timeline that ends at it. Not here: which parts the day shows (`picture`).

import { svgEl } from "./dom.js";
import { dayOf } from "./days.js";

// How much further than its axis the ground of a lane reaches.
const LANE_END = 36;

export class Redraw {
  constructor(picture) {
    this.picture = picture;
  }

  // Writes the name that an entity has on the day.
  rename(part) {
    part.texts ??= this.textsOf(part);
    const isSame = part.entity.label === this.picture.origin.entityById.get(part.id).label;
    part.texts.forEach((one, place) => this.write(one, isSame ? one.whole : place === 0 ? short(part.entity.label, 24) : ""));
  }

  textsOf(part) {
    return [...part.g.querySelectorAll("text")].map((text) => {
      const { x, width } = text.getBBox();
      return { text, whole: text.textContent, middle: x + width / 2, x: text.getAttribute("x"), anchor: text.getAttribute("text-anchor") };
    });
  }

  // Writes a label anew; one that does not stand beside a mark stays in the middle of its place.
  write({ text, whole, middle, x, anchor }, words) {
    if (text.textContent === words) return;
    text.textContent = words;
    const isCentred = words !== whole && this.picture.start !== "top" && middle > 0;
    text.setAttribute("text-anchor", isCentred ? "middle" : anchor);
    text.setAttribute("x", isCentred ? middle : x);
  }

  // A timeline ends at the day: axis and bars do not run on, and an end that was not known is not drawn.
  cut() {
    const known = dayOf(this.picture.data.view.knownOn);
    const ticks = this.picture.parts.filter((part) => /^tick( label)? \d/.test(part.title));
    if (ticks.length === 0) return;
    const place = known === null ? Infinity : this.placeOf(known, ticks);
    // Of the statuses in the legend those stand that the day knows; each has its sample just before it.
    const used = new Set(this.picture.data.facts.map((fact) => fact.standing.label));
    const statuses = new Set(this.picture.data.statuses.map((status) => status.label));
    for (const part of this.picture.parts.filter((one) => /^legend \d/.test(one.title))) {
      part.words ??= part.g.textContent.trim();
      const sample = this.picture.parts.find((one) => one.title === `sample ${Number(part.title.slice(7)) - 1}`);
      for (const one of [part, sample].filter(Boolean)) this.picture.take(one, statuses.has(part.words) && !used.has(part.words));
    }
    for (const tick of ticks) this.picture.take(tick, (tick.x ??= leftOf(tick.g)) > place);
    const name = `p${this.picture.number}-cut`;
    this.picture.svg.querySelector(`#${name}`)?.remove();
    const far = 1e5;
    const clip = svgEl("clipPath", { id: name }, svgEl("rect", { x: -far, y: -far, width: far + Math.min(Math.max(place, -far), far), height: 2 * far }));
    this.picture.svg.querySelector("g.graph").append(clip);
    for (const part of this.picture.parts.filter((part) => part.ids.length > 0 && !part.isGone)) {
      const isUnknown = part.facts.some((fact) => fact.endKind === "unknown" && this.picture.origin.factById.get(fact.id).endKind !== "unknown");
      for (const shape of part.g.querySelectorAll("path, polygon, ellipse, polyline")) {
        shape.setAttribute("clip-path", known === null ? "none" : `url(#${name})`);
        shape.classList.toggle("hidden", isUnknown);
      }
    }
  }

  // Returns where a day stands on the axis: inside a year time runs evenly.
  placeOf(day, ticks) {
    this.years ??= ticks.map((part) => [part.g.textContent.trim(), leftOf(part.g)]).filter(([text]) => /^\d{4}$/.test(text)).map(([text, x]) => [Date.UTC(Number(text), 0, 1) / 86400000, x]).sort((a, b) => a[0] - b[0]);
    const at = this.years.findLastIndex(([first]) => first <= day);
    if (at < 0) return -Infinity;
    const [first, x] = this.years[at];
    const lane = this.picture.parts.find((part) => /^lane \d/.test(part.title));
    const [next, end] = this.years[at + 1] ?? [first + 366, rightOf(lane.g) - LANE_END];
    return x + ((day - first) / (next - first)) * (end - x);
  }

  // A label that counts several records counts those that are seen, and tells what the day tells of them.
  relabel(part, facts) {
    part.texts ??= this.textsOf(part);
    const { texts } = part;
    const before = (fact) => this.picture.origin?.factById.get(fact.id) ?? fact;
    if (facts.some((fact) => before(fact).status !== fact.status) || part.looks) this.restyle(part, facts[0], before(facts[0]));
    if (texts.length === 0) return;
    const saysSame = facts.length === part.ids.length && facts.every((fact) => this.picture.drawnOf.sentence(before(fact)) === this.picture.data.sentence(fact));
    if (saysSame && facts.every((fact) => before(fact).when === fact.when)) {
      for (const one of texts) this.write(one, one.whole);
      return;
    }
    const relations = [...new Set(facts.map((fact) => fact.relation.label))];
    const times = facts.length > 1 ? ` ×${facts.length}` : "";
    const dates = [...new Set(facts.map((fact) => fact.when).filter(Boolean))];
    if (/^(ribbon )?label /.test(part.title)) {
      const [{ text, whole }] = texts;
      const words = saysSame ? whole.slice(0, whole.lastIndexOf(" · ")) : short(`${relations[0]} ${this.picture.data.name(facts[0].object)}`, 60) + times;
      text.textContent = [words, dates[0]].filter(Boolean).join(" · ");
      return;
    }
    const last = dates.length > 1 ? `${dates[0]} … ${dates[dates.length - 1].replace(/^since /, "")}` : dates[0] ?? "";
    const words = [`${relations.length === 1 ? relations[0] : `${relations.length} relations`}${times}`, last];
    texts.forEach((one, place) => this.write(one, words[place] ?? ""));
  }

  // Gives a part the look of its status on the day. A head of another shape is drawn anew as an arrow.
  restyle(part, fact, before) {
    const { colour, width, pattern } = fact.standing;
    const old = before.standing.colour.toLowerCase();
    part.looks ??= [...part.g.querySelectorAll("path, polygon, ellipse, polyline, text")].map((shape) => ({ shape, was: Object.fromEntries([...shape.attributes].map(({ name, value }) => [name, value])) }));
    const isSame = fact.status === before.status;
    const line = part.kind === "edge" ? part.g.querySelector("path") : null;
    let heads = 0;
    for (const { shape, was } of part.looks) {
      for (const name of ["stroke", "fill"]) if (was[name]?.toLowerCase() === old) shape.setAttribute(name, colour);
      if (!line || this.picture.start === "top") continue;
      if (shape === line) {
        shape.setAttribute("stroke-width", isSame ? was["stroke-width"] : width);
        shape.setAttribute("stroke-dasharray", isSame ? (was["stroke-dasharray"] ?? "none") : ({ dashed: "5,2", dotted: "1,5" }[pattern] ?? "none"));
      } else if (shape.nodeName === "polygon" && was.stroke?.toLowerCase() === old) {
        shape.setAttribute("points", was.points);
        if (!isSame) shape.setAttribute("points", heads === 0 ? arrow(line, shape) : "");
        heads += 1;
      }
    }
  }
}

// The places of all corners of a shape, or of the beginning of a text, from left to right.
function across(g) {
  const points = g.querySelector("polygon")?.getAttribute("points") ?? `${g.querySelector("text")?.getAttribute("x")},0`;
  return points.trim().split(" ").map((point) => Number(point.split(",")[0])).sort((a, b) => a - b);
}

const leftOf = (g) => across(g)[0];
const rightOf = (g) => across(g).at(-1);

function short(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

// The corners of an arrow at that end of a line which a head is nearer to.
function arrow(line, head) {
  const long = line.getTotalLength();
  const box = head.getBBox();
  const away = (at) => Math.hypot(line.getPointAtLength(at).x - box.x - box.width / 2, line.getPointAtLength(at).y - box.y - box.height / 2);
  const [at, back] = away(long) <= away(0) ? [long, long - 1] : [0, 1];
  const [tip, tail] = [line.getPointAtLength(at), line.getPointAtLength(back)];
  const [dx, dy] = [tip.x - tail.x, tip.y - tail.y];
  return `${tip.x + dx * 7},${tip.y + dy * 7} ${tip.x - dy * 2.5},${tip.y + dx * 2.5} ${tip.x + dy * 2.5},${tip.y - dx * 2.5}`;
}
