// Somebody walked away: ask whether anybody is still there, then begin anew for the next person.

import { element } from "../../kit/js/dom.js";
import { say } from "../../kit/js/words.js";

/**
 * Watch for touches and keys. After `quietS` seconds without any a dialog asks, and counts
 * `graceS` seconds down; any touch stays. `onGone` is called when nobody answered. `isWatched()`
 * says whether there is anything to be lost.
 */
export function watchForAbsence({ quietS, graceS, onGone, isWatched }) {
  let touchedAt = performance.now();
  let dialog = null;

  function stay() {
    touchedAt = performance.now();
    dialog?.close();
    dialog?.remove();
    dialog = null;
  }

  function ask() {
    const left = element("p", { class: "amount small digits", "aria-hidden": "true" });
    dialog = element("dialog", { class: "sheet card centre", "aria-labelledby": "still-there" },
      element("h2", { id: "still-there" }, say("idle.title")),
      element("p", {}, say("idle.text")),
      left,
      element("div", { class: "buttons centre" },
        element("button", { class: "button big", type: "button", onclick: stay }, say("idle.stay"))));
    dialog.addEventListener("cancel", stay);
    document.body.append(dialog);
    dialog.showModal();
  }

  function look() {
    if (!isWatched()) return stay();
    const quiet = (performance.now() - touchedAt) / 1000;
    if (quiet < quietS) return undefined;
    if (dialog === null) ask();
    const left = Math.ceil(quietS + graceS - quiet);
    dialog.querySelector(".digits").textContent = String(Math.max(0, left));
    if (left <= 0) {
      stay();
      onGone();
    }
    return undefined;
  }

  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, stay, { capture: true });
  setInterval(look, 250);
}
