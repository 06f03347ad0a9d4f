-- Fees and funding.

-- What a merchant pays for a sale from an instant on; a later row supersedes those before it.
CREATE TABLE fee_terms (
    merchant_id   TEXT NOT NULL REFERENCES merchant,
    valid_from    INTEGER NOT NULL,
    bps           INTEGER NOT NULL CHECK (bps BETWEEN 0 AND 10000),
    minimum_minor INTEGER NOT NULL CHECK (minimum_minor >= 0),
    maximum_minor INTEGER CHECK (maximum_minor >= minimum_minor),
    PRIMARY KEY (merchant_id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER fee_terms_are_final BEFORE UPDATE ON fee_terms
BEGIN SELECT RAISE(ABORT, 'fee terms are never edited'); END;
CREATE TRIGGER fee_terms_stay BEFORE DELETE ON fee_terms
BEGIN SELECT RAISE(ABORT, 'fee terms are never deleted'); END;

-- Coupons and points that payers were given; an empty merchant_id is any merchant.
CREATE TABLE funding_grant (
    grant_id     TEXT PRIMARY KEY,
    payer_id     TEXT NOT NULL REFERENCES payer,
    source       TEXT NOT NULL CHECK (source IN ('merchant-coupon', 'coupon', 'points')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT NOT NULL,
    merchant_id  TEXT NOT NULL,
    granted_at   INTEGER NOT NULL,
    valid_until  INTEGER NOT NULL CHECK (valid_until > granted_at),
    -- A merchant's own coupon is for that merchant.
    CHECK (source <> 'merchant-coupon' OR merchant_id <> '')
) STRICT, WITHOUT ROWID;
CREATE INDEX funding_grant_by_payer ON funding_grant (payer_id);

-- What grants pay of a payment, in the price's currency; the rest is the payer's own part.
CREATE TABLE funding (
    payment_id     TEXT NOT NULL REFERENCES payment,
    number         INTEGER NOT NULL,
    grant_id       TEXT NOT NULL REFERENCES funding_grant,
    source         TEXT NOT NULL CHECK (source IN ('merchant-coupon', 'coupon', 'points')),
    amount_minor   INTEGER NOT NULL CHECK (amount_minor > 0),
    returned_minor INTEGER NOT NULL CHECK (returned_minor BETWEEN 0 AND amount_minor),
    PRIMARY KEY (payment_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX funding_by_grant ON funding (grant_id);
