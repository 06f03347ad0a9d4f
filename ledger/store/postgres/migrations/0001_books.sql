-- The provider's books.
--
-- Numbers and text only. Amounts are minor units (..._minor) of the currency beside them, points in
-- time are milliseconds since 1970 (..._at, ..._until), secrets are hexadecimal. What may follow what
-- is decided in ledger.core; the constraints here are the last guard and should never speak.

-- Parties ----------------------------------------------------------------------------------------

CREATE TABLE merchant (
    merchant_id TEXT PRIMARY KEY CHECK (length(merchant_id) BETWEEN 1 AND 20),
    name        TEXT NOT NULL,
    name_de     TEXT NOT NULL,
    name_en     TEXT NOT NULL,
    name_zh     TEXT NOT NULL,
    city        TEXT NOT NULL,
    country     TEXT NOT NULL CHECK (length(country) = 2),
    mcc         TEXT NOT NULL CHECK (length(mcc) = 4),
    postal_code TEXT NOT NULL,
    currency    TEXT NOT NULL CHECK (length(currency) = 3),
    notify_url  TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('ACTIVE', 'BLOCKED'))
);

-- What a merchant's names look like; no two merchants may look alike.
CREATE TABLE merchant_skeleton (
    skeleton    TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchant
);

CREATE TABLE terminal (
    merchant_id TEXT NOT NULL REFERENCES merchant,
    terminal_id TEXT NOT NULL CHECK (length(terminal_id) BETWEEN 1 AND 16),
    label       TEXT NOT NULL,
    store_label TEXT NOT NULL,
    PRIMARY KEY (merchant_id, terminal_id)
);

CREATE TABLE payer (
    payer_id        TEXT PRIMARY KEY,
    display_name    TEXT NOT NULL,
    currency        TEXT NOT NULL CHECK (length(currency) = 3),
    locale          TEXT NOT NULL,
    pairwise_secret TEXT NOT NULL CHECK (length(pairwise_secret) IN (0, 64)),
    status          TEXT NOT NULL CHECK (status IN ('ACTIVE', 'BLOCKED', 'ERASED')),
    CHECK ((status = 'ERASED') = (pairwise_secret = ''))
);

CREATE TABLE public_key (
    number     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id     TEXT NOT NULL UNIQUE,
    algorithm  TEXT NOT NULL CHECK (algorithm IN ('Ed25519', 'P-256')),
    raw        TEXT NOT NULL,
    owner      TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('active', 'retired', 'revoked')),
    not_before BIGINT NOT NULL,
    not_after  BIGINT NOT NULL,
    UNIQUE (algorithm, raw)
);

CREATE TABLE device (
    device_id   TEXT PRIMARY KEY,
    payer_id    TEXT NOT NULL REFERENCES payer,
    key_id      TEXT NOT NULL UNIQUE REFERENCES public_key (key_id),
    code_secret TEXT NOT NULL CHECK (length(code_secret) IN (0, 64)), -- '': the payer was erased
    enrolled_at BIGINT NOT NULL
);

CREATE TABLE invitation (
    token_digest TEXT PRIMARY KEY CHECK (length(token_digest) = 64),
    created_at   BIGINT NOT NULL,
    merchant_id  TEXT NOT NULL,
    terminal_id  TEXT NOT NULL,
    payer_id     TEXT REFERENCES payer,
    key_id       TEXT UNIQUE REFERENCES public_key (key_id),
    CHECK ((merchant_id = '') = (terminal_id = '')),
    CHECK ((merchant_id = '') = (payer_id IS NOT NULL))
);

-- Payments ---------------------------------------------------------------------------------------

CREATE TABLE payment (
    payment_id           TEXT PRIMARY KEY,
    merchant_id          TEXT NOT NULL REFERENCES merchant,
    terminal_id          TEXT NOT NULL,
    merchant_order_no    TEXT NOT NULL,
    amount_minor         BIGINT NOT NULL,
    currency             TEXT NOT NULL,
    subject              TEXT NOT NULL,
    basket_hash          TEXT NOT NULL,
    presented            TEXT NOT NULL CHECK (presented IN ('merchant', 'consumer', 'sticker')),
    request_text         TEXT NOT NULL,
    state                TEXT NOT NULL CHECK (state IN (
                             'AWAITING_PAYER', 'AUTHORISING', 'HELD', 'PAID', 'FULLY_REFUNDED',
                             'DECLINED', 'CLOSED', 'REVERSED', 'FINISHED')),
    created_at           BIGINT NOT NULL,
    expires_at           BIGINT NOT NULL,
    refunded_minor       BIGINT NOT NULL CHECK (refunded_minor BETWEEN 0 AND amount_minor),
    fee_minor            BIGINT NOT NULL CHECK (fee_minor BETWEEN 0 AND amount_minor),
    fee_returned_minor   BIGINT NOT NULL CHECK (fee_returned_minor BETWEEN 0 AND fee_minor),
    -- What the merchant's own coupon took off, which is not settled; what of it fell on refunds.
    discount_minor       BIGINT NOT NULL CHECK (discount_minor >= 0),
    discount_returned_minor BIGINT NOT NULL
        CHECK (discount_returned_minor BETWEEN 0 AND discount_minor),
    payer_id             TEXT REFERENCES payer,
    payer_amount_minor   BIGINT CHECK (payer_amount_minor BETWEEN 1 AND 100000000000),
    payer_currency       TEXT,
    payer_refunded_minor BIGINT NOT NULL,
    paid_at              BIGINT,
    intent               TEXT NOT NULL CHECK (intent IN ('sale', 'deposit')),
    hold_until           BIGINT,
    captured_minor       BIGINT CHECK (captured_minor BETWEEN 1 AND amount_minor),
    version              BIGINT NOT NULL CHECK (version >= 1),
    UNIQUE (merchant_id, merchant_order_no),
    -- A payment of nothing is a tombstone: reversed before its request arrived.
    CHECK (amount_minor BETWEEN 1 AND 100000000000 OR (amount_minor = 0 AND state = 'REVERSED')),
    CHECK ((paid_at IS NULL) = (payer_amount_minor IS NULL)),
    CHECK ((paid_at IS NULL) = (payer_currency IS NULL)),
    CHECK (paid_at IS NULL OR payer_id IS NOT NULL),
    CHECK (payer_refunded_minor BETWEEN 0 AND coalesce(payer_amount_minor, 0)),
    CHECK (state NOT IN ('PAID', 'FULLY_REFUNDED', 'FINISHED') OR paid_at IS NOT NULL),
    CHECK (state NOT IN ('AWAITING_PAYER', 'AUTHORISING', 'HELD', 'DECLINED', 'CLOSED')
           OR (paid_at IS NULL AND refunded_minor = 0)),
    -- Only a deposit is held, for a time, and captured in part.
    CHECK ((intent = 'deposit') = (hold_until IS NOT NULL)),
    CHECK (state <> 'HELD' OR (intent = 'deposit' AND payer_id IS NOT NULL)),
    CHECK ((paid_at IS NULL) = (captured_minor IS NULL)),
    CHECK (intent = 'deposit' OR coalesce(captured_minor, amount_minor) = amount_minor),
    CHECK (refunded_minor <= coalesce(captured_minor, 0)),
    CHECK (fee_minor + discount_minor <= coalesce(captured_minor, 0)),
    CHECK (discount_minor = 0 OR discount_minor < captured_minor),
    CHECK (state <> 'FULLY_REFUNDED' OR refunded_minor = captured_minor),
    CHECK (state <> 'PAID' OR refunded_minor < captured_minor)
);
CREATE INDEX payment_of_payer ON payment (payer_id, payment_id);
CREATE INDEX payment_unpaid ON payment (expires_at) WHERE state IN ('AWAITING_PAYER', 'AUTHORISING');
CREATE INDEX payment_paid ON payment (paid_at) WHERE state = 'PAID';

CREATE TABLE state_change (
    payment_id   TEXT NOT NULL REFERENCES payment,
    number       BIGINT NOT NULL,
    event        TEXT,
    state_before TEXT,
    state_after  TEXT NOT NULL,
    happened_at  BIGINT NOT NULL,
    PRIMARY KEY (payment_id, number),
    CHECK ((number = 1) = (event IS NULL)),
    CHECK ((number = 1) = (state_before IS NULL))
);

CREATE TABLE quote (
    quote_id           TEXT PRIMARY KEY,
    payment_id         TEXT NOT NULL REFERENCES payment,
    payer_id           TEXT NOT NULL REFERENCES payer,
    amount_minor       BIGINT NOT NULL,
    currency           TEXT NOT NULL,
    payer_amount_minor BIGINT NOT NULL,
    payer_currency     TEXT NOT NULL,
    rate_numerator     BIGINT NOT NULL CHECK (rate_numerator > 0),
    rate_denominator   BIGINT NOT NULL CHECK (rate_denominator > 0),
    rate_set_by        TEXT NOT NULL,
    rate_spread_bps    BIGINT NOT NULL CHECK (rate_spread_bps BETWEEN 0 AND 10000),
    created_at         BIGINT NOT NULL,
    valid_until        BIGINT NOT NULL,
    CHECK (currency <> payer_currency),
    -- Rounded against the payer, by less than one minor unit.
    CHECK (payer_amount_minor::numeric * rate_denominator
           >= amount_minor::numeric * rate_numerator),
    CHECK ((payer_amount_minor - 1)::numeric * rate_denominator
           < amount_minor::numeric * rate_numerator)
);

CREATE TABLE claim (
    payment_id         TEXT PRIMARY KEY REFERENCES payment,
    payer_id           TEXT NOT NULL REFERENCES payer,
    payer_amount_minor BIGINT NOT NULL,
    payer_currency     TEXT NOT NULL,
    quote_id           TEXT REFERENCES quote,
    code_digest        TEXT NOT NULL,
    claimed_at         BIGINT NOT NULL,
    claimed_until      BIGINT NOT NULL
);

-- One consent captures one payment; its text names the payment, so it can't capture another.
CREATE TABLE authorisation (
    payment_id       TEXT PRIMARY KEY REFERENCES payment,
    authorisation_id TEXT NOT NULL,
    payer_id         TEXT NOT NULL REFERENCES payer,
    device_id        TEXT NOT NULL REFERENCES device,
    text             TEXT NOT NULL,
    key_id           TEXT NOT NULL,
    signature        TEXT NOT NULL,
    kept_at          BIGINT NOT NULL
);

CREATE TABLE refund (
    refund_id          TEXT PRIMARY KEY,
    payment_id         TEXT NOT NULL REFERENCES payment,
    merchant_id        TEXT NOT NULL REFERENCES merchant,
    merchant_refund_no TEXT NOT NULL,
    amount_minor       BIGINT NOT NULL CHECK (amount_minor >= 1),
    currency           TEXT NOT NULL,
    fee_minor          BIGINT NOT NULL CHECK (fee_minor BETWEEN 0 AND amount_minor),
    discount_minor     BIGINT NOT NULL CHECK (discount_minor BETWEEN 0 AND amount_minor),
    payer_amount_minor BIGINT NOT NULL CHECK (payer_amount_minor >= 0),
    payer_currency     TEXT NOT NULL,
    reason             TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('PROCESSING', 'SUCCEEDED', 'FAILED')),
    created_at         BIGINT NOT NULL,
    UNIQUE (merchant_id, merchant_refund_no)
);
CREATE INDEX refund_of_payment ON refund (payment_id, refund_id);

-- Payment codes ----------------------------------------------------------------------------------

CREATE TABLE code_handle (
    handle     TEXT PRIMARY KEY CHECK (length(handle) = 10),
    device_id  TEXT NOT NULL REFERENCES device,
    payer_id   TEXT NOT NULL REFERENCES payer,
    state      TEXT NOT NULL CHECK (state IN ('ISSUED', 'USED', 'VOID')),
    issued_at  BIGINT NOT NULL,
    payment_id TEXT UNIQUE REFERENCES payment,
    CHECK ((state = 'USED') = (payment_id IS NOT NULL))
);
CREATE INDEX code_handle_of_device ON code_handle (device_id, issued_at) WHERE state = 'ISSUED';

CREATE TABLE code_miss (
    number      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id TEXT NOT NULL,
    handle      TEXT NOT NULL,              -- as it was guessed; most are nobody's
    missed_at   BIGINT NOT NULL
);
CREATE INDEX code_miss_of_merchant ON code_miss (merchant_id, missed_at);
CREATE INDEX code_miss_of_handle ON code_miss (handle, missed_at);

-- The journal ------------------------------------------------------------------------------------

CREATE TABLE account (
    account_id    TEXT PRIMARY KEY,
    currency      TEXT NOT NULL,
    floor_minor   BIGINT,
    balance_minor BIGINT NOT NULL,
    CHECK (floor_minor IS NULL OR balance_minor >= floor_minor)
);

CREATE TABLE entry (
    entry_id   TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN (
                   'ISSUANCE', 'HOLD', 'CAPTURE', 'RELEASE', 'REFUND', 'REVERSAL', 'PAYOUT',
                   'PAYOUT_RETURN')),
    event_at   BIGINT NOT NULL,
    booked_at  BIGINT NOT NULL,
    payment_id TEXT REFERENCES payment,
    refund_id  TEXT UNIQUE REFERENCES refund,
    note       TEXT NOT NULL,
    CHECK ((kind IN ('ISSUANCE', 'PAYOUT', 'PAYOUT_RETURN')) = (payment_id IS NULL)),
    CHECK ((kind = 'REFUND') = (refund_id IS NOT NULL))
);
CREATE INDEX entry_of_payment ON entry (payment_id, entry_id);
-- At most one debit, and at most one way back as a whole.
CREATE UNIQUE INDEX one_capture_per_payment ON entry (payment_id) WHERE kind = 'CAPTURE';
CREATE UNIQUE INDEX one_reversal_per_payment ON entry (payment_id) WHERE kind = 'REVERSAL';

CREATE TABLE posting (
    entry_id       TEXT NOT NULL REFERENCES entry,
    line           BIGINT NOT NULL CHECK (line >= 1),
    account_id     TEXT NOT NULL REFERENCES account,
    amount_minor   BIGINT NOT NULL,
    currency       TEXT NOT NULL,
    balance_before BIGINT NOT NULL,
    balance_after  BIGINT NOT NULL,
    PRIMARY KEY (entry_id, line),
    UNIQUE (entry_id, account_id),
    CHECK (amount_minor <> 0 AND abs(amount_minor) <= 100000000000),
    CHECK (balance_after = balance_before + amount_minor)
);

-- What parties are told and were answered ----------------------------------------------------------

CREATE TABLE receipt (
    receipt_id  TEXT PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'reversal')),
    payment_id  TEXT NOT NULL REFERENCES payment,
    refund_id   TEXT UNIQUE REFERENCES refund,
    merchant_id TEXT NOT NULL REFERENCES merchant,
    payer_id    TEXT NOT NULL REFERENCES payer,
    occurred_at BIGINT NOT NULL,
    text        TEXT NOT NULL,
    key_id      TEXT NOT NULL,
    signature   TEXT NOT NULL,
    CHECK ((kind = 'refund') = (refund_id IS NOT NULL))
);
CREATE UNIQUE INDEX one_receipt_of_a_kind ON receipt (payment_id, kind) WHERE refund_id IS NULL;
CREATE INDEX receipt_of_payment ON receipt (payment_id, receipt_id);
CREATE INDEX receipt_of_payer ON receipt (payer_id, receipt_id);

CREATE TABLE outbox (
    notification_id TEXT PRIMARY KEY,
    event           TEXT NOT NULL,
    merchant_id     TEXT NOT NULL REFERENCES merchant,
    payment_id      TEXT NOT NULL REFERENCES payment,
    refund_id       TEXT REFERENCES refund,
    text            TEXT NOT NULL,
    key_id          TEXT NOT NULL,
    signature       TEXT NOT NULL,
    receipt_id      TEXT REFERENCES receipt,
    created_at      BIGINT NOT NULL,
    due_at          BIGINT NOT NULL,
    attempts        BIGINT NOT NULL CHECK (attempts >= 0),
    state           TEXT NOT NULL CHECK (state IN ('PENDING', 'DELIVERED', 'DEAD')),
    answer          TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'PENDING';
CREATE INDEX outbox_of_payment ON outbox (payment_id, notification_id);

CREATE TABLE live_event (
    sequence    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    audience    TEXT NOT NULL,
    name        TEXT NOT NULL,
    payment_id  TEXT NOT NULL,
    state       TEXT NOT NULL,
    occurred_at BIGINT NOT NULL
);
CREATE INDEX live_event_of_audience ON live_event (audience, sequence);

CREATE TABLE reply (
    scope       TEXT NOT NULL,
    key         TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    fingerprint TEXT NOT NULL,
    status      BIGINT NOT NULL,
    body        TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX reply_by_age ON reply (created_at);

CREATE TABLE nonce (
    key_id     TEXT NOT NULL,
    nonce      TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX nonce_by_age ON nonce (expires_at);

-- History is only ever added to --------------------------------------------------------------------

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
END
$$;

-- The note alone, which may name somebody, can be deleted; the chain holds without it.
CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry
    FOR EACH ROW WHEN (
        NEW.note <> ''
        OR (NEW.entry_id, NEW.kind, NEW.event_at, NEW.booked_at, NEW.payment_id, NEW.refund_id)
           IS DISTINCT FROM
           (OLD.entry_id, OLD.kind, OLD.event_at, OLD.booked_at, OLD.payment_id, OLD.refund_id))
    EXECUTE FUNCTION refuse('an entry is never edited');
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION refuse('an entry is never deleted');
CREATE TRIGGER entry_is_kept BEFORE TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('an entry is never deleted');
CREATE TRIGGER posting_is_final BEFORE UPDATE ON posting
    FOR EACH ROW EXECUTE FUNCTION refuse('a posting is never edited');
CREATE TRIGGER posting_stays BEFORE DELETE ON posting
    FOR EACH ROW EXECUTE FUNCTION refuse('a posting is never deleted');
CREATE TRIGGER posting_is_kept BEFORE TRUNCATE ON posting
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a posting is never deleted');
CREATE TRIGGER state_change_is_final BEFORE UPDATE ON state_change
    FOR EACH ROW EXECUTE FUNCTION refuse('history is never edited');
CREATE TRIGGER state_change_stays BEFORE DELETE ON state_change
    FOR EACH ROW EXECUTE FUNCTION refuse('history is never deleted');
CREATE TRIGGER state_change_is_kept BEFORE TRUNCATE ON state_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('history is never deleted');
CREATE TRIGGER receipt_is_final BEFORE UPDATE ON receipt
    FOR EACH ROW EXECUTE FUNCTION refuse('a receipt is never edited');
CREATE TRIGGER receipt_stays BEFORE DELETE ON receipt
    FOR EACH ROW EXECUTE FUNCTION refuse('a receipt is never deleted');
CREATE TRIGGER receipt_is_kept BEFORE TRUNCATE ON receipt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a receipt is never deleted');
