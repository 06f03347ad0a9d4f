-- What a payer has spent in a day is the sum of that day's payments that were not reversed.
WITH counted AS (
    SELECT payer_id, 'all' AS purpose, payer_currency AS currency,
           paid_at - paid_at % 86400000 AS day, payer_amount_minor AS minor
    FROM payment WHERE paid_at IS NOT NULL AND state <> 'REVERSED'
    UNION ALL
    SELECT payer_id, 'sticker', currency, paid_at - paid_at % 86400000, amount_minor
    FROM payment WHERE paid_at IS NOT NULL AND state <> 'REVERSED' AND presented = 'sticker'
    UNION ALL
    SELECT payer_id, 'without_pin', currency, paid_at - paid_at % 86400000, amount_minor
    FROM payment WHERE paid_at IS NOT NULL AND state <> 'REVERSED' AND presented = 'consumer'
        AND NOT EXISTS (
            SELECT 1 FROM authorisation WHERE authorisation.payment_id = payment.payment_id)
),
paid AS (
    SELECT payer_id, purpose, currency, day, sum(minor) AS minor
    FROM counted GROUP BY payer_id, purpose, currency, day
)
SELECT coalesce(spending.payer_id, paid.payer_id) AS subject,
       'spent ' || coalesce(spent_minor, 0) || ' (' || coalesce(spending.purpose, paid.purpose)
           || '), paid ' || coalesce(minor, 0) AS detail
FROM spending FULL JOIN paid
    ON paid.payer_id = spending.payer_id AND paid.purpose = spending.purpose
    AND paid.currency = spending.currency AND paid.day = spending.day
-- Days are forgotten after a while, oldest first; payments stay longer.
WHERE coalesce(spent_minor, 0) <> coalesce(minor, 0)
    AND coalesce(spending.day, paid.day) >= (SELECT min(day) FROM spending)
