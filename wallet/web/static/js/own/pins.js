// The provider's keys that this browser believes, a guest's page included. The first set is believed
// on first use, as the wallet service gives it. After that a key is added or revoked only by an
// answer of the provider's that a key from here has signed (line.js, as wallet/device/knowledge.py).

import { getJson } from "../../../kit/js/ask.js";

const PLACE = "qrpay-provider-keys";

/** The keys by id, each a JSON Web Key with its `status`. */
export async function pinned() {
  const kept = localStorage.getItem(PLACE);
  return kept === null ? keep(await served()) : JSON.parse(kept);
}

/** The provider's keys by id as the wallet service gives them now, which proves nothing. */
export async function served() {
  return byId((await getJson("/api/keys")).keys);
}

/** Take in what a pinned key has signed. What is revoked once stays so. */
export async function learn(keys) {
  const known = await pinned();
  const revoked = Object.entries(known).filter(([, each]) => each.status === "revoked");
  keep({ ...known, ...byId(keys), ...Object.fromEntries(revoked) });
}

function byId(keys) {
  return Object.fromEntries(keys.filter((each) => each.owner === "ledger").map((each) => [each.kid, each]));
}

function keep(keys) {
  localStorage.setItem(PLACE, JSON.stringify(keys));
  return keys;
}
