// The two days: what held, and what was known, and to whom. In: the case that the page began with, and its days. Out: two
// handles on one scale, two fields for exact days, a list of those who can know something, and a button that plays. The
// scale gives each turning day the same room, so that a month in which much came out is as wide as the years before it.

import { el, fill, plural, svgEl } from "./dom.js";
import { dayOf, isoOf, LAST_DAY, spokenDay, yearOf } from "./days.js";
import { folded } from "./search.js";
import { change, state } from "./state.js";

const STEP = 900;
const NAMES = { known: "Known on", held: "Held on" };
// Most of those who can know something that a list offers.
const MOST_OFFERED = 500;

// Days on which something began, ended or became public, each once, in order.
function turningDays(facts) {
  const days = new Set();
  for (const fact of facts) {
    const [begin0, , , end1, , known1] = fact.days;
    if (fact.begin) days.add(begin0);
    if (fact.end && end1 < LAST_DAY) days.add(end1);
    if (known1 < LAST_DAY) days.add(known1);
  }
  return [...days].filter((day) => day > -200000 && day < 60000).sort((a, b) => a - b);
}

// Days on which something became public for certain.
function knownDays(facts) {
  return [...new Set(facts.map((fact) => fact.days[5]).filter((day) => day < LAST_DAY))].sort((a, b) => a - b);
}

// Place of the first of the days, which are in order, that is not before another.
function firstFrom(days, day) {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class DateControl {
  // `can` says what the page can answer: `known` on which day, and to which `audience`.
  constructor(data, can) {
    this.data = data;
    this.can = can;
    // A page that holds a view offers no day after it.
    this.last = { known: dayOf(data.view.knownOn), held: null };
    this.days = turningDays(data.facts).filter((day) => this.last.known === null || day <= this.last.known);
    this.known = knownDays(data.facts);
    this.timer = null;
    this.strip = el("div", { class: "strip" });
    this.said = el("p", { class: "said", role: "status", "aria-live": "polite" });
    this.play = el("button", { type: "button", class: "play", onclick: () => this.toggle() }, "Play");
    this.fields = Object.fromEntries(Object.keys(NAMES).map((name) => [name, this.field(name)]));
    this.possible = el("input", { type: "checkbox", onchange: (event) => change({ possible: event.target.checked }) });
    this.audience = el("input", { id: "known-to", type: "text", list: "knowers", placeholder: "the public", title: "Who could know it: a name, or an id", autocomplete: "off", onchange: (event) => this.ask(event.target.value.trim()) });
    this.offered = el("datalist", { id: "knowers" });
    // Somebody may be asked about whom the public has yet to hear of; who it is then is for the reader to say.
    const all = data.entities.filter((entity) => data.knowers.includes(entity.class));
    this.ids = new Map(all.flatMap(({ id, label }) => [[folded(label), id], [folded(id), id]]));
    this.labels = new Map(all.map(({ id, label }) => [id, label]));
    const others = can.known ? null : el("p", { class: "note" }, data.view.stamp ? "This page holds one view. " : "", "For what was known on a day: ", el("code", {}, "casegraph build --known-on DAY"), " or ", el("code", {}, "casegraph serve"), ".");
    this.whole = el(
      "section",
      { class: "dates", "aria-label": "Days" },
      el("div", { class: "date-fields" }, can.known && this.fields.known.whole, others, this.fields.held.whole, can.audience && el("div", { class: "date-field to" }, el("label", { for: "known-to" }, "to"), this.audience, this.offered), el("label", { class: "check" }, this.possible, " also what is only possible"), can.known && this.play),
      this.strip,
      this.said,
    );
    this.draw();
  }

  field(name) {
    const input = el("input", {
      type: "date",
      id: `day-${name}`,
      max: this.last[name] === null ? null : isoOf(this.last[name]),
      onchange: (event) => this.set(name, dayOf(event.target.value)),
    });
    const clear = el("button", { type: "button", class: "clear", "aria-label": `${NAMES[name]}: any day`, title: "any day", onclick: () => this.set(name, null) }, "×");
    const whole = el("div", { class: `date-field ${name}` }, el("label", { for: `day-${name}` }, NAMES[name]), input, clear);
    return { input, clear, whole };
  }

  ask(words) {
    this.stop();
    change({ audience: words === "" ? null : (this.ids.get(folded(words)) ?? words) });
  }

  set(name, day) {
    this.stop();
    change({ [name]: this.within(name, day) });
  }

  // A day after the view of the page asks for all that the page holds.
  within(name, day) {
    return this.last[name] !== null && day > this.last[name] ? null : day;
  }

  // Place of a day on the scale, from 0 to 1: between two turning days it lies in proportion.
  place(day) {
    const { days } = this;
    if (days.length < 2 || day <= days[0]) return 0;
    if (day > days[days.length - 1]) return 1;
    const next = firstFrom(days, day);
    const part = (day - days[next - 1]) / (days[next] - days[next - 1]);
    return (next - 1 + part) / (days.length - 1);
  }

  dayAt(place) {
    return this.days[Math.round(Math.min(1, Math.max(0, place)) * (this.days.length - 1))];
  }

  draw() {
    if (this.days.length < 2) return this.strip.remove();
    const bins = 120;
    const count = (pick) => {
      const heights = new Array(bins).fill(0);
      for (const fact of this.data.facts) {
        const day = pick(fact);
        if (day !== null && day >= this.days[0] && day <= this.days[this.days.length - 1]) heights[Math.min(bins - 1, Math.floor(this.place(day) * bins))] += 1;
      }
      return heights;
    };
    const happened = count((fact) => (fact.begin ? fact.days[0] : null));
    const told = count((fact) => (fact.knownSince && this.can.known ? fact.days[5] : null));
    const most = Math.sqrt(Math.max(1, ...happened, ...told));
    const bars = (heights, up) => heights.map((height, at) => {
      const tall = (Math.sqrt(height) / most) * 17;
      return svgEl("rect", { x: (at * 1000) / bins + 0.8, width: 1000 / bins - 1.6, y: up ? 20 - tall : 21, height: tall, class: up ? "happened" : "told" });
    });
    const picture = svgEl("svg", { viewBox: "0 0 1000 41", preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars(happened, true), ...bars(told, false));
    this.rails = Object.fromEntries(Object.keys(NAMES).map((name) => [name, this.handle(name)]));
    const area = el("div", { class: "strip-area" }, picture, this.rails.held, this.can.known && this.rails.known);
    area.addEventListener("pointerdown", (event) => {
      if (event.target.closest(".handle")) return;
      const frame = area.getBoundingClientRect();
      const name = event.clientY - frame.top < frame.height / 2 || !this.can.known ? "held" : "known";
      this.set(name, this.dayAt((event.clientX - frame.left) / frame.width));
    });
    this.marks = el("div", { class: "years", "aria-hidden": "true" });
    fill(this.strip, el("div", { class: "strip-keys", "aria-hidden": "true" }, el("span", {}, "happened"), this.can.known && el("span", {}, "became public")), area, this.marks);
    new ResizeObserver(() => this.years()).observe(this.strip);
  }

  // As many years as have room.
  years() {
    const { marks } = this;
    const room = 38 / Math.max(38, marks.clientWidth);
    // The handles rest at the end of the scale.
    const end = 1 - room * 0.75;
    marks.replaceChildren();
    let last = -1;
    for (let year = yearOf(this.days[0]); year <= yearOf(this.days[this.days.length - 1]) + 1; year += 1) {
      const place = this.place(Date.UTC(year, 0, 1) / 86400000);
      if (place <= 0 || place >= end || place - last < room) continue;
      last = place;
      const mark = el("span", {}, String(year));
      mark.style.left = `${place * 100}%`;
      marks.append(mark);
    }
  }

  handle(name) {
    const handle = el("div", {
      class: `handle ${name}`,
      role: "slider",
      tabindex: "0",
      "aria-label": name === "known" ? "Known on: what could be known" : "Held on: what held",
      "aria-orientation": "horizontal",
    });
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const frame = handle.parentElement.getBoundingClientRect();
      const place = (event.clientX - frame.left) / frame.width;
      this.stop();
      change({ [name]: place > 1.004 ? null : this.within(name, this.dayAt(place)) }, false);
    });
    handle.addEventListener("keydown", (event) => {
      const day = state[name] ?? this.days[this.days.length - 1];
      const days = name === "known" ? this.known : this.days;
      const later = days.find((other) => other > day);
      const earlier = days.findLast((other) => other < day);
      const moves = {
        ArrowRight: day + 1,
        ArrowUp: day + 1,
        ArrowLeft: day - 1,
        ArrowDown: day - 1,
        PageUp: later ?? null,
        PageDown: earlier ?? days[0],
        Home: days[0],
        End: null,
      };
      if (event.key in moves) {
        event.preventDefault();
        this.set(name, moves[event.key]);
      }
    });
    return handle;
  }

  toggle() {
    if (this.timer) return this.stop();
    const { known } = this;
    if (known.length === 0) return;
    if (state.known === null || state.known >= known[known.length - 1]) change({ known: known[0] });
    this.play.textContent = "Pause";
    this.timer = setInterval(() => {
      // What takes a moment to arrive is waited for.
      if (this.whole.classList.contains("busy")) return;
      const next = known.find((day) => day > state.known);
      if (next === undefined) return this.stop();
      change({ known: next }, false);
    }, STEP);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
  }

  // Shows what is set, before the case of that day has arrived.
  controls() {
    this.possible.checked = state.possible;
    this.possible.disabled = state.known === null && state.held === null;
    for (const name of Object.keys(NAMES)) {
      const day = state[name];
      const { input, clear, whole } = this.fields[name];
      input.value = day === null ? "" : isoOf(day);
      clear.hidden = day === null;
      whole.classList.toggle("set", day !== null);
      const handle = this.rails?.[name];
      if (!handle) continue;
      handle.classList.toggle("set", day !== null);
      handle.style.left = `${(day === null ? 1 : this.place(day)) * 100}%`;
      handle.setAttribute("aria-valuemin", this.days[0]);
      handle.setAttribute("aria-valuemax", this.days[this.days.length - 1]);
      handle.setAttribute("aria-valuenow", Math.min(Math.max(day ?? Infinity, this.days[0]), this.days[this.days.length - 1]));
      handle.setAttribute("aria-valuetext", day === null ? "any day" : spokenDay(day));
    }
  }

  // Lists those who can know something and are known to the view.
  audiences() {
    const { data } = this;
    const knowers = data.entities.filter((entity) => data.knowers.includes(entity.class)).map((entity) => entity.label);
    fill(this.offered, knowers.sort((a, b) => a.localeCompare(b)).slice(0, MOST_OFFERED).map((value) => el("option", { value })));
    const id = data.view.knownTo ?? state.audience;
    const label = id === null ? "the public" : (data.entityById.get(id)?.label ?? this.labels.get(id) ?? id);
    this.audience.value = id === null ? "" : label;
    return label;
  }

  wait() {
    this.whole.classList.add("busy");
    this.said.textContent = "Reading what this day shows …";
  }

  // Says what is shown: that of the document, not what is about to come.
  update(seen) {
    this.controls();
    this.whole.classList.remove("busy");
    const who = this.audiences();
    const { knownOn, stamp } = this.data.view;
    const { shown, possible } = seen.counts;
    const words = [];
    if (state.known !== null) words.push(`what ${who} could know on ${spokenDay(dayOf(knownOn) ?? state.known)}`);
    if (state.held !== null) words.push(`what held on ${spokenDay(state.held)}`);
    const facts = plural(shown, "fact", "facts");
    const perhaps = possible > 0 ? `, ${possible} of them only possible` : "";
    this.said.textContent = words.length > 0 ? `${facts}: ${words.join(", and ")}${perhaps}` : `${facts} of all times, ${stamp ? "all that this page holds" : "as known today"}`;
  }
}
