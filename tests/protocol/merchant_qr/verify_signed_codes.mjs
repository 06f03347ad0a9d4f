// Checks the signatures of signed codes with node's own cryptography (OpenSSL) and nothing of this
// project: data objects, base85, purpose and key look-up are written here once more.
//
//   node verify_signed_codes.mjs < vectors.json > verdicts.json
//
// Input: tests/vectors/signed_codes.json. Output: for each vector's id whether its signature holds,
// or null where there is no signature of this scheme to check.

import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const BASE85 =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const ALGORITHMS = { E: "Ed25519", P: "P-256" };
const P256_HALF = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

const { keys, vectors } = JSON.parse(readFileSync(0, "utf8"));
const keyById = new Map(keys.keys.map((jwk) => [jwk.kid, jwk]));

function decodeBase85(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 5) {
    let number = 0;
    for (const letter of text.slice(at, at + 5)) number = number * 85 + BASE85.indexOf(letter);
    for (const shift of [24, 16, 8, 0]) bytes.push(Math.floor(number / 2 ** shift) % 256);
  }
  return Buffer.from(bytes);
}

function objects(text) {
  const found = new Map();
  const characters = [...text];
  for (let at = 0; at < characters.length; ) {
    const length = Number(characters.slice(at + 2, at + 4).join(""));
    const value = characters.slice(at + 4, at + 4 + length).join("");
    found.set(characters.slice(at, at + 2).join(""), {
      value,
      before: characters.slice(0, at).join(""),
    });
    at += 4 + length;
  }
  return found;
}

function holds(jwk, purpose, message, signature) {
  const data = Buffer.concat([Buffer.from(`test.qrpay/${purpose}/v1\0`), message]);
  const key = createPublicKey({ key: jwk, format: "jwk" });
  if (jwk.crv === "Ed25519") return verify(null, data, key, signature);
  const s = BigInt(`0x${signature.subarray(32).toString("hex")}`);
  return s <= P256_HALF && verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, signature);
}

function checkCode(text) {
  const root = objects(text);
  const header = objects(root.get("80").value);
  const jwk = keyById.get(header.get("02").value);
  const algorithm = ALGORITHMS[header.get("01").value[1]];
  if (jwk === undefined || jwk.crv !== algorithm) return null;
  const purpose = root.get("01").value === "11" ? "sticker" : "mpm";
  const signature = decodeBase85(objects(root.get("81").value).get("01").value);
  return holds(jwk, purpose, Buffer.from(root.get("81").before), signature);
}

function checkLink(text) {
  const raw = Buffer.from(text.split("#").pop(), "base64url");
  const jwk = keyById.get(raw.subarray(1, 9).toString());
  if (jwk === undefined) return null;
  return holds(jwk, "link", raw.subarray(0, 35), raw.subarray(35));
}

const verdicts = vectors.map(({ id, input }) => {
  try {
    return [id, id.startsWith("l-") ? checkLink(input) : checkCode(input)];
  } catch {
    return [id, null];
  }
});
process.stdout.write(JSON.stringify(Object.fromEntries(verdicts)));
