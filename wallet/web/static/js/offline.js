// Open without a network: the worker keeps the page, this browser what the page needs to begin.
// Only over https and on localhost; elsewhere browsers allow no worker, and the page says so.

import { Refused } from "../../kit/js/ask.js";
import { learnTime } from "../../kit/js/live.js";
import { GuestWallet } from "./guest.js";
import * as keeping from "./own/keeping.js";
import { BrowserWallet } from "./own/wallet.js";

/** Have the page kept; where that is refused it works all the same, with a network. */
export async function keepPage() {
  if (!window.isSecureContext || !navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/worker.js");
    const { active } = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType("resource").map((each) => new URL(each.name))
      .filter((each) => each.origin === location.origin && each.pathname.startsWith("/static/"));
    active.postMessage({ files: [...new Set(files.map((each) => each.pathname))] });
  } catch (error) {
    console.warn(`this page can't be kept: ${error.name}`);
  }
}

/** Which wallet this browser has; without a network what was known last, if the key is here. */
export async function session() {
  try {
    const told = await GuestWallet.session();
    learnTime(told.now);
    if (told.kind === "browser" && BrowserWallet.isPossible()) await keeping.put("session", { ...told, ahead: Date.parse(told.now) - Date.now() });
    return told;
  } catch (error) {
    if (!(error instanceof Refused && error.isLost) || !BrowserWallet.isPossible()) throw error;
    const kept = await keeping.get("session");
    if (!kept) throw error;
    learnTime(new Date(Date.now() + kept.ahead).toISOString());
    return kept;
  }
}
