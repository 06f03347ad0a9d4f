// What a screen asks of the till; asking again is safe, so a lost answer is asked for again.

import { Refused, getJson, getText, newKey, postJson } from "../../kit/js/ask.js";
import { language } from "../../kit/js/words.js";

const PERSIST_MS = 60_000; // a till that has died is back by then
const PAUSE_MS = 1_200;

/** A key for one wish of one screen; the screen's name goes first, as the display sees it. */
export function wishKey(screen) {
  return `${screen}-${newKey()}`;
}

/** Open a sale of `{lines}` or `{amount_minor}`; the same key gives the same sale. */
export function openSale(wanted, key) {
  return persist(() => postJson("/api/sales", { ...wanted, key }));
}

/** Show a code for a sale: the link that any phone's camera opens. */
export function showCode(saleId) {
  return unlessRunning(postJson(`/api/sales/${saleId}/collect`, { mode: "show", profile: "L" }));
}

/** Collect a sale by what was read from the payer's phone. */
export function readCode(saleId, text) {
  return unlessRunning(postJson(`/api/sales/${saleId}/collect`, { mode: "read", payment_code: text }));
}

/** Have the till ask now what has become of a sale; it does so by itself every few seconds. */
export function askNow(saleId) {
  return persist(() => postJson(`/api/sales/${saleId}/ask`));
}

/** Give a sale up; what was paid meanwhile comes back. */
export function abandon(saleId) {
  return persist(() => postJson(`/api/sales/${saleId}/abandon`));
}

/** Give money back; the same key is the same refund. */
export function refund(saleId, amountMinor, reason, key) {
  const body = { amount_minor: amountMinor, ...(reason ? { reason } : {}) };
  return persist(() => postJson(`/api/sales/${saleId}/refunds`, body, { key }));
}

/** Close a business day; a closed one stays as it is, so asking again gives the same. */
export function closeDay(day) {
  return persist(() => postJson(`/api/days/${day}/close`));
}

/** The report of a closed day as it is printed, in the language of the page. */
export function dayPaper(day) {
  return persist(() => getText(`/api/days/${day}.txt?lang=${language().slice(0, 2)}`));
}

/** What a person has to look at. */
export async function alarmsRaised() {
  return (await persist(() => getJson("/api/alarms"))).alarms;
}

/** The price list, with names in the three languages the shop speaks. */
export async function priceList() {
  const lists = await Promise.all(["de", "en", "zh"].map((each) => getJson(`/api/catalogue?lang=${each}`)));
  const [de, en, zh] = lists.map((list) => new Map(list.products.map((each) => [each.sku, each.name])));
  return lists[0].products.map((each) =>
    ({ ...each, name: { de: de.get(each.sku), en: en.get(each.sku), zh: zh.get(each.sku) } }));
}

/** Two taps, or an answer that was lost: the sale is being collected already, and the screen shows how. */
async function unlessRunning(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refused && (error.code === "SALE_STATE" || error.isLost)) return null;
    throw error;
  }
}

async function persist(ask) {
  const until = performance.now() + PERSIST_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refused && error.isLost) || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
