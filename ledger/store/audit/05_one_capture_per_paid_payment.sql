-- A payment that was paid has exactly one capture, of what was captured; one that was not has none.
SELECT payment.payment_id AS subject,
       'is ' || state || ' and has ' || count(entry.entry_id) || ' captures' AS detail
FROM payment LEFT JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind = 'CAPTURE'
GROUP BY payment.payment_id, state, paid_at
HAVING count(entry.entry_id) <> (CASE WHEN paid_at IS NULL THEN 0 ELSE 1 END)
UNION ALL
SELECT payment_id, 'a sale of ' || amount_minor || ' and captured ' || captured_minor
FROM payment
WHERE intent = 'sale' AND captured_minor <> amount_minor
UNION ALL
SELECT payment.payment_id,
       'the merchant''s part of the capture is not what was captured without coupon and fee'
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind = 'CAPTURE'
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'merchant:' || merchant_id || ':' || payment.currency
WHERE coalesce(posting.amount_minor, 0) <> captured_minor - discount_minor - fee_minor
UNION ALL
SELECT payment.payment_id, 'the payer''s part of the capture is not what the payer paid'
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind = 'CAPTURE'
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id IN ('payer:' || payer_id || ':' || payer_currency,
                               'hold:' || payer_id || ':' || payer_currency)
GROUP BY payment.payment_id, payer_amount_minor
HAVING coalesce(sum(posting.amount_minor), 0) <> -payer_amount_minor
