// Digits for fingers: an amount from its last digit on, as at every till, or a PIN as dots.

import { element, icon } from "./dom.js";
import { SHORTEST, SLOWEST_MS } from "./wedge.js";
import { say } from "./words.js";

/**
 * Make a keypad. It holds a text of at most `most` digits and tells `onChange(digits)`; a keyboard
 * works as well while `isActive()`. The node has `.clear()`.
 */
export function keypad({ most, onChange, onEnter = () => {}, doubleZero = false, isActive = () => true }) {
  let digits = "";
  let typed = "";
  let settles = null;

  function put(text) {
    digits = text.slice(0, most);
    onChange(digits);
  }

  const press = (text) => () => put(digits + text);
  const key = (label, attributes, child = label) =>
    element("button", { class: "button", type: "button", ...attributes }, child);
  const corner = doubleZero
    ? key("00", { onclick: press("00") })
    : key("C", { onclick: () => put(""), "aria-label": say("keypad.clear") });
  const pad = element("div", { class: "keypad", role: "group", "aria-label": say("keypad.label") },
    ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((each) => key(each, { onclick: press(each) })),
    corner,
    key("0", { onclick: press("0") }),
    key("", { onclick: () => put(digits.slice(0, -1)), "aria-label": say("keypad.delete") }, icon("delete")));

  function type(event) {
    if (!isActive() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement) return;
    if (/^[0-9]$/.test(event.key)) {
      typed += event.key;
      clearTimeout(settles);
      settles = setTimeout(settle, SLOWEST_MS);
    } else if (event.key === "Backspace") {
      settle();
      put(digits.slice(0, -1));
    } else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) {
      settle();
      onEnter(digits);
    }
  }

  /** Take what a person typed; what came as fast as from a scanner is a code, and not meant here. */
  function settle() {
    clearTimeout(settles);
    if (typed && typed.length < SHORTEST) put(digits + typed);
    typed = "";
  }

  pad.clear = () => put("");
  hear(pad, type);
  return pad;
}

/**
 * Let a node hear the keyboard while it is on the page. It may be taken off and come back, as while a
 * PIN is being sent; only who is forgotten by everybody hears nothing any more.
 */
function hear(node, listener) {
  heard.set(node, listener);
  const known = new WeakRef(node);
  const pass = (event) => {
    const still = known.deref();
    if (!still) document.removeEventListener("keydown", pass);
    else if (still.isConnected) heard.get(still)(event);
  };
  document.addEventListener("keydown", pass);
}

const heard = new WeakMap();
