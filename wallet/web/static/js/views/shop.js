// Who is paid, as the provider has registered them.

import { language } from "../../../kit/js/words.js";

/** The shop's registered name in the reader's language. */
export function shopName(payee) {
  return payee.names[language().slice(0, 2)] ?? payee.name;
}
