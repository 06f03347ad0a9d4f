-- Deposits: found by when they end; held once, and then captured or given back, never both.

CREATE INDEX payment_held ON payment (hold_until) WHERE state = 'HELD';

CREATE UNIQUE INDEX one_hold_per_payment ON entry (payment_id) WHERE kind = 'HOLD';
CREATE UNIQUE INDEX one_end_of_a_hold ON entry (payment_id) WHERE kind IN ('CAPTURE', 'RELEASE');
