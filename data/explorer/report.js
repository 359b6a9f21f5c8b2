// The page that stands by itself. In: the case as the page holds it, and its drawings. Out: the same explorer as that of
// a server, put before the plain page, which stays as it is for print, for screen readers and where no script runs.

import { Board } from "./board.js";
import { CaseData } from "./data.js";
import { el } from "./dom.js";
import { change, onChange, readAddress, state } from "./state.js";
import { documentOn } from "./versions.js";

function drawingOf(id) {
  const svg = document.querySelector(`#${id} figure svg`);
  if (!svg) return Promise.reject(new Error("Graphviz was not installed when this page was made, so the drawing is missing."));
  // The page gave the ids of each drawing a beginning of their own.
  const text = new XMLSerializer().serializeToString(svg);
  return Promise.resolve(text.replaceAll(` id="${id}-`, ' id="').replaceAll(`url(#${id}-`, "url(#"));
}

function startReport() {
  const whole = JSON.parse(document.getElementById("case-data").textContent);
  const data = new CaseData(whole);
  const view = () => JSON.stringify([state.known, state.possible]);
  let shown = view();
  const look = () => {
    // A page that holds one view has no other, and knows no audience but that of the view.
    if (!whole.days) state.known = null;
    state.audience = null;
    if (view() === shown) return;
    shown = view();
    data.load(documentOn(whole, state.known, state.possible));
  };
  const board = new Board(data, {
    live: false,
    whole: new CaseData(whole),
    svg: (kind) => drawingOf(kind === "timeline" ? kind : "relationships"),
  });
  document.querySelector("main").prepend(el("section", { id: "explorer", class: "in-report", "aria-labelledby": "explorer-heading" }, el("h2", { id: "explorer-heading" }, "Explore"), board.finder.whole, board.whole));
  document.querySelector("nav ul")?.prepend(el("li", {}, el("a", { href: "#explorer" }, "Explore")));
  onChange((changed) => (look(), board.update(changed)));
  addEventListener("popstate", () => location.hash.startsWith("#/") && change(readAddress(), false));
  Object.assign(state, readAddress());
  look();
  board.update();
}

if (document.getElementById("case-data")) startReport();
