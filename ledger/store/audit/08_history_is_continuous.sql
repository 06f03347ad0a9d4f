-- Each payment's history begins at one, has no gap, and ends in the present state.
SELECT payment_id AS subject, 'step ' || number || ' does not follow from the one before' AS detail
FROM (
    SELECT payment_id, number, state_before,
           lag(state_after) OVER steps AS state_then, row_number() OVER steps AS place
    FROM state_change
    WINDOW steps AS (PARTITION BY payment_id ORDER BY number)
) AS step
WHERE number <> place OR coalesce(state_before, '') <> coalesce(state_then, '')
UNION ALL
SELECT payment.payment_id, 'is ' || state || ', its history ends otherwise'
FROM payment
LEFT JOIN state_change ON state_change.payment_id = payment.payment_id AND number = version
WHERE state_after IS NULL OR state_after <> state
UNION ALL
SELECT payment.payment_id, 'has more history than versions'
FROM payment JOIN state_change ON state_change.payment_id = payment.payment_id
WHERE number > version
