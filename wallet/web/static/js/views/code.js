// The payment code: digits for this minute as QR code and bar code, for the shop to scan.
//
// The next minutes' codes are here ahead of time, so it goes on while the network is away. The
// digits are hidden until asked for: who is asked to read them out over the phone is being robbed.

import { element, icon, show } from "../../../kit/js/dom.js";
import { countdown } from "../../../kit/js/countdown.js";
import { learnTime, serverNow } from "../../../kit/js/live.js";
import { say } from "../../../kit/js/words.js";
import { barCode, qrCode } from "../symbols.js";
import { button, heading } from "../frame.js";
import { card } from "../sandbox.js";

const TRY_AGAIN_MS = 2000;

/** Show the code of the moment; when a shop has used it, go where that leads. */
export async function code(app) {
  let codes = [];
  let stopClock = () => {};
  let isStopped = false;
  let isOffline = false;
  let seen = await latestReceipt(app);
  const symbols = element("div", { class: "paycode", role: "img", "aria-label": say("code.alt") });
  const digits = element("p", { class: "digits centre", hidden: true });
  const left = element("p", { class: "centre" });
  const state = element("p", { class: "fine centre", role: "status" });
  const reveal = button(say("code.show_digits"), () => {
    digits.hidden = !digits.hidden;
    warning.hidden = digits.hidden;
    reveal.textContent = digits.hidden ? say("code.show_digits") : say("code.hide_digits");
    reveal.setAttribute("aria-pressed", String(!digits.hidden));
  }, { class: "button quiet wide", "aria-pressed": "false" });
  const warning = element("p", { class: "notice warn", hidden: true }, say("code.warning"));
  const invitation = element("p", { class: "centre" }, say("code.text"));
  const bright = element("p", { class: "fine centre" }, say("code.bright"));

  async function fetchCodes() {
    try {
      const told = await app.wallet.codes();
      learnTime(told.now);
      codes = told.codes;
      isOffline = false;
    } catch (error) {
      if (codes.length === 0) throw error;
      isOffline = true;
    }
  }

  function current() {
    const now = serverNow();
    return codes.find((each) => Date.parse(each.valid_from) <= now && now < Date.parse(each.valid_until));
  }

  /** Draw this minute's code; false where there is none left. */
  function draw() {
    stopClock();
    const now = current();
    for (const each of [invitation, symbols, reveal, bright]) each.hidden = !now;
    if (!now) {
      show(symbols);
      show(left);
      digits.textContent = "";
      state.classList.add("none");
      show(state, icon("offline"), element("br"), say("code.none_left"));
      return false;
    }
    const bars = barCode(now.digits);
    bars.setAttribute("class", "bars");
    show(symbols, bars, element("div", { class: "square" }, qrCode(now.digits)));
    digits.textContent = now.digits.replace(/(\d{4})(?=\d)/g, "$1 ");
    state.classList.remove("none");
    state.textContent = isOffline ? say("code.offline") : "";
    stopClock = countdown(left, now.valid_until, { onEnd: next });
    return true;
  }

  async function next() {
    if (isStopped) return;
    draw();
    await fetchCodes();
    if (!isStopped && !draw()) setTimeout(next, TRY_AGAIN_MS);
  }

  async function look() {
    const [waiting] = await app.wallet.pending();
    if (waiting && !isStopped) return app.go("review", waiting.review_id);
    const receipt = await latestReceipt(app);
    if (receipt !== seen && !isStopped) return app.go("receipt", receipt);
    seen = receipt;
    return undefined;
  }

  app.onNews(look);
  await fetchCodes();
  draw();
  app.onLeave(() => {
    isStopped = true;
    stopClock();
  });
  return [
    heading(say("code.title")),
    invitation, symbols, left, state, warning, digits, reveal, bright,
    !window.isSecureContext && element("p", { class: "notice" }, say("code.insecure")),
    card(app, { expiresAt: () => current().valid_until }),
  ];
}

async function latestReceipt(app) {
  try {
    return (await app.wallet.history())[0]?.receipt_id ?? "";
  } catch {
    return "";
  }
}
