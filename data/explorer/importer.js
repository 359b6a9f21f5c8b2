// CSV files for the case folder. In: files that are dropped or chosen. Out: their faults at their cells, the difference
// that they make, and, once that is confirmed, the files in their place.

import { el, fill, plural } from "./dom.js";
import { ask } from "./net.js";

const AROUND = 1;
const MOST_ROWS = 60;

export class Importer {
  constructor(most, onDone) {
    this.most = most;
    this.onDone = onDone;
    this.files = [];
    this.pick = el("input", { type: "file", id: "files", multiple: true, accept: ".csv,.json,text/csv", onchange: (event) => this.take([...event.target.files]) });
    this.zone = el("div", { class: "drop" }, el("p", {}, el("label", { for: "files" }, "Drop CSV files here, or choose them:")), this.pick);
    this.outcome = el("div", { class: "outcome", "aria-live": "polite" });
    for (const name of ["dragenter", "dragover"]) this.zone.addEventListener(name, (event) => (event.preventDefault(), this.zone.classList.add("over")));
    for (const name of ["dragleave", "drop"]) this.zone.addEventListener(name, () => this.zone.classList.remove("over"));
    this.zone.addEventListener("drop", (event) => (event.preventDefault(), this.take([...event.dataTransfer.files])));
    this.whole = el(
      "section",
      { class: "page importer", "aria-label": "Import" },
      el("h1", {}, "Import"),
      el("p", { class: "lead" }, "The whole case is checked as it would be with these files. Nothing is stored before you confirm, and nothing at all while an error stands."),
      this.zone,
      this.outcome,
    );
  }

  async take(files) {
    if (files.length === 0) return;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > this.most) {
      const words = `${files.length === 1 ? "This file has" : "These files have"} ${megabytes(size)}, and the server takes ${megabytes(this.most)} at once. Drop them one by one, or start it with a greater --max-body.`;
      return fill(this.outcome, el("p", { class: "fault", role: "alert" }, words));
    }
    this.files = await Promise.all(files.map(async (file) => ({ file, rows: rowsOf(decode(await file.arrayBuffer())) })));
    await this.send(false);
    this.pick.value = "";
  }

  async send(apply) {
    fill(this.outcome, el("p", { class: "note" }, apply ? "Putting the files in their place …" : "Checking …"));
    const form = new FormData();
    for (const { file } of this.files) form.append("file", file, file.name);
    try {
      const answer = await ask("/import", apply ? new URLSearchParams({ apply: this.state }) : undefined, { method: "POST", body: form });
      const outcome = await answer.json();
      this.state = outcome.state;
      this.show(outcome);
    } catch (error) {
      fill(this.outcome, el("p", { class: "fault", role: "alert" }, error.status === 401 ? "The server asks for its token: open the address that it printed when it was started." : error.message));
    }
  }

  show(outcome) {
    if (outcome.applied) {
      const { added, changed, removed, total } = outcome.difference;
      fill(this.outcome, el("p", { class: "done", role: "status" }, `Done: ${added} added, ${changed} changed, ${removed} removed; ${plural(total, "fact", "facts")} in all. `, el("button", { type: "button", class: "primary", onclick: () => this.onDone() }, "Look at the case")));
      return;
    }
    const { errors, warnings } = outcome.counts;
    const own = new Set(this.files.map(({ file }) => file.name));
    const others = outcome.faults.filter((fault) => !own.has(fault.file));
    fill(
      this.outcome,
      outcome.overtaken && el("p", { class: "fault", role: "alert" }, "The files of the case were changed meanwhile, and nothing was stored. This is how it stands now:"),
      el("h2", {}, errors > 0 ? `${plural(errors, "error", "errors")}: nothing will be stored` : warnings > 0 ? plural(warnings, "warning", "warnings") : "No faults"),
      this.files.map(({ file, rows }) => this.file(file, rows, outcome.faults.filter((fault) => fault.file === file.name), outcome.files.find((other) => other.name === file.name))),
      others.length > 0 && el("h3", {}, "In other files of the case"),
      others.length > 0 && el("ul", { class: "fault-list" }, others.slice(0, MOST_ROWS).map((fault) => el("li", {}, el("b", {}, this.place(fault)), ": ", this.fault(fault)))),
      outcome.difference && this.difference(outcome.difference),
    );
  }

  place(fault) {
    const column = fault.column ? `, column ${fault.column.letters ?? fault.column.letter ?? ""} ${fault.column.header}` : "";
    return `${fault.file}${fault.row ? ` row ${fault.row}` : ""}${column}`;
  }

  fault(fault) {
    return el("span", { class: `cell-fault ${fault.severity}`, dir: "auto" }, el("code", {}, fault.code), ` ${fault.message}`, fault.hints.map((hint) => el("span", { class: "hint" }, ` ${hint}`)));
  }

  file(file, rows, faults, known) {
    const byRow = new Map();
    for (const fault of faults) byRow.set(fault.row ?? 0, [...(byRow.get(fault.row ?? 0) ?? []), fault]);
    const wanted = new Set();
    for (const row of byRow.keys()) for (let near = row - AROUND; near <= row + AROUND; near += 1) if (near > 1 && near <= rows.length) wanted.add(near);
    if (faults.length === 0) for (let row = 2; row <= Math.min(6, rows.length); row += 1) wanted.add(row);
    const shown = [...wanted].sort((a, b) => a - b).slice(0, MOST_ROWS);
    const whole = byRow.get(0) ?? [];
    const head = rows[0] ?? [];
    return el(
      "section",
      { class: "checked-file" },
      el("h3", {}, file.name, el("span", { class: "note" }, ` ${plural(Math.max(0, rows.length - 1), "row", "rows")}, ${known?.isNew ? "a new file" : "takes the place of the file there"}, ${plural(faults.length, "fault", "faults")}`)),
      whole.length > 0 && el("ul", { class: "fault-list" }, whole.map((fault) => el("li", {}, this.fault(fault)))),
      el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `Rows of ${file.name}` },
        el("table", { class: "cells" },
          el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "row"), head.map((text, at) => this.cell("th", text, this.at(byRow, 1, at), { scope: "col" })))),
          el("tbody", {}, shown.map((row) => this.row(row, rows[row - 1], head.length, byRow.get(row) ?? []))))),
    );
  }

  at(byRow, row, column) {
    return (byRow.get(row) ?? []).filter((fault) => fault.column?.index === column);
  }

  row(number, cells, width, faults) {
    const inRow = faults.filter((fault) => !fault.column);
    return [
      el("tr", {}, el("th", { scope: "row" }, String(number)), Array.from({ length: Math.max(width, cells.length) }, (_, at) => this.cell("td", cells[at] ?? "", faults.filter((fault) => fault.column?.index === at)))),
      inRow.length > 0 && el("tr", {}, el("td", { colspan: width + 1, class: "wrong" }, inRow.map((fault) => el("div", {}, this.fault(fault))))),
    ];
  }

  cell(name, text, faults, attributes = {}) {
    return el(name, { ...attributes, dir: "auto", class: faults.length > 0 ? `wrong ${faults[0].severity}` : "" }, el("span", { class: "value" }, text), faults.map((fault) => el("div", {}, this.fault(fault))));
  }

  difference({ added, changed, removed, total, facts, unlisted, statements, errorsBefore }) {
    if (added + changed + removed + statements === 0) return el("p", { class: "done" }, "These files change nothing.");
    return el(
      "section",
      { class: "difference" },
      el("h2", {}, "What changes"),
      el("p", {}, `${plural(added, "fact", "facts")} added, ${changed} changed, ${removed} removed; ${total} afterwards.${added + changed + removed === 0 ? ` No fact changes, but ${plural(statements, "statement", "statements")} about entities or sources.` : ""}`),
      errorsBefore > 0 && el("p", { class: "note" }, `The case has ${plural(errorsBefore, "error", "errors")} now; facts that cannot be read for them are not counted.`),
      facts.length > 0 && el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Facts that change" }, el("table", {}, el("thead", {}, el("tr", {}, ["", "Id", "Fact", "When"].map((header) => el("th", { scope: "col" }, header)))), el("tbody", {}, facts.map((fact) => el("tr", { class: fact.change }, el("td", {}, fact.change), el("th", { scope: "row" }, fact.id), el("td", { dir: "auto" }, fact.says), el("td", {}, fact.when)))))),
      unlisted > 0 && el("p", { class: "note" }, `and ${unlisted} more`),
      el("div", { class: "actions" }, el("button", { type: "button", class: "primary", onclick: () => this.send(true) }, "Put the files into the case"), el("button", { type: "button", onclick: () => fill(this.outcome) }, "Cancel")),
    );
  }
}

function megabytes(bytes) {
  return `${(bytes / 1048576).toLocaleString("en-GB", { maximumFractionDigits: 1 })} MB`;
}

// Spreadsheets write UTF-8 or Windows-1252; here it is only to be shown.
function decode(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

// Splits CSV into rows as the server counts them: the header is row 1, and a quoted cell may hold line breaks.
function rowsOf(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quoted) {
      if (c === '"' && text[at + 1] === '"') (cell += '"'), (at += 1);
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === ",") rows[rows.length - 1].push(cell), (cell = "");
    else if (c === "\n" || c === "\r") {
      if (c === "\r" && text[at + 1] === "\n") at += 1;
      rows[rows.length - 1].push(cell);
      cell = "";
      rows.push([]);
    } else cell += c;
  }
  if (cell !== "" || rows[rows.length - 1].length > 0) rows[rows.length - 1].push(cell);
  else rows.pop();
  return rows;
}
