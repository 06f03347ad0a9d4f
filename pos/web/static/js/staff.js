// What only staff may do: the till says so, and then the PIN is asked for, once in a while.

import { Refused, postJson } from "../../kit/js/ask.js";
import { element, show } from "../../kit/js/dom.js";
import { keypad } from "../../kit/js/keypad.js";
import { say } from "../../kit/js/words.js";

const DIGITS_MAX = 8;

/** Do some work; where the till asks for the staff's PIN, ask for it and do the same again. */
export async function asStaff(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused && error.code === "STAFF_PIN_NEEDED") || !(await askPin())) throw error;
    return work();
  }
}

/** Ask for the PIN until it is right; false when whoever is there goes back. */
function askPin() {
  return new Promise((resolve) => {
    let pin = "";
    const dots = element("div", { class: "pin-dots", "aria-hidden": "true" });
    const trouble = element("p", { class: "notice bad", role: "alert", hidden: true });
    const enter = element("button", { class: "button big", type: "button", onclick: tell }, say("staff.enter"));
    const pad = keypad({ most: DIGITS_MAX, onChange: draw, onEnter: tell });
    const dialog = element("dialog", { class: "sheet card centre", "aria-labelledby": "staff-title" },
      element("h2", { id: "staff-title" }, say("staff.title")), element("p", {}, say("staff.text")),
      trouble, dots, pad,
      element("div", { class: "buttons centre" }, enter,
        element("button", { class: "button quiet big", type: "button", onclick: () => dialog.close() }, say("staff.cancel"))));

    function draw(digits) {
      pin = digits;
      enter.disabled = pin === "";
      show(dots, [...pin].map(() => element("span", { class: "filled" })));
    }

    async function tell() {
      try {
        await postJson("/api/staff", { pin });
        resolve(true);
        dialog.close();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        trouble.hidden = false;
        trouble.textContent = error.sentence;
        pad.clear();
      }
    }

    dialog.addEventListener("close", () => {
      resolve(false);
      dialog.remove();
    });
    draw("");
    document.body.append(dialog);
    dialog.showModal();
  });
}
