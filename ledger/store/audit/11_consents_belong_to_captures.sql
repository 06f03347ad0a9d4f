-- Merchant-presented and sticker payments were captured with a consent; no consent is left over.
SELECT payment.payment_id AS subject, 'was captured without a consent' AS detail
FROM payment LEFT JOIN authorisation ON authorisation.payment_id = payment.payment_id
WHERE paid_at IS NOT NULL AND presented <> 'consumer' AND authorisation.payment_id IS NULL
UNION ALL
SELECT payment.payment_id, 'has a consent that is not its payer''s, or was not captured'
FROM authorisation JOIN payment ON payment.payment_id = authorisation.payment_id
WHERE paid_at IS NULL OR authorisation.payer_id <> payment.payer_id
