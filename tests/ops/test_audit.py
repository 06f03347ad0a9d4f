"""The audit finds what is wrong: each rule is shown a book that breaks it, and a sound one."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import pytest

from ledger.core.checkout import endings
from ledger.core.parties import keys
from ledger.ops.audit import CHECKS, audit
from ledger.protocol.instants import DAY
from ledger.store import audit as audit_rules
from ledger.store.audit import rules
from tests.core.demo_world import World
from tests.ops.sound_books import InADatabase, InMemory, SoundBooks


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def sound_books(request: pytest.FixtureRequest) -> SoundBooks:
    if request.param == "sqlite":
        return InMemory()
    return InADatabase(request.getfixturevalue("databases"))


@pytest.fixture
def world(sound_books: SoundBooks) -> Iterator[World]:
    with sound_books.copy() as made:
        yield made


def test_sound_books_have_no_findings(world: World) -> None:
    assert audit(world.store) == []


FAULTS: list[tuple[str, str]] = [
    (
        "currencies_sum_to_zero",
        "DELETE FROM posting WHERE account_id = 'issuance:EUR'",
    ),
    ("entries_balance", "DELETE FROM posting WHERE line = 2"),
    ("entries_balance", "DELETE FROM posting WHERE entry_id IN (SELECT max(entry_id) FROM entry)"),
    ("balances_equal_postings", "UPDATE account SET balance_minor = balance_minor + 1"),
    ("balances_equal_postings", "UPDATE account SET currency = 'USD' WHERE currency = 'CNY'"),
    ("floors_hold", "UPDATE account SET balance_minor = -1 WHERE account_id LIKE 'payer:%'"),
    ("floors_hold", "UPDATE account SET floor_minor = NULL"),
    (
        "one_capture_per_paid_payment",
        "UPDATE entry SET kind = 'ISSUANCE' WHERE kind = 'CAPTURE'",
    ),
    (
        "one_capture_per_paid_payment",
        (
            "INSERT INTO entry SELECT 'jnl_again', kind, event_at, booked_at, payment_id, refund_id"
            ", note FROM entry WHERE kind = 'CAPTURE' LIMIT 1"
        ),
    ),
    (
        "one_capture_per_paid_payment",
        "UPDATE payment SET amount_minor = amount_minor + 1 WHERE paid_at IS NOT NULL",
    ),
    (
        "one_capture_per_paid_payment",
        "UPDATE payment SET payer_amount_minor = payer_amount_minor + 1",
    ),
    (
        "one_capture_per_paid_payment",
        "UPDATE payment SET captured_minor = captured_minor + 1 WHERE intent = 'deposit'",
    ),
    (
        "holds_equal_held_payments",
        "UPDATE account SET balance_minor = balance_minor + 1 WHERE account_id LIKE 'hold:%'",
    ),
    ("holds_equal_held_payments", "UPDATE payment SET state = 'CLOSED' WHERE state = 'HELD'"),
    ("holds_equal_held_payments", "UPDATE entry SET kind = 'REVERSAL' WHERE kind = 'RELEASE'"),
    ("holds_equal_held_payments", "UPDATE entry SET kind = 'REVERSAL' WHERE kind = 'HOLD'"),
    (
        "holds_equal_held_payments",
        (
            "UPDATE posting SET amount_minor = amount_minor + 1 WHERE account_id LIKE 'hold:%'"
            " AND entry_id IN (SELECT entry_id FROM entry WHERE kind = 'CAPTURE')"
        ),
    ),
    (
        "refunds_within_captured",
        "UPDATE payment SET refunded_minor = refunded_minor + 1 WHERE refunded_minor > 0",
    ),
    (
        "refunds_within_captured",
        "UPDATE refund SET payer_amount_minor = payer_amount_minor + 1",
    ),
    (
        "refunds_within_captured",
        "DELETE FROM posting WHERE entry_id IN (SELECT entry_id FROM entry WHERE kind = 'REFUND')",
    ),
    ("refunds_within_captured", "UPDATE refund SET state = 'FAILED'"),
    ("every_event_is_told", "UPDATE refund SET state = 'PROCESSING'"),
    ("paid_reversals_went_back", "UPDATE entry SET kind = 'REFUND' WHERE kind = 'REVERSAL'"),
    (
        "paid_reversals_went_back",
        (
            "DELETE FROM posting WHERE account_id LIKE 'payer:%' AND entry_id IN"
            " (SELECT entry_id FROM entry WHERE kind = 'REVERSAL')"
        ),
    ),
    ("history_is_continuous", "DELETE FROM state_change WHERE number = 2"),
    ("history_is_continuous", "UPDATE state_change SET state_before = 'PAID' WHERE number = 2"),
    (
        "history_is_continuous",
        "UPDATE payment SET state = 'AWAITING_PAYER' WHERE state = 'CLOSED'",
    ),
    ("history_is_continuous", "UPDATE payment SET version = 1 WHERE state = 'PAID'"),
    ("every_event_is_told", "DELETE FROM outbox WHERE event = 'payment.declined'"),
    ("every_event_is_told", "DELETE FROM outbox WHERE event = 'refund.succeeded'"),
    ("every_event_is_told", "DELETE FROM outbox WHERE event = 'payment.held'"),
    ("every_event_is_told", "DELETE FROM outbox WHERE event = 'payment.captured'"),
    ("every_event_is_told", "DELETE FROM outbox WHERE event = 'payment.released'"),
    ("every_movement_has_its_receipt", "DELETE FROM receipt WHERE kind = 'reversal'"),
    ("every_movement_has_its_receipt", "DELETE FROM entry WHERE kind = 'REFUND'"),
    (
        "fees_are_booked_and_come_back",
        "UPDATE payment SET fee_minor = fee_minor + 1 WHERE state = 'FULLY_REFUNDED'",
    ),
    (
        "fees_are_booked_and_come_back",
        "UPDATE payment SET fee_returned_minor = fee_minor - fee_minor, fee_minor = 0",
    ),
    (
        "fees_are_booked_and_come_back",
        "UPDATE payment SET fee_returned_minor = 0 WHERE state = 'REVERSED' AND fee_minor > 0",
    ),
    ("fees_are_booked_and_come_back", "UPDATE refund SET fee_minor = fee_minor + 1"),
    (
        "fees_are_booked_and_come_back",
        "DELETE FROM posting WHERE account_id = 'fees:EUR' AND amount_minor > 0",
    ),
    (
        "what_went_back_whole_leaves_nothing",
        "UPDATE posting SET amount_minor = amount_minor + 1 WHERE account_id LIKE 'fx%'",
    ),
    ("funding_makes_up_the_price", "UPDATE funding SET amount_minor = amount_minor + 700"),
    ("funding_makes_up_the_price", "UPDATE funding SET returned_minor = returned_minor + 1"),
    ("funding_makes_up_the_price", "DELETE FROM funding WHERE source = 'points'"),
    ("funding_makes_up_the_price", "UPDATE funding_grant SET amount_minor = 1"),
    (
        "funding_makes_up_the_price",
        "UPDATE funding_grant SET merchant_id = 'M2088DEMO000002' WHERE source = 'merchant-coupon'",
    ),
    ("funding_makes_up_the_price", "UPDATE funding_grant SET source = 'points'"),
    ("funding_makes_up_the_price", "UPDATE refund SET discount_minor = discount_minor + 1"),
    (
        "funding_makes_up_the_price",
        "UPDATE payment SET discount_minor = discount_minor + 1 WHERE paid_at IS NOT NULL",
    ),
    (
        "funding_makes_up_the_price",
        "UPDATE payment SET discount_returned_minor = 0 WHERE state = 'REVERSED'",
    ),
    (
        "one_capture_per_paid_payment",
        "UPDATE payment SET discount_minor = discount_minor + 1 WHERE discount_minor > 0",
    ),
    (
        "refunds_within_captured",
        "UPDATE refund SET discount_minor = discount_minor - 1 WHERE discount_minor > 0",
    ),
    (
        "funding_makes_up_the_price",
        "UPDATE posting SET amount_minor = amount_minor + 1 WHERE account_id = 'coupons:EUR'",
    ),
    ("consents_belong_to_captures", "DELETE FROM authorisation"),
    (
        "consents_belong_to_captures",
        (
            "DELETE FROM authorisation WHERE payment_id IN"
            " (SELECT payment_id FROM payment WHERE state = 'HELD')"
        ),
    ),
    (
        "consents_belong_to_captures",
        "UPDATE authorisation SET payer_id = (SELECT max(payer_id) FROM payer)",
    ),
    ("spending_is_what_was_paid", "UPDATE spending SET spent_minor = spent_minor + 1"),
    ("spending_is_what_was_paid", "DELETE FROM spending WHERE purpose = 'sticker'"),
    ("spending_is_what_was_paid", "UPDATE payment SET state = 'PAID' WHERE state = 'REVERSED'"),
    (
        "steps_are_in_the_table",
        "UPDATE state_change SET event = 'CAPTURE' WHERE event = 'DECLINE'",
    ),
    (
        "steps_are_in_the_table",
        "UPDATE state_change SET state_after = 'CLOSED' WHERE event = 'REVERSE'",
    ),
    (
        "receipts_verify",
        "UPDATE receipt SET text = replace(text, 'amount_minor=', 'amount_minor=1')",
    ),
    ("receipts_verify", "UPDATE receipt SET merchant_id = 'M2088DEMO000002', occurred_at = 0"),
    ("receipts_verify", "UPDATE refund SET amount_minor = amount_minor + 1"),
    (
        "receipts_verify",
        (
            "UPDATE funding SET source = CASE source WHEN 'coupon' THEN 'points'"
            " ELSE 'coupon' END WHERE returned_minor = 0"
        ),
    ),
    (
        "receipts_verify",
        "UPDATE funding SET returned_minor = returned_minor - 1 WHERE returned_minor > 0",
    ),
    ("receipts_verify", "UPDATE refund SET discount_minor = discount_minor + 1"),
    ("consents_verify", "UPDATE funding SET amount_minor = amount_minor + 1"),
    (
        "receipts_verify",
        "UPDATE receipt SET payer_id = (SELECT max(payer_id) FROM payer)",
    ),
    ("consents_verify", "UPDATE authorisation SET signature = replace(signature, 'A', 'B')"),
    ("consents_verify", "UPDATE payment SET payer_amount_minor = payer_amount_minor + 1"),
    (
        "entries_are_linked_or_wait",
        "DELETE FROM link WHERE sequence = (SELECT max(sequence) FROM link)",
    ),
    ("entries_are_linked_or_wait", "INSERT INTO unlinked SELECT min(entry_id) FROM entry"),
    (
        "entries_are_linked_or_wait",
        (
            "INSERT INTO entry SELECT 'jnl_again', kind, event_at, booked_at, payment_id, refund_id"
            ", note FROM entry WHERE kind = 'CAPTURE' LIMIT 1"
        ),
    ),
    ("chain_is_whole", "UPDATE posting SET amount_minor = amount_minor + 1"),
    (
        "consents_verify",
        "UPDATE claim SET payer_amount_minor = payer_amount_minor + 1",
    ),
    ("consents_verify", "UPDATE payment SET intent = 'sale' WHERE intent = 'deposit'"),
    ("batches_hold_every_movement", "DELETE FROM clearing"),
    (
        "batches_hold_every_movement",
        (
            "INSERT INTO clearing SELECT entry_id, merchant_id, currency, event_at"
            " FROM batch_line JOIN batch USING (batch_id) LIMIT 1"
        ),
    ),
    (
        "batches_hold_every_movement",
        "INSERT INTO clearing SELECT entry_id, 'M', 'EUR', 1 FROM entry WHERE kind = 'ISSUANCE'",
    ),
    (
        "batches_hold_every_movement",
        "DELETE FROM batch_line WHERE number = 2",
    ),
    (
        "batches_hold_every_movement",
        "UPDATE batch_line SET amount_minor = amount_minor + 1, net_minor = net_minor + 1",
    ),
    (
        "batches_hold_every_movement",
        "UPDATE batch_line SET amount_minor = amount_minor + 1, fee_minor = fee_minor + 1",
    ),
    (
        "batches_hold_every_movement",
        (
            "UPDATE batch_line"
            " SET amount_minor = amount_minor + 1, discount_minor = discount_minor + 1"
        ),
    ),
    ("batches_hold_every_movement", "UPDATE batch_line SET number = number + 100"),
    ("batches_hold_every_movement", "UPDATE batch_line SET event_at = event_at + 864000000"),
    (
        "batches_hold_every_movement",
        "UPDATE entry SET booked_at = 1; UPDATE clearing SET event_at = 1",
    ),
    ("batches_hold_every_movement", "UPDATE batch SET merchant_id = 'M2088DEMO000002'"),
    (
        "batches_hold_every_movement",
        "UPDATE batch SET amount_minor = amount_minor + 1, net_minor = net_minor + 1",
    ),
    (
        "payouts_are_what_batches_say",
        "UPDATE batch SET paid_out_minor = 1, carried_out_minor = carried_out_minor - 1",
    ),
    ("payouts_are_what_batches_say", "UPDATE batch SET payout_entry_id = NULL"),
    (
        "payouts_are_what_batches_say",
        "UPDATE batch SET state = 'CLOSED', settled_at = NULL, payout_entry_id = NULL",
    ),
    ("payouts_are_what_batches_say", "UPDATE batch SET carried_in_minor = carried_in_minor + 1"),
    ("payouts_are_what_batches_say", "UPDATE batch SET returned_in_minor = 0"),
    ("payouts_are_what_batches_say", "UPDATE payout_return SET repaid_in = NULL"),
    ("payouts_are_what_batches_say", "UPDATE payout_return SET amount_minor = 1"),
    ("payouts_are_what_batches_say", "DELETE FROM payout_return"),
    (
        "the_journal_refers_to_what_is_there",
        "UPDATE posting SET account_id = 'fees:XXX' WHERE account_id = 'fees:EUR'",
    ),
    (
        "the_journal_refers_to_what_is_there",
        (
            "INSERT INTO posting SELECT 'jnl_gone', line, account_id, amount_minor, currency"
            ", balance_before, balance_after FROM posting"
            " WHERE entry_id = (SELECT max(entry_id) FROM entry)"
        ),
    ),
    (
        "the_journal_refers_to_what_is_there",
        "UPDATE entry SET payment_id = 'pay_gone' WHERE kind = 'CAPTURE'",
    ),
    ("the_journal_refers_to_what_is_there", "INSERT INTO unlinked VALUES ('jnl_gone')"),
    (
        "batches_hold_every_movement",
        "DELETE FROM clearing WHERE merchant_id = 'M2088DEMO000002'",
    ),
    (
        "batches_hold_every_movement",
        "UPDATE clearing SET merchant_id = 'M2088DEMO000003' WHERE merchant_id = 'M2088DEMO000002'",
    ),
    ("shares_are_what_was_booked", "DELETE FROM share"),
    (
        "shares_are_what_was_booked",
        "UPDATE share SET entry_id = (SELECT min(entry_id) FROM entry) WHERE request_no = 'S2'",
    ),
    ("shares_are_what_was_booked", "DELETE FROM share_part"),
    ("shares_are_what_was_booked", "UPDATE share_part SET amount_minor = amount_minor + 1"),
    ("shares_are_what_was_booked", "UPDATE share_part SET receiver_id = 'M2088DEMO000003'"),
    (
        "shares_are_what_was_booked",
        "UPDATE payment SET discount_minor = captured_minor WHERE captured_minor = 900",
    ),
    ("shares_are_what_was_booked", "UPDATE share SET refund_id = NULL"),
    (
        "shares_are_what_was_booked",
        (
            "UPDATE share SET refund_id = (SELECT min(refund_id) FROM refund)"
            " WHERE refund_id IS NOT NULL"
        ),
    ),
]


@pytest.mark.parametrize(
    ("rule", "fault"), FAULTS, ids=[f"{rule} {number}" for number, (rule, _) in enumerate(FAULTS)]
)
def test_a_fault_that_breaks_a_rule_is_found_by_that_rule(
    sound_books: SoundBooks, rule: str, fault: str
) -> None:
    with sound_books.falsified(fault) as books:
        found = {finding.rule for finding in audit(books)}
    assert rule in found


def test_every_rule_is_shown_a_fault() -> None:
    named = {rule.name for rule in rules()} | {check.__name__ for check in CHECKS}
    assert named == {rule for rule, _ in FAULTS}


def test_every_rule_says_in_a_sentence_what_always_holds() -> None:
    for rule in rules():
        assert rule.sentence[0].isupper()
        assert rule.sentence.endswith(".")


def test_the_rules_are_numbered_one_after_the_other() -> None:
    folder = resources.files(audit_rules)
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    assert [int(name.partition("_")[0]) for name in names] == list(range(1, len(names) + 1))


def test_a_phone_lost_later_does_not_undo_what_it_signed(world: World) -> None:
    with world.store.transaction() as books:
        for wallet in world.wallets.values():
            keys.revoke(books, key_id=wallet.key.public.key_id)
    assert audit(world.store) == []


def test_receipts_of_a_key_that_leaked_prove_nothing_any_more(world: World) -> None:
    with world.store.transaction() as books:
        keys.revoke(books, key_id=world.key.public.key_id)
    findings = audit(world.store)
    assert {finding.rule for finding in findings} == {"receipts_verify"}
    assert str(findings[0]).startswith("receipts_verify: rcp_")


def test_books_stay_sound_when_payments_are_finished(world: World) -> None:
    world.wait(400 * DAY)
    with world.store.transaction() as books:
        finished = endings.finish_due(
            books,
            now=world.now,
            limit=100,
            policy=world.policy,
            ids=world.ids,
            key=world.key,
        )
    assert len(finished) == 11
    assert audit(world.store) == []
