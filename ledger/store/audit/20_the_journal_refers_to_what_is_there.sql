-- What entries, postings and waiting links refer to is there.
SELECT entry_id AS subject, 'is posted to ' || account_id || ', which is no account' AS detail
FROM posting
WHERE NOT EXISTS (SELECT 1 FROM account WHERE account.account_id = posting.account_id)
UNION ALL
SELECT entry_id, 'has a posting and is no entry'
FROM posting
WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.entry_id = posting.entry_id)
UNION ALL
SELECT entry_id, 'is of ' || payment_id || ', which is no payment'
FROM entry
WHERE payment_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM payment WHERE payment.payment_id = entry.payment_id)
UNION ALL
SELECT entry_id, 'waits for a link and is no entry'
FROM unlinked
WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.entry_id = unlinked.entry_id)
