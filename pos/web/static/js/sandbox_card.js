// The sandbox card: what usually takes a second person, or bad luck. Only in a sandbox.

import { Refused, postJson } from "../../kit/js/ask.js";
import { element } from "../../kit/js/dom.js";
import { say } from "../../kit/js/words.js";

const ACTS = ["approve", "decline", "expire", "lose-answer", "slow-down"];

const IN_PROGRESS = new Set(["presented", "scanned", "confirm", "processing", "unknown"]);

let isOpen = false;

/** Draw the card for a sale that is being paid; null for others, and outside of a sandbox. */
export function sandboxCard(sale, scene) {
  const { sandbox } = document.getElementById("screen").dataset;
  if (sandbox !== "yes" || !IN_PROGRESS.has(scene)) return null;
  const told = element("p", { class: "fine", role: "status" }, say("sandbox.text"));
  const card = element("details", { class: "card sandbox-card", open: isOpen },
    element("summary", {}, say("sandbox.title")), told,
    element("div", { class: "buttons centre" }, ACTS.map((act) =>
      element("button", { class: "button quiet", type: "button", onclick: () => play(sale.sale_id, act, told) }, say(`sandbox.${act}`)))));
  card.addEventListener("toggle", () => { isOpen = card.open; });
  return card;
}

async function play(saleId, act, told) {
  try {
    await postJson(`/api/sandbox/sales/${saleId}/${act}`);
    told.textContent = say("sandbox.done", { act: say(`sandbox.${act}`) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    told.textContent = error.sentence;
  }
}
