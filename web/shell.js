// Tabs, theme, and which pane a narrow screen shows.

import { byId } from "./dom.js";
import { THEMES, showTheme, storeTheme, storedTheme } from "./theme.js";

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

/** A button that goes through the themes. */
export function makeTheme(button) {
  let theme = storedTheme();
  const tell = () => {
    button.setAttribute("aria-label", `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  button.onclick = () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    storeTheme(theme);
    showTheme(theme);
    tell();
  };
  tell();
}

/** On narrow screens one pane is shown at a time. */
export function showPane(pane) {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll(".switch button"))
    button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
}

for (const button of document.querySelectorAll(".switch button")) button.onclick = () => showPane(button.dataset.pane);
