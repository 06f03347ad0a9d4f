-- Settlement: terms, what waits for its batch, batches with their lines, payouts that came back.
--
-- Days are ISO 8601 text; sums carry their sign: plus is owed to the merchant.

CREATE TABLE settlement_terms (
    merchant_id    TEXT PRIMARY KEY REFERENCES merchant,
    time_zone      TEXT NOT NULL,
    cut_off_minute BIGINT NOT NULL CHECK (cut_off_minute BETWEEN 0 AND 1439),
    calendar       TEXT NOT NULL CHECK (calendar IN ('TARGET2', 'CHINA', 'EVERY_DAY')),
    delay_days     BIGINT NOT NULL CHECK (delay_days BETWEEN 0 AND 30),
    begins_on      TEXT NOT NULL CHECK (length(begins_on) = 10)
);

-- Entries that moved a merchant's money and are in no batch yet, written with the entry itself.
CREATE TABLE clearing (
    entry_id    TEXT PRIMARY KEY REFERENCES entry,
    merchant_id TEXT NOT NULL REFERENCES merchant,
    currency    TEXT NOT NULL,
    event_at    BIGINT NOT NULL
);
CREATE INDEX clearing_of_merchant ON clearing (merchant_id, currency, event_at, entry_id);

CREATE TABLE batch (
    batch_id          TEXT PRIMARY KEY,
    merchant_id       TEXT NOT NULL REFERENCES merchant,
    currency          TEXT NOT NULL,
    business_day      TEXT NOT NULL CHECK (length(business_day) = 10),
    state             TEXT NOT NULL CHECK (state IN ('OPEN', 'CLOSED', 'SETTLED')),
    opens_at          BIGINT NOT NULL,
    closes_at         BIGINT NOT NULL,
    payout_on         TEXT NOT NULL CHECK (length(payout_on) = 10),
    line_count        BIGINT NOT NULL CHECK (line_count >= 0),
    carried_in_minor  BIGINT NOT NULL,
    returned_in_minor BIGINT NOT NULL CHECK (returned_in_minor >= 0),
    amount_minor      BIGINT NOT NULL,
    discount_minor    BIGINT NOT NULL,
    fee_minor         BIGINT NOT NULL,
    net_minor         BIGINT NOT NULL,
    paid_out_minor    BIGINT NOT NULL CHECK (paid_out_minor >= 0),
    carried_out_minor BIGINT NOT NULL,
    closed_at         BIGINT,
    settled_at        BIGINT,
    payout_entry_id   TEXT UNIQUE REFERENCES entry,
    UNIQUE (merchant_id, currency, business_day),
    CHECK (opens_at < closes_at),
    CHECK (net_minor = amount_minor - discount_minor - fee_minor),
    CHECK (carried_in_minor + net_minor = paid_out_minor + carried_out_minor),
    CHECK ((state = 'OPEN') = (closed_at IS NULL)),
    CHECK ((state = 'SETTLED') = (settled_at IS NOT NULL)),
    CHECK (payout_entry_id IS NULL OR state = 'SETTLED')
);
CREATE INDEX batch_unpaid ON batch (merchant_id, payout_on) WHERE state = 'CLOSED';

CREATE TABLE batch_line (
    batch_id           TEXT NOT NULL REFERENCES batch,
    number             BIGINT NOT NULL CHECK (number >= 1),
    entry_id           TEXT NOT NULL UNIQUE REFERENCES entry,
    kind               TEXT NOT NULL CHECK (kind IN ('CAPTURE', 'REFUND', 'REVERSAL')),
    event_at           BIGINT NOT NULL,
    booked_at          BIGINT NOT NULL,
    payment_id         TEXT NOT NULL REFERENCES payment,
    merchant_order_no  TEXT NOT NULL,
    refund_id          TEXT NOT NULL,
    merchant_refund_no TEXT NOT NULL,
    terminal_id        TEXT NOT NULL,
    amount_minor       BIGINT NOT NULL,
    discount_minor     BIGINT NOT NULL,
    fee_minor          BIGINT NOT NULL,
    net_minor          BIGINT NOT NULL,
    payer_amount_minor BIGINT NOT NULL,
    payer_currency     TEXT NOT NULL,
    rate               TEXT NOT NULL,
    PRIMARY KEY (batch_id, number),
    CHECK (net_minor = amount_minor - discount_minor - fee_minor),
    CHECK ((kind = 'REFUND') = (refund_id <> ''))
);

CREATE TABLE payout_return (
    batch_id     TEXT PRIMARY KEY REFERENCES batch,
    merchant_id  TEXT NOT NULL REFERENCES merchant,
    currency     TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 1),
    reason       TEXT NOT NULL,
    entry_id     TEXT NOT NULL UNIQUE REFERENCES entry,
    returned_at  BIGINT NOT NULL,
    repaid_in    TEXT REFERENCES batch
);
CREATE INDEX payout_return_unpaid ON payout_return (merchant_id, currency) WHERE repaid_in IS NULL;

-- What a merchant was told is never told differently.

CREATE TRIGGER batch_line_is_final BEFORE UPDATE ON batch_line
    FOR EACH ROW EXECUTE FUNCTION refuse('a line of a statement is never edited');
CREATE TRIGGER batch_line_stays BEFORE DELETE ON batch_line
    FOR EACH ROW EXECUTE FUNCTION refuse('a line of a statement is never deleted');
CREATE TRIGGER settled_batch_is_final BEFORE UPDATE ON batch
    FOR EACH ROW WHEN (OLD.state = 'SETTLED')
    EXECUTE FUNCTION refuse('a settled batch is never edited');
CREATE TRIGGER batch_stays BEFORE DELETE ON batch
    FOR EACH ROW EXECUTE FUNCTION refuse('a batch is never deleted');
CREATE TRIGGER batch_line_is_kept BEFORE TRUNCATE ON batch_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a line of a statement is never deleted');
CREATE TRIGGER batch_is_kept BEFORE TRUNCATE ON batch
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a batch is never deleted');
