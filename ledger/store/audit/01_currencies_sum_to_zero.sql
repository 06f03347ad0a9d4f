-- All postings of a currency sum to zero: no money is created or lost.
SELECT currency AS subject, 'the postings sum to ' || sum(amount_minor) AS detail
FROM posting
GROUP BY currency
HAVING sum(amount_minor) <> 0
