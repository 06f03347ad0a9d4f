// The sandbox card beside each checkout: what usually takes a second person, or bad luck.

import { Refused } from "./ask.js";
import { element } from "./dom.js";
import { say } from "./words.js";

let isOpen = false;

/**
 * Draw the card. `acts` are pairs of a name (`sandbox.<name>` says it) and what it does; a refusal
 * is told in the card. It stays open or closed as it was left, however often it is drawn.
 */
export function sandboxCard(acts) {
  const told = element("p", { class: "fine", role: "status" }, say("sandbox.text"));
  const card = element("details", { class: "card sandbox-card", open: isOpen },
    element("summary", {}, say("sandbox.title")), told,
    element("div", { class: "buttons centre" }, acts.map(([name, act]) =>
      element("button", { class: "button quiet", type: "button", "data-act": name, onclick: () => play(name, act, told) }, say(`sandbox.${name}`)))));
  card.addEventListener("toggle", () => { isOpen = card.open; });
  return card;
}

async function play(name, act, told) {
  try {
    await act();
    told.textContent = say("sandbox.done", { act: say(`sandbox.${name}`) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    told.textContent = error.sentence;
  }
}
