-- The chain: the entries of the journal linked by hashes, and the signed heads of its days.

-- Entries that wait for their link.
CREATE TABLE unlinked (
    entry_id TEXT PRIMARY KEY REFERENCES entry
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
    sequence   INTEGER PRIMARY KEY CHECK (sequence >= 1),
    entry_id   TEXT NOT NULL UNIQUE REFERENCES entry,
    digest     TEXT NOT NULL CHECK (length(digest) = 64),
    commitment TEXT NOT NULL CHECK (length(commitment) = 64),
    salt       TEXT NOT NULL CHECK (length(salt) IN (0, 64))  -- empty when the note was deleted
) STRICT;

CREATE TABLE head (
    business_date TEXT PRIMARY KEY CHECK (length(business_date) = 10),
    text          TEXT NOT NULL,
    key_id        TEXT NOT NULL,
    signature     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Entries booked before there was a chain.
INSERT INTO unlinked SELECT entry_id FROM entry;

CREATE TRIGGER link_is_final BEFORE UPDATE ON link
WHEN NEW.salt <> '' OR (NEW.sequence, NEW.entry_id, NEW.digest, NEW.commitment) <>
                       (OLD.sequence, OLD.entry_id, OLD.digest, OLD.commitment)
BEGIN SELECT RAISE(ABORT, 'a link is never edited'); END;
CREATE TRIGGER link_stays BEFORE DELETE ON link
BEGIN SELECT RAISE(ABORT, 'a link is never deleted'); END;
CREATE TRIGGER head_is_final BEFORE UPDATE ON head
BEGIN SELECT RAISE(ABORT, 'a head is never edited'); END;
CREATE TRIGGER head_stays BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'a head is never deleted'); END;
