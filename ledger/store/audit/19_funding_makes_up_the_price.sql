-- Coupons and points pay what their lines say, the payer the rest; none too much or for another.
-- A merchant's own coupon is paid by no account, but taken off what is settled.
SELECT payment.payment_id AS subject,
       'lines fund ' || sum(funding.amount_minor) || ' of ' || payment.amount_minor AS detail
FROM payment JOIN funding ON funding.payment_id = payment.payment_id
GROUP BY payment.payment_id, payment.amount_minor
HAVING sum(funding.amount_minor) >= payment.amount_minor
UNION ALL
SELECT payment.payment_id, 'is paid, but not by what its lines leave of the price'
FROM payment LEFT JOIN funding ON funding.payment_id = payment.payment_id
WHERE payment.paid_at IS NOT NULL AND payment.payer_currency = payment.currency
GROUP BY payment.payment_id, captured_minor, payer_amount_minor
HAVING captured_minor - coalesce(sum(funding.amount_minor), 0) <> payer_amount_minor
UNION ALL
SELECT side.payment_id,
       'booked ' || side.booked || ' from ' || side.source || ', its lines say ' || side.said
FROM (
    SELECT payment.payment_id, kind.source,
           coalesce((
               SELECT -sum(posting.amount_minor) FROM entry
               JOIN posting ON posting.entry_id = entry.entry_id
               WHERE entry.payment_id = payment.payment_id
                   AND posting.account_id = kind.prefix || payment.currency
           ), 0) AS booked,
           coalesce((
               SELECT sum(funding.amount_minor - funding.returned_minor) FROM funding
               WHERE funding.payment_id = payment.payment_id AND funding.source = kind.source
                   AND payment.paid_at IS NOT NULL AND payment.state <> 'REVERSED'
           ), 0) AS said
    FROM payment
    CROSS JOIN (
        SELECT 'coupon' AS source, 'coupons:' AS prefix UNION ALL SELECT 'points', 'points:'
    ) AS kind
) AS side
WHERE side.booked <> side.said
UNION ALL
SELECT payment.payment_id,
       'takes ' || discount_minor || ' off and ' || discount_returned_minor
           || ' of it back, its lines say ' || sum(coalesce(funding.amount_minor, 0))
FROM payment
LEFT JOIN funding ON funding.payment_id = payment.payment_id
    AND funding.source = 'merchant-coupon' AND payment.paid_at IS NOT NULL
GROUP BY payment.payment_id, payment.state, discount_minor, discount_returned_minor
HAVING discount_minor <> sum(coalesce(funding.amount_minor, 0))
    OR discount_returned_minor <> CASE payment.state WHEN 'REVERSED' THEN discount_minor
        ELSE sum(coalesce(funding.returned_minor, 0)) END
UNION ALL
SELECT payment.payment_id,
       'refunds have ' || sum(refund.discount_minor) || ' fall on the coupon, the payment '
           || discount_returned_minor
FROM payment JOIN refund
    ON refund.payment_id = payment.payment_id AND refund.state = 'SUCCEEDED'
GROUP BY payment.payment_id, discount_returned_minor
HAVING sum(refund.discount_minor) <> discount_returned_minor
UNION ALL
SELECT funding.payment_id, 'is paid for by ' || funding.grant_id || ', which was given for another'
FROM funding
JOIN payment ON payment.payment_id = funding.payment_id
JOIN funding_grant ON funding_grant.grant_id = funding.grant_id
WHERE funding.source <> funding_grant.source
    OR funding_grant.currency <> payment.currency
    OR funding_grant.payer_id <> payment.payer_id
    OR funding_grant.merchant_id NOT IN ('', payment.merchant_id)
UNION ALL
SELECT funding_grant.grant_id,
       'pays ' || sum(funding.amount_minor - funding.returned_minor) || ' of '
           || funding_grant.amount_minor
FROM funding_grant
JOIN funding ON funding.grant_id = funding_grant.grant_id
JOIN payment ON payment.payment_id = funding.payment_id
WHERE payment.state NOT IN ('DECLINED', 'CLOSED', 'REVERSED')
GROUP BY funding_grant.grant_id, funding_grant.amount_minor
HAVING sum(funding.amount_minor - funding.returned_minor) > funding_grant.amount_minor
