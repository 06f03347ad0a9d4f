-- Refunds that succeeded were booked, and add up to what the payment says, not to more than was paid.
SELECT payment.payment_id AS subject,
       'refunds add up to ' || coalesce(sum(refund.amount_minor), 0) || ' of '
           || coalesce(captured_minor, 0) || ', the payment says ' || refunded_minor AS detail
FROM payment LEFT JOIN refund
    ON refund.payment_id = payment.payment_id AND refund.state = 'SUCCEEDED'
GROUP BY payment.payment_id, captured_minor, refunded_minor
HAVING coalesce(sum(refund.amount_minor), 0) <> refunded_minor
    OR refunded_minor > coalesce(captured_minor, 0)
UNION ALL
SELECT payment.payment_id, 'the payer''s shares add up to ' || sum(refund.payer_amount_minor)
FROM payment JOIN refund
    ON refund.payment_id = payment.payment_id AND refund.state = 'SUCCEEDED'
GROUP BY payment.payment_id, payer_refunded_minor, payment.payer_amount_minor
HAVING sum(refund.payer_amount_minor) <> payer_refunded_minor
    OR payer_refunded_minor > payment.payer_amount_minor
UNION ALL
SELECT refund.refund_id, 'the merchant''s part of the refund was not booked'
FROM refund
LEFT JOIN entry ON entry.refund_id = refund.refund_id
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'merchant:' || refund.merchant_id || ':' || refund.currency
WHERE refund.state = 'SUCCEEDED'
    AND coalesce(posting.amount_minor, 0) <> refund.fee_minor + refund.discount_minor - refund.amount_minor
UNION ALL
SELECT refund.refund_id, 'the payer''s part of the refund was not booked'
FROM refund
JOIN payment ON payment.payment_id = refund.payment_id
LEFT JOIN entry ON entry.refund_id = refund.refund_id
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'payer:' || payer_id || ':' || refund.payer_currency
WHERE refund.state = 'SUCCEEDED'
    AND coalesce(posting.amount_minor, 0) <> refund.payer_amount_minor
UNION ALL
SELECT refund.refund_id, 'is ' || refund.state || ' and was booked'
FROM refund JOIN entry ON entry.refund_id = refund.refund_id
WHERE refund.state <> 'SUCCEEDED'
