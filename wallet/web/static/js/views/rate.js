// An exchange rate as people read it: what one of the shop's currency is in the payer's own.

import { language, say } from "../../../kit/js/words.js";

/** Say the rate of a payment, which comes as a fraction: 125/16 is 1 EUR = 7.8125 CNY. */
export function rateText({ rate, currency, payer_currency: own }) {
  const [numerator, denominator] = rate.split("/").map(Number);
  const figures = new Intl.NumberFormat(language(), { maximumFractionDigits: 4 });
  return say("review.rate_is", { currency, figure: figures.format(numerator / denominator), own });
}
