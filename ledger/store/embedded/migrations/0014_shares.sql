-- Shares: who may receive of whose trades, what was shared, and what of it came back with refunds.
--
-- An entry that shares moves the money of several merchants, so it waits for a batch of each.

CREATE TABLE share_receiver (
    merchant_id TEXT NOT NULL REFERENCES merchant,
    receiver_id TEXT NOT NULL REFERENCES merchant,
    memo        TEXT NOT NULL,
    bound_at    INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, receiver_id),
    CHECK (merchant_id <> receiver_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE share (
    share_no   TEXT PRIMARY KEY CHECK (length(share_no) BETWEEN 1 AND 64),
    payment_id TEXT NOT NULL REFERENCES payment,
    request_no TEXT NOT NULL CHECK (length(request_no) BETWEEN 1 AND 64),
    refund_id  TEXT UNIQUE REFERENCES refund,   -- the refund with which it comes back
    entry_id   TEXT NOT NULL UNIQUE REFERENCES entry,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX share_of_payment ON share (payment_id, entry_id);
CREATE INDEX share_by_time ON share (created_at);
CREATE UNIQUE INDEX one_share_per_request ON share (payment_id, request_no) WHERE refund_id IS NULL;

CREATE TABLE share_part (
    share_no     TEXT NOT NULL REFERENCES share,
    number       INTEGER NOT NULL CHECK (number >= 1),
    receiver_id  TEXT NOT NULL REFERENCES merchant,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 1),
    PRIMARY KEY (share_no, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER share_is_final BEFORE UPDATE ON share
BEGIN SELECT RAISE(ABORT, 'a share is never edited'); END;
CREATE TRIGGER share_stays BEFORE DELETE ON share
BEGIN SELECT RAISE(ABORT, 'a share is never deleted'); END;
CREATE TRIGGER share_part_is_final BEFORE UPDATE ON share_part
BEGIN SELECT RAISE(ABORT, 'a share is never edited'); END;
CREATE TRIGGER share_part_stays BEFORE DELETE ON share_part
BEGIN SELECT RAISE(ABORT, 'a share is never deleted'); END;

-- One kind of entry more; nothing in the file's rows depends on how a CHECK is spelled.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''REVERSAL'' OR kind = ''PAYOUT''',
    'kind = ''REVERSAL'' OR kind = ''SHARE'' OR kind = ''PAYOUT''')
WHERE name = 'entry';
PRAGMA writable_schema = RESET;

CREATE TABLE clearing_of_parties (
    entry_id    TEXT NOT NULL REFERENCES entry,
    merchant_id TEXT NOT NULL REFERENCES merchant,
    currency    TEXT NOT NULL,
    event_at    INTEGER NOT NULL,
    PRIMARY KEY (entry_id, merchant_id)
) STRICT, WITHOUT ROWID;
INSERT INTO clearing_of_parties SELECT * FROM clearing;
DROP TABLE clearing;
ALTER TABLE clearing_of_parties RENAME TO clearing;
CREATE INDEX clearing_of_merchant ON clearing (merchant_id, currency, event_at, entry_id);

CREATE TABLE line_of_parties (
    batch_id           TEXT NOT NULL REFERENCES batch,
    number             INTEGER NOT NULL CHECK (number >= 1),
    entry_id           TEXT NOT NULL REFERENCES entry,
    kind               TEXT NOT NULL CHECK (kind IN ('CAPTURE', 'REFUND', 'REVERSAL', 'SHARE')),
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
    UNIQUE (entry_id, batch_id),
    CHECK (net_minor = amount_minor - discount_minor - fee_minor),
    CHECK ((kind = 'REFUND') = (refund_id <> ''))
) STRICT, WITHOUT ROWID;
INSERT INTO line_of_parties SELECT * FROM batch_line;
DROP TABLE batch_line;
ALTER TABLE line_of_parties RENAME TO batch_line;

CREATE TRIGGER batch_line_is_final BEFORE UPDATE ON batch_line
BEGIN SELECT RAISE(ABORT, 'a line of a statement is never edited'); END;
CREATE TRIGGER batch_line_stays BEFORE DELETE ON batch_line
BEGIN SELECT RAISE(ABORT, 'a line of a statement is never deleted'); END;
