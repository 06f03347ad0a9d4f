-- Settlement: terms, what waits for its batch, batches with their lines, payouts that came back.
--
-- Days are ISO 8601 text; sums carry their sign: plus is owed to the merchant.

CREATE TABLE settlement_terms (
    merchant_id    TEXT PRIMARY KEY REFERENCES merchant,
    time_zone      TEXT NOT NULL,
    cut_off_minute INTEGER NOT NULL CHECK (cut_off_minute BETWEEN 0 AND 1439),
    calendar       TEXT NOT NULL CHECK (calendar IN ('TARGET2', 'CHINA', 'EVERY_DAY')),
    delay_days     INTEGER NOT NULL CHECK (delay_days BETWEEN 0 AND 30),
    begins_on      TEXT NOT NULL CHECK (length(begins_on) = 10)
) STRICT, WITHOUT ROWID;

-- Entries that moved a merchant's money and are in no batch yet, written with the entry itself.
CREATE TABLE clearing (
    entry_id    TEXT PRIMARY KEY REFERENCES entry,
    merchant_id TEXT NOT NULL REFERENCES merchant,
    currency    TEXT NOT NULL,
    event_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX clearing_of_merchant ON clearing (merchant_id, currency, event_at, entry_id);

CREATE TABLE batch (
    batch_id          TEXT PRIMARY KEY,
    merchant_id       TEXT NOT NULL REFERENCES merchant,
    currency          TEXT NOT NULL,
    business_day      TEXT NOT NULL CHECK (length(business_day) = 10),
    state             TEXT NOT NULL CHECK (state IN ('OPEN', 'CLOSED', 'SETTLED')),
    opens_at          INTEGER NOT NULL,
    closes_at         INTEGER NOT NULL,
    payout_on         TEXT NOT NULL CHECK (length(payout_on) = 10),
    line_count        INTEGER NOT NULL CHECK (line_count >= 0),
    carried_in_minor  INTEGER NOT NULL,
    returned_in_minor INTEGER NOT NULL CHECK (returned_in_minor >= 0),
    amount_minor      INTEGER NOT NULL,
    discount_minor    INTEGER NOT NULL,
    fee_minor         INTEGER NOT NULL,
    net_minor         INTEGER NOT NULL,
    paid_out_minor    INTEGER NOT NULL CHECK (paid_out_minor >= 0),
    carried_out_minor INTEGER NOT NULL,
    closed_at         INTEGER,
    settled_at        INTEGER,
    payout_entry_id   TEXT UNIQUE REFERENCES entry,
    UNIQUE (merchant_id, currency, business_day),
    CHECK (opens_at < closes_at),
    CHECK (net_minor = amount_minor - discount_minor - fee_minor),
    CHECK (carried_in_minor + net_minor = paid_out_minor + carried_out_minor),
    CHECK ((state = 'OPEN') = (closed_at IS NULL)),
    CHECK ((state = 'SETTLED') = (settled_at IS NOT NULL)),
    CHECK (payout_entry_id IS NULL OR state = 'SETTLED')
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_unpaid ON batch (merchant_id, payout_on) WHERE state = 'CLOSED';

CREATE TABLE batch_line (
    batch_id           TEXT NOT NULL REFERENCES batch,
    number             INTEGER NOT NULL CHECK (number >= 1),
    entry_id           TEXT NOT NULL UNIQUE REFERENCES entry,
    kind               TEXT NOT NULL CHECK (kind IN ('CAPTURE', 'REFUND', 'REVERSAL')),
    event_at           INTEGER NOT NULL,
    booked_at          INTEGER NOT NULL,
    payment_id         TEXT NOT NULL REFERENCES payment,
    merchant_order_no  TEXT NOT NULL,
    refund_id          TEXT NOT NULL,
    merchant_refund_no TEXT NOT NULL,
    terminal_id        TEXT NOT NULL,
    amount_minor       INTEGER NOT NULL,
    discount_minor     INTEGER NOT NULL,
    fee_minor          INTEGER NOT NULL,
    net_minor          INTEGER NOT NULL,
    payer_amount_minor INTEGER NOT NULL,
    payer_currency     TEXT NOT NULL,
    rate               TEXT NOT NULL,
    PRIMARY KEY (batch_id, number),
    CHECK (net_minor = amount_minor - discount_minor - fee_minor),
    CHECK ((kind = 'REFUND') = (refund_id <> ''))
) STRICT, WITHOUT ROWID;

CREATE TABLE payout_return (
    batch_id     TEXT PRIMARY KEY REFERENCES batch,
    merchant_id  TEXT NOT NULL REFERENCES merchant,
    currency     TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 1),
    reason       TEXT NOT NULL,
    entry_id     TEXT NOT NULL UNIQUE REFERENCES entry,
    returned_at  INTEGER NOT NULL,
    repaid_in    TEXT REFERENCES batch
) STRICT, WITHOUT ROWID;
CREATE INDEX payout_return_unpaid ON payout_return (merchant_id, currency) WHERE repaid_in IS NULL;

-- What a merchant was told is never told differently.

CREATE TRIGGER batch_line_is_final BEFORE UPDATE ON batch_line
BEGIN SELECT RAISE(ABORT, 'a line of a statement is never edited'); END;
CREATE TRIGGER batch_line_stays BEFORE DELETE ON batch_line
BEGIN SELECT RAISE(ABORT, 'a line of a statement is never deleted'); END;
CREATE TRIGGER settled_batch_is_final BEFORE UPDATE ON batch WHEN OLD.state = 'SETTLED'
BEGIN SELECT RAISE(ABORT, 'a settled batch is never edited'); END;
CREATE TRIGGER batch_stays BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'a batch is never deleted'); END;
