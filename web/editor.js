// The editor of manifests and the view of output files: CodeMirror, its theme, diagnostics, marked lines.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  HighlightStyle,
  StreamLanguage,
  bracketMatching,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  WidgetType,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { h } from "./dom.js";
import { complete, explain } from "./schema.js";

// A mode that looks at lines: a parser that builds a tree recurses as deep as the text nests. Colours are custom
// properties of style.css, so that both themes are one.
const LANGUAGE = StreamLanguage.define(yaml);
const COLOURS = HighlightStyle.define([
  { tag: tags.atom, color: "var(--code-key)" },
  { tag: [tags.string, tags.number, tags.keyword], color: "var(--code-text)" },
  { tag: tags.comment, color: "var(--code-comment)" },
  {
    tag: [tags.meta, tags.variableName, tags.special(tags.variableName), tags.definition(tags.variableName)],
    color: "var(--code-meta)",
  },
]);

// ---- Lines that made the chosen output ------------------------------------------------------------

const setMarked = StateEffect.define(); // [{from, to}], lines from 1
const markedLine = Decoration.line({ class: "cm-made" });

const marked = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setMarked)) return linesOf(transaction.state.doc, effect.value);
    return lines.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function linesOf(doc, ranges) {
  const numbers = new Set();
  for (const { from, to } of ranges) for (let n = Math.max(1, from); n <= Math.min(to, doc.lines); n++) numbers.add(n);
  return RangeSet.of([...numbers].sort((a, b) => a - b).map((n) => markedLine.range(doc.line(n).from)));
}

// ---- Captions above the stretches of an output ------------------------------------------------------

class Caption extends WidgetType {
  constructor({ label, place, go }) {
    super();
    this.label = label;
    this.place = place;
    this.go = go;
  }

  eq(other) {
    return other.label === this.label && other.place === this.place;
  }

  toDOM() {
    return h(
      "div.cm-caption",
      {},
      h("span", { text: this.label }),
      this.go
        ? h("button.link", { type: "button", onclick: this.go, "aria-label": `Go to ${this.place}` }, this.place)
        : null,
    );
  }

  ignoreEvent() {
    return true;
  }
}

const setCaptions = StateEffect.define(); // [{at, label, place, go}], `at` a position in the document

const captions = StateField.define({
  create: () => Decoration.none,
  update(set, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setCaptions))
        return RangeSet.of(
          effect.value.map((one) =>
            Decoration.widget({ widget: new Caption(one), block: true, side: -1 }).range(one.at),
          ),
        );
    return set.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

// ---- What both have ---------------------------------------------------------------------------------

const common = (label) => [
  lineNumbers(),
  drawSelection(),
  syntaxHighlighting(COLOURS),
  LANGUAGE,
  marked,
  keymap.of([...searchKeymap, ...defaultKeymap]),
  highlightSelectionMatches(),
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
];

const editing = (listener) => [
  history(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ override: [complete], icons: false }),
  hoverTooltip(explainAt),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  lintGutter(),
  EditorState.tabSize.of(2),
  EditorView.updateListener.of(listener),
  keymap.of([...closeBracketsKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
];

function explainAt(view, position) {
  const found = explain(view.state, position);
  if (!found) return null;
  const dom = h("div.cm-explain", {}, h("code", { text: found.title }), h("p", { text: found.text }));
  return { pos: found.from, end: found.to, above: true, create: () => ({ dom }) };
}

/** The editor. Escape, then Tab leaves it: CodeMirror's own way out of a Tab that indents. */
export class Editor {
  /**
   * @param {HTMLElement} parent
   * @param {{onwrite: (path: string, text: string) => void, oncursor: () => void}} listeners
   */
  constructor(parent, { onwrite, oncursor }) {
    this.states = new Map(); // path → EditorState: undo and cursor of each file
    this.path = null;
    const listener = (update) => {
      if (update.docChanged && !this.quiet) onwrite(this.path, () => update.state.doc.toString());
      if (update.selectionSet || update.docChanged) oncursor();
    };
    this.extensions = [common("Manifest"), editing(listener)];
    this.view = new EditorView({ parent, state: this.#fresh("") });
  }

  #fresh(text) {
    return EditorState.create({ doc: text, extensions: this.extensions });
  }

  /** Show a file; its undo history is as it was left, if its text is. */
  open(path, text) {
    if (this.path !== null) this.states.set(this.path, this.view.state);
    const kept = this.states.get(path);
    this.path = path;
    this.view.setState(kept && kept.doc.toString() === text ? kept : this.#fresh(text));
  }

  /** Another project: nothing of the old one is kept. */
  forget() {
    this.states.clear();
    this.path = null;
  }

  get line() {
    return this.view.state.doc.lineAt(this.view.state.selection.main.head).number;
  }

  /** Lines by number; those that are not there are empty, since a report may be older than the text. */
  get lines() {
    const { doc } = this.view.state;
    return { at: (n) => (n >= 1 && n <= doc.lines ? doc.line(n).text : ""), count: doc.lines };
  }

  /** Diagnostics of the report that are about this file, each with its printed words. */
  diagnose(diagnostics) {
    const { state } = this.view;
    const found = diagnostics.map((one) => ({
      ...rangeOf(state.doc, one.position),
      severity: SEVERITY[one.severity],
      ...words(one),
    }));
    this.view.dispatch(setDiagnostics(state, found));
  }

  /** Mark lines, and scroll to the first of them when `reveal` is set. */
  mark(ranges, reveal = false) {
    const effects = [setMarked.of(ranges)];
    const { doc } = this.view.state;
    if (reveal && ranges.length > 0) {
      const line = doc.line(Math.min(Math.max(1, ranges[0].from), doc.lines));
      effects.push(EditorView.scrollIntoView(line.from, { y: "center" }));
    }
    this.view.dispatch({ effects });
  }

  /** Put the cursor at a place of the report, and the focus with it. */
  go({ line, column }) {
    const { from } = rangeOf(this.view.state.doc, { line, column });
    this.view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.view.focus();
  }
}

const SEVERITY = { error: "error", warning: "warning", note: "info" };

/** What a diagnostic is about: from its place to the end of the word or the value. Columns count code points. */
function rangeOf(doc, { line, column }) {
  const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
  const start = from + [...text].slice(0, Math.max(0, column - 1)).join("").length;
  const word = /^("[^"]*"|'[^']*'|[^\s:#,\]}]+)/.exec(text.slice(start - from));
  return { from: Math.min(start, to), to: word ? start + word[0].length : to };
}

/** The printed words but for the place, which is where they stand. */
function words({ printed, position }) {
  const place = `${position.file}:${position.line}:${position.column}: `;
  const message = printed.startsWith(place) ? printed.slice(place.length).trimEnd() : printed.trimEnd();
  return { message, renderMessage: () => h("span.cm-words", { text: message }) };
}

/** The view of an output file. */
export class Viewer {
  constructor(parent, label) {
    this.extensions = [
      common(label),
      captions,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-readonly": "true" }),
    ];
    this.view = new EditorView({ parent, state: this.#fresh("") });
  }

  #fresh(text) {
    return EditorState.create({ doc: text, extensions: this.extensions });
  }

  /** @param {{at: number, label: string, place: string, go: () => void}[]} stretches `at` in UTF-16 units */
  show(text, stretches) {
    this.view.setState(this.#fresh(text));
    const { doc } = this.view.state;
    const starts = stretches.map((one) => ({ ...one, at: doc.lineAt(Math.min(one.at, doc.length)).from }));
    this.view.dispatch({ effects: setCaptions.of(starts) });
  }
}
