// Verify receipts in this browser: the provider's signature over the exact text, by the key that
// this browser has known since it first saw one. Where there is no WebCrypto (plain http), only the
// wallet service can check, and the page says so.

import { getJson } from "../../kit/js/ask.js";

const DOMAIN = "test.qrpay/receipt/v1\0";
const PINNED = "qrpay-provider-keys";

/** How a receipt stands: "holds", "broken", "other-key", or "unchecked" without WebCrypto. */
export async function standing(signed) {
  if (!globalThis.crypto?.subtle) return "unchecked";
  try {
    const key = await providerKey(signed.key_id);
    if (key === null) return "other-key";
    const text = new TextEncoder().encode(DOMAIN + signed.text);
    const algorithm = key.crv === "Ed25519" ? "Ed25519" : { name: "ECDSA", namedCurve: "P-256" };
    const imported = await crypto.subtle.importKey("jwk", key, algorithm, false, ["verify"]);
    const how = key.crv === "Ed25519" ? "Ed25519" : { name: "ECDSA", hash: "SHA-256" };
    const holds = await crypto.subtle.verify(how, imported, bytesOf(signed.signature), text);
    return holds ? "holds" : "broken";
  } catch {
    return "unchecked";
  }
}

/** Read the lines of a signed text. */
export function linesOf(text) {
  return new Map(text.trim().split("\n").map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  }));
}

/** Take base64url apart. */
export function bytesOf(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (each) => each.charCodeAt(0));
}

async function providerKey(keyId) {
  const pinned = JSON.parse(localStorage.getItem(PINNED) ?? "null");
  if (pinned?.[keyId]) return publicPart(pinned[keyId]);
  const { keys } = await getJson("/api/keys");
  const found = keys.find((each) => each.kid === keyId && each.owner === "ledger");
  if (!found) return null;
  // Trust on first use: a key that turns up later beside a pinned one is another provider's.
  if (pinned !== null) return null;
  const ours = keys.filter((each) => each.owner === "ledger");
  localStorage.setItem(PINNED, JSON.stringify(Object.fromEntries(ours.map((each) => [each.kid, each]))));
  return publicPart(found);
}

function publicPart({ kty, crv, x, y }) {
  return y === undefined ? { kty, crv, x } : { kty, crv, x, y };
}
