// Elements of the page, made from text that stays text. In: names, attributes, children. Out: elements.
// Nothing here, nor anywhere else in the front end, makes markup from data: texts become text nodes.

export function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function svgEl(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A link to somewhere else; the other side learns nothing of where it was followed from.
export function outward(url, ...children) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

// A text in which no day is torn apart at its hyphens.
export function withDays(text) {
  return String(text).split(/(\S*\d-\d\S*)/).map((part, place) => (place % 2 === 1 ? el("span", { class: "day" }, part) : part));
}

export function plural(number, one, many) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
}

// Calls a function once the calls for it have paused.
export function settled(wait, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}

// A list that opens below its button, and closes at Escape or at a click elsewhere.
export function popover(label, content, attributes = {}) {
  const button = el("button", { type: "button", "aria-expanded": "false", ...attributes }, label);
  const box = el("div", { class: "popover", hidden: true });
  const whole = el("div", { class: "popover-holder" }, button, box);
  const close = () => {
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
  };
  button.addEventListener("click", () => {
    if (!box.hidden) return close();
    fill(box, content(close));
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    box.classList.toggle("to-left", box.getBoundingClientRect().right > document.documentElement.clientWidth - 8);
    box.querySelector("input, button, select")?.focus();
  });
  whole.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) {
      close();
      button.focus();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (!whole.contains(event.target)) close();
  });
  return { whole, button, close };
}
