-- No account is below its floor, and every payer's has one.
SELECT account_id AS subject, 'the balance is ' || balance_minor AS detail
FROM account
WHERE balance_minor < floor_minor
UNION ALL
SELECT account_id, 'a payer''s account without a floor'
FROM account
WHERE account_id LIKE 'payer:%' AND floor_minor IS NULL
