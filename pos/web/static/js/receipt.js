// A receipt on the screen: the paper as the till prints it, in the language of the page.

import { Refused, getJson } from "../../kit/js/ask.js";
import { element } from "../../kit/js/dom.js";
import { language, say } from "../../kit/js/words.js";

/** Show the receipt of a sale until it is closed; `onClose` is called then. */
export async function showReceipt(sale, onClose = () => {}) {
  const paper = element("pre", { class: "paper", tabindex: "0", "aria-label": say("receipt.title") }, "…");
  const dialog = element("dialog", { class: "sheet receipt", "aria-label": say("receipt.title") }, paper,
    element("div", { class: "buttons centre no-print" },
      element("button", { class: "button", type: "button", onclick: () => dialog.close() }, say("receipt.close")),
      element("button", { class: "button quiet", type: "button", onclick: () => window.print() }, say("receipt.print"))));
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    const found = await getJson(`/api/sales/${sale.sale_id}/receipts?lang=${language().slice(0, 2)}`);
    paper.textContent = found.paper;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    paper.textContent = error.sentence;
  }
}
