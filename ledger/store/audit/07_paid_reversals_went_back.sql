-- A paid payment that was reversed went back as a whole; no other did.
SELECT payment.payment_id AS subject,
       'is ' || state || ' and has ' || count(entry.entry_id) || ' reversals' AS detail
FROM payment LEFT JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind = 'REVERSAL'
GROUP BY payment.payment_id, state, paid_at
HAVING count(entry.entry_id)
    <> (CASE WHEN state = 'REVERSED' AND paid_at IS NOT NULL THEN 1 ELSE 0 END)
UNION ALL
SELECT payment.payment_id, 'what the payer paid did not come back'
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id AND entry.kind = 'REVERSAL'
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'payer:' || payer_id || ':' || payer_currency
WHERE posting.amount_minor IS NULL OR posting.amount_minor <> payer_amount_minor
