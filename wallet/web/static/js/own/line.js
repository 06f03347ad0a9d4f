// The line to the provider: each call is signed here and each answer verified here (HTTP Message
// Signatures, RFC 9421, as ledger/protocol/signing/http_messages.py). The wallet service carries
// both; it can change no call, and no answer signed by a key that is pinned here (pins.js).

import { Refused, newKey, postJson } from "../../../kit/js/ask.js";
import { serverNow } from "../../../kit/js/live.js";
import { holds, sha256, sign } from "./keys.js";
import { learn, pinned, served } from "./pins.js";

const RELAY = "/api/browser/relay";
const KEYS = "/v1/keys";

/** Calls of one wallet: `{key, key_id, ledger_url}`. */
export class Line {
  #mine;

  constructor(mine) {
    this.#mine = mine;
  }

  /** Have the provider heard: the service opens the stream by a call that is signed here. */
  async listen() {
    return postJson("/api/live", await this.#signed("GET", "/v1/events", ""));
  }

  get(path) {
    return this.#call("GET", path, "", {});
  }

  /** Ask which keys the provider has now; believed where a key that is pinned here has signed the answer. */
  getKeys() {
    return this.get(KEYS);
  }

  /** Post a body; the same `idempotencyKey` again is the same call. */
  post(path, body, { idempotencyKey = newKey(), ...confirmation } = {}) {
    return this.#call("POST", path, JSON.stringify(body), confirmation, idempotencyKey);
  }

  async #call(method, target, body, confirmation, idempotencyKey) {
    const { headers } = await this.#signed(method, target, body, idempotencyKey);
    const answer = await postJson(RELAY, { method, target, headers, body, ...confirmation });
    const signer = await this.#verify(answer, headers.signature);
    const told = JSON.parse(answer.body);
    if (answer.status >= 400) throw Object.assign(new Refused({ ...told, status: answer.status }), { isTheProviders: true });
    if (target === KEYS && signer.isPinned) await learn(told.keys);
    return told;
  }

  async #signed(method, target, body, idempotencyKey) {
    const url = this.#mine.ledger_url + target;
    const components = [['"@method"', method], ['"@target-uri"', url], ['"content-digest"', await digest(body)]];
    if (idempotencyKey) components.push(['"idempotency-key"', idempotencyKey]);
    const created = Math.floor(serverNow() / 1000);
    const parameters = `(${components.map(([name]) => name).join(" ")});created=${created};nonce="${newKey()}";keyid="${this.#mine.key_id}";tag="qrpay"`;
    const signature = `qrpay=:${base64(await sign(this.#mine.key, base(components, parameters)))}:`;
    return { headers: {
      "content-digest": components[2][1], "signature-input": `qrpay=${parameters}`, signature,
      ...(body && { "content-type": "application/json" }),
      ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
    } };
  }

  /**
   * Believe an answer only if the provider signed it as the answer to this very call, by a key in
   * use. A page that was not opened while a newer key was announced can't know it: then the wallet
   * service's word does for an answer, never for a receipt or for further keys.
   */
  async #verify({ status, headers, body }, requestSignature) {
    const parameters = (headers["signature-input"] ?? "").replace(/^\w+=/, "");
    const keyId = /;keyid="(\w+)"/.exec(parameters)?.[1];
    const values = {
      '"@status"': String(status), '"content-digest"': await digest(body), '"signature";req': requestSignature,
    };
    const covered = (/^\(([^)]*)\)/.exec(parameters)?.[1] ?? "").split(" ");
    const pin = (await pinned())[keyId];
    const jwk = pin ?? (await served())[keyId];
    if (jwk?.status === "revoked") throw new Refused({ code: "KEY_REVOKED" });
    const signature = /:([A-Za-z0-9+/=]+):/.exec(headers.signature ?? "")?.[1];
    const isWhole = covered.length === 3 && covered.every((name) => name in values);
    if (jwk?.status !== "active" || !signature || !isWhole) throw new Refused();
    const bytes = Uint8Array.from(atob(signature), (each) => each.charCodeAt(0));
    const components = covered.map((name) => [name, values[name]]);
    if (!await holds(jwk, base(components, parameters), bytes)) throw new Refused();
    return { isPinned: pin !== undefined };
  }
}

function base(components, parameters) {
  const lines = components.map(([name, value]) => `${name}: ${value}`);
  return new TextEncoder().encode([...lines, `"@signature-params": ${parameters}`].join("\n"));
}

async function digest(body) {
  return `sha-256=:${base64(await sha256(body))}:`;
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
