"""What the wallet's API answers, as a payer's screen shows it.

Amounts are minor units beside their currency, instants RFC 3339 text in UTC. Names of payees are
the registered ones. ``verified`` holds every check of a code by its name (``wallet.codes.checks``).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ledger.protocol.emvco.explain import Explained
from ledger.protocol.errors import QrpayError
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.merchant_qr.read import Reading
from ledger.protocol.messages import Funded, Receipt, ReceiptKind
from ledger.protocol.native_wire import FundingView, MerchantView, PayerView
from wallet.activity import ShownReceipt
from wallet.codes.checks import Check
from wallet.codes.explained import ExplainedCode
from wallet.device.phone import Phone
from wallet.present import ShownCode
from wallet.review import Review, Shown, State
from wallet.scan import Scan


class WalletLine(Struct, frozen=True):
    """A wallet in the list of all."""

    name: str
    display_name: str
    currency: str
    locale: str
    is_locked: bool


class WalletView(Struct, frozen=True):
    """A wallet; what only the provider knows is null while it does not answer."""

    name: str
    display_name: str
    currency: str
    locale: str
    is_locked: bool
    is_online: bool
    balance_minor: int | None
    held_minor: int | None
    no_pin_limit_minor: int | None
    no_pin_limit_currency: str | None


class RefusalView(Struct, frozen=True):
    """A broken rule: its code, its sentence, what was found."""

    code: str
    title: str
    detail: str


class FactView(Struct, frozen=True):
    """One thing a code says of itself, unverified."""

    name: str
    value: str


class WhatItIs(Struct, frozen=True):
    """What a scanned text is, in words; nothing of it is verified."""

    kind: str
    title: str
    sentence: str
    wallet: str
    facts: list[FactView]


class CheckView(Struct, frozen=True):
    """One check of a code."""

    name: str
    asks: str
    outcome: str


class FieldView(Struct, frozen=True):
    """One field of a code, and the section of the specification that defines it."""

    path: str
    name: str
    value: str
    section: str
    note: str


class PayeeView(Struct, frozen=True):
    """Who would be paid, as registered with the provider."""

    merchant_id: str
    name: str
    names: Mapping[str, str]
    city: str


class ReviewView(Struct, frozen=True):
    """What the payer is asked, and what became of it.

    ``outcome`` is null until the payer has decided, then ``paid``, ``given_back`` (paid, and undone
    by the shop since), ``refused``, ``declined`` or ``unknown``: the last is never to be shown as
    failed. A deposit (``intent``) is ``held``, not paid, until ``hold_until`` at most, and then
    ``captured`` (how much, its receipt states) or ``given_back``. ``funding`` is what coupons and
    points pay of the amount; ``payer_amount_minor`` is without it. ``payment_state`` is what the
    provider says of the payment while the payer has not decided; empty where nobody could say.
    """

    review_id: str
    state: State
    outcome: str | None
    payment_id: str
    presented: str
    payee: PayeeView
    subject: str
    amount_minor: int
    currency: str
    payer_amount_minor: int
    payer_currency: str
    rate: str
    rate_set_by: str
    needs_pin: bool
    expires_at: str
    now: str
    refusal: str
    receipts: list[ReceiptView]
    intent: str
    hold_until: str
    funding: list[FundingView]
    payment_state: str


class AtOnceView(Struct, frozen=True):
    """What a screen shows of a code that can be paid at once."""

    payment_id: str
    payee: PayeeView
    amount_minor: int
    currency: str
    needs_pin: bool
    expires_at: str
    now: str


class StatedView(Struct, frozen=True):
    """What a receipt states."""

    kind: str
    refund_id: str
    merchant_id: str
    payee_name: str
    payee_city: str
    merchant_order_no: str
    terminal_id: str
    amount_minor: int
    currency: str
    payer_amount_minor: int
    payer_currency: str
    rate: str
    rate_set_by: str
    funding: list[FundingView]
    occurred_at: str


class ReceiptView(Struct, frozen=True):
    """A receipt, verified now: ``states`` when it holds, else ``refusal`` says why not."""

    receipt_id: str
    payment_id: str
    verifies: bool
    states: StatedView | None
    refusal: RefusalView | None
    signed: Mapping[str, str]


class ScanView(Struct, frozen=True):
    """What a scan gave.

    ``review`` is null for a sticker whose amount the payer has not typed yet: then ``sticker_of``
    says whose it is, and the next request carries ``text`` and ``amount_minor``.
    """

    review_id: str | None
    what_it_is: WhatItIs
    verified: Mapping[str, str]
    text: str
    review: ReviewView | None
    sticker_of: MerchantView | None


class PaymentCodeView(Struct, frozen=True):
    """The digits of the moment."""

    digits: str
    valid_until: str
    seconds_left: int
    now: str
    new_handles: int


class ExplainedView(Struct, frozen=True):
    """A code taken apart: what it is, every check, every field."""

    what_it_is: WhatItIs
    checks: list[CheckView]
    refusal: RefusalView | None
    fields: list[FieldView]


_OUTCOMES = {
    State.SHOWN: None,
    State.APPROVED: "unknown",
    State.PAID: "paid",
    State.HELD: "held",
    State.CAPTURED: "captured",
    State.RELEASED: "given_back",
    State.REFUSED: "refused",
    State.DECLINED: "declined",
}


def wallet_line(phone: Phone) -> WalletLine:
    """Show a wallet in the list of all."""
    return WalletLine(
        name=phone.wallet.name,
        display_name=phone.wallet.display_name,
        currency=phone.wallet.currency,
        locale=phone.wallet.locale,
        is_locked=not phone.vault.is_unlocked(phone.wallet.name),
    )


def wallet(phone: Phone, payer: PayerView | None) -> WalletView:
    """Show a wallet, with what the provider says of the payer if it does."""
    return WalletView(
        name=phone.wallet.name,
        display_name=phone.wallet.display_name,
        currency=phone.wallet.currency,
        locale=phone.wallet.locale,
        is_locked=not phone.vault.is_unlocked(phone.wallet.name),
        is_online=payer is not None,
        balance_minor=payer.balance_minor if payer else None,
        held_minor=payer.held_minor if payer else None,
        no_pin_limit_minor=payer.no_pin_limit_minor if payer else None,
        no_pin_limit_currency=payer.no_pin_limit_currency if payer else None,
    )


def refusal(error: QrpayError) -> RefusalView:
    """Show a broken rule."""
    return RefusalView(error.code, error.title(), error.detail)


def what_it_is(reading: Reading) -> WhatItIs:
    """Show what a text is."""
    facts = [FactView(fact.name, fact.value) for fact in reading.facts]
    return WhatItIs(reading.kind, reading.title, reading.sentence, reading.wallet, facts)


def check(made: Check) -> CheckView:
    """Show one check."""
    return CheckView(made.name, made.asks, made.outcome)


def field(line: Explained) -> FieldView:
    """Show one field of a code."""
    return FieldView(line.path, line.name, line.value, line.section, line.note)


def review(
    of: Review, receipts: list[ShownReceipt], now: Instant, payment_state: str = ""
) -> ReviewView:
    """Show a review with the receipts of its payment, and what the provider says of that."""
    shown = of.shown
    return ReviewView(
        review_id=of.review_id,
        state=of.state,
        outcome="given_back" if _was_reversed(receipts) else _OUTCOMES[of.state],
        payment_id=shown.payment_id,
        presented=shown.presented,
        payee=PayeeView(shown.merchant_id, shown.payee_name, shown.payee_names, shown.payee_city),
        subject=shown.subject,
        amount_minor=shown.amount.minor_units,
        currency=shown.amount.currency.code,
        payer_amount_minor=shown.payer_amount.minor_units,
        payer_currency=shown.payer_amount.currency.code,
        rate=shown.rate,
        rate_set_by=shown.rate_set_by,
        needs_pin=shown.needs_pin,
        expires_at=to_text(shown.expires_at),
        now=to_text(now),
        refusal=of.refusal,
        receipts=[receipt(each) for each in receipts],
        intent=shown.intent,
        hold_until=shown.hold_until,
        funding=_funding(shown.funding),
        payment_state=payment_state,
    )


def at_once(shown: Shown, now: Instant) -> AtOnceView:
    """Show what a code asks for that can be paid at once."""
    return AtOnceView(
        payment_id=shown.payment_id,
        payee=PayeeView(shown.merchant_id, shown.payee_name, shown.payee_names, shown.payee_city),
        amount_minor=shown.amount.minor_units,
        currency=shown.amount.currency.code,
        needs_pin=shown.needs_pin,
        expires_at=to_text(shown.expires_at),
        now=to_text(now),
    )


def _was_reversed(receipts: list[ShownReceipt]) -> bool:
    return any(each.receipt and each.receipt.kind is ReceiptKind.REVERSAL for each in receipts)


def receipt(shown: ShownReceipt) -> ReceiptView:
    """Show a receipt as it verifies now."""
    return ReceiptView(
        receipt_id=shown.kept.receipt_id,
        payment_id=shown.kept.payment_id,
        verifies=shown.receipt is not None,
        states=None if shown.receipt is None else _stated(shown.receipt),
        refusal=None if shown.refusal is None else refusal(shown.refusal),
        signed=shown.kept.signed.to_json(),
    )


def _stated(receipt: Receipt) -> StatedView:
    return StatedView(
        kind=receipt.kind,
        refund_id=receipt.refund_id,
        merchant_id=receipt.merchant_id,
        payee_name=receipt.payee_name,
        payee_city=receipt.payee_city,
        merchant_order_no=receipt.merchant_order_no,
        terminal_id=receipt.terminal_id,
        amount_minor=receipt.amount.minor_units,
        currency=receipt.amount.currency.code,
        payer_amount_minor=receipt.payer_amount.minor_units,
        payer_currency=receipt.payer_amount.currency.code,
        rate=receipt.rate,
        rate_set_by=receipt.rate_set_by,
        funding=_funding(receipt.funding),
        occurred_at=to_text(receipt.occurred_at),
    )


def _funding(parts: tuple[Funded, ...]) -> list[FundingView]:
    return [FundingView(source=part.source, amount_minor=part.minor_units) for part in parts]


def scanned(made: Scan, text: str, receipts: list[ShownReceipt], now: Instant) -> ScanView:
    """Show what a scan gave."""
    return ScanView(
        review_id=made.review.review_id if made.review else None,
        what_it_is=what_it_is(made.reading),
        verified=made.verification.by_name(),
        text=text,
        review=review(made.review, receipts, now) if made.review else None,
        sticker_of=made.sticker_of,
    )


def explained(told: ExplainedCode) -> ExplainedView:
    """Show a code taken apart."""
    verification = told.verification
    refused = verification.refusal if verification else None
    return ExplainedView(
        what_it_is=what_it_is(told.reading),
        checks=[check(each) for each in verification.checks] if verification else [],
        refusal=None if refused is None else refusal(refused),
        fields=[field(each) for each in told.fields],
    )


def payment_code(shown: ShownCode, now: Instant) -> PaymentCodeView:
    """Show the digits of the moment."""
    return PaymentCodeView(
        digits=shown.code.text,
        valid_until=to_text(shown.code.valid_until),
        seconds_left=shown.seconds_left(now),
        now=to_text(now),
        new_handles=shown.new_handles,
    )
