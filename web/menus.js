// What opens from the bar: examples, options, sharing, opening files, downloading. Each is a popover, built anew when it
// opens, so that it always shows what is.

import { announce, byId, copy, count, h, icon, replace, save, size } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { FILE_NAME, MOST_IN_LINK, serialize, toFragment } from "./share.js";

/** Build `id` with `make` each time it opens, below its button. */
function menu(id, make) {
  const sheet = byId(id);
  const button = byId(`${id}-button`);
  const toggle = (isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    replace(sheet, make());
    const { bottom, left, width } = button.getBoundingClientRect();
    sheet.style.setProperty("--at-y", `${bottom + 4}px`);
    sheet.style.setProperty("--at-x", `${left + width / 2}px`);
    sheet.dataset.up = String(bottom > innerHeight * 0.6);
    sheet.style.setProperty("--above", `${innerHeight - bottom + button.offsetHeight + 4}px`);
  };
  sheet.addEventListener("beforetoggle", ({ newState }) => toggle(newState === "open"));
  button.setAttribute("aria-haspopup", "dialog");
  toggle(sheet.matches(":popover-open")); // a quick reader had it open before this ran
}

export const closeMenu = (id) => byId(id).hidePopover();

export function makeMenus(page) {
  menu("examples", () => examples(page));
  menu("options", () => options(page));
  menu("open", () => opening(page));
  menu("share", () => sharing(page));
  menu("download", () => downloading(page));
}

function examples({ example, openExample }) {
  const items = EXAMPLES.map(({ name, title, idea }) =>
    h(
      "li",
      {},
      h(
        "button.choice",
        {
          type: "button",
          "aria-current": example() === name ? "true" : null,
          onclick: () => (closeMenu("examples"), openExample(name)),
        },
        h("b", { text: title }),
        h("span.note", { text: idea }),
      ),
    ),
  );
  return [
    h("h2", { text: "Examples" }),
    h("p.hint", { text: "Each shows one idea. What you have open is replaced." }),
    h("ul.choices", {}, items),
  ];
}

const VERSIONS = [
  ["", "any: what either accepts"],
  ["2025-03", "2025-03: the documented one"],
  ["2026-08", "2026-08: today's"],
];

function options({ project, report }) {
  const chosen = project.options;
  const select = (name, label, choices) =>
    h(
      "p.field",
      {},
      h("label", { for: `option-${name}`, text: label }),
      h(
        "select",
        { id: `option-${name}`, onchange: ({ target }) => project.set(name, target.value) },
        choices.map(([value, text]) => h("option", { value, selected: (chosen[name] ?? "") === value }, text)),
      ),
    );
  const check = (name, label, hint) =>
    h(
      "p.field.check",
      {},
      h("input", {
        type: "checkbox",
        id: `option-${name}`,
        checked: chosen[name] === true,
        "aria-describedby": `hint-${name}`,
        onchange: ({ target }) => project.set(name, target.checked),
      }),
      h("label", { for: `option-${name}`, text: label }),
      h("span.note", { id: `hint-${name}`, text: hint }),
    );
  const stores = (report()?.statestores ?? []).map(({ kind, name }) => [`${kind}/${name}`.toLowerCase(), name]);
  const destinations = (report()?.destinations ?? []).map(({ name }) => [name, name]);
  return [
    h("h2", { text: "Options" }),
    select("kratixVersion", "Kratix", VERSIONS),
    check("keepGoing", "Keep going", "leave out what Kratix would refuse, as a cluster does"),
    check("strict", "Strict", "treat warnings as errors"),
    select("store", "State Store", [["", "all"], ...withChosen(stores, chosen.store)]),
    select("destination", "Destination", [["", "all"], ...withChosen(destinations, chosen.destination)]),
  ];
}

const withChosen = (list, value) => (value && !list.some(([one]) => one === value) ? [...list, [value, value]] : list);

function opening({ paste }) {
  const area = h("textarea", { id: "paste-text", rows: "6", spellcheck: "false", placeholder: "kind: Promise …" });
  const take = () => {
    if (area.value.trim() === "") return area.focus();
    closeMenu("open");
    paste(area.value);
  };
  const choose = (id) => () => (closeMenu("open"), byId(id).click());
  return [
    h("h2", { text: "Open" }),
    h("p.hint", {
      text: "A folder or a zip replaces what is open; single files are added. You can also drop them anywhere on the page. Nothing leaves your browser.",
    }),
    h(
      "p.row-of-buttons",
      {},
      h("button.plain", { type: "button", onclick: choose("choose-folder") }, "Choose a folder"),
      h("button.plain", { type: "button", onclick: choose("choose-files") }, "Choose files or a zip"),
    ),
    h("label", { for: "paste-text", text: "Or paste manifests" }),
    area,
    h("p.row-of-buttons", {}, h("button.strong", { type: "button", onclick: take }, "Add as a file")),
  ];
}

function sharing({ project, flush }) {
  flush();
  const body = h("div.stack", { "aria-live": "polite" }, h("p.hint", { text: "Packing …" }));
  const stateFile = () => save(FILE_NAME, serialize(project), "application/json");
  toFragment(project)
    .then((fragment) => replace(body, fragment.length <= MOST_IN_LINK ? asLink(fragment) : asFile(fragment)))
    .catch((error) => replace(body, h("p.problem", { text: error.message })));
  const fileButton = h("button.plain", { type: "button", onclick: stateFile }, `Save as ${FILE_NAME}`);
  return [h("h2", { text: "Share" }), body, h("p.row-of-buttons", {}, fileButton)];
}

function asLink(fragment) {
  const url = location.href.replace(/#.*$/s, "") + fragment;
  return [
    h("p.hint", {
      text: "The link holds the data: every manifest you have open, compressed, behind the #. It is not uploaded anywhere, but whoever has the link has the manifests.",
    }),
    h("label", { for: "share-link", text: `Link, ${size(fragment.length)}` }),
    h("input", {
      type: "text",
      id: "share-link",
      readonly: true,
      value: url,
      onfocus: ({ target }) => target.select(),
    }),
    h(
      "p.row-of-buttons",
      {},
      h("button.strong", { type: "button", id: "copy-link", onclick: () => copy(url, "Link") }, "Copy link"),
    ),
  ];
}

function asFile(fragment) {
  return [
    h("p", {
      text: `These manifests are too much for a link: ${size(fragment.length)}, where ${size(MOST_IN_LINK)} still work everywhere.`,
    }),
    h("p.hint", { text: "Save them as a file instead. It holds the data; dropping it on this page opens it again." }),
  ];
}

function downloading({ project, report, zip, isStale }) {
  const summary = report()?.summary;
  const line = command(project);
  const commandPart = [
    h("h3", { text: "On the command line" }),
    h("pre.command", { id: "command", tabindex: "0" }, line),
    h(
      "p.row-of-buttons",
      {},
      h("button.plain", { type: "button", onclick: () => copy(line, "Command") }, icon("copy"), "Copy command"),
    ),
  ];
  if (!summary || summary.files === 0)
    return [h("h2", { text: "Download" }), h("p.hint", { text: "There is no tree to download yet." }), ...commandPart];
  const digest = h("code.digest", { id: "zip-sha256", text: "…" });
  const made = zip();
  const told = h("p.hint", {
    text: `${count(summary.files, "file")}, the same bytes as the command line writes.${isStale() ? " This is the last good tree." : ""}`,
  });
  made
    .then(async (bytes) => (digest.textContent = await sha256(bytes)))
    .catch((error) => (digest.textContent = error.message));
  const take = async () => (save("tree.zip", await made, "application/zip"), announce("tree.zip downloaded"));
  return [
    h("h2", { text: "Download" }),
    told,
    h(
      "p.row-of-buttons",
      {},
      h("button.strong", { type: "button", id: "take-zip", onclick: take }, icon("download"), "tree.zip"),
    ),
    h("p.field", {}, h("span.note", { text: "SHA-256" }), digest),
    ...commandPart,
  ];
}

async function sha256(bytes) {
  if (!crypto.subtle) return "only shown on https or from a file";
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const FLAGS = { kratixVersion: "kratix-version", keepGoing: "keep-going" };

/** What to type, inside the folder that is open, for the same zip. */
export function command({ options }) {
  const flags = Object.entries(options).map(([name, value]) => {
    const flag = `--${FLAGS[name] ?? name}`;
    return value === true ? flag : `${flag} ${quoted(value)}`;
  });
  return ["kratree render", ...flags, "--out tree.zip"].join(" ");
}

const quoted = (word) => (/^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
