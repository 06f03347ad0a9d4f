-- A settled batch was paid out as it says, what it left over is in the next, and nothing else was.
SELECT batch.batch_id AS subject,
       'says that ' || paid_out_minor || ' was paid out, the bank''s account moved by '
           || coalesce(bank.amount_minor, 0) AS detail
FROM batch
LEFT JOIN posting AS bank ON bank.entry_id = batch.payout_entry_id
    AND bank.account_id = 'nostro:' || batch.currency
WHERE coalesce(bank.amount_minor, 0) <> (CASE WHEN state = 'SETTLED' THEN paid_out_minor ELSE 0 END)
UNION ALL
SELECT batch.batch_id, 'says that ' || returned_in_minor || ' is paid again, suspense gave '
           || -coalesce(kept.amount_minor, 0)
FROM batch
LEFT JOIN posting AS kept ON kept.entry_id = batch.payout_entry_id
    AND kept.account_id = 'suspense:' || batch.currency
WHERE -coalesce(kept.amount_minor, 0)
    <> (CASE WHEN state = 'SETTLED' THEN returned_in_minor ELSE 0 END)
UNION ALL
SELECT entry.entry_id, 'is a payout of no batch'
FROM entry LEFT JOIN batch ON batch.payout_entry_id = entry.entry_id
WHERE entry.kind = 'PAYOUT' AND batch.batch_id IS NULL
UNION ALL
SELECT entry.entry_id, 'is a payout that came back from no batch'
FROM entry LEFT JOIN payout_return ON payout_return.entry_id = entry.entry_id
WHERE entry.kind = 'PAYOUT_RETURN' AND payout_return.batch_id IS NULL
UNION ALL
SELECT payout_return.batch_id, 'came back with ' || payout_return.amount_minor || ' of '
           || batch.paid_out_minor
FROM payout_return
JOIN batch ON batch.batch_id = payout_return.batch_id
LEFT JOIN posting AS kept ON kept.entry_id = payout_return.entry_id
    AND kept.account_id = 'suspense:' || payout_return.currency
WHERE payout_return.amount_minor <> batch.paid_out_minor
    OR payout_return.amount_minor <> coalesce(kept.amount_minor, 0)
UNION ALL
SELECT batch.batch_id, 'takes ' || batch.returned_in_minor || ' that came back, the returns say '
           || coalesce(sum(payout_return.amount_minor), 0)
FROM batch LEFT JOIN payout_return ON payout_return.repaid_in = batch.batch_id
GROUP BY batch.batch_id, batch.returned_in_minor
HAVING coalesce(sum(payout_return.amount_minor), 0) <> batch.returned_in_minor
UNION ALL
SELECT batch_id, 'begins with ' || carried_in_minor || ', the batch before left over ' || left_over
FROM (
    SELECT batch_id, carried_in_minor, returned_in_minor,
           coalesce(lag(carried_out_minor) OVER (
               PARTITION BY merchant_id, currency ORDER BY business_day
           ), 0) AS left_over
    FROM batch
) AS chained
WHERE carried_in_minor <> left_over + returned_in_minor
