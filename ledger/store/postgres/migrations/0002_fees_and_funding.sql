-- Fees and funding.

-- What a merchant pays for a sale from an instant on; a later row supersedes those before it.
CREATE TABLE fee_terms (
    merchant_id   TEXT NOT NULL REFERENCES merchant,
    valid_from    BIGINT NOT NULL,
    bps           BIGINT NOT NULL CHECK (bps BETWEEN 0 AND 10000),
    minimum_minor BIGINT NOT NULL CHECK (minimum_minor >= 0),
    maximum_minor BIGINT CHECK (maximum_minor >= minimum_minor),
    PRIMARY KEY (merchant_id, valid_from)
);

CREATE TRIGGER fee_terms_are_final BEFORE UPDATE ON fee_terms
    FOR EACH ROW EXECUTE FUNCTION refuse('fee terms are never edited');
CREATE TRIGGER fee_terms_stay BEFORE DELETE ON fee_terms
    FOR EACH ROW EXECUTE FUNCTION refuse('fee terms are never deleted');
CREATE TRIGGER fee_terms_is_kept BEFORE TRUNCATE ON fee_terms
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('fee terms are never deleted');

-- Coupons and points that payers were given; an empty merchant_id is any merchant.
CREATE TABLE funding_grant (
    grant_id     TEXT PRIMARY KEY,
    payer_id     TEXT NOT NULL REFERENCES payer,
    source       TEXT NOT NULL CHECK (source IN ('merchant-coupon', 'coupon', 'points')),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency     TEXT NOT NULL,
    merchant_id  TEXT NOT NULL,
    granted_at   BIGINT NOT NULL,
    valid_until  BIGINT NOT NULL CHECK (valid_until > granted_at),
    -- A merchant's own coupon is for that merchant.
    CHECK (source <> 'merchant-coupon' OR merchant_id <> '')
);
CREATE INDEX funding_grant_by_payer ON funding_grant (payer_id);

-- What grants pay of a payment, in the price's currency; the rest is the payer's own part.
CREATE TABLE funding (
    payment_id     TEXT NOT NULL REFERENCES payment,
    number         BIGINT NOT NULL,
    grant_id       TEXT NOT NULL REFERENCES funding_grant,
    source         TEXT NOT NULL CHECK (source IN ('merchant-coupon', 'coupon', 'points')),
    amount_minor   BIGINT NOT NULL CHECK (amount_minor > 0),
    returned_minor BIGINT NOT NULL CHECK (returned_minor BETWEEN 0 AND amount_minor),
    PRIMARY KEY (payment_id, number)
);
CREATE INDEX funding_by_grant ON funding (grant_id);
