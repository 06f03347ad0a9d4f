// A guest's wallet: its key lies in the wallet service, this browser has a cookie.

import { getJson, postJson } from "../../kit/js/ask.js";

const ME = "/api/me";

export class GuestWallet {
  /** Which wallet this browser has: `{kind, demo_pin, currencies, now}`. */
  static session() {
    return getJson("/api/session");
  }

  /** Become a guest with play money in a currency. */
  static async begin(currency) {
    await postJson("/api/session", { currency });
    return new GuestWallet();
  }

  kind = "guest";
  #known = undefined;
  isBehind = false; // whether what was given since this was last set is older, since nobody answered
  agreesBy = ["pin"];

  /** Name, balance, limits; no balance while nobody answers. */
  me() {
    return this.#readOr(ME, { balance_minor: null, currency: "" });
  }

  /** Read a code: `{review}` to decide on, or `{sticker_of}` where an amount is missing. */
  scan(text, amountMinor) {
    const body = amountMinor === undefined ? { text } : { text, amount_minor: amountMinor };
    return postJson(`${ME}/scan`, body);
  }

  /** Look at a review again; the service finds out what became of it. */
  review(id) {
    return getJson(`${ME}/reviews/${id}`);
  }

  /** Agree to exactly what the review shows. */
  approve(review, { pin } = {}) {
    return postJson(`${ME}/reviews/${review.review_id}/approve`, pin === undefined ? {} : { pin });
  }

  /** Say no, for good. */
  decline(review) {
    return postJson(`${ME}/reviews/${review.review_id}/decline`);
  }

  /** What waits for a yes because a payment code was not enough. */
  async pending() {
    return (await getJson(`${ME}/pending`)).reviews;
  }

  /** Have the provider heard, so that news comes. */
  listen() {
    return postJson("/api/live");
  }

  /** The digits of this minute and of the next ones, with the service's time. */
  codes() {
    return getJson(`${ME}/payment-codes`);
  }

  /** Receipts, newest first; while nobody answers, those that were there last. */
  async history() {
    this.#known = await this.#readOr(`${ME}/history`, this.#known);
    return this.#known.receipts;
  }

  async #readOr(url, otherwise) {
    try {
      return await getJson(url);
    } catch (error) {
      if (!error.isLost || otherwise === undefined) throw error;
      this.isBehind = true;
      return otherwise;
    }
  }

  /** Play money, filled up. */
  topUp() {
    return postJson(`${ME}/top-up`);
  }

  /** Be forgotten, here and at the provider. */
  forget() {
    return postJson(`${ME}/forget`);
  }
}
