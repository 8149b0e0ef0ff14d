// One target: its boxes, its values with their rules, the layouts of structs, and the code.

import { codeOf } from "./code.mjs";
import { element } from "./element.mjs";

/** A panel. `known` are all targets' names; `choose` is called with another name, or with null to take the panel away. */
export function panel(one, index, known, choose, open) {
  const options = known.map((name) => element("option", { value: name, selected: name === one.target }, name));
  const select = element(
    "select",
    { "aria-label": `Target ${index + 1}`, onchange: (event) => choose(event.target.value) },
    ...options,
  );
  const close = element(
    "button",
    { type: "button", class: "close", "aria-label": `Remove ${one.target}`, title: "Remove", onclick: () => choose(null) },
    "×",
  );
  const made = element(
    "article",
    { class: "panel", "data-target": one.target, "aria-label": one.target },
    element("div", { class: "head" }, select, element("span", { class: "convention" }, one.call?.convention ?? ""), close),
  );
  if (one.error) {
    made.append(element("p", { class: "none" }, one.error.line ? "The C text has an error." : one.error.message));
    return made;
  }
  if (one.call) made.append(drawing(one.call, "call"));
  if (one.code) made.append(codeOf(one.code, open));
  if (one.layouts.length) made.append(layouts(one.layouts, !one.call || open.has("layouts")));
  return made;
}

function layouts(drawings, open) {
  const count = drawings.length === 1 ? "1 struct or union" : `${drawings.length} structs and unions`;
  return element(
    "details",
    { class: "layouts", open, "data-fold": "layouts" },
    element("summary", {}, `In memory: ${count}`),
    ...drawings.map((one) => {
      const made = drawing(one, "layout");
      made.prepend(element("h3", {}, one.title));
      return made;
    }),
  );
}

/** A drawing: the boxes, which the arrow keys walk through, then a list of what is in them. */
function drawing(one, kind) {
  const made = element("div", { class: `drawing ${kind}` });
  made.insertAdjacentHTML("beforeend", one.svg);
  for (const cell of made.querySelectorAll(".cell")) {
    cell.querySelector("title")?.remove(); // it is shown at the foot of the page, and is the cell's label
    cell.setAttribute("tabindex", "-1");
    const value = one.values.find((each) => each.index === Number(cell.dataset.value));
    if (value?.differs) cell.classList.add("differs");
  }
  made.querySelector(".cell")?.setAttribute("tabindex", "0");
  made.append(
    element("ul", { class: "values" }, ...one.values.map(listed)),
    ...one.facts.map((fact) => element("p", { class: "fact" }, fact)),
  );
  return made;
}

function listed(value) {
  const name = value.head.slice(0, value.name.length);
  return element(
    "li",
    { class: `${value.colour}${value.differs ? " differs" : ""}`, "data-value": value.index },
    value.differs ? element("b", { class: "mark", title: "Not the same on all targets shown" }, "≠ ") : null,
    element("b", {}, name),
    value.head.slice(value.name.length),
    ...value.rest.map((line) => element("small", {}, line)),
  );
}
