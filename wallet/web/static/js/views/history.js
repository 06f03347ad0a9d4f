// What happened: payments, refunds and reversals, each with the receipt that proves it.

import { element, icon } from "../../../kit/js/dom.js";
import { amountText, timeText } from "../../../kit/js/figures.js";
import { language, say } from "../../../kit/js/words.js";
import { facts, fresh, heading } from "../frame.js";
import { standing } from "../receipts.js";
import { rateText } from "./rate.js";

const SIGNS = { payment: "receipt", refund: "back", reversal: "back" };
/** What is said of a receipt that was refused by one of these rules; by any other, that it is broken. */
const REFUSED = { KEY_REVOKED: "revoked", KEY_UNKNOWN: "other-key" };

/** All receipts, newest first. */
export async function history(app) {
  return [
    heading(say("history.title")),
    await fresh(app, () => app.wallet.history(), (receipts) =>
      receipts.length > 0 ? entries(receipts) : nothing("receipt", "history.none")),
  ];
}

/** What has come back of a payment, as soon as it does. */
export async function givenBack(app, of) {
  const read = async () => (await app.wallet.history())
    .filter((each) => each.payment_id === of.payment_id && each.receipt_id !== of.receipt_id
      && each.states && each.states.kind !== "payment");
  return element("div", { role: "status" }, await fresh(app, read, (receipts) => receipts.map((each) =>
    element("p", { class: "notice good", "data-given-back": each.receipt_id }, icon("back"), " ",
      element("a", { href: `#/receipt/${each.receipt_id}` }, say(`receipt.${each.states.kind}`)), ` ${signedAmount(each.states)}`))));
}

/** Receipts as a list; a refund is money that comes. */
export function entries(receipts) {
  return element("ul", { class: "list" }, receipts.map((each) => {
    const says = each.states;
    return element("li", {}, element("a", { class: "entry", href: `#/receipt/${each.receipt_id}` },
      icon(says ? SIGNS[says.kind] : "warning"),
      element("span", { class: "grow" },
        element("strong", {}, says ? says.payee_name : say("receipt.broken")),
        element("span", { class: "fine" }, says ? [say(`receipt.${says.kind}`), " ", element("span", { class: "when" }, timeText(says.occurred_at))] : each.receipt_id)),
      says && element("span", { class: says.kind === "payment" ? "end" : "end in" }, signedAmount(says))));
  }));
}

/** One receipt, verified here and now. */
export async function receipt(app, id) {
  const receipts = await app.wallet.history();
  const found = receipts.find((each) => each.receipt_id === id);
  if (!found) return [heading(say("receipt.missing")), nothing("receipt", "receipt.missing_text"), back()];
  const says = found.states;
  const stands = found.verifies ? await standing(found.signed) : REFUSED[found.refusal?.code] ?? "broken";
  return [
    heading(says ? say(`receipt.${says.kind}`) : say("receipt.broken")),
    verdict(stands),
    await givenBack(app, found),
    says && element("section", { class: "card" },
      element("p", { class: "amount small centre" }, signedAmount(says)),
      facts([
        [say("receipt.shop"), says.payee_name],
        [say("receipt.city"), says.payee_city],
        [say("receipt.when"), timeText(says.occurred_at)],
        [say("review.price"), amountText(says.amount_minor, says.currency)],
        says.rate && [say("review.rate"), rateText(says)],
        says.rate && [say("receipt.rate_set_by"), says.rate_set_by],
        [say("receipt.order"), element("code", {}, says.merchant_order_no)],
        [say("receipt.till"), says.terminal_id],
      ])),
    element("p", { class: "notice warn" }, say("receipt.demo")),
    element("details", {}, element("summary", {}, say("receipt.signed")),
      element("pre", { class: "signed", tabindex: "0" }, found.signed.text),
      element("p", { class: "fine" }, say("receipt.key", { key: found.signed.key_id }))),
    back(),
  ];
}

function back() {
  return element("div", { class: "buttons column" },
    element("a", { class: "button quiet wide", href: "#/history" }, icon("back"), say("history.title")));
}

function nothing(sign, key) {
  return element("p", { class: "none" }, icon(sign), element("br"), say(key));
}

function verdict(stands) {
  const [kind, sign] = { holds: ["good", "check"], broken: ["bad", "warning"], "other-key": ["bad", "warning"], revoked: ["bad", "warning"], unchecked: ["", "check"] }[stands];
  return element("p", { class: `notice ${kind}`, "data-standing": stands }, icon(sign), " ", say(`verdict.${stands}`));
}

function signedAmount(says) {
  const text = amountText(says.payer_amount_minor, says.payer_currency, language());
  return says.kind === "payment" ? text : `+ ${text}`;
}
