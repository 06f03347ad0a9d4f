-- Each capture, refund and reversal has its receipt, and no receipt is without its movement.
SELECT entry.entry_id AS subject, entry.kind || ' without a receipt' AS detail
FROM entry
LEFT JOIN receipt ON receipt.payment_id = entry.payment_id
    AND coalesce(receipt.refund_id, '') = coalesce(entry.refund_id, '')
    AND receipt.kind = CASE entry.kind WHEN 'CAPTURE' THEN 'payment' ELSE lower(entry.kind) END
WHERE entry.kind IN ('CAPTURE', 'REFUND', 'REVERSAL') AND receipt.receipt_id IS NULL
UNION ALL
SELECT receipt.receipt_id, 'a receipt of nothing booked'
FROM receipt
LEFT JOIN entry ON entry.payment_id = receipt.payment_id
    AND coalesce(entry.refund_id, '') = coalesce(receipt.refund_id, '')
    AND receipt.kind = CASE entry.kind WHEN 'CAPTURE' THEN 'payment' ELSE lower(entry.kind) END
WHERE entry.entry_id IS NULL
