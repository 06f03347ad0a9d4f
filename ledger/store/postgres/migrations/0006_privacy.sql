-- What may be forgotten, and what is remembered of it.

-- Idempotency keys whose reply is no longer kept: SHA-256 of scope and key, and of the request.
CREATE TABLE spent_key (
    digest      TEXT PRIMARY KEY CHECK (length(digest) = 64),
    fingerprint TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX spent_key_by_age ON spent_key (created_at);

-- Payers who asked to be erased. Until the store is scrubbed, its log may hold copies.
CREATE TABLE erasure (
    payer_id  TEXT PRIMARY KEY REFERENCES payer,
    erased_at BIGINT NOT NULL,
    scrubbed  BIGINT NOT NULL CHECK (scrubbed IN (0, 1))
);

-- What the rules on keeping look for.
CREATE INDEX outbox_with_text ON outbox (due_at) WHERE text <> '' AND state <> 'PENDING';
CREATE INDEX consent_with_text ON authorisation (kept_at) WHERE text <> '';
CREATE INDEX refund_with_reason ON refund (created_at) WHERE reason <> '';
CREATE INDEX payment_unpaid_of_somebody ON payment (created_at)
    WHERE paid_at IS NULL AND payer_id IS NOT NULL;
CREATE INDEX code_handle_of_payer ON code_handle (payer_id);
CREATE INDEX code_handle_used ON code_handle (payment_id) WHERE state <> 'ISSUED';
CREATE INDEX code_miss_by_age ON code_miss (missed_at);
CREATE INDEX device_of_payer ON device (payer_id, device_id);
CREATE INDEX erasure_to_scrub ON erasure (payer_id) WHERE scrubbed = 0;
CREATE INDEX invitation_used ON invitation (created_at) WHERE key_id IS NOT NULL;
CREATE INDEX live_event_by_age ON live_event (occurred_at);

-- A receipt is edited in one way: its signed text, which names the payer, is taken out as a whole.
DROP TRIGGER receipt_is_final ON receipt;
CREATE TRIGGER receipt_is_final BEFORE UPDATE ON receipt
    FOR EACH ROW WHEN (
        NEW.text <> '' OR NEW.key_id <> '' OR NEW.signature <> ''
        OR (NEW.receipt_id, NEW.kind, NEW.payment_id, NEW.refund_id, NEW.merchant_id,
            NEW.payer_id, NEW.occurred_at)
           IS DISTINCT FROM
           (OLD.receipt_id, OLD.kind, OLD.payment_id, OLD.refund_id, OLD.merchant_id,
            OLD.payer_id, OLD.occurred_at))
    EXECUTE FUNCTION refuse('a receipt is never edited');
