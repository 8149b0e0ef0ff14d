// The page: a state, which every control changes, the link holds, and the engine answers.

import { copy } from "./copy.mjs";
import { edited, marked, setText } from "./editor.mjs";
import { byId, element } from "./element.mjs";
import { engine } from "./engine.mjs";
import { GALLERY } from "./gallery.mjs";
import { followed, linked } from "./link.mjs";
import { lighting } from "./lit.mjs";
import { panel } from "./panel.mjs";
import { colour, themed } from "./theme.mjs";

const PAUSE = 80; // milliseconds without a key before a text is asked about

const IDLE = "Point at a byte, or focus a drawing and use the arrow keys.";

let state;
let about; // what the engine said of itself
let asked = 0; // the number of the last question: what comes late for an older one is not shown
const folds = new Set(["code", "layouts"]);

const said = (text) => (byId("words").textContent = text);
const who = engine(said);

function changed(part, { pause = 0 } = {}) {
  state = { ...state, ...part };
  history.replaceState(null, "", `#${linked(state)}`);
  clearTimeout(changed.timer);
  if (pause) changed.timer = setTimeout(ask, pause);
  else ask();
}

async function ask() {
  const number = ++asked;
  const began = performance.now();
  let answer;
  try {
    answer = await who.ask(state);
  } catch (error) {
    answer = { error: { message: `No answer: ${error.message}` } };
  }
  if (number !== asked) return;
  if (answer.error) marked(answer.error);
  else show(answer);
  performance.measure("answer", { start: began });
  if (!performance.getEntriesByName("first").length) performance.mark("first");
  document.body.dataset.answered = String(number);
}

function show(answer) {
  const wrong = answer.panels.map((one) => one.error).find((error) => error?.line) ?? null;
  const all = answer.panels.every((one) => one.error);
  marked(wrong ?? (all ? answer.panels[0].error : null));
  document.body.classList.toggle("stale", Boolean(wrong));
  if (wrong && byId("panels").children.length === answer.panels.length) return; // what was right stays, as one types on
  byId("panels").replaceChildren(
    ...answer.panels.map((one, index) => panel(one, index, about.targets, (name) => choose(index, name), folds)),
  );
  const first = answer.panels.find((one) => !one.error);
  if (first) {
    byId("tail-field").hidden = !first.variadic && !state.tail;
    byId("function-field").hidden = first.functions.length < 2;
    byId("function").replaceChildren(
      ...first.functions.map((name) => element("option", { value: name, selected: name === first.function }, name)),
    );
  }
  byId("add").hidden = state.targets.length >= about.most;
}

function choose(index, name) {
  const targets = [...state.targets];
  if (name) targets[index] = name;
  else if (targets.length > 1) targets.splice(index, 1);
  document.body.classList.remove("stale");
  byId("panels").replaceChildren();
  changed({ targets });
}

/** Show a whole state: of a link, or of an example. */
function take(whole) {
  state = whole;
  setText(state.text);
  byId("about").textContent = "";
  said(IDLE);
  byId("tail").value = state.tail;
  for (const radio of document.getElementsByName("code")) radio.checked = radio.value === state.code;
  byId("panels").replaceChildren();
  changed({});
}

async function start() {
  themed();
  about = await who.ask({});
  colour(about.light, about.dark);
  document.querySelector("h1").title = `farcall ${about.version}`;
  GALLERY.forEach((one, index) => byId("gallery").append(element("option", { value: index }, one.title)));
  lighting(byId("panels"));
  edited((text) => changed({ text, function: "" }, { pause: PAUSE }));
  byId("tail").addEventListener("input", (event) => changed({ tail: event.target.value }, { pause: PAUSE }));
  byId("function").addEventListener("change", (event) => changed({ function: event.target.value }));
  for (const radio of document.getElementsByName("code"))
    radio.addEventListener("change", () => {
      folds.add("code");
      changed({ code: radio.value });
    });
  byId("panels").addEventListener(
    "toggle",
    (event) => {
      const fold = event.target.dataset.fold;
      if (fold) folds[event.target.open ? "add" : "delete"](fold);
    },
    true,
  );
  byId("add").addEventListener("click", () => {
    const other = about.targets.find((name) => !state.targets.includes(name));
    changed({ targets: [...state.targets, other] });
  });
  byId("gallery").addEventListener("change", (event) => {
    const one = GALLERY[event.target.value];
    if (!one) return;
    take({ function: "", tail: "", code: "none", ...one.state });
    byId("about").textContent = one.about;
  });
  for (const button of document.querySelectorAll("[data-copy]"))
    button.addEventListener("click", async () => {
      const label = (button.dataset.label ??= button.textContent);
      try {
        button.textContent = await copy(button.dataset.copy, (form) => who.ask({ ...state, form }), location.href);
      } catch (error) {
        said(`Not copied: ${error.message}`);
      }
      setTimeout(() => (button.textContent = label), 1500);
    });
  const follow = () => {
    byId("gallery").value = "";
    take(followed(location.hash, about.targets, about.most));
  };
  window.addEventListener("hashchange", follow);
  follow();
}

start().catch((error) => {
  said(`The explorer does not start: ${error.message}`);
  document.body.dataset.failed = "true";
});
