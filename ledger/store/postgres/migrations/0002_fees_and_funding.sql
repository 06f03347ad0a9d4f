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
