// What the provider offers and states, in the form that the wallet's views draw.

/** A review of an offer: what is shown, and what a consent would say. */
export function review(offer, codeDigest) {
  const { payment, payee, quote } = offer;
  return {
    review_id: payment.payment_id, payment_id: payment.payment_id, outcome: null, refusal: "", receipts: [],
    payee, presented: payment.presented, subject: payment.subject, intent: payment.intent ?? "sale",
    hold_until: payment.hold_until ?? "", amount_minor: offer.amount_minor, currency: offer.currency,
    payer_amount_minor: offer.payer_amount_minor, payer_currency: offer.payer_currency,
    quote_id: quote?.quote_id ?? "", rate: quote?.rate ?? "", rate_set_by: quote?.rate_set_by ?? "",
    funding: offer.funding, needs_pin: offer.needs_pin, expires_at: offer.claimed_until, code_digest: codeDigest,
  };
}

/** What a receipt states, of its lines. */
export function statesOf(says) {
  const texts = ["kind", "refund_id", "merchant_id", "payee_name", "payee_city", "merchant_order_no", "terminal_id",
    "currency", "payer_currency", "rate", "rate_set_by", "occurred_at"];
  return {
    ...Object.fromEntries(texts.map((name) => [name, says.get(name)])),
    amount_minor: Number(says.get("amount_minor")),
    payer_amount_minor: Number(says.get("payer_amount_minor")),
  };
}
