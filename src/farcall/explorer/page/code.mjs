// The generated code, folded: first only the lines that move values, then all.

import { element } from "./element.mjs";

/** A fold with the code, or with why there is none. `folds` has "code" where it is open, and "all" where all lines are shown. */
export function codeOf(code, folds) {
  const summary = code.lines ? `Generated code: ${code.size} bytes` : "Generated code: none";
  const fold = element("details", { class: "code", open: folds.has("code"), "data-fold": "code" }, element("summary", {}, summary));
  if (!code.lines) {
    fold.append(element("p", { class: "none" }, code.none));
    return fold;
  }
  const table = element("ol", { class: folds.has("all") ? "lines all" : "lines" }, ...code.lines.map(lineOf));
  const all = element("input", {
    type: "checkbox",
    checked: folds.has("all"),
    onchange: (event) => {
      table.classList.toggle("all", event.target.checked);
      folds[event.target.checked ? "add" : "delete"]("all");
    },
  });
  fold.append(
    element("p", { class: "fact" }, element("label", {}, all, " all lines, not only those that move values")),
    table,
    element("p", { class: "fact" }, `For objects of ${code.objects}, with the GIL released.`),
  );
  return fold;
}

function lineOf(line) {
  return element(
    "li",
    { class: line.value >= 0 ? `moves v${colourOf(line.value)}` : null, "data-value": line.value },
    line.label ? element("i", {}, `${line.label}:`) : null,
    element("span", { class: "offset" }, line.offset.toString(16)),
    element("code", {}, line.text),
    line.note ? element("small", {}, line.note) : null,
  );
}

/** As `colour_class` of the drawing has it: the result's own, then seven that come again. */
const colourOf = (index) => (index === 0 ? 0 : 1 + ((index - 1) % 7));
