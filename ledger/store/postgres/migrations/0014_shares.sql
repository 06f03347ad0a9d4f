-- Shares: who may receive of whose trades, what was shared, and what of it came back with refunds.
--
-- An entry that shares moves the money of several merchants, so it waits for a batch of each.

CREATE TABLE share_receiver (
    merchant_id TEXT NOT NULL REFERENCES merchant,
    receiver_id TEXT NOT NULL REFERENCES merchant,
    memo        TEXT NOT NULL,
    bound_at    BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, receiver_id),
    CHECK (merchant_id <> receiver_id)
);

CREATE TABLE share (
    share_no   TEXT PRIMARY KEY CHECK (length(share_no) BETWEEN 1 AND 64),
    payment_id TEXT NOT NULL REFERENCES payment,
    request_no TEXT NOT NULL CHECK (length(request_no) BETWEEN 1 AND 64),
    refund_id  TEXT UNIQUE REFERENCES refund,   -- the refund with which it comes back
    entry_id   TEXT NOT NULL UNIQUE REFERENCES entry,
    created_at BIGINT NOT NULL
);
CREATE INDEX share_of_payment ON share (payment_id, entry_id);
CREATE INDEX share_by_time ON share (created_at);
CREATE UNIQUE INDEX one_share_per_request ON share (payment_id, request_no) WHERE refund_id IS NULL;

CREATE TABLE share_part (
    share_no     TEXT NOT NULL REFERENCES share,
    number       BIGINT NOT NULL CHECK (number >= 1),
    receiver_id  TEXT NOT NULL REFERENCES merchant,
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 1),
    PRIMARY KEY (share_no, number)
);

CREATE TRIGGER share_is_final BEFORE UPDATE ON share
    FOR EACH ROW EXECUTE FUNCTION refuse('a share is never edited');
CREATE TRIGGER share_stays BEFORE DELETE ON share
    FOR EACH ROW EXECUTE FUNCTION refuse('a share is never deleted');
CREATE TRIGGER share_is_kept BEFORE TRUNCATE ON share
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a share is never deleted');
CREATE TRIGGER share_part_is_final BEFORE UPDATE ON share_part
    FOR EACH ROW EXECUTE FUNCTION refuse('a share is never edited');
CREATE TRIGGER share_part_stays BEFORE DELETE ON share_part
    FOR EACH ROW EXECUTE FUNCTION refuse('a share is never deleted');
CREATE TRIGGER share_part_is_kept BEFORE TRUNCATE ON share_part
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a share is never deleted');

ALTER TABLE entry
    DROP CONSTRAINT entry_kind_check,
    ADD CONSTRAINT entry_kind_check CHECK (kind IN (
        'ISSUANCE', 'HOLD', 'CAPTURE', 'RELEASE', 'REFUND', 'REVERSAL', 'SHARE', 'PAYOUT',
        'PAYOUT_RETURN'));

ALTER TABLE clearing
    DROP CONSTRAINT clearing_pkey,
    ADD PRIMARY KEY (entry_id, merchant_id);

ALTER TABLE batch_line
    DROP CONSTRAINT batch_line_entry_id_key,
    DROP CONSTRAINT batch_line_kind_check,
    ADD UNIQUE (entry_id, batch_id),
    ADD CONSTRAINT batch_line_kind_check
        CHECK (kind IN ('CAPTURE', 'REFUND', 'REVERSAL', 'SHARE'));
