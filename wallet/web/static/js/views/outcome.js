// How it ended, in words that are true: paid, not paid, or not known yet.

import { element, icon } from "../../../kit/js/dom.js";
import { amountText } from "../../../kit/js/figures.js";
import { Refused } from "../../../kit/js/ask.js";
import { has, say } from "../../../kit/js/words.js";
import { button, heading, once } from "../frame.js";
import { shopName } from "./shop.js";

const SIGNS = {
  paid: ["good", "check"], held: ["good", "lock"], captured: ["good", "check"], given_back: ["warn", "back"],
  declined: ["warn", "cross"], refused: ["bad", "cross"], unknown: ["warn", "question"],
};

/** The end of a review, or that nobody knows it yet; with `leave` it leads back to a shop's page. */
export function outcome(app, now, { leave } = {}) {
  const [kind, sign] = SIGNS[now.outcome];
  const receipt = now.receipts.at(-1);
  const told = figures(now);
  return element("div", { class: `result ${kind}`, id: "outcome", "data-outcome": now.outcome },
    element("div", { class: "sign" }, icon(sign)),
    heading(say(`outcome.${now.outcome}`)),
    told && element("p", { class: "amount" }, amountText(told.payer_amount_minor, told.payer_currency)),
    element("p", { class: "payee" }, shopName(now.payee)),
    element("p", {}, sentence(now, told)),
    element("div", { class: "buttons column" },
      now.refusal === "NOT_ENOUGH_FUNDS" && topUp(app, now),
      !leave && receipt && element("a", { class: "button wide", href: `#/receipt/${receipt.receipt_id}` }, icon("receipt"), say("outcome.receipt")),
      leave && now.outcome !== "unknown" && button(say("mini.back"), () => leave(now), { class: "button wide", id: "back" }),
      !leave && now.outcome !== "unknown" && element("a", { class: "button quiet wide", href: "#/home" }, say("outcome.home"))));
}

/** What states the amount: of a captured deposit its receipt, else what was agreed to; null for none. */
function figures(now) {
  if (now.outcome === "captured") return now.receipts.find((each) => each.states?.kind === "payment")?.states ?? null;
  return ["paid", "held", "given_back"].includes(now.outcome) ? now : null;
}

function sentence(now, told) {
  if (now.outcome === "refused") return reason(now.refusal);
  if (now.outcome === "given_back" && now.intent === "deposit") return say("outcome.given_back_deposit");
  if (now.outcome !== "captured" || !told) return say(`outcome.${now.outcome}_text`);
  if (told.payer_amount_minor === now.payer_amount_minor) return say("outcome.captured_all");
  return say("outcome.captured_part", { held: amountText(now.payer_amount_minor, now.payer_currency) });
}

/** A refusal before anything was agreed to: nothing was paid. What nobody answered is tried `again` when somebody does. */
export function refusal(app, error, { again, leave } = {}) {
  if (again && error.isAway) app.whenHeard(again);
  const lost = error instanceof Refused && error.isLost;
  return [element("div", { class: `result ${lost ? "warn" : "bad"}`, id: "refusal", "data-code": error.code ?? "" },
    element("div", { class: "sign" }, icon(lost ? "offline" : SIGN_OF[error.code] ?? "cross")),
    heading(lost ? say("refusal.lost") : say("refusal.title")),
    element("p", {}, error instanceof Refused ? error.sentence : say("problem.INTERNAL")),
    element("div", { class: "buttons column" },
      again && button(say("refusal.again"), again, { class: "button wide" }),
      leave && button(say("mini.back"), () => leave({}, error), { class: "button wide", id: "back" }),
      !leave && app.wallet !== null && element("a", { class: "button quiet wide", href: "#/home", onclick: () => app.render() }, say("outcome.home"))))];
}

const SIGN_OF = { QR_EXPIRED: "clock", PIN_BLOCKED: "lock", PIN_USED_UP: "lock", QR_SIGNATURE_INVALID: "warning" };

function reason(code) {
  return has(`problem.${code}`) ? say(`problem.${code}`) : say("problem.other", { code });
}

function topUp(app, now) {
  return button(say("outcome.top_up"), once(async () => {
    await app.wallet.topUp();
    app.go("home");
  }), { class: "button wide", "data-of": now.review_id }, "plus");
}
