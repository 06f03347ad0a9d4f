// Time that is running out: shown by the service's clock, announced only when it matters. And time spent waiting.

import { element } from "./dom.js";
import { clockText } from "./figures.js";
import { serverNow } from "./live.js";
import { say } from "./words.js";

const SOON_S = 60;
const NOW_S = 20;
const ANNOUNCED_S = [60, 30, 10];

/** Count up in `place`, from none: how long somebody has been waiting. Ends when it is taken off the page. */
export function countUp(place, sinceMs) {
  function tick() {
    place.textContent = clockText((performance.now() - sinceMs) / 1000);
  }
  tick();
  const timer = setInterval(() => (place.isConnected ? tick() : clearInterval(timer)), 1_000);
}

/**
 * Count down in `place` until an instant (RFC 3339). `from` hides it until so many seconds are
 * left. `onEnd` is called once. Gives a function that stops it.
 */
export function countdown(place, instant, { from = Infinity, onEnd = () => {} } = {}) {
  const endsAt = Date.parse(instant);
  const shown = element("span", { class: "countdown", "aria-hidden": "true" });
  const spoken = element("span", { class: "visually-hidden", role: "status" });
  place.replaceChildren(shown, spoken);
  let announced = Infinity;

  function tick() {
    const left = (endsAt - serverNow()) / 1000;
    shown.hidden = left > from;
    shown.textContent = say("countdown.left", { time: clockText(left) });
    shown.classList.toggle("soon", left <= SOON_S && left > NOW_S);
    shown.classList.toggle("now", left <= NOW_S);
    const due = ANNOUNCED_S.filter((each) => left <= each).at(-1);
    if (due !== undefined && due < announced) {
      announced = due;
      spoken.textContent = say("countdown.announce", { count: due });
    }
    if (left <= 0) {
      clearInterval(timer);
      onEnd();
    }
  }

  const timer = setInterval(tick, 250);
  tick();
  return () => clearInterval(timer);
}
