// Whether a screen is up to date: it hears the till, and the till hears the provider.

import { element, show } from "../../kit/js/dom.js";
import { say } from "../../kit/js/words.js";

const VEIL_AFTER_MS = 10_000;

/** The two lines behind a screen, and what is to be said when one of them is cut. */
export class Line {
  #cutAt = { till: 0, provider: 0 };

  /** Take in how the page hears the till: "live", "polling" or "lost". */
  hearTill(line) {
    this.#note("till", line === "lost");
  }

  /** Take in from the live state how the till hears the provider. */
  hearProvider(state) {
    this.#note("provider", state.get("till")?.cut_off === true);
  }

  /** Which line is cut: "till", "provider", or "" for none. */
  get cut() {
    return this.#cutAt.till ? "till" : this.#cutAt.provider ? "provider" : "";
  }

  /** Whether what is shown may be out of date by now, so that no code may be scanned any more. */
  get isVeiled() {
    return this.cut !== "" && performance.now() - this.#cutAt[this.cut] > VEIL_AFTER_MS;
  }

  /** Say which line is cut in `place`, which people and screen readers watch. */
  draw(place) {
    const text = this.cut ? say(`line.${this.cut}`) : "";
    if (place.textContent !== text) show(place, text && element("p", { class: "notice warn" }, text));
  }

  #note(line, isCut) {
    if (!isCut) this.#cutAt[line] = 0;
    else this.#cutAt[line] ||= performance.now();
  }
}
