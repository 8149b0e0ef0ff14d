// Elements of the page, made in one expression.

/** An element with attributes and children; `on…` attributes are listeners, true is an attribute without a value. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** The element with an id, which the page has. */
export const byId = (id) => document.getElementById(id);
