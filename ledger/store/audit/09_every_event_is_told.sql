-- Whatever ends a payment or moves money has its notification in the outbox.
SELECT told.payment_id AS subject, told.event || ' is not in the outbox' AS detail
FROM (
    SELECT payment_id, CASE
               WHEN event = 'HOLD' THEN 'payment.held'
               WHEN event = 'CAPTURE' AND state_before = 'HELD' THEN 'payment.captured'
               WHEN event = 'CAPTURE' THEN 'payment.paid'
               WHEN event IN ('RELEASE_HOLD', 'EXPIRE_HOLD') THEN 'payment.released'
               WHEN event = 'DECLINE' THEN 'payment.declined'
               WHEN event IN ('CLOSE', 'EXPIRE') THEN 'payment.closed'
               WHEN event = 'REVERSE' THEN 'payment.reversed'
               WHEN event = 'FINISH' THEN 'payment.finished'
           END AS event
    FROM state_change
    WHERE event NOT IN ('SCAN', 'RELEASE', 'REFUND', 'REFUND_ALL')
) AS told
LEFT JOIN outbox ON outbox.payment_id = told.payment_id AND outbox.event = told.event
WHERE outbox.notification_id IS NULL
UNION ALL
SELECT refund.refund_id, 'that it is ' || refund.state || ' is not in the outbox'
FROM refund LEFT JOIN outbox
    ON outbox.refund_id = refund.refund_id AND outbox.event = CASE refund.state
        WHEN 'SUCCEEDED' THEN 'refund.succeeded'
        WHEN 'PROCESSING' THEN 'refund.waiting'
        ELSE 'refund.failed' END
WHERE outbox.notification_id IS NULL
