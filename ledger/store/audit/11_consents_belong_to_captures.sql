-- Payments were captured or held with a consent, but for small payment codes; none is left over.
-- What is left of a deposit goes by that deposit's consent, and is never more than it.
SELECT payment.payment_id AS subject, 'was captured or held without a consent' AS detail
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind IN ('CAPTURE', 'HOLD')
LEFT JOIN authorisation ON authorisation.payment_id = payment.payment_id
LEFT JOIN payment AS before
       ON payment.request_text = 'rest of ' || before.payment_id
      AND before.intent = 'deposit'
      AND before.state = 'CLOSED'
      AND before.payer_id = payment.payer_id
      AND before.merchant_id = payment.merchant_id
      AND before.currency = payment.currency
      AND before.amount_minor > payment.amount_minor
WHERE authorisation.payment_id IS NULL
  AND (payment.presented <> 'consumer' OR payment.intent = 'deposit')
  AND (payment.intent <> 'deposit' OR before.payment_id IS NULL)
UNION ALL
SELECT payment.payment_id, 'has a consent that is not its payer''s, or moved nothing'
FROM authorisation
JOIN payment ON payment.payment_id = authorisation.payment_id
LEFT JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind IN ('CAPTURE', 'HOLD')
WHERE entry.entry_id IS NULL OR authorisation.payer_id <> payment.payer_id
