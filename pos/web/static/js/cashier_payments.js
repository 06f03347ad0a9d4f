// Payments of the day: a list, and one in detail with all that a cashier may do about it.

import { Refused, newKey, postJson } from "../../kit/js/ask.js";
import { element, icon, show } from "../../kit/js/dom.js";
import { amountText, fieldText, minorOf, timeText } from "../../kit/js/figures.js";
import { serverNow } from "../../kit/js/live.js";
import { has, language, say } from "../../kit/js/words.js";
import { showReceipt } from "./receipt.js";
import { SCENES, sceneOf } from "./scene.js";
import { shortCode } from "./scene_view.js";
import { asStaff } from "./staff.js";
import { abandon, alarmsRaised, askNow, refund } from "./till.js";

/** The pane with the list and one payment's detail. */
export class Payments {
  #till;
  #place = null;
  #saleId = null;
  #drawn = "";
  #trouble = "";

  constructor(till) {
    this.#till = till;
  }

  enter(place, saleId) {
    this.#place = place;
    this.#saleId = saleId ?? null;
    this.#drawn = "";
    this.#trouble = "";
  }

  leave() {
    this.#place = null;
  }

  refresh() {
    if (!this.#place) return;
    const sale = this.#saleId ? this.#till.sales.get(this.#saleId) : null;
    const drawn = JSON.stringify([this.#saleId, sale ?? [...this.#till.sales.values()], this.#till.alarms, this.#trouble, language()]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    show(this.#place, sale ? this.#drawDetail(sale) : this.#drawList());
  }

  #drawList() {
    const rows = [...this.#till.sales.values()].map((sale) => element("li", {},
      element("a", { class: "row-link", href: `#payments/${sale.sale_id}` },
        element("span", { class: "grow" },
          element("span", { class: "digits" }, timeText(sale.created_at)),
          element("span", { class: "fine digits" }, ` · ${shortCode(sale)}`)),
        badge(sale),
        element("span", { class: "end" }, amountText(sale.captured_minor ?? sale.total_minor, sale.currency)))));
    const alarms = element("div", {});
    if (this.#till.alarms) this.#drawAlarms(alarms);
    return element("section", { class: "card" }, element("h1", { tabindex: "-1" }, say("payments.title")), alarms,
      rows.length ? element("ul", { class: "list" }, rows) : element("p", { class: "none" }, icon("receipt"), element("br"), say("payments.none")));
  }

  async #drawAlarms(place) {
    const alarms = await alarmsRaised();
    show(place, element("div", { class: "notice bad" },
      element("h2", {}, say("payments.alarms")),
      element("ul", {}, alarms.slice(0, 5).map((each) => element("li", {},
        element("span", { class: "digits" }, timeText(each.raised_at)), " ", alarmText(each), " ",
        each.sale_id && element("a", { href: `#payments/${each.sale_id}` }, say("cashier.detail")),
        element("p", { class: "fine", lang: "en" }, element("code", {}, each.code), ` ${each.detail}`))))));
  }

  #drawDetail(sale) {
    const currency = sale.currency;
    const paid = sale.captured_minor ?? sale.total_minor;
    const scene = sceneOf(sale, serverNow());
    return element("section", { class: "card narrow" },
      element("p", {}, element("a", { class: "button quiet", href: "#payments" }, icon("back"), say("tab.payments"))),
      element("h1", { tabindex: "-1" }, amountText(paid, currency)),
      element("p", {}, badge(sale)),
      element("p", {}, say(`clerk.${scene}`)),
      this.#trouble ? element("p", { class: "notice bad", role: "alert" }, this.#trouble) : null,
      element("dl", { class: "facts" }, facts(sale, currency)),
      sale.lines.length ? element("ul", { class: "list" }, sale.lines.map((line) => element("li", {},
        element("span", { class: "grow" }, `${line.quantity} × ${line.name[language().slice(0, 2)]}`),
        element("span", { class: "end" }, amountText(line.gross_minor, currency))))) : null,
      sale.refunds.length ? element("div", {}, element("h2", {}, say("refund.done")), element("ul", { class: "list" }, sale.refunds.map((each) => element("li", {},
        element("span", { class: "grow digits" }, timeText(each.created_at)), element("span", { class: `badge ${REFUND_TONES[each.state]}` }, say(`refund.${each.state}`)),
        element("span", { class: "end" }, amountText(each.amount_minor, currency)))))) : null,
      element("div", { class: "buttons" }, this.#buttons(sale, scene, paid - sale.refunded_minor)));
  }

  #buttons(sale, scene, left) {
    const make = (key, kind, onclick) => element("button", { class: `button ${kind}`, type: "button", onclick }, say(key));
    const post = (path, body) => () => this.#act(() => postJson(`/api/sales/${sale.sale_id}/${path}`, body));
    if (scene === "paid") {
      return [left > 0 ? make("refund.title", "danger", () => this.#askRefund(sale, left)) : null,
        make("paid.receipt", "quiet", () => showReceipt(sale))];
    }
    if (scene === "refunded") return [make("paid.receipt", "quiet", () => showReceipt(sale))];
    if (scene === "held") {
      return [make("deposit.capture", "", post("capture", { amount_minor: left })), make("deposit.release", "quiet", post("release", {}))];
    }
    if (scene === "review") {
      const reason = { reason: say("review.reason") };
      return [make("review.accept", "", post("decision", { decision: "accept", ...reason })),
        make("review.give_back", "danger", post("decision", { decision: "give_back", ...reason }))];
    }
    if (scene === "unknown") return [make("cashier.ask", "quiet", () => this.#act(() => askNow(sale.sale_id)))];
    if (scene === "cancelled" || SCENES[scene].stays) return [];
    return [make("cashier.give_up", "danger", () => this.#act(() => abandon(sale.sale_id)))];
  }

  /** Ask how much and why, once; the key is made with the dialog, so two taps are one refund. */
  #askRefund(sale, left) {
    const key = newKey();
    const amount = element("input", { class: "input", id: "refund-amount", inputmode: "decimal", required: true, autocomplete: "off", value: fieldText(left, sale.currency) });
    const reason = element("input", { class: "input", id: "refund-reason", maxlength: "80", autocomplete: "off" });
    const trouble = element("p", { role: "alert", class: "notice bad", hidden: true });
    const dialog = element("dialog", { class: "sheet card", "aria-labelledby": "refund-title" },
      element("h2", { id: "refund-title" }, say("refund.title")),
      element("p", {}, say("refund.left", { amount: amountText(left, sale.currency) })),
      trouble,
      element("form", { onsubmit: async (event) => {
        event.preventDefault();
        const minor = minorOf(amount.value, sale.currency);
        if (minor === null || minor < 1 || minor > left) {
          trouble.hidden = false;
          trouble.textContent = say("refund.amount_wrong", { amount: amountText(left, sale.currency) });
          return amount.focus();
        }
        dialog.close();
        return this.#act(() => refund(sale.sale_id, minor, reason.value.trim(), key));
      } },
      element("div", { class: "field" }, element("label", { for: "refund-amount" }, say("refund.amount")), amount),
      element("div", { class: "field" }, element("label", { for: "refund-reason" }, say("refund.reason")), reason),
      element("div", { class: "buttons" },
        element("button", { class: "button danger", type: "submit" }, say("refund.confirm")),
        element("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, say("refund.cancel")))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  async #act(work) {
    this.#trouble = "";
    try {
      await asStaff(work);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#trouble = error.sentence;
    }
    this.refresh();
  }
}

const NAMES = new Set(["facts.number", "facts.order", "facts.reason"]);
const REFUND_TONES = { PROCESSING: "wait", SUCCEEDED: "good", FAILED: "bad" };

/** What an alarm means; all others are of receipts whose signature or key did not hold. */
function alarmText({ code }) {
  return has(`alarm.${code}`) ? say(`alarm.${code}`) : say("alarm.other");
}

function badge(sale) {
  const scene = sceneOf(sale, serverNow());
  return element("span", { class: `badge ${SCENES[scene].tone || "wait"}` }, say(`badge.${scene}`));
}

function facts(sale, currency) {
  const rows = [["facts.time", timeText(sale.created_at)], ["facts.number", sale.sale_id]];
  if (sale.collection) rows.push(["facts.order", sale.collection.merchant_order_no]);
  if (sale.collection?.reason) rows.push(["facts.reason", sale.collection.reason]);
  for (const part of sale.vat) rows.push(["facts.vat", `${part.vat_percent} % · ${amountText(part.vat_minor, currency)}`]);
  if (sale.refunded_minor) rows.push(["facts.refunded", amountText(sale.refunded_minor, currency)]);
  return rows.map(([key, value]) => [element("dt", {}, say(key)), element("dd", {}, NAMES.has(key) ? element("code", {}, value) : value)]);
}
