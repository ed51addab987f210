// The input pane: the list of files, the editor, and every way in which files come and go.

import { announce, byId, count, debounce, h, replace } from "./dom.js";
import { Editor } from "./editor.js";
import * as files from "./files.js";
import { parse } from "./share.js";
import { Tree, nodesOf } from "./tree.js";

const NEW_FILE = "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata:\n  name: \nspec:\n";
const MOST_EDITED = 8 << 20; // characters that the editor takes

export class Input {
  /**
   * @param {Project} project
   * @param {{oncursor: () => void, onproject: (files, options) => void, unzip: (name, bytes, limits) => Promise,
   *   wait: () => number, ontoolarge: (what: string) => void}} page
   */
  constructor(project, page) {
    this.project = project;
    this.page = page;
    this.write = debounce(() => this.flush(), page.wait);
    this.editor = new Editor(byId("editor"), {
      onwrite: (path, text) => {
        this.pending = { path, text };
        this.write();
      },
      oncursor: debounce(page.oncursor, () => 60),
    });
    this.tree = new Tree(byId("file-tree"), {
      label: "Files",
      onselect: ({ id }) => project.show(id),
      onkey: (event, node) => this.#fileKey(event, node),
    });
    project.on("files", () => this.#list());
    project.on("active", () => this.#open());
    byId("new-file").onclick = () => this.#new();
    byId("rename-file").onclick = () => this.#rename(project.active);
    byId("delete-file").onclick = () => this.#remove(project.active);
    byId("choose-files").onchange = ({ target }) => this.take(files.chosen(target.files), target);
    byId("choose-folder").onchange = ({ target }) => this.take(files.chosen(target.files), target);
    this.#listenToDrops();
    this.#listenToPaste();
  }

  /** Take over what is typed. */
  flush() {
    this.write.cancel();
    if (!this.pending) return;
    const { path, text } = this.pending;
    this.pending = null;
    if (this.project.files.has(path)) this.project.write(path, text());
  }

  #list() {
    const all = [...this.project.files.values()];
    byId("file-count").textContent = all.length ? String(all.length) : "";
    const leaf = ({ path }, label) => ({ id: path, kind: path.startsWith("outputs/") ? "capture" : "file", label });
    this.tree.show(nodesOf(all, "", leaf, all.length <= 200));
    this.tree.select(this.project.active);
  }

  #open() {
    this.flush();
    const { active, text } = this.project;
    if (this.generation !== this.project.generation) this.editor.forget();
    this.generation = this.project.generation;
    this.tree.select(active);
    byId("editor-title").textContent = active ?? "No file";
    for (const id of ["rename-file", "delete-file"]) byId(id).disabled = active === null;
    const isText = typeof text === "string" && text.length <= MOST_EDITED;
    byId("editor").hidden = active === null || !isText;
    if (isText) this.editor.open(active, text);
    else
      byId("editor-title").textContent =
        active === null
          ? "No file"
          : `${active}: ${text?.length > MOST_EDITED ? "too large to edit here" : "not text"}`;
    this.page.oncursor();
  }

  // ---- Files come ------------------------------------------------------------------------------

  /** Take [{path, file}]: a zip, a saved state, or manifests; a whole folder replaces what is there. */
  async take(found, input = null) {
    try {
      const isFolder = found.some(({ path }) => path.includes("/"));
      const read = await files.read(found);
      if (found.length === 1 && found[0].path.endsWith(".kratree")) this.#takeState(read[0]);
      else if (files.isZip(found)) await this.#takeZip(read[0]);
      else if (isFolder) this.#takeFolder(read);
      else this.#takeFiles(read);
    } catch (error) {
      if (error instanceof files.TooLarge) this.page.ontoolarge(error.message);
      else announce(error.message);
    }
    if (input) input.value = "";
  }

  #takeState({ bytes }) {
    const { files: list, options, active } = parse(new TextDecoder().decode(bytes));
    this.page.onproject(list, { options, active });
  }

  async #takeZip({ path, bytes }) {
    this.#takeFolder(await this.page.unzip(path, bytes, files.LIMITS.zip));
  }

  #takeFolder(read) {
    const kept = files.manifestsOf(files.insideCommonFolder(read)).filter(({ path }) => files.pathProblem(path) === "");
    if (kept.length === 0) return announce("No manifests there: nothing ends in .yaml, .yml or .json");
    this.page.onproject(kept);
    const passedOver = read.length - kept.length;
    announce(
      `${count(kept.length, "file")} opened${passedOver ? `, ${passedOver.toLocaleString("en")} passed over` : ""}`,
    );
  }

  #takeFiles(read) {
    const kept = read.filter(({ path }) => files.pathProblem(path) === "");
    if (kept.length === 0) return announce("No manifests there: nothing ends in .yaml, .yml or .json");
    this.project.add(kept);
    announce(`${count(kept.length, "file")} added`);
  }

  #listenToDrops() {
    const veil = byId("drop");
    const isFiles = (event) => event.dataTransfer?.types.includes("Files");
    let depth = 0;
    addEventListener("dragenter", (event) => isFiles(event) && (event.preventDefault(), (veil.hidden = ++depth === 0)));
    addEventListener("dragleave", (event) => isFiles(event) && (veil.hidden = --depth <= 0));
    addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      depth = 0;
      veil.hidden = true;
      const found = files.dropped(event.dataTransfer);
      found
        .then((all) => this.page.ondrop(all))
        .catch((error) => this.take([]).then(() => this.page.ontoolarge(error.message)));
    });
  }

  /** Text that is pasted outside of a field is a manifest. */
  #listenToPaste() {
    addEventListener("paste", (event) => {
      if (event.target.closest?.("input, textarea, .cm-editor, dialog")) return;
      const pasted = files.chosen(event.clipboardData?.files ?? []);
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (pasted.length > 0) this.take(pasted);
      else if (text.trim() !== "") this.paste(text);
      else return;
      event.preventDefault();
    });
  }

  /** Add a text as a file of its own. */
  paste(text) {
    this.project.add([{ path: this.#freeName("pasted"), bytes: text }]);
    announce("Pasted as a new file");
  }

  #freeName(stem) {
    for (let n = 1; ; n++) {
      const path = `${stem}${n > 1 ? `-${n}` : ""}.yaml`;
      if (!this.project.files.has(path)) return path;
    }
  }

  // ---- Files change ----------------------------------------------------------------------------

  async #new() {
    const path = await this.#askPath("New file", this.#freeName("manifest"), "Create");
    if (path === null) return;
    this.project.add([{ path, bytes: path.startsWith("outputs/") ? "" : NEW_FILE }]);
    this.editor.view.focus();
  }

  async #rename(from) {
    if (from === null) return;
    this.flush();
    const to = await this.#askPath("Rename file", from, "Rename");
    if (to !== null && to !== from) this.project.rename(from, to);
  }

  #remove(path) {
    if (path === null) return;
    this.flush();
    const gone = this.project.files.get(path);
    this.project.remove(path);
    announce(`${path} deleted`, 10_000);
    this.#offerUndo(gone);
  }

  #offerUndo(gone) {
    const undo = h(
      "button.link",
      { type: "button", onclick: () => (this.project.add([gone]), announce(`${gone.path} is back`)) },
      "Undo",
    );
    byId("toast").append(" ", undo);
  }

  #fileKey(event, { id, children }) {
    if (children) return false;
    const act = { Delete: () => this.#remove(id), F2: () => this.#rename(id) }[event.key];
    act?.();
    if (act) event.preventDefault();
    return Boolean(act);
  }

  /** Ask for a path; null when the reader thinks better of it. */
  #askPath(title, path, verb) {
    const dialog = byId("ask");
    const problem = h("p.problem", { id: "ask-problem", role: "alert" });
    const input = h("input", {
      type: "text",
      id: "ask-path",
      value: path,
      spellcheck: "false",
      autocomplete: "off",
      "aria-describedby": "ask-problem",
    });
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "ask-title", text: title }),
      h("label", { for: "ask-path", text: "Path" }),
      input,
      problem,
      h(
        "p.row-of-buttons",
        {},
        h("button.strong", { type: "submit", value: "ok" }, verb),
        h("button.plain", { type: "button", onclick: () => dialog.close("") }, "Cancel"),
      ),
    );
    form.addEventListener("submit", (event) => {
      const told =
        files.pathProblem(input.value) ||
        (input.value !== path && this.project.files.has(input.value) ? "there is a file of this name" : "");
      problem.textContent = told;
      if (told) event.preventDefault();
    });
    replace(dialog, form);
    dialog.returnValue = "";
    dialog.showModal();
    input.setSelectionRange(path.lastIndexOf("/") + 1, path.lastIndexOf("."));
    return new Promise((resolve) =>
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok" ? input.value : null), { once: true }),
    );
  }
}
