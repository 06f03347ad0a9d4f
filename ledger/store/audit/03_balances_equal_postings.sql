-- Each account's balance is the sum of its postings, in the account's currency.
SELECT account.account_id AS subject,
       'the balance is ' || balance_minor || ', the postings say ' || coalesce(sum(amount_minor), 0)
           AS detail
FROM account LEFT JOIN posting ON posting.account_id = account.account_id
GROUP BY account.account_id, balance_minor
HAVING balance_minor <> coalesce(sum(amount_minor), 0)
UNION ALL
SELECT account.account_id, 'is in ' || account.currency || ', a posting in ' || posting.currency
FROM posting JOIN account ON account.account_id = posting.account_id
WHERE posting.currency <> account.currency
