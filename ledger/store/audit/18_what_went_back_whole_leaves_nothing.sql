-- A payment that went back whole has left no account other than it was: no fee, no rounding.
-- What its merchant shared of it is between merchants, and is not undone by that.
SELECT payment.payment_id AS subject,
       posting.account_id || ' is left with ' || sum(posting.amount_minor) AS detail
FROM payment
JOIN entry ON entry.payment_id = payment.payment_id
JOIN posting ON posting.entry_id = entry.entry_id
WHERE payment.state IN ('FULLY_REFUNDED', 'REVERSED') AND entry.kind <> 'SHARE'
GROUP BY payment.payment_id, posting.account_id
HAVING sum(posting.amount_minor) <> 0
