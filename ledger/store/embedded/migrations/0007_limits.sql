-- Limits: what payers have spent, and what was decided about parties.

-- Running sums, so that no check has to add up payments. A day is the instant it began (UTC).
-- 'all' is in the payer's currency, the others in the merchant's.
CREATE TABLE spending (
    payer_id    TEXT NOT NULL REFERENCES payer,
    purpose     TEXT NOT NULL CHECK (purpose IN ('all', 'sticker', 'without_pin')),
    currency    TEXT NOT NULL,
    day         INTEGER NOT NULL CHECK (day % 86400000 = 0),
    spent_minor INTEGER NOT NULL CHECK (spent_minor >= 0),
    PRIMARY KEY (payer_id, purpose, currency, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX spending_by_age ON spending (day);

-- Limits of one payer in place of the policy's; NULL leaves that one to the policy.
CREATE TABLE own_limits (
    payer_id      TEXT PRIMARY KEY REFERENCES payer,
    daily_minor   INTEGER CHECK (daily_minor >= 0),
    monthly_minor INTEGER CHECK (monthly_minor >= 0)
) STRICT, WITHOUT ROWID;

-- What operators decided about parties, and why. Only ever added to.
CREATE TABLE decision (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    party      TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('BLOCK', 'UNBLOCK', 'SET_LIMITS')),
    detail     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_about_party ON decision (party, number);

CREATE TRIGGER decision_is_final BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is never edited'); END;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
