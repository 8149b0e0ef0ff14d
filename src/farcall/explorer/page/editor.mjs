// The C text: a plain text area, and behind it the same text with what is wrong marked.

import { byId, element } from "./element.mjs";

const area = () => byId("text");

/** Show a text, if it is another one. */
export function setText(text) {
  if (area().value !== text) area().value = text;
  marked(null);
}

/** Mark where an error is, and say it; null for none. */
export function marked(error) {
  const behind = byId("behind");
  const said = byId("error");
  const text = area().value;
  const lines = text.split("\n");
  said.textContent = "";
  area().setAttribute("aria-invalid", error ? "true" : "false");
  if (!error) {
    behind.replaceChildren(text);
    return;
  }
  const line = error.line ?? 0;
  if (line >= 1 && line <= lines.length) {
    const at = Math.min((error.column || 1) - 1, Math.max(0, lines[line - 1].length - 1));
    const before = [...lines.slice(0, line - 1), lines[line - 1].slice(0, at)].join("\n");
    const wrong = lines[line - 1].slice(at).match(/^(\w+|.)?/)[0] || " ";
    behind.replaceChildren(before, element("mark", {}, wrong), text.slice(before.length + wrong.length));
    said.append(element("b", {}, `Line ${line}, column ${error.column || 1}: `), error.message);
  } else {
    behind.replaceChildren(text);
    said.append(error.message);
  }
}

/** Call `changed` with the text whenever it changes; the text behind scrolls with it. */
export function edited(changed) {
  area().addEventListener("input", () => {
    byId("behind").textContent = area().value;
    changed(area().value);
  });
  area().addEventListener("scroll", () => {
    byId("behind").scrollTop = area().scrollTop;
    byId("behind").scrollLeft = area().scrollLeft;
  });
}
