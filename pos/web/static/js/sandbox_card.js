// The sandbox card for a sale that is being paid, and where a payer's code is read. Only in a sandbox.

import { postJson } from "../../kit/js/ask.js";
import { sandboxCard as card } from "../../kit/js/sandbox_card.js";

const LINE = ["lose-answer", "slow-down"];
const ACTS = ["approve", "decline", "expire", ...LINE];

const IN_PROGRESS = new Set(["presented", "scanned", "confirm", "processing", "unknown"]);

/** Draw the card for a sale that is being paid; null for others, and outside of a sandbox. */
export function sandboxCard(sale, scene) {
  if (!isSandbox() || !IN_PROGRESS.has(scene)) return null;
  return card(actsOf(sale.sale_id, ACTS));
}

/** Draw the card where a code is read: `onText(text)` gets what a demo payer's phone shows. */
export function readingCard(saleId, onText) {
  if (!isSandbox()) return null;
  return card([
    ["present", async () => { onText(await freshCode()); }],
    ["present-false", async () => { onText(wrong(await freshCode())); }],
    ...actsOf(saleId, LINE),
  ]);
}

function actsOf(saleId, names) {
  return names.map((name) => [name, () => postJson(`/api/sandbox/sales/${saleId}/${name}`)]);
}

async function freshCode() {
  return (await postJson("/api/sandbox/payment-codes")).payment_code;
}

/** The same digits but the last: they have the form of a payment code, and no phone has shown them. */
function wrong(digits) {
  return digits.slice(0, -1) + ((Number(digits.at(-1)) + 1) % 10);
}

function isSandbox() {
  return document.getElementById("screen").dataset.sandbox === "yes";
}
