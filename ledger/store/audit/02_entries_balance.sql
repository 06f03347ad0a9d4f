-- Each entry has at least two lines and sums to zero in each currency.
SELECT entry_id AS subject, 'sums to ' || sum(amount_minor) || ' ' || currency AS detail
FROM posting
GROUP BY entry_id, currency
HAVING sum(amount_minor) <> 0
UNION ALL
SELECT entry.entry_id, 'has ' || count(posting.line) || ' lines'
FROM entry LEFT JOIN posting ON posting.entry_id = entry.entry_id
GROUP BY entry.entry_id
HAVING count(posting.line) < 2
