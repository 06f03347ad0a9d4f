-- A third way to collect: a self-contained code, which opens its payment when it is scanned. SQLite
-- can't change a CHECK, so the table is made anew; what refers to it is checked at the end.

PRAGMA defer_foreign_keys = ON;

CREATE TEMP TABLE kept_attempt AS SELECT * FROM attempt;
DELETE FROM attempt;
DROP VIEW running_attempt;
DROP TABLE attempt;

CREATE TABLE attempt (
    payment_id        TEXT PRIMARY KEY,
    sale_id           TEXT NOT NULL REFERENCES sale,
    merchant_order_no TEXT NOT NULL UNIQUE,
    amount_minor      INTEGER NOT NULL CHECK (amount_minor > 0),
    currency          TEXT NOT NULL,
    request_text      TEXT NOT NULL,        -- the three are '' where nothing is requested:
    request_key_id    TEXT NOT NULL,        -- stickers and self-contained codes
    request_signature TEXT NOT NULL,
    profile           TEXT NOT NULL CHECK (profile IN ('S', 'L', 'T', '')),
    code              TEXT NOT NULL,        -- '' when the payer's code was read; that is never kept
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    mode              TEXT NOT NULL CHECK (mode IN ('show', 'read', 'self_contained')),
    phase             TEXT NOT NULL CHECK (phase IN (
        'REQUESTING', 'WAITING', 'UNKNOWN', 'REVERSING', 'ASCERTAINING',
        'PAID', 'HELD', 'NOT_PAID', 'REVERSED')),
    due_at            INTEGER NOT NULL,
    give_up_at        INTEGER NOT NULL,
    calls             INTEGER NOT NULL,
    told              TEXT,
    reason            TEXT NOT NULL
) STRICT;

INSERT INTO attempt SELECT * FROM kept_attempt;
DROP TABLE kept_attempt;

CREATE INDEX attempt_by_sale ON attempt (sale_id);
CREATE INDEX attempt_by_time ON attempt (created_at);
CREATE INDEX attempt_due ON attempt (due_at) WHERE phase NOT IN ('PAID', 'HELD', 'NOT_PAID', 'REVERSED');

-- A sale is collected once at a time, and paid once.
CREATE UNIQUE INDEX one_running_attempt ON attempt (sale_id)
    WHERE phase NOT IN ('PAID', 'HELD', 'NOT_PAID', 'REVERSED');
CREATE UNIQUE INDEX one_paid_attempt ON attempt (sale_id) WHERE phase IN ('PAID', 'HELD');

CREATE VIEW running_attempt AS
    SELECT * FROM attempt WHERE phase NOT IN ('PAID', 'HELD', 'NOT_PAID', 'REVERSED');
