// The placement matrix: groups of workloads down, Destinations across; each cell says why or why not.
//
// A grid as WAI-ARIA describes it: one tab stop, arrows, Home and End; Enter goes to the manifest of the group. The
// sentence of the cell stands below.

import { h, replace, unseen } from "./dom.js";
import { MODES } from "./result.js";

const PLACED = new Set(["chosen", "chosenFirst", "chosenAll", "pinned", "stays"]);

const SIGNS = {
  chosen: ["●", "placed"],
  chosenFirst: ["◉", "placed, the first of several"],
  chosenAll: ["●", "placed"],
  pinned: ["●", "placed"],
  stays: ["◐", "stays"],
  notFirst: ["○", "matches, but not chosen"],
  termFailed: ["–", "not placed"],
};
const NOT = ["–", "not placed"];

export class Matrix {
  constructor(panel, { goTo }) {
    this.panel = panel;
    this.goTo = goTo;
    this.at = [0, 0];
  }

  show(report) {
    const rows = report.works.flatMap((work) => work.groups.map((group) => ({ work, group })));
    const columns = report.destinations;
    if (rows.length === 0 || columns.length === 0) return replace(this.panel, nothing(rows, columns));
    this.at = [Math.min(this.at[0], rows.length - 1), Math.min(this.at[1], columns.length - 1)];
    this.sentence = h("p.sentence", { "aria-live": "polite" });
    this.grid = h(
      "table.matrix",
      { role: "grid", "aria-label": "Placement: groups of workloads by Destination" },
      h("thead", { role: "rowgroup" }, header(columns)),
      h(
        "tbody",
        { role: "rowgroup" },
        rows.map((row, r) => this.#row(row, columns, r)),
      ),
    );
    this.grid.addEventListener("keydown", (event) => this.#pressed(event));
    this.grid.addEventListener("focusin", (event) => this.#came(event.target));
    this.grid.addEventListener("click", (event) => event.target.closest("[role=gridcell]")?.focus());
    replace(this.panel, h("div.scroll", {}, this.grid), legend(), this.sentence);
    this.#rove();
    this.#say(this.cells[this.at[0]][this.at[1]]);
  }

  get cells() {
    return [...this.grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("[role=gridcell]")]);
  }

  #row({ work, group }, columns) {
    const reasons = new Map(group.reasons.map((reason) => [reason.destination, reason]));
    const name = work.text;
    const place = work.position;
    return h(
      "tr",
      { role: "row" },
      h(
        "th",
        { role: "rowheader", scope: "row" },
        place ? h("button.link", { type: "button", tabindex: "-1", onclick: () => this.goTo(place) }, name) : name,
        group.directory === "." ? null : h("span.note", { text: `${group.directory}/` }),
        h("span.note", { text: group.selector || "no selector" }),
      ),
      columns.map((destination) => cell(reasons.get(destination.name), name, group, destination)),
    );
  }

  #came(target) {
    const found = target.closest("[role=gridcell]");
    if (!found) return;
    this.cells.forEach((row, r) => row.forEach((one, c) => one === found && (this.at = [r, c])));
    this.#rove();
    this.#say(found);
  }

  #rove() {
    this.grid.querySelector("[role=gridcell][tabindex='0']")?.setAttribute("tabindex", "-1");
    this.cells[this.at[0]][this.at[1]].setAttribute("tabindex", "0");
  }

  #say(found) {
    this.grid.querySelector(".is-current")?.classList.remove("is-current");
    found.classList.add("is-current");
    this.sentence.textContent = found.dataset.sentence;
  }

  #pressed(event) {
    if (event.key === "Enter" && event.target.role === "gridcell")
      event.target.parentElement.querySelector("button")?.click();
    const move = MOVES[event.key];
    if (!move || event.altKey || event.metaKey) return;
    const cells = this.cells;
    const [r, c] = move(this.at, cells.length - 1, cells[0].length - 1, event.ctrlKey);
    cells[Math.max(0, Math.min(r, cells.length - 1))][Math.max(0, Math.min(c, cells[0].length - 1))].focus();
    event.preventDefault();
  }
}

const MOVES = {
  ArrowRight: ([r, c]) => [r, c + 1],
  ArrowLeft: ([r, c]) => [r, c - 1],
  ArrowDown: ([r, c]) => [r + 1, c],
  ArrowUp: ([r, c]) => [r - 1, c],
  Home: ([r], _rows, _columns, all) => [all ? 0 : r, 0],
  End: ([r], rows, columns, all) => [all ? rows : r, columns],
};

function header(columns) {
  const top = h("tr", { role: "row" }, h("td.corner", { role: "columnheader" }, unseen("Group of workloads")));
  for (const destination of columns) {
    const labels = Object.entries(destination.labels).map(([key, value]) => `${key}=${value}`);
    top.append(
      h(
        "th",
        { role: "columnheader", scope: "col", title: labels.join(", ") || "no labels" },
        h("span.name", { text: destination.name }),
        h("span.note", {
          text: [MODES[destination.filepathMode], destination.strictMatchLabels ? "strict" : ""]
            .filter(Boolean)
            .join(", "),
        }),
        labels.map((label) => h("span.note", { text: label })),
      ),
    );
  }
  return top;
}

function cell(reason, name, group, destination) {
  const [sign, word] = reason ? (SIGNS[reason.verdict] ?? NOT) : NOT;
  const isPlaced = PLACED.has(reason?.verdict);
  const directory = group.directory === "." ? "" : ` in ${group.directory}/`;
  const sentence = `${name}${directory} ${isPlaced ? "→" : "↛"} ${destination.name}: ${reason?.text ?? "not looked at"}`;
  return h(
    `td.${isPlaced ? "placed" : "absent"}`,
    { role: "gridcell", tabindex: "-1", "data-sentence": sentence, title: sentence },
    h("span", { "aria-hidden": "true", text: sign }),
    unseen(`${word}: ${reason?.text ?? "not looked at"}`),
  );
}

function legend() {
  const items = [
    ["●", "placed"],
    ["◉", "first of several"],
    ["○", "matches, another chosen"],
    ["–", "not placed"],
  ];
  return h(
    "p.legend",
    { "aria-hidden": "true" },
    items.map(([sign, word]) => h("span", {}, h("b", { text: sign }), ` ${word}`)),
  );
}

function nothing(rows, columns) {
  const words =
    columns.length === 0
      ? "There is no Destination to place anything on."
      : "There is nothing to place: no Promise has dependencies or captured output.";
  return h("div.state", {}, h("h3", { text: rows.length ? "No Destinations" : "No groups" }), h("p", { text: words }));
}
