// Light or dark: the system's choice until the reader makes one, which is kept where the browser allows it.

export const THEMES = ["system", "light", "dark"];

export function showTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function storedTheme() {
  try {
    const theme = localStorage.getItem("kratree-theme");
    return THEMES.includes(theme) ? theme : "system";
  } catch {
    return "system"; // storage is not allowed here
  }
}

export function storeTheme(theme) {
  try {
    localStorage.setItem("kratree-theme", theme);
  } catch {
    // It lasts as long as the page.
  }
}
