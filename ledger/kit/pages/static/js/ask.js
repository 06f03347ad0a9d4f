// Ask the service that this page came from; every way to fail ends in words for a person.

import { has, say } from "./words.js";

const PATIENCE_MS = 20_000;

/**
 * A refusal. `code` names the broken rule (problem details, RFC 9457), `detail` says what was found,
 * `sentence` says the rule in the page's language. `isLost`: no answer came, so whether anything was done is not known.
 */
export class Refused extends Error {
  constructor({ code = "", title = "", detail = "", status = 0 } = {}) {
    super(code || "no answer");
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.isLost = status === 0 || status === 502 || status === 504;
  }

  /** Whether it may go by itself: nobody answered, or who answered can't reach who has to. */
  get isAway() {
    return this.isLost || this.code === "SERVICE_UNAVAILABLE";
  }

  get sentence() {
    if (this.isLost) return say("problem.no_answer");
    return has(`problem.${this.code}`) ? say(`problem.${this.code}`) : say("problem.other", { code: this.code });
  }
}

/** Get JSON, or raise `Refused`. */
export function getJson(url) {
  return ask(url, { headers: { Accept: "application/json" } });
}

/** Get plain text, or raise `Refused`. */
export function getText(url) {
  return ask(url, { headers: { Accept: "text/plain, application/json;q=0.9" } }, (answer) => answer.text());
}

/**
 * Post JSON and get what is answered, or raise `Refused`. With `key`, a wish that is posted again
 * is the same wish (`Idempotency-Key`): make it once for each press of a button, with `newKey`.
 */
export function postJson(url, body = {}, { key } = {}) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Post JSON and get a picture (a `Blob`), or raise `Refused`. */
export function postForPicture(url, body = {}) {
  const headers = { Accept: "application/json, image/*", "Content-Type": "application/json" };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) }, (answer) => answer.blob());
}

/** A key that nobody else has: 128 random bits. Works without https, unlike `randomUUID`. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

async function ask(url, options, read = (answer) => answer.json()) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(url, { ...options, signal: stop.signal, cache: "no-store" });
    if (answer.ok) return await read(answer);
    const isTold = (answer.headers.get("Content-Type") ?? "").includes("json");
    throw new Refused(isTold ? await answer.json() : { status: answer.status });
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused();
  } finally {
    clearTimeout(timer);
  }
}
