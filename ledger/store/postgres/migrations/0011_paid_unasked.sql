-- How often a payer paid by payment code in a day, counted where a vendor limits it.
CREATE INDEX payment_by_code ON payment (payer_id, paid_at)
    WHERE presented = 'consumer' AND paid_at IS NOT NULL;
