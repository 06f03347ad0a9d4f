-- Payments were captured or held with a consent, but for small payment codes; none is left over.
SELECT payment.payment_id AS subject, 'was captured or held without a consent' AS detail
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind IN ('CAPTURE', 'HOLD')
LEFT JOIN authorisation ON authorisation.payment_id = payment.payment_id
WHERE authorisation.payment_id IS NULL AND (presented <> 'consumer' OR intent = 'deposit')
UNION ALL
SELECT payment.payment_id, 'has a consent that is not its payer''s, or moved nothing'
FROM authorisation
JOIN payment ON payment.payment_id = authorisation.payment_id
LEFT JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind IN ('CAPTURE', 'HOLD')
WHERE entry.entry_id IS NULL OR authorisation.payer_id <> payment.payer_id
