-- A device key and the tries to open it. Exists before the wallet does: the key must survive an
-- enrolment whose answer is lost, or the one-time token would be spent on a key nobody has.
CREATE TABLE vault (
    wallet        TEXT PRIMARY KEY,
    pin_salt      BLOB NOT NULL,
    sealed_key    BLOB NOT NULL,                          -- under the PIN and the service key
    failures      INTEGER NOT NULL CHECK (failures >= 0), -- tries since the last right one
    blocked_until INTEGER NOT NULL                        -- 0: not blocked
) STRICT;

-- An enrolled wallet: whose device it is.
CREATE TABLE wallet (
    name               TEXT PRIMARY KEY REFERENCES vault (wallet),
    device_id          TEXT NOT NULL UNIQUE,
    key_id             TEXT NOT NULL UNIQUE,
    payer_id           TEXT NOT NULL,
    display_name       TEXT NOT NULL,
    currency           TEXT NOT NULL,
    locale             TEXT NOT NULL,
    sealed_code_secret BLOB NOT NULL,                     -- under the service key
    enrolled_at        INTEGER NOT NULL
) STRICT;

-- What a payer was shown and what became of it; one for a payment.
CREATE TABLE review (
    review_id  TEXT PRIMARY KEY,
    wallet     TEXT NOT NULL REFERENCES wallet (name),
    payment_id TEXT NOT NULL,
    state      TEXT NOT NULL,
    shown      BLOB NOT NULL,                             -- JSON of wallet.review.Shown
    consent    BLOB,                                      -- JSON of the signed authorisation
    refusal    TEXT NOT NULL,                             -- the code of the rule it broke, or ''
    created_at INTEGER NOT NULL,
    UNIQUE (wallet, payment_id)
) STRICT;

CREATE INDEX review_by_state ON review (state) WHERE state = 'APPROVED';

-- Receipts exactly as the provider signed them.
CREATE TABLE receipt (
    wallet      TEXT NOT NULL REFERENCES wallet (name),
    receipt_id  TEXT NOT NULL,
    payment_id  TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    text        TEXT NOT NULL,
    key_id      TEXT NOT NULL,
    signature   TEXT NOT NULL,
    PRIMARY KEY (wallet, receipt_id)
) STRICT;

-- The pool that payment codes are made from.
CREATE TABLE code_handle (
    wallet   TEXT NOT NULL REFERENCES wallet (name),
    handle   TEXT NOT NULL,
    position INTEGER NOT NULL,
    turn     INTEGER NOT NULL,                            -- counts what was shown; 0: never
    shown_at INTEGER NOT NULL,                            -- when it was last; 0: never
    PRIMARY KEY (wallet, handle)
) STRICT;

-- The provider's key directory, for times without a network.
CREATE TABLE key_set (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    body       BLOB NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;
