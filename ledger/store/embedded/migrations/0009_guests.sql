-- Guest passes: a token that lets strangers in with play money, each with a key of their own.
CREATE TABLE guest_pass (
    token_digest TEXT PRIMARY KEY CHECK (length(token_digest) = 64),
    currency     TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),   -- what a guest begins with
    guests_most  INTEGER NOT NULL CHECK (guests_most > 0),
    guests       INTEGER NOT NULL CHECK (guests BETWEEN 0 AND guests_most),
    created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
