-- A wallet whose device key lives in a browser and never was here. Its row in vault seals nothing
-- but the count of tries: the PIN of that wallet is proved by opening it.
CREATE TABLE browser_wallet (
    name        TEXT PRIMARY KEY REFERENCES vault (wallet),
    device_id   TEXT NOT NULL UNIQUE,
    key_id      TEXT NOT NULL UNIQUE,
    currency    TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL
) STRICT;

-- What a browser's person can agree with instead of the PIN (WebAuthn).
CREATE TABLE passkey (
    credential_id TEXT PRIMARY KEY,                       -- base64url
    wallet        TEXT NOT NULL REFERENCES browser_wallet (name),
    credential    BLOB NOT NULL,                          -- attested credential data
    sign_count    INTEGER NOT NULL CHECK (sign_count >= 0),
    added_at      INTEGER NOT NULL
) STRICT;

-- Browsers that are let in by a cookie. Only the SHA-256 of the cookie is kept.
CREATE TABLE session (
    token_digest TEXT PRIMARY KEY CHECK (length(token_digest) = 64),
    wallet       TEXT NOT NULL REFERENCES vault (wallet),
    began_at     INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX session_of_wallet ON session (wallet);
CREATE INDEX session_by_age ON session (seen_at);
