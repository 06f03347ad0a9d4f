"""The payer agrees: to exactly what the ledger has in its rows, once, and nobody in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.checkout import authorisations, consents
from ledger.core.checkout.capture import Captured
from ledger.core.checkout.consents import Consent
from ledger.core.checkout.deposits.holds import Held
from ledger.core.parties import keys, register
from ledger.core.records.notices import OutboxRow
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import Payment
from ledger.protocol import messages
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.checkout import (
    MerchantBlocked,
    NotEnoughFunds,
    OrderAlreadyPaid,
    OrderClaimed,
    OrderNotFound,
    OrderState,
    PayerBlocked,
    ScaMismatch,
)
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.errors.service import StorageFull
from ledger.protocol.errors.trust import (
    KeyNotAllowedForMerchant,
    KeyRevoked,
    SignatureInvalid,
    TimestampSkew,
)
from ledger.protocol.identifiers import DeviceId, PayerId, PaymentId
from ledger.protocol.instants import MINUTE, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Authorisation, Signed
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm
from ledger.store.tables.notices import Outbox
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.state import refused, state_of

OTHER = "01KAK9Q3ZV7T2M5X8B4C6D0E"


def claimed(world: World, amount_minor: int = 1295, name: str = "li-wei") -> Payment:
    payment = world.request(amount_minor)
    return world.claim(payment, name).payment


def test_a_consent_moves_the_money_and_gives_the_receipt(world: World) -> None:
    payment = claimed(world)
    captured = world.authorise(payment, "li-wei")
    assert captured.payment.state is PaymentState.PAID
    assert captured.payment.paid_at == world.now
    assert world.balance("li-wei") == 500_000 - 10_118
    with world.store.reading() as books:
        receipt = messages.open_receipt(captured.receipt, keys.directory(books))
    assert (receipt.payment_id, receipt.amount) == (payment.payment_id, payment.amount)
    assert (receipt.rate, receipt.rate_set_by) == ("125/16", "qrpay sandbox")


def test_a_phone_with_a_p256_key_pays_as_well(world: World) -> None:
    world.wallets["browser"] = world.add_payer("browser", "EUR", 2_000, Algorithm.P256)
    payment = claimed(world, 1295, "browser")
    assert world.authorise(payment, "browser").payment.state is PaymentState.PAID


def test_the_same_consent_again_gives_the_same_receipt_and_moves_nothing(world: World) -> None:
    payment = claimed(world)
    consent = world.consent(world.authorisation(payment, "li-wei"), "li-wei")
    captured = world.decide(consent)
    before = state_of(world.store)
    world.wait(10 * MINUTE)
    assert world.decide(consent) == captured
    assert state_of(world.store) == before


def test_another_consent_to_a_paid_payment_is_refused(world: World) -> None:
    payment = claimed(world)
    second = world.consent(world.authorisation(payment, "li-wei"), "li-wei")
    world.authorise(payment, "li-wei")
    with refused(world, OrderAlreadyPaid):
        world.decide(second)


def test_of_two_payers_the_one_who_did_not_scan_moves_nothing(world: World) -> None:
    payment = claimed(world, name="li-wei")
    authorisation = replace(
        world.authorisation(payment, "li-wei"),
        payer_id=world.payer_id("anna"),
        device_id=world.wallets["anna"].device.device_id,
    )
    with refused(world, OrderClaimed):
        world.decide(world.consent(authorisation, "anna"))


def _in_another_currency(authorisation: Authorisation) -> Authorisation:
    return replace(authorisation, amount=Money(1295, currency("USD")))


OTHER_THAN_THE_ROWS: dict[str, Callable[[Authorisation], Authorisation]] = {
    "a cent less": lambda signed: replace(signed, amount=Money(1294, currency("EUR"))),
    "a hundredth": lambda signed: replace(signed, amount=Money(12, currency("EUR"))),
    "currency": _in_another_currency,
    "payer's amount": lambda signed: replace(signed, payer_amount=Money(10_117, currency("CNY"))),
    "payer's currency": lambda signed: replace(signed, payer_amount=Money(10_118, currency("JPY"))),
    "payee's name": lambda signed: replace(signed, payee_name="Demo Drogeria"),
    "merchant": lambda signed: replace(signed, merchant_id=KIOSK),
    "payer": lambda signed: replace(signed, payer_id=PayerId(f"pyr_{OTHER}")),
    "device": lambda signed: replace(signed, device_id=DeviceId(f"dev_{OTHER}")),
    "quote": lambda signed: replace(signed, quote_id=f"fxq_{OTHER}"),
    "code": lambda signed: replace(signed, code_digest="00" * 32),
    "no code": lambda signed: replace(signed, code_digest=""),
}


@pytest.mark.parametrize("change", OTHER_THAN_THE_ROWS.values(), ids=list(OTHER_THAN_THE_ROWS))
def test_a_consent_to_anything_else_than_the_rows_say_moves_nothing(
    world: World, change: Callable[[Authorisation], Authorisation]
) -> None:
    payment = claimed(world)
    consent = world.consent(change(world.authorisation(payment, "li-wei")), "li-wei")
    with refused(world, ScaMismatch):
        world.decide(consent)


def test_a_consent_to_one_payment_is_none_to_another(world: World) -> None:
    small, large = claimed(world, 100), claimed(world, 10_000)
    authorisation = world.authorisation(small, "li-wei")
    signed = messages.seal(authorisation, world.wallets["li-wei"].key)
    with refused(world, ScaMismatch), world.store.reading() as books:
        consents.open_authorisation(
            books,
            signed=signed,
            payment_id=large.payment_id,
            device=world.wallets["li-wei"].device,
            now=world.now,
        )
    redirected = world.consent(replace(authorisation, payment_id=large.payment_id), "li-wei")
    with refused(world, ScaMismatch):
        world.decide(redirected)


def test_a_consent_altered_after_signing_is_refused(world: World) -> None:
    payment = claimed(world)
    signed = messages.seal(world.authorisation(payment, "li-wei"), world.wallets["li-wei"].key)
    altered = Signed(
        signed.text.replace("amount_minor=1295", "amount_minor=1"), signed.key_id, signed.signature
    )
    with refused(world, SignatureInvalid), world.store.reading() as books:
        consents.open_authorisation(
            books,
            signed=altered,
            payment_id=payment.payment_id,
            device=world.wallets["li-wei"].device,
            now=world.now,
        )


def test_a_consent_sealed_by_another_phone_is_refused(world: World) -> None:
    payment = claimed(world)
    signed = messages.seal(world.authorisation(payment, "li-wei"), world.wallets["anna"].key)
    with refused(world, KeyNotAllowedForMerchant), world.store.reading() as books:
        consents.open_authorisation(
            books,
            signed=signed,
            payment_id=payment.payment_id,
            device=world.wallets["li-wei"].device,
            now=world.now,
        )


def test_a_phone_reported_lost_after_the_check_of_its_signature_pays_nothing(world: World) -> None:
    payment = claimed(world)
    consent = world.consent(world.authorisation(payment, "li-wei"), "li-wei")
    with world.store.transaction() as books:
        keys.revoke(books, key_id=consent.signed.key_id)
    with refused(world, KeyRevoked):
        world.decide(consent)


def test_without_funds_nothing_moves_and_the_payment_still_waits(world: World) -> None:
    payment = claimed(world, 1295, "chen-jing")
    with refused(world, NotEnoughFunds):
        world.authorise(payment, "chen-jing")
    assert world.payment(payment).state is PaymentState.AUTHORISING
    assert world.balance("chen-jing") == 8_000


def test_the_ledgers_clock_decides_when_a_payment_is_over(world: World) -> None:
    world.policy = replace(world.policy, claim_ms=5 * MINUTE)
    payment = claimed(world)
    world.wait(3 * MINUTE)
    with refused(world, QrExpired):
        world.authorise(payment, "li-wei")


def test_a_payment_is_still_paid_in_its_last_millisecond(world: World) -> None:
    world.policy = replace(world.policy, claim_ms=5 * MINUTE)
    payment = claimed(world)
    world.wait(3 * MINUTE - 1)
    assert world.authorise(payment, "li-wei").payment.state is PaymentState.PAID


@pytest.mark.parametrize("skew_ms", [-5 * MINUTE - 1, 5 * MINUTE + 1])
def test_a_consent_from_another_time_is_refused(world: World, skew_ms: int) -> None:
    payment = claimed(world)
    authorisation = world.authorisation(payment, "li-wei")
    dated = replace(authorisation, authorised_at=later(world.now, skew_ms))
    with refused(world, TimestampSkew):
        world.decide(world.consent(dated, "li-wei"))


@pytest.mark.parametrize("skew_ms", [-5 * MINUTE, 5 * MINUTE])
def test_clocks_may_differ_by_five_minutes(world: World, skew_ms: int) -> None:
    payment = claimed(world)
    authorisation = world.authorisation(payment, "li-wei")
    dated = replace(authorisation, authorised_at=later(world.now, skew_ms))
    assert world.decide(world.consent(dated, "li-wei")).payment.state is PaymentState.PAID


def _set_status(world: World, *, blocked: str) -> None:
    with world.store.transaction() as books:
        if blocked == SHOP:
            register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.BLOCKED)
        else:
            register.set_payer_status(
                books, payer_id=world.payer_id(blocked), status=PartyStatus.BLOCKED
            )


@pytest.mark.parametrize(("rule", "who"), [(PayerBlocked, "li-wei"), (MerchantBlocked, SHOP)])
def test_whoever_was_blocked_since_the_scan_takes_no_part(
    world: World, rule: type[QrpayError], who: str
) -> None:
    payment = claimed(world)
    _set_status(world, blocked=who)
    with refused(world, rule):
        world.authorise(payment, "li-wei")


def test_without_a_scan_there_is_nothing_to_agree_to(world: World) -> None:
    scanned, fresh = claimed(world), world.request(1295)
    authorisation = replace(world.authorisation(scanned, "li-wei"), payment_id=fresh.payment_id)
    with refused(world, OrderState):
        world.decide(world.consent(authorisation, "li-wei"))
    unknown = replace(authorisation, payment_id=PaymentId(f"pay_{OTHER}"))
    with refused(world, OrderNotFound):
        world.decide(world.consent(unknown, "li-wei"))


# --- Many at once ---------------------------------------------------------------------------------


def decide_all(world: World, given: list[Consent]) -> list[Captured | Held | CallerError]:
    with world.store.transaction() as books:
        return authorisations.authorise(
            books,
            consents=given,
            policy=world.policy,
            now=world.now,
            ids=world.ids,
            key=world.key,
        )


def test_a_bad_consent_never_fails_its_neighbours(world: World) -> None:
    names = ["li-wei", "chen-jing", "anna", "yuki"]
    payments = [claimed(world, 1295, name) for name in names]
    signed = [
        world.authorisation(payment, name) for payment, name in zip(payments, names, strict=True)
    ]
    signed[3] = replace(signed[3], payee_name="Somebody else")
    results = decide_all(
        world,
        [world.consent(message, name) for message, name in zip(signed, names, strict=True)],
    )
    assert [type(result) for result in results] == [
        Captured,
        NotEnoughFunds,
        Captured,
        ScaMismatch,
    ]
    assert [world.payment(payment).state for payment in payments] == [
        PaymentState.PAID,
        PaymentState.AUTHORISING,
        PaymentState.PAID,
        PaymentState.AUTHORISING,
    ]


def test_in_one_list_the_later_consent_sees_what_the_earlier_one_spent(world: World) -> None:
    first, second = claimed(world, 15_000, "anna"), claimed(world, 15_000, "anna")
    results = decide_all(
        world,
        [
            world.consent(world.authorisation(payment, "anna"), "anna")
            for payment in (first, second)
        ],
    )
    assert [type(result) for result in results] == [Captured, NotEnoughFunds]
    assert world.balance("anna") == 5_000


def test_the_same_consent_twice_in_one_list_is_one_debit_and_one_answer(world: World) -> None:
    payment = claimed(world, 1295, "anna")
    consent = world.consent(world.authorisation(payment, "anna"), "anna")
    first, second = decide_all(world, [consent, consent])
    assert first == second
    assert world.balance("anna") == 20_000 - 1_295


def test_a_failure_of_our_own_undoes_the_whole_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    payments = [claimed(world, 100, name) for name in ("anna", "li-wei")]
    given = [
        world.consent(world.authorisation(payment, name), name)
        for payment, name in zip(payments, ("anna", "li-wei"), strict=True)
    ]
    before = state_of(world.store)
    add = Outbox.add
    seen = []

    def full_at_the_second(self: Outbox, row: OutboxRow) -> None:
        seen.append(row)
        if len(seen) > 1:
            raise StorageFull
        add(self, row)

    monkeypatch.setattr(Outbox, "add", full_at_the_second)
    with pytest.raises(StorageFull):
        decide_all(world, given)
    assert state_of(world.store) == before
