// Tabs, theme, and which pane a narrow screen shows.

import { byId } from "./dom.js";

/** The tabs of the result: one tab stop, arrows, Home and End. */
export function makeTabs(names) {
  const tabOf = (name) => byId(`tab-${name}`);
  let current = names[0];
  const show = (name, focus = false) => {
    current = name;
    for (const one of names) {
      tabOf(one).setAttribute("aria-selected", String(one === name));
      tabOf(one).tabIndex = one === name ? 0 : -1;
      byId(`panel-${one}`).hidden = one !== name;
    }
    if (focus) tabOf(name).focus();
  };
  for (const name of names) tabOf(name).onclick = () => show(name);
  byId("tabs").addEventListener("keydown", ({ key }) => {
    const at = names.indexOf(current);
    const to = {
      ArrowRight: (at + 1) % names.length,
      ArrowLeft: (at + names.length - 1) % names.length,
      Home: 0,
      End: names.length - 1,
    }[key];
    if (to !== undefined) show(names[to], true);
  });
  return { show, current: () => current };
}

const THEMES = ["system", "light", "dark"];

/** A button that goes through the themes; what was chosen is kept where the browser allows it. */
export function makeTheme(button) {
  let theme = stored() ?? "system";
  const apply = () => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  button.onclick = () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    store(theme);
    apply();
  };
  apply();
}

function stored() {
  try {
    const theme = localStorage.getItem("kratree-theme");
    return THEMES.includes(theme) ? theme : null;
  } catch {
    return null; // storage is not allowed here
  }
}

function store(theme) {
  try {
    localStorage.setItem("kratree-theme", theme);
  } catch {
    // It lasts as long as the page.
  }
}

/** On narrow screens one pane is shown at a time. */
export function showPane(pane) {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll(".switch button"))
    button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
}

for (const button of document.querySelectorAll(".switch button")) button.onclick = () => showPane(button.dataset.pane);
