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
