// The end of a day: close it once, and print what it brought in.

import { Refused } from "../../kit/js/ask.js";
import { element, show } from "../../kit/js/dom.js";
import { say } from "../../kit/js/words.js";
import { asStaff } from "./staff.js";
import { closeDay, dayPaper } from "./till.js";

const DAYS = ["today", "yesterday"];

/** The pane with the day's report. */
export class Day {
  #isBusy = false;

  enter(place) {
    const result = element("div", { role: "status" });
    show(place, element("section", { class: "card narrow" },
      element("h1", { tabindex: "-1" }, say("day.title")),
      element("p", {}, say("day.text")),
      DAYS.map((day) => element("div", { class: "buttons" },
        element("strong", { class: "grow" }, say(`day.${day}`)),
        element("button", { class: "button quiet", type: "button", onclick: () => this.#show(result, day) }, say("day.show")),
        element("button", { class: "button", type: "button", onclick: () => this.#close(result, day) }, say("day.close")))),
      result));
  }

  refresh() {}

  async #close(result, day) {
    await this.#tell(result, async () => {
      await closeDay(day);
      return this.#paper(day);
    });
  }

  async #show(result, day) {
    await this.#tell(result, () => this.#paper(day));
  }

  async #paper(day) {
    return [element("pre", { class: "paper", tabindex: "0", "aria-label": say("day.title") }, await dayPaper(day)),
      element("button", { class: "button quiet no-print", type: "button", onclick: () => window.print() }, say("receipt.print"))];
  }

  async #tell(result, work) {
    if (this.#isBusy) return; // a second press, while the till is not heard
    this.#isBusy = true;
    try {
      show(result, await asStaff(work));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      show(result, element("p", { class: "notice warn" }, error.sentence));
    } finally {
      this.#isBusy = false;
    }
  }
}
