-- Every movement of a merchant's money is in one batch or waits for one, and batches add up (INV-10).
-- A share is a movement of each of its merchants.
SELECT entry.entry_id AS subject,
       'is in ' || (count(clearing.entry_id) + count(batch_line.entry_id))
           || ' batches, the queue counted' AS detail
FROM entry
LEFT JOIN clearing ON clearing.entry_id = entry.entry_id
LEFT JOIN batch_line ON batch_line.entry_id = entry.entry_id
WHERE entry.kind <> 'SHARE'
GROUP BY entry.entry_id, entry.kind
HAVING count(clearing.entry_id) + count(batch_line.entry_id)
    <> (CASE WHEN entry.kind IN ('CAPTURE', 'REFUND', 'REVERSAL') THEN 1 ELSE 0 END)
UNION ALL
SELECT posting.entry_id, 'is in ' || (count(clearing.entry_id) + count(batch.batch_id))
           || ' batches of ' || posting.account_id || ', the queue counted'
FROM entry
JOIN posting ON posting.entry_id = entry.entry_id
LEFT JOIN clearing ON clearing.entry_id = entry.entry_id
    AND posting.account_id = 'merchant:' || clearing.merchant_id || ':' || clearing.currency
LEFT JOIN batch_line ON batch_line.entry_id = entry.entry_id
LEFT JOIN batch ON batch.batch_id = batch_line.batch_id
    AND posting.account_id = 'merchant:' || batch.merchant_id || ':' || batch.currency
WHERE entry.kind = 'SHARE'
GROUP BY posting.entry_id, posting.account_id
HAVING count(DISTINCT clearing.entry_id) + count(DISTINCT batch.batch_id) <> 1
UNION ALL
SELECT entry.entry_id, 'waits for a batch of ' || clearing.merchant_id || ', whose money it did not move'
FROM entry
JOIN clearing ON clearing.entry_id = entry.entry_id
LEFT JOIN posting ON posting.entry_id = entry.entry_id
    AND posting.account_id = 'merchant:' || clearing.merchant_id || ':' || clearing.currency
WHERE entry.kind = 'SHARE' AND posting.entry_id IS NULL
UNION ALL
SELECT batch_line.entry_id, 'the line says ' || batch_line.net_minor || ', the merchant''s account moved by '
           || coalesce(owed.amount_minor, 0)
FROM batch_line
JOIN batch ON batch.batch_id = batch_line.batch_id
LEFT JOIN posting AS owed ON owed.entry_id = batch_line.entry_id
    AND owed.account_id = 'merchant:' || batch.merchant_id || ':' || batch.currency
WHERE batch_line.net_minor <> coalesce(owed.amount_minor, 0)
UNION ALL
SELECT batch_line.entry_id, 'the line says a fee of ' || batch_line.fee_minor || ', the journal '
           || coalesce(fee.amount_minor, 0)
FROM batch_line
JOIN batch ON batch.batch_id = batch_line.batch_id
LEFT JOIN posting AS fee ON fee.entry_id = batch_line.entry_id
    AND fee.account_id = 'fees:' || batch.currency
WHERE batch_line.fee_minor <> coalesce(fee.amount_minor, 0)
UNION ALL
SELECT batch_line.entry_id, 'the line says a discount of ' || batch_line.discount_minor
FROM batch_line
JOIN payment ON payment.payment_id = batch_line.payment_id
LEFT JOIN refund ON refund.refund_id = batch_line.refund_id
WHERE batch_line.discount_minor <> CASE batch_line.kind WHEN 'CAPTURE' THEN payment.discount_minor
    WHEN 'SHARE' THEN 0 WHEN 'REVERSAL' THEN -payment.discount_minor ELSE -coalesce(refund.discount_minor, 0) END
UNION ALL
SELECT batch_line.entry_id, 'is in a batch of another merchant'
FROM batch_line
JOIN batch ON batch.batch_id = batch_line.batch_id
JOIN payment ON payment.payment_id = batch_line.payment_id
WHERE payment.merchant_id <> batch.merchant_id AND batch_line.kind <> 'SHARE'
    OR payment.currency <> batch.currency
UNION ALL
SELECT batch_line.entry_id, 'happened after its batch was closed'
FROM batch_line JOIN batch ON batch.batch_id = batch_line.batch_id
WHERE batch_line.event_at >= batch.closes_at
UNION ALL
-- An hour's grace: what was being booked while its batch was closed goes into the next one.
SELECT clearing.entry_id, 'was left out of ' || batch.batch_id
FROM clearing
JOIN entry ON entry.entry_id = clearing.entry_id
JOIN batch ON batch.merchant_id = clearing.merchant_id AND batch.currency = clearing.currency
    AND clearing.event_at < batch.closes_at AND entry.booked_at < batch.closed_at - 3600000
UNION ALL
SELECT batch.batch_id, 'the lines add up to ' || coalesce(sum(batch_line.net_minor), 0) || ' of '
           || batch.net_minor
FROM batch LEFT JOIN batch_line ON batch_line.batch_id = batch.batch_id
GROUP BY batch.batch_id, batch.line_count, batch.amount_minor, batch.discount_minor,
    batch.fee_minor, batch.net_minor
HAVING count(batch_line.number) <> batch.line_count
    OR coalesce(max(batch_line.number), 0) <> batch.line_count
    OR coalesce(sum(batch_line.amount_minor), 0) <> batch.amount_minor
    OR coalesce(sum(batch_line.discount_minor), 0) <> batch.discount_minor
    OR coalesce(sum(batch_line.fee_minor), 0) <> batch.fee_minor
    OR coalesce(sum(batch_line.net_minor), 0) <> batch.net_minor
