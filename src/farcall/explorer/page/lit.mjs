// What is pointed at, or focused: its value is lit everywhere, and the foot of the page says where it is and by which rule.

import { byId } from "./element.mjs";

const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Light up what belongs to the same value, in the calls of all panels or in the layouts of one. */
function light(from) {
  for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
  const holder = from?.closest("[data-value]");
  const value = holder?.dataset.value;
  if (value === undefined || Number(value) < 0) return;
  const layout = holder.closest(".drawing.layout");
  const where = layout
    ? layout.querySelectorAll(`[data-value="${value}"]`)
    : document.querySelectorAll(`.drawing.call [data-value="${value}"], .code [data-value="${value}"]`);
  for (const one of where) one.classList.add("lit");
}

function say(from) {
  const cell = from?.closest(".cell");
  if (cell) byId("words").textContent = `${cell.closest(".panel").dataset.target}: ${cell.getAttribute("aria-label")}`;
}

function walk(event) {
  const cell = event.target.closest?.(".cell");
  const step = KEYS[event.key];
  if (!cell || !(step || event.key === "Home" || event.key === "End")) return;
  const cells = [...cell.closest("svg").querySelectorAll(".cell")];
  const at = step ? cells.indexOf(cell) + step : event.key === "Home" ? 0 : cells.length - 1;
  const next = cells[at];
  if (next) {
    cell.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }
  event.preventDefault();
}

/** Listen, once, for all that is drawn in `panels`. */
export function lighting(panels) {
  const show = (event) => {
    light(event.target);
    say(event.target);
  };
  panels.addEventListener("mouseover", show);
  panels.addEventListener("focusin", show);
  panels.addEventListener("click", show);
  panels.addEventListener("mouseleave", () => light(null));
  panels.addEventListener("focusout", () => light(null));
  panels.addEventListener("keydown", walk);
}
