-- The fee of a payment is what its entries booked as fee, and no more of it comes back.
SELECT payment.payment_id AS subject,
       'is to keep a fee of ' || (fee_minor - fee_returned_minor) || ', booked are '
           || coalesce(sum(posting.amount_minor), 0) AS detail
FROM payment
LEFT JOIN entry ON entry.payment_id = payment.payment_id
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'fees:' || payment.currency
GROUP BY payment.payment_id, fee_minor, fee_returned_minor
HAVING coalesce(sum(posting.amount_minor), 0) <> fee_minor - fee_returned_minor
UNION ALL
SELECT payment.payment_id, 'the fee of the capture is not the payment''s'
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind = 'CAPTURE'
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'fees:' || payment.currency
WHERE coalesce(posting.amount_minor, 0) <> fee_minor
UNION ALL
SELECT payment_id, 'gives back ' || fee_returned_minor || ' of a fee of ' || fee_minor
FROM payment
WHERE fee_returned_minor NOT BETWEEN 0 AND fee_minor
UNION ALL
SELECT payment.payment_id, 'is given back whole, but not its fee'
FROM payment
WHERE state IN ('FULLY_REFUNDED', 'REVERSED') AND fee_returned_minor <> fee_minor
UNION ALL
SELECT payment.payment_id,
       'refunds bring back a fee of ' || sum(refund.fee_minor) || ', the payment says '
           || fee_returned_minor
FROM payment JOIN refund
    ON refund.payment_id = payment.payment_id AND refund.state = 'SUCCEEDED'
GROUP BY payment.payment_id, fee_returned_minor
HAVING sum(refund.fee_minor) <> fee_returned_minor
UNION ALL
SELECT refund.refund_id, 'the fee that comes back with the refund was not booked'
FROM refund
LEFT JOIN entry ON entry.refund_id = refund.refund_id
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'fees:' || refund.currency
WHERE refund.state = 'SUCCEEDED' AND coalesce(posting.amount_minor, 0) <> -refund.fee_minor
