-- The end of a day. Closed days are numbered without a gap and never changed; what one of them
-- counted is counted once.

CREATE TABLE closed_day (
    z_number     INTEGER PRIMARY KEY,
    business_day TEXT NOT NULL UNIQUE,       -- as in 2026-11-21
    closed_at    INTEGER NOT NULL,
    report       BLOB NOT NULL               -- JSON as it was made
) STRICT;

CREATE TRIGGER closed_days_have_no_gap BEFORE INSERT ON closed_day
WHEN new.z_number <> (SELECT count(*) + 1 FROM closed_day)
BEGIN
    SELECT RAISE (ABORT, 'the next closed day has the next number');
END;

CREATE TRIGGER a_closed_day_is_final BEFORE UPDATE ON closed_day
BEGIN
    SELECT RAISE (ABORT, 'a closed day is never changed');
END;

CREATE TRIGGER a_closed_day_stays BEFORE DELETE ON closed_day
BEGIN
    SELECT RAISE (ABORT, 'a closed day is never deleted');
END;

CREATE TABLE counted_payment (
    payment_id TEXT PRIMARY KEY REFERENCES attempt,
    z_number   INTEGER NOT NULL REFERENCES closed_day
) STRICT, WITHOUT ROWID;

CREATE TABLE counted_refund (
    merchant_refund_no TEXT PRIMARY KEY REFERENCES refund,
    z_number           INTEGER NOT NULL REFERENCES closed_day
) STRICT, WITHOUT ROWID;

CREATE TABLE counted_reversal (
    payment_id TEXT PRIMARY KEY REFERENCES attempt,
    z_number   INTEGER NOT NULL REFERENCES closed_day
) STRICT, WITHOUT ROWID;

-- What the shop says a refund is for, '' when it says nothing.
ALTER TABLE refund ADD COLUMN asked_reason TEXT NOT NULL DEFAULT '';

-- What a comparison with the provider's statement looks for.
CREATE INDEX attempt_by_time ON attempt (created_at);
CREATE INDEX refund_by_time ON refund (created_at);
CREATE INDEX sale_unfinished ON sale (created_at)
    WHERE state IN ('OPEN', 'COLLECTING', 'OUTCOME_UNKNOWN', 'HELD', 'REVIEW');
