// The page that stands by itself. In: the case as the page holds it, and its drawings. Out: the same explorer as that of
// a server, put before the plain page, which stays as it is for print, for screen readers and where no script runs.

import { Board } from "./board.js";
import { CaseData } from "./data.js";
import { el } from "./dom.js";
import { change, onChange, readAddress, state } from "./state.js";

function drawingOf(id) {
  const svg = document.querySelector(`#${id} figure svg`);
  if (!svg) return Promise.reject(new Error("Graphviz was not installed when this page was made, so the drawing is missing."));
  // The page gave the ids of each drawing a beginning of their own.
  const text = new XMLSerializer().serializeToString(svg);
  return Promise.resolve(text.replaceAll(` id="${id}-`, ' id="').replaceAll(`url(#${id}-`, "url(#"));
}

function startReport() {
  const data = new CaseData(JSON.parse(document.getElementById("case-data").textContent));
  Object.assign(state, readAddress());
  const board = new Board(data, {
    live: false,
    svg: (kind) => drawingOf(kind === "timeline" ? kind : "relationships"),
  });
  document.querySelector("main").prepend(el("section", { id: "explorer", class: "in-report", "aria-labelledby": "explorer-heading" }, el("h2", { id: "explorer-heading" }, "Explore"), board.finder.whole, board.whole));
  document.querySelector("nav ul")?.prepend(el("li", {}, el("a", { href: "#explorer" }, "Explore")));
  onChange((changed) => board.update(changed));
  addEventListener("popstate", () => location.hash.startsWith("#/") && change(readAddress(), false));
  board.update();
}

if (document.getElementById("case-data")) startReport();
