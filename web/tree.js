// A tree as WAI-ARIA describes it: one tab stop; arrows, Home, End, Enter, *, and typing the beginning of a name.
//
// A node is {id, label, kind, children?, detail?, badges?, note?, open?}. Elements are made when a folder is opened,
// and only so many at a time, so that a tree of a hundred thousand files is as quick as one of ten.

import { h, icon } from "./dom.js";

const MOST = 500; // children shown at a time
const TYPING = 700; // milliseconds between keys of one word

export class Tree {
  /**
   * @param {HTMLElement} element becomes the tree
   * @param {{label: string, onselect: (node) => void, onremove?: (node) => void}} options
   */
  constructor(element, { label, onselect, onkey }) {
    this.element = element;
    this.onselect = onselect;
    this.onkey = onkey;
    this.opened = new Map(); // id → whether the reader opened or closed it
    this.shown = new Map(); // id → how many children
    this.items = new Map(); // id → {node, item, parent}
    this.selected = null;
    this.focused = null;
    this.marked = new Set();
    this.typed = { text: "", at: 0 };
    element.setAttribute("role", "tree");
    element.setAttribute("aria-label", label);
    element.addEventListener("click", (event) => this.#clicked(event));
    element.addEventListener("keydown", (event) => this.#pressed(event));
    element.addEventListener("focusin", (event) => this.#focusCame(event));
  }

  /** Show other nodes; what was open, chosen and focused stays so where it still exists. */
  show(nodes) {
    const hadFocus = this.element.contains(document.activeElement);
    this.nodes = nodes;
    this.items.clear();
    this.element.replaceChildren(...nodes.map((node) => this.#item(node, null, 1)));
    if (!this.items.has(this.focused)) this.focused = this.items.has(this.selected) ? this.selected : nodes[0]?.id;
    this.#rove(this.focused);
    if (hadFocus) this.items.get(this.focused)?.item.focus({ preventScroll: true });
  }

  /** Choose a node from outside: opened down to it, scrolled to, without taking the focus. */
  select(id) {
    this.selected = id;
    for (const node of pathTo(this.nodes ?? [], id).slice(0, -1)) this.#toggle(node.id, true);
    for (const { item } of this.items.values()) item.setAttribute("aria-selected", String(item.dataset.id === id));
    const found = this.items.get(id);
    if (!found) return;
    this.#rove(id);
    found.item.firstChild.scrollIntoView({ block: "nearest" });
  }

  /** Mark nodes, and the folders that hold them: what the cursor of the editor is about. */
  mark(ids) {
    this.marked = new Set(ids);
    for (const { item } of this.items.values()) this.#markItem(item);
  }

  #markItem(item) {
    const id = item.dataset.id;
    const isMarked = this.marked.has(id);
    item.firstChild.classList.toggle("is-marked", isMarked);
    item.firstChild.querySelector(".mark").textContent = isMarked ? "made here" : "";
  }

  #item(node, parent, level) {
    const isOpen = this.#isOpen(node);
    const row = h(
      "div.row",
      { style: `--level: ${level - 1}`, title: [node.label, node.note].filter(Boolean).join(", ") },
      node.children ? h("span.twist", {}, icon("chevron")) : h("span.twist"),
      icon(node.kind),
      h("span.label", {}, h("span.name", { text: node.label }), node.note ? h("span.note", { text: node.note }) : null),
      h("span.mark"),
      (node.badges ?? []).map(({ text, tone }) => h(`span.badge.${tone}`, { text })),
      node.detail ? h("span.detail", { text: node.detail }) : null,
    );
    const item = h(
      "li",
      {
        role: "treeitem",
        "data-id": node.id,
        tabindex: "-1",
        "aria-level": level,
        "aria-selected": String(node.id === this.selected),
        "aria-expanded": node.children ? String(isOpen) : null,
      },
      row,
    );
    this.items.set(node.id, { node, item, parent });
    if (isOpen) item.append(this.#group(node, level));
    this.#markItem(item);
    return item;
  }

  #isOpen(node) {
    return Boolean(node.children) && (this.opened.get(node.id) ?? node.open ?? false);
  }

  #group(node, level) {
    const most = this.shown.get(node.id) ?? MOST;
    const group = h(
      "ul",
      { role: "group" },
      node.children.slice(0, most).map((child) => this.#item(child, node.id, level + 1)),
    );
    if (node.children.length > most) group.append(this.#more(node, most, level + 1));
    return group;
  }

  /** The last item of a long list: opens the next ones. */
  #more(node, most, level) {
    const id = `${node.id}\0more`;
    const rest = node.children.length - most;
    const more = {
      id,
      kind: "more",
      label: `${Math.min(rest, MOST)} more of ${rest.toLocaleString("en")}`,
      more: node.id,
    };
    return this.#item(more, node.id, level);
  }

  #toggle(id, open) {
    const found = this.items.get(id);
    if (!found?.node.children || this.#isOpen(found.node) === open) return;
    this.opened.set(id, open);
    found.item.setAttribute("aria-expanded", String(open));
    if (open) found.item.append(this.#group(found.node, Number(found.item.getAttribute("aria-level"))));
    else this.#close(found.item);
  }

  #close(item) {
    const group = item.querySelector(":scope > ul");
    for (const below of group.querySelectorAll("[role=treeitem]")) this.items.delete(below.dataset.id);
    group.remove();
  }

  #activate(id) {
    const { node, parent } = this.items.get(id);
    if (node.more) {
      this.shown.set(parent, (this.shown.get(parent) ?? MOST) + MOST);
      const at = this.items.get(parent).node.children[this.shown.get(parent) - MOST].id;
      this.show(this.nodes);
      this.#focus(at);
      return;
    }
    if (node.children) this.#toggle(id, !this.#isOpen(node));
    if (!node.children || node.selectable) {
      this.select(id);
      this.onselect(node);
    }
  }

  #clicked(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item) return;
    this.#rove(item.dataset.id);
    item.focus({ preventScroll: true });
    this.#activate(item.dataset.id);
  }

  #focusCame(event) {
    const item = event.target.closest("[role=treeitem]");
    if (item) this.#rove(item.dataset.id);
  }

  /** The one item that Tab reaches. */
  #rove(id) {
    this.items.get(this.focused)?.item.setAttribute("tabindex", "-1");
    this.focused = id;
    this.items.get(id)?.item.setAttribute("tabindex", "0");
  }

  #focus(id) {
    if (!this.items.has(id)) return;
    this.#rove(id);
    const { item } = this.items.get(id);
    item.focus({ preventScroll: true });
    item.firstChild.scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.items.has(this.focused)) return;
    const { node, parent } = this.items.get(this.focused);
    if (this.onkey?.(event, node)) return;
    const act = KEYS[event.key];
    if (act) {
      this.typed.text = "";
      act.call(this, node, parent);
    } else if (event.key.length === 1 && event.key !== " ") this.#type(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Items in the order they stand there. */
  get order() {
    return [...this.element.querySelectorAll("[role=treeitem]")].map((item) => item.dataset.id);
  }

  step(by) {
    const order = this.order;
    const at = order.indexOf(this.focused) + by;
    this.#focus(order[Math.max(0, Math.min(order.length - 1, at))]);
  }

  end(last) {
    this.#focus(this.order.at(last ? -1 : 0));
  }

  goIn(node) {
    if (!node.children) return;
    if (this.#isOpen(node)) this.#focus(node.children[0]?.id);
    else this.#toggle(node.id, true);
  }

  goOut(node, parent) {
    if (this.#isOpen(node)) this.#toggle(node.id, false);
    else this.#focus(parent);
  }

  openSiblings(parent) {
    const siblings = parent === null ? this.nodes : this.items.get(parent).node.children;
    for (const { id } of siblings) this.#toggle(id, true);
  }

  enter(node) {
    this.#activate(node.id);
  }

  #type(key) {
    const now = Date.now();
    this.typed = { text: (now - this.typed.at < TYPING ? this.typed.text : "") + key.toLowerCase(), at: now };
    const order = this.order;
    // One letter goes on from the item; a longer word may stay where it is.
    const start = order.indexOf(this.focused) + (this.typed.text.length === 1 ? 1 : 0);
    const turned = [...order.slice(start), ...order.slice(0, start)];
    this.#focus(turned.find((id) => this.items.get(id).node.label.toLowerCase().startsWith(this.typed.text)));
  }
}

const KEYS = {
  ArrowDown() {
    this.step(1);
  },
  ArrowUp() {
    this.step(-1);
  },
  PageDown() {
    this.step(10);
  },
  PageUp() {
    this.step(-10);
  },
  Home() {
    this.end(false);
  },
  End() {
    this.end(true);
  },
  ArrowRight(node) {
    this.goIn(node);
  },
  ArrowLeft(node, parent) {
    this.goOut(node, parent);
  },
  Enter(node) {
    this.enter(node);
  },
  " "(node) {
    this.enter(node);
  },
  "*"(node, parent) {
    this.openSiblings(parent);
  },
};

/** The nodes from the top down to the one with this id; empty if there is none. */
export function pathTo(nodes, id) {
  const waiting = nodes.map((node) => [node]);
  while (waiting.length > 0) {
    const path = waiting.pop();
    const node = path.at(-1);
    if (node.id === id) return path;
    for (const child of node.children ?? []) waiting.push([...path, child]);
  }
  return [];
}

/**
 * Folders and files from sorted paths: [{path, …}] → nodes. A folder that holds one folder only stands on one line
 * with it. `leaf(entry, name, id)` makes the node of a file.
 */
export function nodesOf(entries, prefix, leaf, open = true) {
  const root = { folders: new Map(), nodes: [] };
  for (const entry of entries) {
    const parts = entry.path.split("/");
    let at = root;
    for (const part of parts.slice(0, -1)) {
      if (!at.folders.has(part)) at.folders.set(part, { folders: new Map(), nodes: [] });
      at = at.folders.get(part);
    }
    at.nodes.push({ name: parts.at(-1), entry });
  }
  return foldersOf(root, prefix, leaf, open);
}

/** Deep paths are bounded by the lengths that Kratix and the page allow a path. */
function foldersOf({ folders, nodes }, prefix, leaf, open) {
  const made = [];
  for (const [first, folder] of folders) {
    let [name, inner] = [first, folder];
    while (inner.nodes.length === 0 && inner.folders.size === 1) {
      const [[next, below]] = inner.folders;
      [name, inner] = [`${name}/${next}`, below];
    }
    const id = `${prefix}${name}/`;
    made.push({ id, label: `${name}/`, kind: "folder", open, children: foldersOf(inner, id, leaf, open) });
  }
  return [...made, ...nodes.map(({ name, entry }) => leaf(entry, name, prefix + name))];
}
