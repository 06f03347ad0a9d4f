-- Each share is booked as its parts say, none exceeds what the sale brought, and no more comes back.
SELECT entry.entry_id AS subject, 'is a share of no request' AS detail
FROM entry LEFT JOIN share ON share.entry_id = entry.entry_id
WHERE entry.kind = 'SHARE' AND share.share_no IS NULL
UNION ALL
SELECT share.share_no, 'is booked as a ' || entry.kind || ' of ' || coalesce(entry.payment_id, 'nothing')
FROM share JOIN entry ON entry.entry_id = share.entry_id
WHERE entry.kind <> 'SHARE' OR coalesce(entry.payment_id, '') <> share.payment_id
UNION ALL
SELECT side.share_no, side.account_id || ' was moved by ' || coalesce(posting.amount_minor, 0)
           || ', the parts say ' || side.said
FROM (
    SELECT share.share_no, share.entry_id,
           'merchant:' || share_part.receiver_id || ':' || payment.currency AS account_id,
           sum(CASE WHEN share.refund_id IS NULL THEN 1 ELSE -1 END * share_part.amount_minor) AS said
    FROM share
    JOIN payment ON payment.payment_id = share.payment_id
    JOIN share_part ON share_part.share_no = share.share_no
    GROUP BY share.share_no, share.entry_id, share_part.receiver_id, payment.currency
    UNION ALL
    SELECT share.share_no, share.entry_id,
           'merchant:' || payment.merchant_id || ':' || payment.currency,
           sum(CASE WHEN share.refund_id IS NULL THEN -1 ELSE 1 END * coalesce(share_part.amount_minor, 0))
    FROM share
    JOIN payment ON payment.payment_id = share.payment_id
    LEFT JOIN share_part ON share_part.share_no = share.share_no
    GROUP BY share.share_no, share.entry_id, payment.merchant_id, payment.currency
) AS side
LEFT JOIN posting ON posting.entry_id = side.entry_id AND posting.account_id = side.account_id
WHERE coalesce(posting.amount_minor, 0) <> side.said
UNION ALL
SELECT payment.payment_id, 'has ' || sum(held.minor) || ' shared of '
           || (captured_minor - discount_minor - fee_minor)
FROM payment
JOIN (
    SELECT share.payment_id, share_part.receiver_id,
           sum(CASE WHEN share.refund_id IS NULL THEN 1 ELSE -1 END * share_part.amount_minor) AS minor
    FROM share JOIN share_part ON share_part.share_no = share.share_no
    GROUP BY share.payment_id, share_part.receiver_id
) AS held ON held.payment_id = payment.payment_id
GROUP BY payment.payment_id, captured_minor, discount_minor, fee_minor
HAVING sum(held.minor) > coalesce(captured_minor, 0) - discount_minor - fee_minor
    OR min(held.minor) < 0
UNION ALL
SELECT share.share_no, 'came back with ' || share.refund_id || ', which is of another payment'
FROM share JOIN refund ON refund.refund_id = share.refund_id
WHERE refund.payment_id <> share.payment_id
