// What has changed since a base: a result that was kept, or an existing State Store that was dropped.

import { byId, count, h, icon, replace, size, unseen } from "./dom.js";

const KINDS = {
  created: ["+", "new"],
  changed: ["~", "changed"],
  moved: ["→", "moved"],
  deleted: ["−", "gone"],
  foreign: ["?", "not ours"],
};
const MOST = 1000; // differences that are listed

export class Compare {
  /** @param {{ask: (call, args) => Promise, keep: () => void, choose: (what) => void, stores: () => number}} page */
  constructor(panel, page) {
    this.panel = panel;
    this.page = page;
    this.base = null; // {name, files, ours}
    this.chosen = null;
  }

  /** Compare with another base; null: with none. */
  async setBase(base) {
    this.base = base;
    this.chosen = null;
    await this.show();
  }

  /** Look again: there is another result. */
  async show() {
    byId("compare-count").textContent = "";
    if (!this.base) return replace(this.panel, this.#without());
    try {
      const { counts, differences } = await this.page.ask("compare", { base: this.base.files, ours: this.base.ours });
      this.#list(counts, differences);
    } catch (error) {
      replace(
        this.panel,
        ...this.#head(null),
        h("div.state", {}, h("h3", { text: "This cannot be compared" }), h("pre.words", { text: error.message })),
      );
    }
  }

  #without() {
    return h(
      "div.state",
      {},
      h("h3", { text: "What does a change move?" }),
      h("p", {
        text: "Keep this result as the base, edit, and see here what each edit creates, changes, moves and deletes. Or compare with what a State Store holds now: its folder, or a zip of it.",
      }),
      this.page.stores() > 1
        ? h("p", {
            text: "There are several State Stores: give the folder that holds all of them, as kratree render --out writes it, or choose one in the options first.",
          })
        : null,
      h("p.row-of-buttons", {}, this.#keepButton("Keep this result as the base"), this.#chooseButtons()),
    );
  }

  #keepButton(label) {
    return h("button.strong", { type: "button", id: "keep-base", onclick: () => this.page.keep() }, label);
  }

  #chooseButtons() {
    return [
      h("button.plain", { type: "button", onclick: () => this.page.choose("folder") }, "Compare with a folder"),
      h("button.plain", { type: "button", onclick: () => this.page.choose("zip") }, "Compare with a zip"),
    ];
  }

  #head(counts) {
    const told = Object.keys(KINDS)
      .filter((kind) => counts?.[kind])
      .map((kind) => `${counts[kind]} ${KINDS[kind][1]}`);
    const head = h(
      "header.head",
      {},
      h("h3.path", { id: "compare-base", title: this.base.name, text: `Since ${this.base.name}` }),
      h(
        "div.tools",
        {},
        h("button.link", { type: "button", onclick: () => this.page.keep() }, "Keep this instead"),
        h("button.link", { type: "button", onclick: () => this.setBase(null) }, "Stop comparing"),
      ),
    );
    const sum = [...told, counts && `${counts.same} the same`].filter(Boolean).join(" · ");
    return [head, counts ? h("p.sum.totals", { id: "compare-sum", text: sum }) : null];
  }

  #list(counts, differences) {
    byId("compare-count").textContent = differences.length || "";
    if (differences.length === 0) {
      return replace(
        this.panel,
        ...this.#head(counts),
        h(
          "div.state",
          {},
          h("h3", { text: "No change" }),
          h("p", { text: `All ${count(counts.same, "file")} are the same, byte for byte.` }),
        ),
      );
    }
    const list = h(
      "ul.list.changes",
      { "aria-label": "Files that differ" },
      differences.slice(0, MOST).map((one, index) => this.#item(one, index)),
    );
    if (differences.length > MOST)
      list.append(
        h("li.sum", {
          text: `${(differences.length - MOST).toLocaleString("en")} more are not listed; the command line shows all of them: kratree diff`,
        }),
      );
    this.lines = h("div.lines", { tabindex: "0", role: "region", "aria-label": "Lines that differ" });
    replace(this.panel, ...this.#head(counts), list, this.lines);
    const index = differences.findIndex(({ path }) => path === this.chosen);
    if (index >= 0) this.#choose(differences[index], index);
    else this.lines.append(h("p.hint", { text: "Choose a file to see its lines." }));
  }

  #item(difference, index) {
    const [sign, word] = KINDS[difference.kind];
    return h(
      "li",
      {},
      h(
        `button.change.${difference.kind}`,
        { type: "button", "aria-pressed": "false", onclick: () => this.#choose(difference, index, true) },
        h("b.sign", { "aria-hidden": "true", text: sign }),
        unseen(`${word}: `),
        h(
          "span.what",
          {},
          h("span.path", { text: difference.path }),
          h("span.note", {
            text: [difference.from && `from ${difference.from}`, difference.reason].filter(Boolean).join(" · "),
          }),
        ),
        h("span.detail", { text: sizes(difference) }),
      ),
    );
  }

  async #choose(difference, index, byReader = false) {
    this.chosen = difference.path;
    [...this.panel.querySelectorAll(".change")].forEach((one, i) =>
      one.setAttribute("aria-pressed", String(i === index)),
    );
    const diff = await this.page.ask("lines", { index });
    replace(this.lines, ...shown(diff, difference));
    if (byReader) this.lines.scrollIntoView({ block: "nearest" }); // on a small screen it is further down
  }
}

function sizes({ oldSize, newSize }) {
  if (oldSize === undefined || newSize === undefined) return size(newSize ?? oldSize ?? 0);
  return oldSize === newSize ? size(newSize) : `${size(oldSize)} → ${size(newSize)}`;
}

function shown(diff, difference) {
  const title = h("h3.path", {}, icon("file"), difference.path);
  if (diff.binary) return [title, h("p.hint", { text: "Not text: only that it differs is known." })];
  if (diff.tooLong) return [title, h("p.hint", { text: "Too many lines to compare here." })];
  if (diff.hunks.length === 0) return [title, h("p.hint", { text: "The same lines, in another place." })];
  return [
    title,
    h("p.sum", { text: `${count(diff.added, "line")} added, ${diff.removed} removed` }),
    ...diff.hunks.map(hunkTable),
  ];
}

function hunkTable({ oldStart, newStart, lines }) {
  let [before, after] = [oldStart, newStart];
  const rows = lines.map(({ kind, text }) => {
    const old = kind === "added" ? "" : before++;
    const now = kind === "removed" ? "" : after++;
    return h(
      `tr.${kind}`,
      {},
      h("td.number", { text: String(old) }),
      h("td.number", { text: String(now) }),
      h("td.sign", { "aria-hidden": "true", text: { same: " ", added: "+", removed: "−" }[kind] }),
      h("td.text", {}, kind === "same" ? null : unseen(`${kind}: `), text),
    );
  });
  return h("table.hunk", {}, h("tbody", {}, rows));
}
