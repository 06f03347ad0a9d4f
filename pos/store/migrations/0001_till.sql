-- What a till remembers. Instants are milliseconds since 1970 (UTC), amounts minor units.

CREATE TABLE sale (
    sale_id     TEXT PRIMARY KEY,
    state       TEXT NOT NULL CHECK (state IN (
        'OPEN', 'COLLECTING', 'OUTCOME_UNKNOWN', 'HELD', 'PAID', 'RELEASED', 'REFUNDED',
        'ABANDONED', 'REVIEW')),
    lines       BLOB NOT NULL,              -- JSON as it was sold; never leaves the till
    total_minor INTEGER NOT NULL CHECK (total_minor BETWEEN 1 AND 100000000000),
    currency    TEXT NOT NULL,
    salt        BLOB NOT NULL CHECK (length(salt) = 16),
    created_at  INTEGER NOT NULL,
    abandoning  INTEGER NOT NULL CHECK (abandoning IN (0, 1)),
    sticker_id  TEXT NOT NULL,              -- '' for a sale rung up at the till
    intent      TEXT NOT NULL CHECK (intent IN ('sale', 'deposit')),
    captured_minor INTEGER CHECK (captured_minor BETWEEN 1 AND total_minor),
    CHECK (state <> 'HELD' OR intent = 'deposit')
) STRICT;

CREATE INDEX sale_by_time ON sale (created_at);

-- One attempt to collect a sale: one payment. What goes out is stored here first.
CREATE TABLE attempt (
    payment_id        TEXT PRIMARY KEY,
    sale_id           TEXT NOT NULL REFERENCES sale,
    merchant_order_no TEXT NOT NULL UNIQUE,
    amount_minor      INTEGER NOT NULL CHECK (amount_minor > 0),
    currency          TEXT NOT NULL,
    request_text      TEXT NOT NULL,        -- the three are '' for a sticker
    request_key_id    TEXT NOT NULL,
    request_signature TEXT NOT NULL,
    profile           TEXT NOT NULL CHECK (profile IN ('S', 'L', 'T', '')),
    code              TEXT NOT NULL,        -- '' when the payer's code was read; that is never kept
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    mode              TEXT NOT NULL CHECK (mode IN ('show', 'read')),
    phase             TEXT NOT NULL CHECK (phase IN (
        'REQUESTING', 'WAITING', 'UNKNOWN', 'REVERSING', 'ASCERTAINING',
        'PAID', 'HELD', 'NOT_PAID', 'REVERSED')),
    due_at            INTEGER NOT NULL,
    give_up_at        INTEGER NOT NULL,
    calls             INTEGER NOT NULL,
    told              TEXT,
    reason            TEXT NOT NULL
) STRICT;

CREATE INDEX attempt_by_sale ON attempt (sale_id);
CREATE INDEX attempt_due ON attempt (due_at) WHERE phase NOT IN ('PAID', 'HELD', 'NOT_PAID', 'REVERSED');

-- A sale is collected once at a time, and paid once.
CREATE UNIQUE INDEX one_running_attempt ON attempt (sale_id)
    WHERE phase NOT IN ('PAID', 'HELD', 'NOT_PAID', 'REVERSED');
CREATE UNIQUE INDEX one_paid_attempt ON attempt (sale_id) WHERE phase IN ('PAID', 'HELD');

CREATE VIEW running_attempt AS
    SELECT * FROM attempt WHERE phase NOT IN ('PAID', 'HELD', 'NOT_PAID', 'REVERSED');

CREATE TABLE refund (
    merchant_refund_no TEXT PRIMARY KEY,
    sale_id            TEXT NOT NULL REFERENCES sale,
    payment_id         TEXT NOT NULL REFERENCES attempt,
    amount_minor       INTEGER NOT NULL CHECK (amount_minor > 0),
    currency           TEXT NOT NULL,
    asked_key          TEXT NOT NULL,       -- '' when the shop gave none
    state              TEXT NOT NULL CHECK (state IN ('PROCESSING', 'SUCCEEDED', 'FAILED')),
    created_at         INTEGER NOT NULL,
    due_at             INTEGER NOT NULL,
    calls              INTEGER NOT NULL,
    refund_id          TEXT NOT NULL,       -- the provider's, '' until it is known
    reason             TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX refund_asked_once ON refund (sale_id, asked_key) WHERE asked_key <> '';
CREATE INDEX refund_due ON refund (due_at) WHERE state = 'PROCESSING';

-- Signed by the provider, checked before they are kept.
CREATE TABLE receipt (
    receipt_id TEXT PRIMARY KEY,
    sale_id    TEXT NOT NULL REFERENCES sale,
    text       TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    signature  TEXT NOT NULL
) STRICT;

CREATE INDEX receipt_by_sale ON receipt (sale_id, receipt_id);

-- Notifications that had their one effect.
CREATE TABLE notification (
    notification_id TEXT PRIMARY KEY,
    sale_id         TEXT NOT NULL REFERENCES sale,
    received_at     INTEGER NOT NULL
) STRICT;

-- What a person has to look at.
CREATE TABLE alarm (
    alarm_id  INTEGER PRIMARY KEY,
    raised_at INTEGER NOT NULL,
    code      TEXT NOT NULL,
    detail    TEXT NOT NULL,
    sale_id   TEXT REFERENCES sale,
    about     TEXT NOT NULL,                -- what it was about: one alarm for each
    UNIQUE (code, about)
) STRICT;

-- Single facts: who this till is, the provider's keys.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- Payments that came after their collection had ended, or that a person gives back: undone apart
-- from it, since the sale may be collected anew meanwhile.
CREATE TABLE late_payment (
    payment_id TEXT PRIMARY KEY REFERENCES attempt,
    sale_id    TEXT NOT NULL REFERENCES sale,
    why        TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('GIVING_BACK', 'GIVEN_BACK', 'REFUSED')),
    told_at    INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    calls      INTEGER NOT NULL,
    reason     TEXT NOT NULL
) STRICT;

CREATE INDEX late_payment_by_sale ON late_payment (sale_id);
CREATE INDEX late_payment_due ON late_payment (due_at) WHERE state = 'GIVING_BACK';

-- What a person decided about a sale under review. Only ever added to.
CREATE TABLE decision (
    number     INTEGER PRIMARY KEY,
    sale_id    TEXT NOT NULL REFERENCES sale,
    decision   TEXT NOT NULL CHECK (decision IN ('accept', 'give_back')),
    reason     TEXT NOT NULL,
    decided_at INTEGER NOT NULL
) STRICT;

CREATE INDEX decision_by_sale ON decision (sale_id);
