// Read a code that a shop shows: with the camera, out of a picture, typed.

import { Refused } from "../../../kit/js/ask.js";
import { element, show } from "../../../kit/js/dom.js";
import { amountText } from "../../../kit/js/figures.js";
import { keypad } from "../../../kit/js/keypad.js";
import { scan } from "../../../kit/js/scanner.js";
import { language, say } from "../../../kit/js/words.js";
import { button, heading, once, waiting } from "../frame.js";
import { card } from "../sandbox.js";
import { refusal } from "./outcome.js";

const MOST_DIGITS = 8;

/** The scanner; the camera starts at once where there is one. */
export function scanner(app) {
  const place = element("div");
  const message = element("div");
  let reading = false;
  const eye = scan(place, {
    camera: true,
    onText(text) {
      if (!reading) read(text);
      return false;
    },
  });
  app.onLeave(() => eye.stop());

  async function read(text) {
    reading = true;
    show(message, waiting(say("wallet.reading")));
    place.hidden = true;
    try {
      await app.open(text);
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      place.hidden = false;
      reading = false;
      show(message, refusal(app, error, error.isAway ? { again: () => read(text) } : {}));
    }
  }

  return [
    heading(say("scan.title")),
    message,
    place,
    !window.isSecureContext && element("p", { class: "notice" }, say("scan.camera_app")),
    card(app),
  ];
}

/** A sticker names a shop and no amount: the payer types it. */
export function sticker(app, text, shop) {
  const typed = element("p", { class: "amount", role: "status" });
  const message = element("div");
  let minor = 0;
  const next = button(say("sticker.next"), once(async () => {
    try {
      await app.open(text, minor);
    } catch (error) {
      show(message, refusal(app, error, error.isAway ? { again: () => next.click() } : {}));
    }
  }), { class: "button big wide" });
  const change = (digits) => {
    minor = Number(digits);
    typed.textContent = amountText(minor, shop.currency);
    next.disabled = minor === 0;
  };
  const pad = keypad({ most: MOST_DIGITS, onChange: change, doubleZero: true });
  change("");
  return element("div", { class: "review" },
    heading(say("sticker.title")),
    element("p", { class: "payee" }, shop.names[language().slice(0, 2)] ?? shop.name),
    element("p", { class: "notice warn" }, say("sticker.warning")),
    typed, pad, message, element("div", { class: "decide" }, next), card(app));
}
