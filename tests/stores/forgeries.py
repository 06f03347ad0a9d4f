"""What the tables refuse by themselves, in every engine, after one payment from yuan to euro."""

from __future__ import annotations

FORGERIES = {
    "a balance below its floor": "UPDATE account SET balance_minor = -1 WHERE floor_minor = 0",
    "more refunded than paid": "UPDATE payment SET refunded_minor = amount_minor + 1",
    "a refund of an unpaid payment": "UPDATE payment SET refunded_minor = 1, state = 'CLOSED'",
    "all refunded, still paid": "UPDATE payment SET refunded_minor = amount_minor",
    "an unknown state": "UPDATE payment SET state = 'FREE'",
    "a payment nobody paid": "UPDATE payment SET payer_id = NULL",
    "an entry edited": "UPDATE entry SET note = 'x'",
    "an entry deleted": "DELETE FROM entry",
    "a posting edited": "UPDATE posting SET amount_minor = 1, balance_after = balance_before + 1",
    "a posting deleted": "DELETE FROM posting",
    "an account deleted": "DELETE FROM account",
    "an account under another id": "UPDATE account SET account_id = account_id || 'x'",
    "history edited": "UPDATE state_change SET state_after = 'CLOSED'",
    "history deleted": "DELETE FROM state_change",
    "a receipt edited": "UPDATE receipt SET text = ''",
    "a receipt deleted": "DELETE FROM receipt",
    "a key registered twice": (
        "INSERT INTO public_key (key_id, algorithm, raw, owner, status, not_before, not_after)"
        " SELECT 'other', algorithm, raw, owner, status, 0, 1 FROM public_key LIMIT 1"
    ),
    "a consent used twice": "INSERT INTO authorisation SELECT * FROM authorisation",
    "a notification without a payment": "UPDATE outbox SET payment_id = 'pay_none'",
    "a rate of nothing": "UPDATE quote SET rate_numerator = 0",
    "a rate to the ledger's loss": "UPDATE quote SET payer_amount_minor = payer_amount_minor - 1",
    "a rate to the payer's loss": "UPDATE quote SET payer_amount_minor = payer_amount_minor + 1",
    "a sale that is held": "UPDATE payment SET state = 'HELD', paid_at = NULL",
    "a sale that is captured in part": "UPDATE payment SET captured_minor = 1",
    "a sale with a time to hold it": "UPDATE payment SET hold_until = 1",
    "a capture and a release": (
        "INSERT INTO entry SELECT 'jnl_again', 'RELEASE', event_at, booked_at, payment_id, NULL,"
        " note FROM entry WHERE kind = 'CAPTURE'"
    ),
    "text for a number": "UPDATE payment SET amount_minor = 'twelve'",
}
