// A receipt on the screen: the paper as a printer prints it, and the code by which a phone fetches it.

import { Refused, getJson } from "../../kit/js/ask.js";
import { element } from "../../kit/js/dom.js";
import { language, say } from "../../kit/js/words.js";

/** Show the receipt of a sale until it is closed; `onClose` is called then. */
export function showReceipt(sale, onClose = () => {}) {
  const address = (form) => `/api/sales/${sale.sale_id}/paper.${form}?lang=${language().slice(0, 2)}`;
  const read = element("pre", { class: "visually-hidden" });
  const dialog = element("dialog", { class: "sheet receipt", "aria-label": say("receipt.title") },
    element("div", { class: "receipt-parts" },
      element("figure", { class: "no-print" },
        element("div", { class: "qr" }, element("img", { src: address("svg"), alt: say("receipt.code") })),
        element("figcaption", {}, say("receipt.take"))),
      element("div", { class: "paper", tabindex: "0", role: "region", "aria-label": say("receipt.title") },
        element("img", { src: address("png"), alt: "" }), read)),
    element("div", { class: "buttons centre no-print" },
      element("button", { class: "button", type: "button", onclick: () => dialog.close() }, say("receipt.close")),
      element("button", { class: "button quiet", type: "button", onclick: () => window.print() }, say("receipt.print"))));
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
  });
  document.body.append(dialog);
  dialog.showModal();
  tell(sale, read);
}

/** What the picture says, for who can't see it; and what went wrong, for everybody. */
async function tell(sale, read) {
  try {
    const found = await getJson(`/api/sales/${sale.sale_id}/receipts?lang=${language().slice(0, 2)}`);
    read.textContent = found.paper;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    read.replaceWith(element("p", { class: "notice warn" }, error.sentence));
  }
}
