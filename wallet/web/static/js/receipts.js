// Verify receipts in this browser: the provider's signature over the exact text, by the keys that
// this browser believes (own/pins.js). Where there is no WebCrypto (plain http), only the wallet
// service can check, and the page says so.

import { pinned } from "./own/pins.js";

const DOMAIN = "test.qrpay/receipt/v1\0";

/** How a receipt stands: "holds", "broken", "other-key", "revoked", or "unchecked" without WebCrypto. */
export async function standing(signed) {
  if (!globalThis.crypto?.subtle) return "unchecked";
  try {
    const known = (await pinned())[signed.key_id];
    if (known === undefined) return "other-key";
    if (known.status === "revoked") return "revoked";
    const key = publicPart(known);
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

function publicPart({ kty, crv, x, y }) {
  return y === undefined ? { kty, crv, x } : { kty, crv, x, y };
}
