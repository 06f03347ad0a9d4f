-- The chain: the entries of the journal linked by hashes, and the signed heads of its days.

-- Entries that wait for their link.
CREATE TABLE unlinked (
    entry_id TEXT PRIMARY KEY REFERENCES entry
);

CREATE TABLE link (
    sequence   BIGINT PRIMARY KEY CHECK (sequence >= 1),
    entry_id   TEXT NOT NULL UNIQUE REFERENCES entry,
    digest     TEXT NOT NULL CHECK (length(digest) = 64),
    commitment TEXT NOT NULL CHECK (length(commitment) = 64),
    salt       TEXT NOT NULL CHECK (length(salt) IN (0, 64))  -- empty when the note was deleted
);

CREATE TABLE head (
    business_date TEXT PRIMARY KEY CHECK (length(business_date) = 10),
    text          TEXT NOT NULL,
    key_id        TEXT NOT NULL,
    signature     TEXT NOT NULL
);

-- Entries booked before there was a chain.
INSERT INTO unlinked SELECT entry_id FROM entry;

CREATE TRIGGER link_is_final BEFORE UPDATE ON link
    FOR EACH ROW WHEN (
        NEW.salt <> ''
        OR (NEW.sequence, NEW.entry_id, NEW.digest, NEW.commitment)
           IS DISTINCT FROM (OLD.sequence, OLD.entry_id, OLD.digest, OLD.commitment))
    EXECUTE FUNCTION refuse('a link is never edited');
CREATE TRIGGER link_stays BEFORE DELETE ON link
    FOR EACH ROW EXECUTE FUNCTION refuse('a link is never deleted');
CREATE TRIGGER link_is_kept BEFORE TRUNCATE ON link
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a link is never deleted');
CREATE TRIGGER head_is_final BEFORE UPDATE ON head
    FOR EACH ROW EXECUTE FUNCTION refuse('a head is never edited');
CREATE TRIGGER head_stays BEFORE DELETE ON head
    FOR EACH ROW EXECUTE FUNCTION refuse('a head is never deleted');
CREATE TRIGGER head_is_kept BEFORE TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a head is never deleted');
