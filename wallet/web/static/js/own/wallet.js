// A wallet whose key is in this browser. It does what a guest's wallet does (../guest.js), but each
// call to the provider is signed here, each answer verified here, and payment codes are made here.

import { Refused, postJson } from "../../../kit/js/ask.js";
import { serverNow } from "../../../kit/js/live.js";
import { linesOf, standing } from "../receipts.js";
import * as consent from "./consent.js";
import { bytesOf, hex, makeKey, sha256 } from "./keys.js";
import * as keeping from "./keeping.js";
import { Line } from "./line.js";
import * as passkeys from "./passkeys.js";
import { review, statesOf } from "./shown.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PREFIX = "99";
const CODES_AHEAD = 5;
/** Refusals by the wallet service itself: the consent never left it. */
const NOT_CARRIED = ["PIN_WRONG", "PIN_BLOCKED", "PIN_USED_UP", "PASSKEY_INVALID", "FIELD_MISSING", "SERVICE_UNAVAILABLE"];
const ENDED_UNPAID = ["DECLINED", "CLOSED", "REVERSED"];
const WAITS_FOR_CONSENT = "AUTHORISING";
/** How many receipts one answer lists; and no page has nothing new for ever. */
const RECEIPTS_LISTED = 100;
const PAGES_MOST = 100;

/** Why a receipt does not hold, by the name of the rule, as the wallet service says it. */
const REFUSALS = { broken: "SIGNATURE_INVALID", "other-key": "KEY_UNKNOWN", revoked: "KEY_REVOKED" };

const idOf = (receipt) => linesOf(receipt.text).get("receipt_id");

/** The reason to ask for keys when the page opens and once a day: the day, counted from 1970. */
const today = () => Math.floor(serverNow() / DAY_MS);

/** Whether this wallet has been forgotten before, and the answer was lost. */
const isForgotten = (error) => error.code === "SESSION_MISSING" || (error.isTheProviders && ["PAYER_NOT_FOUND", "KEY_REVOKED"].includes(error.code));

export class BrowserWallet {
  kind = "browser";
  isBehind = false; // as a guest's wallet has it
  #mine;
  #line;
  #asked = new Map();

  constructor(mine) {
    this.#mine = mine;
    this.#line = new Line(mine);
    this.#askKeys(today());
  }

  /** Whether this browser can keep a key that nobody can take out. */
  static isPossible() {
    return window.isSecureContext && Boolean(crypto.subtle && window.indexedDB);
  }

  /** The wallet that this browser keeps, or null: there was none, or the browser threw it away. */
  static async kept() {
    const mine = BrowserWallet.isPossible() ? await keeping.get("mine") : undefined;
    return mine ? new BrowserWallet(mine) : null;
  }

  /** Make a key and have the provider let it in, with play money in a currency. */
  static async begin(currency) {
    const key = await makeKey();
    const told = await postJson("/api/browser", { algorithm: key.algorithm, public_key: key.publicKey, currency });
    const secret = await crypto.subtle.importKey("raw", bytesOf(told.code_secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    delete told.code_secret;
    const mine = { ...told, key, secret, passkeys: [] };
    await keeping.put("mine", mine);
    navigator.storage?.persist?.(); // Firefox asks the person, who may take their time
    return new BrowserWallet(mine);
  }

  get agreesBy() {
    return this.#mine.passkeys.length > 0 ? ["passkey", "pin"] : ["pin"];
  }

  /** Make a passkey. */
  async makePasskey() {
    this.#mine.passkeys = await passkeys.make();
    await keeping.put("mine", this.#mine);
  }

  get hasPasskey() {
    return this.#mine.passkeys.length > 0;
  }

  async me() {
    try {
      return await this.#line.get("/v1/me");
    } catch (error) {
      if (!error.isAway) throw error;
      return { balance_minor: null, currency: this.#mine.currency };
    }
  }

  listen() {
    return this.#line.listen();
  }

  async scan(text, amountMinor) {
    const code = await this.#read(text);
    if (code.vendors_code) {
      const behind = await this.#line.post("/v1/codes/claim", { code: code.vendors_code });
      return { review: await this.#keep(review(behind, hex(await sha256(code.vendors_code)))) };
    }
    if (code.payment_id === null && amountMinor === undefined) {
      return { sticker_of: await this.#line.get(`/v1/merchants/${code.merchant_id}`) };
    }
    const offer = code.payment_id === null
      ? await this.#claimSticker(text, amountMinor, code.currency)
      : await this.#line.post(`/v1/payments/${code.payment_id}/claim`, { code: text });
    const wanted = { merchant_id: code.merchant_id, amount_minor: code.amount_minor ?? amountMinor, currency: code.currency };
    const offered = { merchant_id: offer.payee.merchant_id, amount_minor: offer.amount_minor, currency: offer.currency };
    if (JSON.stringify(wanted) !== JSON.stringify(offered)) throw new Refused({ code: "QR_ORDER_MISMATCH", status: 422 });
    return { review: await this.#keep(review(offer, hex(await sha256(text)))) };
  }

  /** Have the code checked; a key that is not known yet may be new, so the keys are fetched once. */
  async #read(text) {
    try {
      return await postJson("/api/browser/read", { text });
    } catch (error) {
      if (error.code !== "KEY_UNKNOWN") throw error;
      await this.#line.getKeys();
      return postJson("/api/browser/read", { text });
    }
  }

  #claimSticker(text, amountMinor, currency) {
    const request = consent.newBody(serverNow());
    return this.#line.post("/v1/stickers/claim", { code: text, amount_minor: amountMinor, currency, request_id: request }, { idempotencyKey: request });
  }

  /** Look at a review again: find out what became of a consent without an answer, of a held deposit. */
  async review(id) {
    const kept = await keeping.get(`review ${id}`);
    if (!kept) throw new Refused({ code: "REVIEW_NOT_FOUND", status: 404 });
    if (kept.outcome === "held") return this.#follow(kept);
    if (![null, "unknown"].includes(kept.outcome)) return kept;
    return kept.authorisation ? this.#find(kept) : { ...kept, payment_state: await this.#stateOf(kept) };
  }

  /** Where the payment stands that nobody has decided on yet; empty if nobody can say. */
  async #stateOf(kept) {
    try {
      return (await this.#line.get(`/v1/payments/${kept.payment_id}`)).state;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return "";
    }
  }

  /**
   * Agree to exactly what the review shows: write, read back, sign, keep, send. A review has one
   * consent: who agrees again, because nothing had arrived, sends the same, which pays once.
   */
  async approve(shown, { pin, passkey } = {}) {
    const kept = await keeping.get(`review ${shown.review_id}`);
    if (kept.outcome !== null) return this.review(shown.review_id);
    const text = kept.authorisation?.text ?? consent.write(kept, this.#mine, Math.floor(serverNow()));
    consent.requireSame(text, {
      payment_id: shown.payment_id, payee_name: shown.payee.name, merchant_id: shown.payee.merchant_id,
      amount_minor: shown.amount_minor, currency: shown.currency,
      payer_amount_minor: shown.payer_amount_minor, payer_currency: shown.payer_currency,
    });
    const confirmation = passkey ? { passkey: await passkeys.agree(text, this.#mine.passkeys) } : pin === undefined ? {} : { pin };
    const authorisation = kept.authorisation ?? await consent.seal(text, this.#mine);
    await this.#keep({ ...kept, outcome: "unknown", authorisation });
    return this.#send({ ...kept, authorisation }, confirmation);
  }

  async #send(kept, confirmation, { isAgain = false } = {}) {
    try {
      const body = { authorisation: kept.authorisation };
      const idempotencyKey = linesOf(kept.authorisation.text).get("authorisation_id");
      const result = await this.#line.post(`/v1/payments/${kept.payment_id}/authorise`, body, { idempotencyKey, ...confirmation });
      return await this.#end(kept, result.receipt);
    } catch (error) {
      if (error.code === "FIELD_MISSING" && !kept.needs_pin && !isAgain) {
        // A service that was started anew does not know what the offer said; it learns by the answer.
        await this.#line.get(`/v1/payments/${kept.payment_id}/offer`);
        return this.#send(kept, confirmation, { isAgain: true });
      }
      if (error instanceof Refused && !error.isTheProviders && NOT_CARRIED.includes(error.code)) {
        await this.#keep({ ...kept, outcome: null });
        throw error;
      }
      if (!(error instanceof Refused) || error.isLost || error.status >= 500) return this.#keep({ ...kept, outcome: "unknown" });
      return this.#keep({ ...kept, outcome: "refused", refusal: error.code });
    }
  }

  /**
   * Find out what became of a consent whose answer was lost. One that needs no PIN is sent again:
   * the provider knows it by its text. Otherwise the payer is asked again where nothing has arrived.
   */
  async #find(kept) {
    try {
      const paid = await this.#paymentReceipt(kept);
      if (paid) return await this.#end(kept, paid);
      const { state } = await this.#line.get(`/v1/payments/${kept.payment_id}`);
      if (ENDED_UNPAID.includes(state)) return await this.#keep({ ...kept, outcome: "refused", refusal: "ORDER_STATE" });
      if (state === "HELD") return await this.#end(kept, null);
      if (kept.needs_pin) return await this.#keep({ ...kept, outcome: state === WAITS_FOR_CONSENT ? null : kept.outcome });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return kept;
    }
    return this.#send(kept, {});
  }

  /** What became of a held deposit; while nobody can say, it is held. */
  async #follow(kept) {
    try {
      const { state } = await this.#line.get(`/v1/payments/${kept.payment_id}`);
      if (ENDED_UNPAID.includes(state)) return await this.#keep({ ...kept, outcome: "given_back" });
      const paid = state === "HELD" ? null : await this.#paymentReceipt(kept);
      return paid ? await this.#end(kept, paid) : kept;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return kept;
    }
  }

  /** The receipt that a payment was paid by, as the provider sent it; undefined where there is none. */
  async #paymentReceipt(kept) {
    const { receipts } = await this.#line.get(`/v1/payments/${kept.payment_id}/receipts`);
    return receipts.find((each) => linesOf(each.text).get("kind") === "payment");
  }

  /**
   * Paid is what a receipt of the provider proves, for this amount and this shop. Without one a
   * deposit is held; captured is what its receipt proves, for no more than was held.
   */
  async #end(kept, receipt) {
    if (receipt === null) return this.#keep({ ...kept, outcome: "held" });
    const says = linesOf(receipt.text);
    const isDeposit = kept.intent === "deposit";
    const fits = (name) => (isDeposit ? Number(says.get(name)) <= kept[name] : says.get(name) === String(kept[name]));
    const isOurs = says.get("payment_id") === kept.payment_id && says.get("merchant_id") === kept.payee.merchant_id
      && fits("amount_minor") && fits("payer_amount_minor");
    if (!isOurs || await this.#standing(receipt) !== "holds") return this.#keep({ ...kept, outcome: "unknown" });
    const receipts = [{ receipt_id: says.get("receipt_id"), states: statesOf(says) }];
    return this.#keep({ ...kept, outcome: isDeposit ? "captured" : "paid", receipts });
  }

  /** Say no, for good. Where a consent that seemed lost has arrived all the same, it is what counts. */
  async decline(shown) {
    const kept = await keeping.get(`review ${shown.review_id}`);
    try {
      await this.#line.post(`/v1/payments/${shown.payment_id}/decline`, {});
    } catch (error) {
      const found = kept.authorisation && kept.needs_pin && !error.isLost ? await this.#find(kept) : kept;
      if (found.outcome === null) throw error;
      return found;
    }
    return this.#keep({ ...kept, outcome: "declined" });
  }

  async pending() {
    const { payments } = await this.#line.get("/v1/me/payments?state=AUTHORISING");
    const asked = payments.filter((each) => each.presented === "consumer");
    const reviews = await Promise.all(asked.map(async (each) => {
      const kept = await keeping.get(`review ${each.payment_id}`);
      return kept ?? this.#keep(review(await this.#line.get(`/v1/payments/${each.payment_id}/offer`), ""));
    }));
    return reviews.filter((each) => each.outcome === null);
  }

  /** Codes of this minute and the next, made here of one-time handles: no network is needed. */
  async codes() {
    const now = serverNow();
    let handles = (await keeping.get("handles")) ?? [];
    const window = Math.floor(now / MINUTE_MS);
    if (handles.filter((each) => each.window === undefined).length < CODES_AHEAD) {
      try {
        const fresh = (await this.#line.post("/v1/me/payment-codes", {})).handles;
        const known = new Map(handles.map((each) => [each.handle, each]));
        handles = fresh.map((handle) => known.get(handle) ?? { handle });
      } catch (error) {
        if (handles.length === 0) throw error;
      }
    }
    const codes = [];
    for (let minute = window; minute < window + CODES_AHEAD; minute += 1) {
      const chosen = handles.find((each) => each.window === minute)
        ?? handles.find((each) => each.window === undefined)
        ?? [...handles].sort((a, b) => a.window - b.window)[0];
      chosen.window = minute;
      codes.push({
        digits: await this.#digits(chosen.handle, minute),
        valid_from: new Date(minute * MINUTE_MS).toISOString(),
        valid_until: new Date((minute + 1) * MINUTE_MS).toISOString(),
      });
    }
    await keeping.put("handles", handles);
    return { codes, now: new Date(now).toISOString() };
  }

  async #digits(handle, window) {
    const message = new TextEncoder().encode(`test.qrpay/paycode/v1\0${PREFIX}.${handle}.${window}`);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", this.#mine.secret, message));
    const number = new DataView(mac.buffer).getBigUint64(0) % 1_000_000n;
    return PREFIX + handle + String(number).padStart(6, "0");
  }

  /** The provider's receipts; while nobody answers, those that were kept here last. */
  async #receipts() {
    const kept = await keeping.get("receipts");
    try {
      const found = new Map((kept ?? []).map((each) => [idOf(each), each]));
      await this.#fetchInto(found);
      const receipts = [...found.values()];
      await keeping.put("receipts", receipts);
      return receipts;
    } catch (error) {
      if (!error.isAway || kept === undefined) throw error;
      this.isBehind = true;
      return kept;
    }
  }

  /** Fetch newer receipts, a page at a time, until a page is not full or has nothing new. */
  async #fetchInto(found) {
    let older = "";
    for (let page = 0; page < PAGES_MOST; page += 1) {
      const { receipts } = await this.#line.get(`/v1/me/receipts${older}`);
      const known = found.size;
      for (const each of receipts) found.set(idOf(each), each);
      if (receipts.length < RECEIPTS_LISTED || found.size === known) return;
      older = `?before=${idOf(receipts[0])}`;
    }
  }

  /** Receipts, newest first, each read only if the provider's signature holds. */
  async history() {
    this.#askKeys(today());
    const receipts = await this.#receipts();
    const read = await Promise.all(receipts.map(async (signed) => {
      const says = linesOf(signed.text);
      const stands = await this.#standing(signed);
      const verifies = stands === "holds";
      const refusal = stands in REFUSALS ? { code: REFUSALS[stands] } : null;
      return { receipt_id: says.get("receipt_id"), payment_id: says.get("payment_id"), verifies, states: verifies ? statesOf(says) : null, refusal, signed };
    }));
    return read.sort((a, b) => (a.states?.occurred_at < b.states?.occurred_at ? 1 : -1));
  }

  /** How a receipt stands. A key that is not known may be new, so the keys are asked for, once for each. */
  async #standing(receipt) {
    await this.#asked.get(today());
    const stands = await standing(receipt);
    if (stands !== "other-key") return stands;
    await this.#askKeys(receipt.key_id);
    return standing(receipt);
  }

  /** Ask for the provider's keys unless it was done, or is being done, for this reason. Nobody need answer. */
  #askKeys(reason) {
    if (!this.#asked.has(reason)) this.#asked.set(reason, this.#line.getKeys().catch(() => this.#asked.delete(reason)));
    return this.#asked.get(reason);
  }

  topUp() {
    return this.#line.post("/v1/me/top-up", {});
  }

  async forget() {
    const steps = [
      () => this.#line.post("/v1/me/give-back", {}),
      () => this.#line.post("/v1/me/erase", {}),
      () => postJson("/api/browser/forget"),
    ];
    for (const step of steps) {
      await step().catch((error) => { if (!isForgotten(error)) throw error; });
    }
    await keeping.forget();
  }

  async #keep(kept) {
    await keeping.put(`review ${kept.review_id}`, kept);
    return kept;
  }
}
