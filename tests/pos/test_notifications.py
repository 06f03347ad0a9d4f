"""What a till must not believe: hostile and odd notifications, each refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.protocol import messages
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    NotificationAmountDiffers,
    NotificationContradicts,
    NotificationDiffers,
    NotificationNotOurs,
    NotificationReceiptMissing,
    NotificationSaleUnknown,
    ReceiptDiffers,
)
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.errors.trust import (
    KeyNotAllowedForMerchant,
    KeyUnknown,
    KidFormat,
    SignatureEncoding,
    SignatureInvalid,
)
from ledger.protocol.identifiers import Kind, PaymentId
from ledger.protocol.instants import SECOND
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import (
    Notification,
    NotificationEvent,
    Presented,
    Signed,
)
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm, Domain, KeyDirectory, PrivateKey, b64url
from pos.collect import Phase
from pos.counter import notifications, sales
from pos.counter.resolver import Resolver
from pos.till import SaleState
from tests.pos.provider import OTHER_KEY, PROVIDER_KEY, lose_calls, work
from tests.pos.scene import Scene, other_receipts
from tests.pos.shop import EUR, PRICE, TILL_KEY

STRANGER = PrivateKey.from_seed(Algorithm.ED25519, b"s" * 32)


def test_a_genuine_notification_makes_the_sale_paid(scene: Scene) -> None:
    told, receipt = scene.pay()
    scene.receive(told, receipt)
    assert (scene.state, scene.phase) == (SaleState.PAID, Phase.PAID)
    assert scene.desk.store.evidence.receipts(scene.sale.sale_id) == [receipt]


Forge = Callable[[Scene, Notification], Signed]


def unsigned(_: Scene, told: Notification) -> Signed:
    return Signed(messages.encode(told), PROVIDER_KEY.public.key_id, "")


def by_stranger(_: Scene, told: Notification) -> Signed:
    return messages.seal(told, STRANGER)


def by_stranger_in_the_providers_name(_: Scene, told: Notification) -> Signed:
    return replace(messages.seal(told, STRANGER), key_id=PROVIDER_KEY.public.key_id)


def by_another_merchant(_: Scene, told: Notification) -> Signed:
    return messages.seal(told, OTHER_KEY)


def by_the_till_itself(_: Scene, told: Notification) -> Signed:
    return replace(messages.seal(told, TILL_KEY), key_id=PROVIDER_KEY.public.key_id)


def key_id_with_a_path(_: Scene, told: Notification) -> Signed:
    return replace(messages.seal(told, PROVIDER_KEY), key_id="../../x")


def altered_after_signing(_: Scene, told: Notification) -> Signed:
    sealed = messages.seal(told, PROVIDER_KEY)
    return replace(sealed, text=sealed.text.replace("amount_minor=1295", "amount_minor=1"))


def signed_as_a_receipt(_: Scene, told: Notification) -> Signed:
    text = messages.encode(told)
    signature = PROVIDER_KEY.sign(Domain.RECEIPT, text.encode())
    return Signed(text, PROVIDER_KEY.public.key_id, b64url(signature))


def signature_spelled_differently(_: Scene, told: Notification) -> Signed:
    sealed = messages.seal(told, PROVIDER_KEY)
    return replace(sealed, signature=sealed.signature + "==")


def signed_but_not_canonical(_: Scene, told: Notification) -> Signed:
    text = messages.encode(told) + "state=PAID\n"
    signature = PROVIDER_KEY.sign(Domain.NOTIFICATION, text.encode())
    return Signed(text, PROVIDER_KEY.public.key_id, b64url(signature))


def for_another_merchant(_: Scene, told: Notification) -> Signed:
    return messages.seal(replace(told, merchant_id="M2088DEMO000002"), PROVIDER_KEY)


def about_an_unknown_payment(scene: Scene, told: Notification) -> Signed:
    unknown = PaymentId(scene.provider.ids.new(Kind.PAYMENT, scene.clock.now()))
    return messages.seal(replace(told, payment_id=unknown), PROVIDER_KEY)


def under_another_order_number(_: Scene, told: Notification) -> Signed:
    return messages.seal(replace(told, merchant_order_no="T01-SOMETHING"), PROVIDER_KEY)


def at_another_terminal(_: Scene, told: Notification) -> Signed:
    return messages.seal(replace(told, terminal_id="T09"), PROVIDER_KEY)


def presented_by_the_payer(_: Scene, told: Notification) -> Signed:
    return messages.seal(replace(told, presented=Presented.CONSUMER), PROVIDER_KEY)


def presented_as_a_sticker(_: Scene, told: Notification) -> Signed:
    return messages.seal(replace(told, presented=Presented.STICKER), PROVIDER_KEY)


REFUSED: list[tuple[Forge, type[QrpayError]]] = [
    (unsigned, SignatureEncoding),
    (by_stranger, KeyUnknown),
    (by_stranger_in_the_providers_name, SignatureInvalid),
    (by_another_merchant, KeyNotAllowedForMerchant),
    (by_the_till_itself, SignatureInvalid),
    (key_id_with_a_path, KidFormat),
    (altered_after_signing, SignatureInvalid),
    (signed_as_a_receipt, SignatureInvalid),
    (signature_spelled_differently, SignatureEncoding),
    (signed_but_not_canonical, MessageFormat),
    (for_another_merchant, NotificationNotOurs),
    (about_an_unknown_payment, NotificationSaleUnknown),
    (under_another_order_number, NotificationDiffers),
    (at_another_terminal, NotificationDiffers),
    (presented_by_the_payer, NotificationDiffers),
    (presented_as_a_sticker, NotificationDiffers),
]


@pytest.mark.parametrize(("forge", "rule"), REFUSED, ids=[row[0].__name__ for row in REFUSED])
def test_what_does_not_hold_is_refused_by_name_and_changes_nothing(
    scene: Scene, forge: Forge, rule: type[QrpayError]
) -> None:
    told, receipt = scene.pay()
    before = scene.everything()
    with pytest.raises(rule) as refused:
        notifications.receive(scene.desk, forge(scene, told), receipt)
    assert type(refused.value) is rule
    assert scene.everything() == before
    scene.receive(told, receipt)
    assert scene.state is SaleState.PAID


def test_a_key_that_is_not_known_yet_is_asked_for_once(scene: Scene) -> None:
    told, receipt = scene.pay()
    asked: list[int] = []
    known = [KeyDirectory(), scene.desk.provider_keys()]
    newcomer = replace(
        scene.desk,
        provider_keys=lambda: known[min(len(asked), 1)],
        refresh_keys=lambda: asked.append(1),
    )
    notifications.receive(newcomer, messages.seal(told, PROVIDER_KEY), receipt)
    assert (scene.state, len(asked)) == (SaleState.PAID, 1)


@pytest.mark.parametrize("off_by", [-1, 1, 100])
def test_an_amount_that_is_off_puts_the_sale_under_review(scene: Scene, off_by: int) -> None:
    told, receipt = scene.pay()
    wrong = replace(told, amount=Money(PRICE.minor_units + off_by, EUR))
    for _ in range(3):
        with pytest.raises(NotificationAmountDiffers):
            scene.receive(wrong, receipt)
    assert scene.state is SaleState.REVIEW
    assert scene.alarms == ["NOTIFICATION_AMOUNT_DIFFERS"]
    scene.receive(told, receipt)
    assert scene.state is SaleState.REVIEW
    assert scene.phase is Phase.PAID


def test_an_amount_in_another_currency_is_another_amount(scene: Scene) -> None:
    told, receipt = scene.pay()
    with pytest.raises(NotificationAmountDiffers):
        scene.receive(replace(told, amount=Money(1295, currency("JPY"))), receipt)
    assert scene.state is SaleState.REVIEW


def test_a_hundred_copies_have_one_effect(scene: Scene) -> None:
    told, receipt = scene.pay()
    for _ in range(100):
        scene.receive(told, receipt)
    assert scene.state is SaleState.PAID
    assert len(scene.desk.store.evidence.receipts(scene.sale.sale_id)) == 1
    assert scene.alarms == []


def test_paid_without_a_receipt_is_refused(scene: Scene) -> None:
    told, _ = scene.pay()
    with pytest.raises(NotificationReceiptMissing):
        scene.receive(told, None)
    assert scene.state is SaleState.COLLECTING


def test_a_receipt_by_somebody_else_is_refused(scene: Scene) -> None:
    told, receipt = scene.pay()
    opened = messages.open_receipt(receipt, scene.desk.provider_keys())
    with pytest.raises(KeyUnknown):
        scene.receive(told, messages.seal(opened, STRANGER))
    assert scene.state is SaleState.COLLECTING


@pytest.mark.parametrize("number", range(7))
def test_a_receipt_about_something_else_is_refused(scene: Scene, number: int) -> None:
    told, _ = scene.pay()
    before = scene.everything()
    with pytest.raises(ReceiptDiffers):
        scene.receive(told, other_receipts(scene)[number])
    assert scene.everything() == before


def test_a_decline_brings_no_receipt(scene: Scene) -> None:
    _, receipt = scene.pay()
    payment = scene.provider.set_state(scene.payment_id, PaymentState.DECLINED)
    told = scene.provider.notification(payment, NotificationEvent.PAYMENT_DECLINED)
    with pytest.raises(ReceiptDiffers):
        scene.receive(told, receipt)
    scene.receive(told, None)
    assert (scene.state, scene.phase) == (SaleState.OPEN, Phase.NOT_PAID)


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (PaymentState.DECLINED, NotificationEvent.PAYMENT_DECLINED),
        (PaymentState.CLOSED, NotificationEvent.PAYMENT_CLOSED),
        (PaymentState.REVERSED, NotificationEvent.PAYMENT_REVERSED),
    ],
)
def test_unpaid_after_the_till_knows_it_is_paid_is_a_matter_for_a_person(
    scene: Scene, state: PaymentState, event: NotificationEvent
) -> None:
    scene.receive(*scene.pay())
    payment = scene.provider.set_state(scene.payment_id, state)
    with pytest.raises(NotificationContradicts):
        scene.receive(scene.provider.notification(payment, event), None)
    assert scene.state is SaleState.REVIEW


def test_paid_is_no_news_while_the_payment_is_being_undone(scene: Scene) -> None:
    told, receipt = scene.pay()
    scene.provider.network = lose_calls
    sales.abandon(scene.desk, scene.sale.sale_id)
    scene.receive(told, receipt)
    assert (scene.state, scene.phase) == (SaleState.OUTCOME_UNKNOWN, Phase.REVERSING)
    scene.provider.network = work
    scene.clock.advance(20 * SECOND)
    Resolver(scene.desk).take_round()
    assert (scene.state, scene.phase) == (SaleState.ABANDONED, Phase.REVERSED)


def test_late_news_of_a_payment_that_went_back_changes_nothing(scene: Scene) -> None:
    told, receipt = scene.pay()
    sales.abandon(scene.desk, scene.sale.sale_id)
    scene.receive(told, receipt)
    assert scene.state is SaleState.ABANDONED
    assert scene.alarms == []


def test_the_end_of_the_refund_period_changes_nothing(scene: Scene) -> None:
    scene.receive(*scene.pay())
    payment = scene.provider.set_state(scene.payment_id, PaymentState.FINISHED)
    scene.receive(scene.provider.notification(payment, NotificationEvent.PAYMENT_FINISHED), None)
    assert scene.state is SaleState.PAID
    assert scene.alarms == []
