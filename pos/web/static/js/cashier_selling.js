// Ring up an amount and collect it: by showing a code, or by reading the payer's.

import { Refused } from "../../kit/js/ask.js";
import { element, icon, show } from "../../kit/js/dom.js";
import { amountText } from "../../kit/js/figures.js";
import { keypad } from "../../kit/js/keypad.js";
import { serverNow } from "../../kit/js/live.js";
import { scan } from "../../kit/js/scanner.js";
import { buzz, chime } from "../../kit/js/sound.js";
import { listenToScanner } from "../../kit/js/wedge.js";
import { say } from "../../kit/js/words.js";
import { SCENES, UNPAID, sceneOf } from "./scene.js";
import { readingCard, sandboxCard } from "./sandbox_card.js";
import { drawScene } from "./scene_view.js";
import { abandon, askNow, openSale, readCode, showCode, wishKey } from "./till.js";

const CURRENCY = "EUR";
const DIGITS_MAX = 9;
const PLACE = "qrpay-cashier-wish";

/** The pane with keypad and current sale; the wish outlives a reload. */
export class Selling {
  #till;
  #wish = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  #minor = 0;
  #isBusy = false;
  #trouble = "";
  #drawn = "";
  #reads = false;
  #scanner = null;
  #place = null;

  constructor(till) {
    this.#till = till;
    listenToScanner((text) => this.#take(text));
  }

  enter(place) {
    this.#place = place;
    this.#drawn = "";
  }

  leave() {
    this.#scanner?.stop();
    this.#place = null;
  }

  refresh() {
    if (!this.#place) return;
    const sale = this.#sale();
    const scene = sale ? sceneOf(sale, serverNow()) : "";
    const drawn = [sale?.sale_id, scene, sale?.collection?.payment_id, this.#isBusy, this.#trouble, this.#reads, this.#till.line.isVeiled, document.documentElement.lang].join("|");
    if (drawn === this.#drawn) return;
    const isNew = scene !== this.#drawn.split("|")[1];
    this.#drawn = drawn;
    this.#scanner?.stop();
    show(this.#place, this.#wish && sale ? this.#drawSale(sale, scene) : this.#drawKeypad());
    if (!isNew || !sale) return;
    this.#place.querySelector("h1")?.focus();
    if (scene === "paid") chime();
    else if (SCENES[scene].tone === "bad") buzz();
  }

  #sale() {
    return this.#wish?.saleId ? this.#till.sales.get(this.#wish.saleId) : undefined;
  }

  #drawKeypad() {
    const amount = element("output", { class: "amount" }, amountText(this.#minor, CURRENCY));
    const go = (mode, key, kind, sign) => element("button", {
      class: `button big ${kind}`, type: "button", disabled: this.#minor === 0 || this.#isBusy, onclick: () => this.#pay(mode),
    }, icon(sign), say(key));
    const buttons = element("div", { class: "buttons column" });
    const drawButtons = () => show(buttons, go("show", "cashier.show", "", "code"), go("read", "cashier.read", "quiet", "camera"));
    drawButtons();
    const pad = keypad({
      most: DIGITS_MAX,
      doubleZero: true,
      onChange: (digits) => {
        this.#minor = Number(digits);
        amount.textContent = amountText(this.#minor, CURRENCY);
        drawButtons();
      },
      onEnter: () => this.#pay("show"),
    });
    this.#minor = 0;
    amount.textContent = amountText(0, CURRENCY);
    return element("section", { class: "card narrow selling" },
      element("h1", { tabindex: "-1" }, say("cashier.amount")), this.#troubleNotice(), amount, pad, buttons,
      element("p", { class: "fine" }, say("cashier.wedge")));
  }

  #drawSale(sale, scene) {
    const reader = element("div", {});
    const isReading = this.#reads && UNPAID.has(scene);
    if (isReading) {
      this.#scanner = scan(reader, { onText: (text) => { this.#take(text); }, camera: false, inputMode: "numeric" });
    }
    return element("div", { class: "narrow" }, this.#troubleNotice(),
      drawScene(sale, scene, { buttons: this.#buttons(scene), isVeiled: this.#till.line.isVeiled, extra: element("p", { class: "fine" }, say(`clerk.${scene}`)) }),
      reader, isReading ? readingCard(sale.sale_id, (text) => this.#take(text)) : sandboxCard(sale, scene));
  }

  #buttons(scene) {
    const make = (key, kind, onclick) => element("button", { class: `button ${kind}`, type: "button", disabled: this.#isBusy, onclick }, say(key));
    const next = make("cashier.next", "", () => this.#forget());
    if (UNPAID.has(scene)) {
      const again = scene === "cancelled" ? null : make("cashier.show", "", () => this.#act(() => showCode(this.#wish.saleId)));
      const read = scene === "cancelled" ? null : make("cashier.read", "quiet", () => { this.#reads = true; this.refresh(); });
      return [again, read, make("cashier.give_up", "quiet", () => this.#giveUp())];
    }
    if (scene === "unknown") return [make("cashier.ask", "quiet", () => this.#act(() => askNow(this.#wish.saleId)))];
    if (SCENES[scene].stays) return [];
    if (["preparing", "presented", "scanned", "confirm", "expiring"].includes(scene)) {
      return [make("scene.stop", "danger", () => this.#act(() => abandon(this.#wish.saleId)))];
    }
    return [next, element("a", { class: "button quiet", href: `#payments/${this.#wish.saleId}` }, say("cashier.detail"))];
  }

  #pay(mode, text = null) {
    if (this.#minor === 0) return;
    this.#wish ??= { key: wishKey("cashier"), minor: this.#minor };
    if (this.#wish.minor !== this.#minor) this.#wish = { key: wishKey("cashier"), minor: this.#minor };
    this.#reads = mode === "read";
    this.#act(async () => {
      const opened = await openSale({ amount_minor: this.#wish.minor }, this.#wish.key);
      this.#keep({ ...this.#wish, saleId: opened.sale_id });
      if (mode === "show") await showCode(opened.sale_id);
      else if (text !== null) await readCode(opened.sale_id, text);
    });
  }

  /** A code was read: for the sale that waits for one, or at once for the amount that was typed. */
  #take(text) {
    if (!this.#place || this.#isBusy) return;
    const sale = this.#sale();
    if (!sale) this.#pay("read", text);
    else if (UNPAID.has(sceneOf(sale, serverNow()))) this.#act(() => readCode(sale.sale_id, text));
  }

  async #act(work) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#trouble = "";
    this.refresh();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#trouble = error.sentence;
      buzz();
    } finally {
      this.#isBusy = false;
      this.refresh();
    }
  }

  #giveUp() {
    const left = this.#wish.saleId;
    const isOver = sceneOf(this.#sale(), serverNow()) === "cancelled";
    this.#forget();
    if (!isOver) abandon(left).catch(() => {});
  }

  #forget() {
    this.#keep(null);
    this.#reads = false;
    this.#trouble = "";
    this.refresh();
  }

  #keep(wish) {
    this.#wish = wish;
    if (wish) sessionStorage.setItem(PLACE, JSON.stringify(wish));
    else sessionStorage.removeItem(PLACE);
  }

  #troubleNotice() {
    return this.#trouble ? element("p", { class: "notice bad", role: "alert" }, this.#trouble) : null;
  }
}
