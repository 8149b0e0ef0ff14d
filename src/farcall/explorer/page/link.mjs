// The state of the page, and the link that holds it.

/** What is asked before anybody has asked. */
export const FIRST = {
  text: "struct point { float x, y; };\n\ndouble f(int n, struct point p, short s);\n",
  targets: ["x86_64-linux", "aarch64-linux", "x86_64-windows-msvc"],
  function: "",
  tail: "",
  code: "none",
};

const CODES = ["none", "call", "closure"];

/** The state as the part of an address behind #. */
export function linked(state) {
  const words = new URLSearchParams();
  words.set("c", state.text);
  for (const target of state.targets) words.append("t", target);
  if (state.function) words.set("f", state.function);
  if (state.tail) words.set("v", state.tail);
  if (state.code !== "none") words.set("code", state.code);
  return words.toString();
}

/** The state that a link holds, or the first one; targets that are not known are left out. */
export function followed(hash, targets, most) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  if (!words.has("c")) return { ...FIRST, targets: FIRST.targets.filter((one) => targets.includes(one)) };
  const asked = words.getAll("t").filter((one) => targets.includes(one)).slice(0, most);
  return {
    text: words.get("c"),
    targets: asked.length ? asked : [FIRST.targets[0]],
    function: words.get("f") ?? "",
    tail: words.get("v") ?? "",
    code: CODES.includes(words.get("code")) ? words.get("code") : "none",
  };
}
