// News of this wallet: the service says at once that the provider has told of something.
//
// News proves nothing, it is a reason to ask. While nobody can be heard (the service or the provider
// is away, no stream is left) it comes every two seconds unasked, so that a page heals by itself.

import { Refused } from "../../kit/js/ask.js";
import { follow } from "../../kit/js/live.js";

const LOOK_EVERY_MS = 2000;
const TRY_EVERY_MS = 4000;

/**
 * Call `onNews()` whenever there may be something to see. `onLine` gets "live", "asking" (no news
 * comes by itself), "away" (the provider does not answer) or "lost" (the wallet service does not). Gives a function that stops it.
 */
export function listen(wallet, { onNews, onLine }) {
  let line = "";
  let isHeard = false;
  let isAway = false;
  let triedAt = -Infinity;
  let told = "";

  function tell() {
    const now = line === "lost" ? "lost" : line === "live" && isHeard ? "live" : isAway ? "away" : "asking";
    if (now !== told) onLine((told = now));
  }

  async function beHeard() {
    if (line !== "live" || isHeard || performance.now() - triedAt < TRY_EVERY_MS) return;
    triedAt = performance.now();
    try {
      await wallet.listen();
      isAway = false;
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      isAway = error.isAway === true;
    }
    tell();
  }

  const stop = follow("/api/live", {
    onState(state) {
      isHeard = state.get("line")?.is_open === true;
      tell();
      beHeard();
      onNews();
    },
    onLine(now) {
      line = now;
      tell();
    },
  });
  const timer = setInterval(() => {
    beHeard();
    if (told !== "live") onNews();
  }, LOOK_EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}

/**
 * Make of `look` a function to be called at any news, of which none is missed: what comes while it looks lets it look once
 * more, since the answer may be older than the news, and a look that fails is repeated until `isOver()`.
 */
export function attentive(look, isOver) {
  let isLooking = false;
  let isOwed = false;
  return async () => {
    isOwed = true;
    if (isLooking) return;
    isLooking = true;
    while (isOwed && !isOver()) {
      isOwed = false;
      try {
        await look();
      } catch {
        isOwed = true; // what is shown stays until there is better; the line says why
        await new Promise((goOn) => { setTimeout(goOn, LOOK_EVERY_MS); });
      }
    }
    isLooking = false;
  };
}
