// Diagnostics below the editor, in the command line's words.

import { byId, count, h, icon, replace } from "./dom.js";

const MOST = 200; // that are listed

export class Problems {
  constructor({ goTo, keepGoing }) {
    this.goTo = goTo;
    byId("keep-going").onclick = keepGoing;
  }

  /** @param {object[]} diagnostics those of the report, each with its `printed` words */
  show(diagnostics, { errors, warnings, notes }, keepGoing) {
    byId("problems").hidden = diagnostics.length === 0;
    const told = [
      errors && count(errors, "error"),
      warnings && count(warnings, "warning"),
      notes && count(notes, "note"),
    ];
    byId("problem-count").textContent = told.filter(Boolean).join(", ");
    byId("keep-going").textContent = keepGoing ? "Refuse again what Kratix refuses" : "Leave out what Kratix refuses";
    byId("keep-going").hidden = errors === 0 && !keepGoing;
    const items = diagnostics.slice(0, MOST).map((one) => this.#item(one));
    if (diagnostics.length > MOST)
      items.push(h("li.sum", { text: `and ${(diagnostics.length - MOST).toLocaleString("en")} more` }));
    replace(byId("problem-list"), items);
  }

  #item({ severity, printed, position }) {
    const [, first, rest] = /^([^\n]*)(.*)$/s.exec(printed.trimEnd());
    const words = h("span.words", {}, first, h("span.rest", { text: rest }));
    const go = position ? { onclick: () => this.goTo(position) } : { disabled: true };
    return h("li", {}, h(`button.problem.${severity}`, { type: "button", ...go }, icon(severity), words));
  }
}
