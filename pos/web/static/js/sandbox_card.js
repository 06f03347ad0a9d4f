// The sandbox card for a sale that is being paid. Only in a sandbox.

import { postJson } from "../../kit/js/ask.js";
import { sandboxCard as card } from "../../kit/js/sandbox_card.js";

const ACTS = ["approve", "decline", "expire", "lose-answer", "slow-down"];

const IN_PROGRESS = new Set(["presented", "scanned", "confirm", "processing", "unknown"]);

/** Draw the card for a sale that is being paid; null for others, and outside of a sandbox. */
export function sandboxCard(sale, scene) {
  const { sandbox } = document.getElementById("screen").dataset;
  if (sandbox !== "yes" || !IN_PROGRESS.has(scene)) return null;
  return card(ACTS.map((act) => [act, () => postJson(`/api/sandbox/sales/${sale.sale_id}/${act}`)]));
}
