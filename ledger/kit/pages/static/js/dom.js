// Make pieces of a page without HTML text: nothing that a person or a service wrote becomes markup.

/**
 * Make an element. Attributes: `class`, `hidden` and the like as in HTML, `on…` functions as
 * listeners (`onclick`), true for an empty attribute; null, undefined and false leave one out.
 * Children are nodes, texts, or lists of them; null and false leave one out.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...nodes(children));
  return made;
}

/** Put children in the place of whatever a place holds. */
export function show(place, ...children) {
  place.replaceChildren(...nodes(children));
}

function nodes(children) {
  return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false);
}

const ICONS = {
  check: "M4 12.5l5 5L20 6.5",
  cross: "M6 6l12 12M18 6L6 18",
  clock: "M12 7v5l3.500 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  question: "M9 9a3 3 0 1 1 4.200 2.750c-.8.35-1.200.95-1.200 1.750M12 17.200v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  warning: "M12 9v4.500M12 17v.1M12 3.500L2.500 20h19z",
  phone: "M8 2.500h8a1 1 0 0 1 1 1v17a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-17a1 1 0 0 1 1-1zM11 18.500h2",
  camera: "M3 8a2 2 0 0 1 2-2h2l1.500-2h7L17 6h2a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM12 9.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z",
  picture: "M4 5h16v14H4zM4 16l4.500-4.500 4 4 3-3L20 17M9 8.500v.1",
  keyboard: "M3 6h18v12H3zM7 10v.1M11 10v.1M15 10v.1M7 14h10",
  delete: "M9 6h11v12H9l-5-6zM12 9.500l5 5M17 9.500l-5 5",
  basket: "M3 9h18l-2 10H5zM8 9l3-5M16 9l-3-5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18h2",
  back: "M19 12H5M11 6l-6 6 6 6",
  offline: "M3 3l18 18M5 12.500a10 10 0 0 1 4-2.300M2 9a14 14 0 0 1 4-2.600M12 6a14 14 0 0 1 10 3M15 10.500a10 10 0 0 1 4 2M9 16a5 5 0 0 1 5-.5M12 20v.1",
  receipt: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
};

/** Draw one of our signs; it is decoration beside words, hidden from screen readers. */
export function icon(name) {
  return drawing(ICONS[name]);
}

/** Draw lines in a square of 24 as decoration, in the colour of the words beside them. */
export function drawing(lines) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", lines);
  svg.append(path);
  return svg;
}
