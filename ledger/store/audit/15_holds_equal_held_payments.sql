-- A hold account holds what its held payments say; each deposit was held once and has ended once.
SELECT account_id AS subject,
       'holds ' || balance_minor || ', its held payments say ' || coalesce(sum(held_minor), 0)
           AS detail
FROM account
LEFT JOIN (
    SELECT 'hold:' || claim.payer_id || ':' || claim.payer_currency AS held_in,
           claim.payer_amount_minor AS held_minor
    FROM payment JOIN claim ON claim.payment_id = payment.payment_id
    WHERE state = 'HELD'
) AS held ON held_in = account_id
WHERE account_id LIKE 'hold:%'
GROUP BY account_id, balance_minor
HAVING balance_minor <> coalesce(sum(held_minor), 0)
UNION ALL
SELECT payment_id, 'is ' || state || ' and has ' || holds || ' holds and ' || ends || ' ends of one'
FROM (
    SELECT payment.payment_id, state, intent, paid_at,
           sum(CASE kind WHEN 'HOLD' THEN 1 ELSE 0 END) AS holds,
           sum(CASE WHEN kind IN ('CAPTURE', 'RELEASE') THEN 1 ELSE 0 END) AS ends
    FROM payment LEFT JOIN entry ON entry.payment_id = payment.payment_id
    GROUP BY payment.payment_id, state, intent, paid_at
) AS counted
WHERE (intent = 'sale' AND (holds <> 0 OR ends <> (CASE WHEN paid_at IS NULL THEN 0 ELSE 1 END)))
   OR (intent = 'deposit' AND ends <> (CASE state WHEN 'HELD' THEN 0 ELSE holds END))
   OR (state = 'HELD' AND holds <> 1)
UNION ALL
SELECT entry.entry_id, entry.kind || ' moves ' || coalesce(posting.amount_minor, 0)
           || ' of the hold account, the payer agreed to ' || claim.payer_amount_minor
FROM payment
JOIN claim ON claim.payment_id = payment.payment_id
JOIN entry ON entry.payment_id = payment.payment_id AND kind IN ('HOLD', 'CAPTURE', 'RELEASE')
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'hold:' || claim.payer_id || ':' || claim.payer_currency
WHERE intent = 'deposit'
  AND coalesce(posting.amount_minor, 0)
      <> (CASE kind WHEN 'HOLD' THEN 1 ELSE -1 END) * claim.payer_amount_minor
