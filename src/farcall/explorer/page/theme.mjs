// Colours: those of the drawings, for light and dark, and which of the two is shown.

import { byId } from "./element.mjs";

const KEY = "farcall-colours";
const NEXT = { auto: "light", light: "dark", dark: "auto" };
const SAID = { auto: "as the system has them", light: "light", dark: "dark" };

const variables = (palette) =>
  ["text", "quiet", "ground", "line"].map((name) => `--${name}:${palette[name]};`).join("") +
  palette.values.map((colour, index) => `--v${index}:${colour};`).join("");

/** The palettes as variables of CSS. */
export function colour(light, dark) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:root{${variables(light)}}` +
      `@media (prefers-color-scheme:dark){:root:not([data-colours=light]){${variables(dark)}}}` +
      `:root[data-colours=dark]{${variables(dark)}}`,
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** The button that goes from one to the next; what was chosen is kept in the browser, if it keeps things. */
export function themed() {
  const button = byId("theme");
  const show = (chosen) => {
    document.documentElement.dataset.colours = chosen;
    button.title = `Colours: ${SAID[chosen]}`;
    button.setAttribute("aria-label", button.title);
  };
  let chosen = "auto";
  try {
    chosen = localStorage.getItem(KEY) ?? "auto";
  } catch {
    // a browser that keeps nothing
  }
  show(chosen in NEXT ? chosen : "auto");
  button.addEventListener("click", () => {
    const next = NEXT[document.documentElement.dataset.colours];
    show(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // as above
    }
  });
}
