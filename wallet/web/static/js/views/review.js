// What is asked, to be agreed to or not: shop, amount, the own currency with its rate, the PIN.

import { element, icon, show } from "../../../kit/js/dom.js";
import { Refused } from "../../../kit/js/ask.js";
import { amountText, timeText } from "../../../kit/js/figures.js";
import { countdown } from "../../../kit/js/countdown.js";
import { keypad } from "../../../kit/js/keypad.js";
import { learnTime, serverNow } from "../../../kit/js/live.js";
import { say } from "../../../kit/js/words.js";
import { button, facts, heading, once, waiting } from "../frame.js";
import { card } from "../sandbox.js";
import { givenBack } from "./history.js";
import { outcome, refusal } from "./outcome.js";
import { rateText } from "./rate.js";
import { shopName } from "./shop.js";

const PIN_DIGITS = 6;
const ASK_AGAIN_MS = 3000;
const ENDED = ["CLOSED", "DECLINED", "REVERSED"];
const WRONG_PIN = ["PIN_WRONG", "PIN_BLOCKED", "PIN_USED_UP"];

/** One review, whatever became of it; `leave(now, error)` goes back to the shop's page it came from. */
export async function review(app, id, { leave } = {}) {
  const latest = app.latest?.review_id === id ? app.latest : await app.wallet.review(id);
  app.latest = null;
  if (latest.now) learnTime(latest.now);
  const place = element("div");
  let stopped = false;
  let isSending = false;
  let shown = {};
  let asking = null;
  app.onLeave(() => { stopped = true; });
  app.onNews(look);

  function tell(now) {
    if (stopped) return;
    shown = now;
    if (now.outcome === null) return ask(now);
    show(place, outcome(app, now, { leave }), now.outcome === "unknown" && card(app));
    place.querySelector("h1")?.focus();
    if (now.outcome === "unknown") lookSoon();
    if (["paid", "captured"].includes(now.outcome)) givenBack(app, now).then((notices) => place.append(notices), () => {});
  }

  /** Look again: a shop may have ended it, or somebody has found out what became of it. */
  async function look() {
    const before = shown;
    const isStale = () => stopped || isSending || shown !== before;
    if (isStale() || ![null, "unknown", "held"].includes(shown.outcome)) return;
    const now = await app.wallet.review(id);
    if (isStale()) return;
    if (ENDED.includes(now.payment_state)) end("ORDER_STATE", 409);
    else if (now.outcome !== shown.outcome) tell(now);
    if (shown.outcome === "unknown") lookSoon();
  }

  function lookSoon() {
    clearTimeout(asking);
    asking = setTimeout(() => look().catch(lookSoon), ASK_AGAIN_MS);
  }

  function ask(now) {
    if (Date.parse(now.expires_at) <= serverNow()) return end("QR_EXPIRED", 410);
    const asked = question(app, now, { approve, decline: leave ?? decline, expire: () => end("QR_EXPIRED", 410) });
    show(place, asked);
    place.querySelector("h1")?.focus();
    return undefined;
  }

  function end(code, status) {
    shown = {};
    if (!stopped) show(place, refusal(app, new Refused({ code, status }), { leave }));
  }

  const approve = once(async (now, agreed, complain) => {
    const before = [...place.childNodes];
    show(place, waiting(say("review.sending")));
    isSending = true;
    try {
      tell(await app.wallet.approve(now, agreed));
    } catch (error) {
      if (WRONG_PIN.includes(error.code) || error.code === "PASSKEY_INVALID" || error.name === "NotAllowedError") {
        show(place, before);
        complain(error);
      } else if (error.isLost) {
        tell({ ...now, outcome: "unknown" });
      } else {
        if (!(error instanceof Refused)) console.error(error);
        const again = error.code === "SERVICE_UNAVAILABLE" ? () => tell(now) : undefined;
        show(place, refusal(app, error, { again, leave }));
      }
    } finally {
      isSending = false;
    }
  });

  const decline = once(async (now) => {
    try {
      tell(await app.wallet.decline(now));
    } catch (error) {
      show(place, refusal(app, error));
    }
  });

  tell(latest);
  return [place];
}

function question(app, now, { approve, decline, expire }) {
  const complaint = element("p", { class: "notice bad", role: "alert", hidden: true });
  const complain = (error) => {
    complaint.textContent = error.sentence ?? say("problem.PASSKEY_INVALID");
    complaint.hidden = false;
    pin?.clear();
  };
  const clock = element("p", { class: "centre" });
  app.onLeave(countdown(clock, now.expires_at, { from: 60, onEnd: expire }));
  const pay = (agreed) => approve(now, agreed, complain);
  const pin = now.needs_pin && app.wallet.agreesBy.includes("pin") ? pinPad(pay) : null;
  const passkey = now.needs_pin && app.wallet.agreesBy.includes("passkey");
  return element("div", { class: "review" },
    heading(now.intent === "deposit" ? say("review.deposit") : say("review.title")),
    element("p", { class: "payee" }, shopName(now.payee)),
    element("p", { class: "fine" }, now.payee.city),
    element("p", { class: "amount" }, amountText(now.payer_amount_minor, now.payer_currency)),
    details(now),
    clock,
    complaint,
    element("div", { class: "decide" },
      passkey && button(say("review.passkey"), () => pay({ passkey: true }), { class: "button big wide" }, "lock"),
      pin && (passkey ? instead(pin.nodes(app.session.demo_pin)) : pin.nodes(app.session.demo_pin)),
      !now.needs_pin && button(say(now.intent === "deposit" ? "review.leave" : "review.pay", { amount: amountText(now.payer_amount_minor, now.payer_currency) }),
        () => pay({}), { class: "button big wide", id: "agree" }),
      button(say("review.decline"), () => decline(now), { class: "button quiet wide" })),
    card(app, {
      expiresAt: () => now.expires_at,
      approve: () => pay(now.needs_pin ? { pin: app.session.demo_pin } : {}),
      decline: () => decline(now),
    }));
}

/** Who has a passkey types a PIN only on request: so the whole question is on the screen. */
function instead(nodes) {
  const typing = element("div", { class: "decide", hidden: true }, nodes);
  const ask = button(say("review.use_pin"), () => {
    typing.hidden = false;
    ask.remove();
    typing.querySelector("button").focus();
  }, { class: "button quiet wide" });
  return [ask, typing];
}

function pinPad(pay) {
  const dots = element("div", { class: "pin-dots", "aria-hidden": "true" });
  const count = element("p", { class: "visually-hidden", role: "status" });
  const pad = keypad({
    most: PIN_DIGITS,
    onChange(digits) {
      show(dots, Array.from({ length: PIN_DIGITS }, (_, at) => element("span", { class: at < digits.length ? "filled" : "" })));
      count.textContent = digits ? say("review.pin_digits", { count: digits.length }) : "";
      if (digits.length === PIN_DIGITS) pay({ pin: digits });
    },
  });
  pad.clear();
  return {
    clear: () => pad.clear(),
    nodes: (demoPin) => [
      element("h2", {}, say("review.pin")),
      element("p", {}, element("span", { class: "hint" }, icon("lock"), " ", say("review.demo_pin", { pin: demoPin }))),
      dots, count, pad,
    ],
  };
}

/** The figures behind a payment. */
export function details(now) {
  const isForeign = now.currency !== now.payer_currency;
  return facts([
    isForeign && [say("review.price"), amountText(now.amount_minor, now.currency)],
    isForeign && [say("review.rate"), rateText(now)],
    ...now.funding.map((part) => [say(`review.${part.source}`), amountText(-part.amount_minor, now.currency)]),
    now.hold_until && [say("review.hold_until"), timeText(now.hold_until)],
  ]);
}
