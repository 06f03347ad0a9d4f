// The device key: made in this browser and never to be taken out of it (WebCrypto). Ed25519 where
// the browser has it, otherwise ECDSA over P-256 with the low s that the protocol asks for.

import { bytesOf } from "../receipts.js";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519 = { make: "Ed25519", sign: "Ed25519", name: "Ed25519" };
const P256 = {
  make: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" }, name: "P-256",
};

/** Make a key: `{algorithm, privateKey, publicKey}`, the public half as base64url. */
export async function makeKey() {
  for (const kind of [ED25519, P256]) {
    try {
      const pair = await crypto.subtle.generateKey(kind.make, false, ["sign", "verify"]);
      const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      return { algorithm: kind.name, privateKey: pair.privateKey, publicKey: textOf(raw) };
    } catch (error) {
      if (kind === P256) throw error;
    }
  }
  return undefined;
}

/** Sign bytes: 64 bytes. */
export async function sign(key, bytes) {
  const kind = key.algorithm === "Ed25519" ? ED25519 : P256;
  const signature = new Uint8Array(await crypto.subtle.sign(kind.sign, key.privateKey, bytes));
  return kind === P256 ? withLowS(signature) : signature;
}

/** Check a provider's signature by its key (a JSON Web Key). */
export async function holds(jwk, bytes, signature) {
  const kind = jwk.crv === "Ed25519" ? ED25519 : P256;
  const { kty, crv, x, y } = jwk;
  const bare = y === undefined ? { kty, crv, x } : { kty, crv, x, y };
  const key = await crypto.subtle.importKey("jwk", bare, kind.make, false, ["verify"]);
  return crypto.subtle.verify(kind.sign, key, signature, bytes);
}

/** Spell bytes as base64url without padding. */
export function textOf(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** SHA-256 of a text or of bytes. */
export async function sha256(content) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** Spell bytes in hexadecimal. */
export function hex(bytes) {
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

export { bytesOf };

function withLowS(signature) {
  const s = BigInt(`0x${hex(signature.slice(32))}`);
  if (s <= ORDER / 2n) return signature;
  const low = (ORDER - s).toString(16).padStart(64, "0");
  return Uint8Array.from([...signature.slice(0, 32), ...low.match(/../g).map((each) => parseInt(each, 16))]);
}
