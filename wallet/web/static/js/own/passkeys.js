// Passkeys: finger or face instead of the PIN. What they sign is the SHA-256 of the consent's text,
// so they agree to this shop and this amount.

import { postJson } from "../../../kit/js/ask.js";
import { bytesOf, sha256, textOf } from "./keys.js";

/** Whether this browser can make one here; an address of numbers can't have any. */
export function arePossible() {
  return window.isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|^\[/.test(location.hostname);
}

/** Make a passkey for this wallet, unless there is one; gives the ids of all of them. */
export async function make() {
  const { publicKey: asked } = await postJson("/api/browser/passkey-options");
  const known = (asked.excludeCredentials ?? []).map((each) => each.id);
  const made = await create(asked, known);
  if (made === null) return known; // it was made before, and the answer was lost
  const credential = {
    ...named(made),
    response: { clientDataJSON: b64(made.response.clientDataJSON), attestationObject: b64(made.response.attestationObject) },
  };
  return (await postJson("/api/browser/passkeys", { credential })).passkeys;
}

async function create(asked, known) {
  try {
    return await navigator.credentials.create({
      publicKey: {
        ...asked,
        challenge: bytesOf(asked.challenge),
        user: { ...asked.user, id: bytesOf(asked.user.id) },
        excludeCredentials: known.map((id) => ({ type: "public-key", id: bytesOf(id) })),
      },
    });
  } catch (error) {
    if (error.name !== "InvalidStateError" || known.length === 0) throw error;
    return null;
  }
}

/** Have a passkey agree to a text. */
export async function agree(text, ids) {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: await sha256(text),
      userVerification: "required",
      allowCredentials: ids.map((id) => ({ type: "public-key", id: bytesOf(id) })),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return {
    ...named(found),
    response: {
      clientDataJSON: b64(clientDataJSON), authenticatorData: b64(authenticatorData), signature: b64(signature),
      ...(userHandle && { userHandle: b64(userHandle) }),
    },
  };
}

function named(credential) {
  return { id: credential.id, rawId: b64(credential.rawId), type: credential.type, clientExtensionResults: {} };
}

function b64(buffer) {
  return textOf(new Uint8Array(buffer));
}
