-- A posting without keys that the server checks row by row: one statement guards a whole list
-- (ledger.store.postgres.posting), and nothing that is referred to can go.

ALTER TABLE entry DROP CONSTRAINT entry_payment_id_fkey;
ALTER TABLE posting
    DROP CONSTRAINT posting_entry_id_fkey,
    DROP CONSTRAINT posting_account_id_fkey;
ALTER TABLE unlinked DROP CONSTRAINT unlinked_entry_id_fkey;

-- Most entries are of no refund, and need no place in its index.
ALTER TABLE entry DROP CONSTRAINT entry_refund_id_key;
CREATE UNIQUE INDEX one_entry_per_refund ON entry (refund_id) WHERE refund_id IS NOT NULL;

-- An entry stays and keeps its id already; so does a payment, whose history refers to it.
CREATE TRIGGER account_stays BEFORE DELETE ON account
    FOR EACH ROW EXECUTE FUNCTION refuse('an account is never deleted');
CREATE TRIGGER account_keeps_its_id AFTER UPDATE OF account_id ON account
    FOR EACH ROW EXECUTE FUNCTION refuse('an account keeps its id');
CREATE TRIGGER account_is_kept BEFORE TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('an account is never deleted');
