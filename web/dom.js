// Making elements, and the few things that every part of the page does with them.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * An element: h("button.quiet", { type: "button", onclick: go }, "Go"). Properties that begin with `on` are
 * listeners, `text` is the content, `false`, `null` and `undefined` leave an attribute out. Nothing is ever parsed
 * as HTML.
 */
export function h(selector, properties = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "text") element.textContent = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** An icon of the sheet in index.html; decoration only, words stand beside it. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Words for readers of the screen's text alone. */
export const unseen = (text) => h("span.unseen", { text });

export const replace = (element, ...children) =>
  element.replaceChildren(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );

/** "1 file", "2 files". */
export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/** Bytes as the command line writes them. */
export function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${bytes.toFixed(1)} ${units[unit]}`;
}

/** `call` once nothing has asked for `wait()` milliseconds. */
export function debounce(call, wait) {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...args), wait());
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Said once to readers of the screen's text, shown for a moment to the others. */
export function announce(text, milliseconds = 3000) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.dataset.shown = "";
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => delete toast.dataset.shown, milliseconds);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyBySelection(text)) return announce(`${what} could not be copied`);
  }
  announce(`${what} copied`);
}

/** Where there is no clipboard to write to: plain http, older browsers. */
function copyBySelection(text) {
  const area = h("textarea.unseen", { "aria-hidden": "true" });
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

/** Hand a file to the reader. */
export function save(name, bytes, type = "application/octet-stream") {
  const link = h("a", { href: URL.createObjectURL(new Blob([bytes], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
