// The consent: written from what is shown, read back, then signed by this browser's key.
// The text is spelled as ledger/protocol/messages/checkout.py spells an Authorisation.

import { linesOf } from "../receipts.js";
import { sign, textOf } from "./keys.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DOMAIN = "test.qrpay/auth/v1\0";

/** Write the consent to exactly what a review shows, at an instant of the provider's clock. */
export function write(review, mine, now) {
  const lines = [
    ["authorisation_id", `aut_${newBody(now)}`],
    ["payment_id", review.payment_id],
    ["payer_id", mine.payer_id],
    ["device_id", mine.device_id],
    ["merchant_id", review.payee.merchant_id],
    ["payee_name", review.payee.name],
    ["amount_minor", review.amount_minor],
    ["currency", review.currency],
    ["payer_amount_minor", review.payer_amount_minor],
    ["payer_currency", review.payer_currency],
    ["quote_id", review.quote_id],
    ["code_digest", review.code_digest],
    ["authorised_at", new Date(now).toISOString()],
    ["intent", review.intent],
  ];
  if (review.funding.length > 0) {
    lines.push(["funding", review.funding.map((part) => `${part.source}:${part.amount_minor}`).join(",")]);
  }
  return `type=auth/v1\n${lines.map(([name, value]) => `${name}=${value}\n`).join("")}`;
}

/** Read a consent back: it must say what the screen shows, figure by figure, or nothing is signed. */
export function requireSame(text, shown) {
  const said = linesOf(text);
  for (const [name, value] of Object.entries(shown)) {
    if (said.get(name) !== String(value)) throw new Error(`${name} is not what was shown`);
  }
}

/** Seal a consent: text, key and signature. */
export async function seal(text, mine) {
  const signature = await sign(mine.key, new TextEncoder().encode(DOMAIN + text));
  return { text, key_id: mine.key_id, signature: textOf(signature) };
}

/** Draw the body of an identifier: the time, then 70 random bits. */
export function newBody(now) {
  let time = "";
  for (let rest = Math.floor(now), at = 0; at < 10; at += 1, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  const chance = Array.from(crypto.getRandomValues(new Uint8Array(14)), (each) => ALPHABET[each % 32]);
  return time + chance.join("");
}
