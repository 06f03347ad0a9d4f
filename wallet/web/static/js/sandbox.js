// What the sandbox card can do at a wallet. Time and answers are the service's; to agree and to say
// no is this page's own, with the PIN that everybody knows.

import { postJson } from "../../kit/js/ask.js";
import { learnTime } from "../../kit/js/live.js";
import { sandboxCard } from "../../kit/js/sandbox_card.js";

/**
 * Draw the card, in a sandbox and for who sits at this machine; null otherwise. `expiresAt()` is when
 * what is shown would end; `approve` and `decline` are there while somebody has to decide.
 */
export function card(app, { expiresAt = null, approve = null, decline = null } = {}) {
  if (!app.session?.sandbox) return null;
  const act = (name, body) => postJson(`/api/sandbox/${name}`, body);
  const acts = [
    approve && ["approve", approve],
    decline && ["decline", decline],
    expiresAt && ["expire", async () => learnTime((await act("expire", { expires_at: expiresAt() })).now)],
    ["lose-answer", () => act("lose-answer")],
    ["slow-down", () => act("slow-down")],
  ];
  return sandboxCard(acts.filter(Boolean));
}
