-- Limits: what payers have spent, and what was decided about parties.

-- Running sums, so that no check has to add up payments. A day is the instant it began (UTC).
-- 'all' is in the payer's currency, the others in the merchant's.
CREATE TABLE spending (
    payer_id    TEXT NOT NULL REFERENCES payer,
    purpose     TEXT NOT NULL CHECK (purpose IN ('all', 'sticker', 'without_pin')),
    currency    TEXT NOT NULL,
    day         BIGINT NOT NULL CHECK (day % 86400000 = 0),
    spent_minor BIGINT NOT NULL CHECK (spent_minor >= 0),
    PRIMARY KEY (payer_id, purpose, currency, day)
);
CREATE INDEX spending_by_age ON spending (day);

-- Limits of one payer in place of the policy's; NULL leaves that one to the policy.
CREATE TABLE own_limits (
    payer_id      TEXT PRIMARY KEY REFERENCES payer,
    daily_minor   BIGINT CHECK (daily_minor >= 0),
    monthly_minor BIGINT CHECK (monthly_minor >= 0)
);

-- What operators decided about parties, and why. Only ever added to.
CREATE TABLE decision (
    number     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    party      TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('BLOCK', 'UNBLOCK', 'SET_LIMITS')),
    detail     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX decision_about_party ON decision (party, number);

CREATE TRIGGER decision_is_final BEFORE UPDATE ON decision
    FOR EACH ROW EXECUTE FUNCTION refuse('a decision is never edited');
CREATE TRIGGER decision_stays BEFORE DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION refuse('a decision is never deleted');
CREATE TRIGGER decision_is_kept BEFORE TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a decision is never deleted');
