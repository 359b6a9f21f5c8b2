// What is being looked at, and its address. In: changes, or the part of the address behind `#`. Out: one state that all
// parts of the page follow. Every state has an address, so that it can be kept, sent and gone back to.

import { dayOf, isoOf } from "./days.js";

const LISTS = ["class", "predicate", "status", "source"];
const listeners = [];

export const state = {
  page: "explore",
  known: null,
  held: null,
  possible: false,
  audience: null,
  class: [],
  predicate: [],
  status: [],
  source: [],
  confidence: null,
  ego: null,
  depth: 1,
  from: null,
  to: null,
  select: null,
  find: null,
  layout: "both",
  max: null,
  question: null,
  values: {},
  query: null,
};
const START = structuredClone(state);

export function onChange(listener) {
  listeners.push(listener);
}

// Changes the state. A change that one may want to go back from gets an entry in the history of the browser.
export function change(patch, remember = true) {
  const before = { ...state };
  Object.assign(state, patch);
  const address = addressOf(state);
  if (location.hash !== address) {
    if (remember) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }
  const changed = new Set(Object.keys(patch).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(state[key])));
  if (changed.size > 0) for (const listener of listeners) listener(changed);
}

export function addressOf(of) {
  const words = new URLSearchParams();
  if (of.known !== null) words.set("known", isoOf(of.known));
  if (of.held !== null) words.set("held", isoOf(of.held));
  if (of.possible) words.set("possible", "");
  if (of.audience !== null) words.set("known-to", of.audience);
  for (const name of LISTS) for (const value of of[name]) words.append(name, value);
  for (const name of ["confidence", "ego", "from", "to", "select", "find", "max", "question", "query"]) {
    if (of[name] !== null) words.set(name, of[name]);
  }
  if (of.depth !== 1) words.set("depth", of.depth);
  if (of.layout !== "both") words.set("layout", of.layout);
  for (const [name, value] of Object.entries(of.values)) if (value !== "") words.append(`$${name}`, value);
  const text = words.toString();
  return `#/${of.page}${text ? `?${text}` : ""}`;
}

export function readAddress() {
  const [, path, text] = /^#?\/?([^?]*)\??(.*)$/s.exec(location.hash);
  const words = new URLSearchParams(text ?? "");
  const patch = structuredClone(START);
  if (/^[a-z]+$/.test(path)) patch.page = path;
  patch.known = dayOf(words.get("known"));
  patch.held = dayOf(words.get("held"));
  patch.possible = words.has("possible");
  patch.audience = words.get("known-to");
  for (const name of LISTS) patch[name] = words.getAll(name);
  for (const name of ["ego", "from", "to", "select", "find", "question", "query"]) patch[name] = words.get(name);
  for (const name of ["confidence", "max"]) patch[name] = words.has(name) ? Number(words.get(name)) || null : null;
  patch.depth = Math.min(4, Math.max(1, Number(words.get("depth")) || 1));
  patch.layout = ["graph", "time", "table"].includes(words.get("layout")) ? words.get("layout") : "both";
  for (const [name, value] of words) if (name.startsWith("$")) patch.values[name.slice(1)] = value;
  return patch;
}

// Says which drawing of relationships the state asks for, and for what; a path is found first (`Board`).
export function graphDrawing() {
  const words = drawnFor();
  if (state.max !== null) words.set("max", state.max);
  if (state.ego) {
    words.set("entity", state.ego);
    words.set("depth", state.depth);
    return ["ego", words];
  }
  return ["relationships", words];
}

// Says the same of the timeline. It is as wide as the style sheet will make its pane, so that it can be asked for before
// the page stands, and in steps, so that one drawing serves many windows.
export function timeDrawing() {
  const isNarrow = matchMedia("(max-width: 900px)").matches;
  const room = innerWidth - (isNarrow ? 0 : 306);
  const isHalf = state.layout === "both" && !isNarrow;
  const pane = isHalf ? room / 2.12 / 0.86 : room / 1.05;
  const width = Math.max(420, Math.min(1250, Math.round((pane - 190) / 50) * 50));
  const words = drawnFor();
  words.set("width", width);
  return ["timeline", words];
}

// Parts of the state that choose a view.
export const VIEW = ["known", "held", "possible", "audience"];

// Says which view the days and the audience choose, as the server takes it.
export function viewWords() {
  const words = new URLSearchParams();
  if (state.known !== null) words.set("known-on", isoOf(state.known));
  if (state.known !== null && state.audience !== null) words.set("known-to", state.audience);
  if (state.held !== null) words.set("as-of", isoOf(state.held));
  if (state.possible && words.size > 0) words.set("possible", "true");
  return words;
}

// Says what the drawings have to be drawn for.
function drawnFor() {
  const words = viewWords();
  for (const name of LISTS) for (const value of state[name]) words.append(name, value);
  if (state.confidence !== null) words.set("confidence", state.confidence);
  return words;
}
