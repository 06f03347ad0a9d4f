"""Messages have one spelling and keep the rules of their fields; all else is refused by name."""

from __future__ import annotations

import itertools
import unicodedata
from contextlib import suppress
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.content import (
    AmountOutOfRange,
    CurrencyMismatch,
    CurrencyUnsupported,
    FieldFormat,
    IdentifierFormat,
    MessageFormat,
    TextCharacter,
)
from ledger.protocol.instants import Instant
from ledger.protocol.messages import (
    Message,
    Notification,
    NotificationEvent,
    PaymentRequest,
    Presented,
    Receipt,
    ReceiptKind,
    decode,
    encode,
)
from ledger.protocol.messages.text import write
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Domain
from tests.protocol.example_messages import (
    ABOUT_MONEY,
    AUTHORISATION,
    BODY,
    CNY,
    EUR,
    MESSAGES,
    NOTIFICATION,
    NOW,
    RECEIPT,
    REQUEST,
    TYPES,
)

every_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)


# --- The spelling ---------------------------------------------------------------------------------


def test_a_receipt_is_spelled_line_by_line() -> None:
    assert encode(RECEIPT) == (
        "type=receipt/v1\n"
        f"receipt_id=rcp_{BODY}\n"
        "kind=payment\n"
        f"payment_id=pay_{BODY}\n"
        "refund_id=\n"
        "merchant_id=M2088DEMO000001\n"
        "payee_name=Demo Drogerie\n"
        "payee_city=Berlin\n"
        "merchant_order_no=K3-000417\n"
        "terminal_id=T01\n"
        "ppid=MFRGGZDFMZTWQ2LKNNWG23TPOA\n"
        "amount_minor=1295\n"
        "currency=EUR\n"
        "payer_amount_minor=10118\n"
        "payer_currency=CNY\n"
        "rate=125/16\n"
        "rate_set_by=sandbox\n"
        "occurred_at=2026-11-21T22:29:40.123Z\n"
    )


@every_message
def test_what_is_written_is_read_back(message: Message) -> None:
    assert decode(type(message), encode(message)) == message


names = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp", "M"]), min_size=1, max_size=64
).filter(lambda text: unicodedata.is_normalized("NFC", text))
amounts = st.integers(min_value=1, max_value=10**11).map(lambda minor: Money(minor, EUR))
instants = st.integers(min_value=0, max_value=4_000_000_000_000).map(Instant)


@given(names, names, amounts, instants)
def test_any_receipt_is_read_back(name: str, city: str, amount: Money, at: Instant) -> None:
    receipt = replace(RECEIPT, payee_name=name, payee_city=city, amount=amount, occurred_at=at)
    assert decode(Receipt, encode(receipt)) == receipt


def lines_of(message: Message) -> list[str]:
    return encode(message).splitlines(keepends=True)


def refuses(message: Message, lines: list[str]) -> None:
    with pytest.raises(CallerError):
        decode(type(message), "".join(lines))


@every_message
def test_a_missing_line_is_refused(message: Message) -> None:
    lines = lines_of(message)
    for index in range(len(lines)):
        refuses(message, lines[:index] + lines[index + 1 :])


@every_message
def test_a_repeated_line_is_refused(message: Message) -> None:
    lines = lines_of(message)
    for index in range(len(lines)):
        refuses(message, lines[: index + 1] + lines[index:])


@every_message
def test_an_additional_line_is_refused(message: Message) -> None:
    lines = lines_of(message)
    for index, line in itertools.product(range(len(lines) + 1), ("more=1\n", "\n", "=\n", "more")):
        refuses(message, [*lines[:index], line, *lines[index:]])


@every_message
def test_lines_in_another_order_are_refused(message: Message) -> None:
    lines = lines_of(message)
    for one, other in itertools.combinations(range(len(lines)), 2):
        moved = list(lines)
        moved[one], moved[other] = moved[other], moved[one]
        refuses(message, moved)


@pytest.mark.parametrize("message", ABOUT_MONEY, ids=lambda m: type(m).__name__)
def test_a_line_spelled_differently_is_refused(message: Message) -> None:
    text = encode(message)
    changes = [
        text[:-1],
        text + " ",
        " " + text,
        text.replace("\n", "\r\n"),
        text.replace("\n", "\u2028", 3),
        "\ufeff" + text,
        text.replace("=1295\n", "=01295\n"),
        text.replace("=1295\n", "=+1295\n"),
        text.replace("=1295\n", "=1_295\n"),
        text.replace("=1295\n", "=１２９５\n"),
        text.replace("=1295\n", "=1295.0\n"),
        text.replace("=1295\n", "=1295 \n"),
        text.replace("=EUR\n", "=eur\n"),
        text.replace(".123Z", ".123000Z"),
        text.replace(".123Z", ".123+00:00"),
        text.replace(BODY, BODY.lower()),
        text.replace("/v1", "/v2"),
    ]
    for changed in changes:
        assert changed != text
        with pytest.raises(CallerError):
            decode(type(message), changed)


@given(st.sampled_from(MESSAGES), st.data())
def test_any_changed_character_is_another_message_or_refused(
    message: Message, data: st.DataObject
) -> None:
    text = encode(message)
    index = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    character = data.draw(st.characters())
    assume(text[index] != character)
    changed = text[:index] + character + text[index + 1 :]
    with suppress(CallerError):
        assert encode(decode(type(message), changed)) == changed


@given(st.sampled_from(TYPES), st.text(max_size=200))
def test_any_text_is_refused_by_name(expected: type[Message], text: str) -> None:
    with pytest.raises(CallerError):
        decode(expected, text)


def test_no_two_values_can_share_a_text_by_a_line_break_within() -> None:
    with pytest.raises(TextCharacter):
        replace(RECEIPT, payee_name="Demo\npayee_city=Paris")


def test_a_line_break_in_a_value_is_never_written() -> None:
    with pytest.raises(MessageFormat, match="subject has a line break"):
        write(Domain.REQUEST, [("subject", "x\namount_minor=1")])


@every_message
def test_a_text_of_another_type_is_refused_by_its_first_line(message: Message) -> None:
    text = encode(message).replace("type=", "type=x", 1)
    with pytest.raises(MessageFormat, match="it begins with"):
        decode(type(message), text)


# --- The rules of the fields ----------------------------------------------------------------------


BROKEN: list[tuple[Message, str, object, type[QrpayError]]] = [
    (REQUEST, "request_id", f"pay_{BODY}", IdentifierFormat),
    (REQUEST, "merchant_id", "M/1", IdentifierFormat),
    (REQUEST, "terminal_id", "", IdentifierFormat),
    (REQUEST, "merchant_order_no", "K3 17", IdentifierFormat),
    (REQUEST, "amount", Money(0, EUR), AmountOutOfRange),
    (REQUEST, "amount", Money(-1, EUR), AmountOutOfRange),
    (REQUEST, "amount", Money(10**11 + 1, EUR), AmountOutOfRange),
    (REQUEST, "subject", "turn \u202e around", TextCharacter),
    (REQUEST, "subject", "x" * 65, TextCharacter),
    (REQUEST, "basket_hash", "AB" * 32, FieldFormat),
    (REQUEST, "basket_hash", "ab" * 31, FieldFormat),
    (REQUEST, "expires_at", NOW, MessageFormat),
    (REQUEST, "presented", Presented.STICKER, MessageFormat),
    (AUTHORISATION, "authorisation_id", f"pay_{BODY}", IdentifierFormat),
    (AUTHORISATION, "payment_id", BODY, IdentifierFormat),
    (AUTHORISATION, "payer_id", f"dev_{BODY}", IdentifierFormat),
    (AUTHORISATION, "device_id", "dev_1", IdentifierFormat),
    (AUTHORISATION, "payee_name", "", FieldFormat),
    (AUTHORISATION, "payer_amount", Money(0, CNY), AmountOutOfRange),
    (AUTHORISATION, "quote_id", "", MessageFormat),
    (AUTHORISATION, "payer_amount", Money(1295, EUR), MessageFormat),
    (AUTHORISATION, "code_digest", "none", FieldFormat),
    (RECEIPT, "receipt_id", "rcp_", IdentifierFormat),
    (RECEIPT, "refund_id", f"rfd_{BODY}", MessageFormat),
    (RECEIPT, "kind", ReceiptKind.REFUND, MessageFormat),
    (RECEIPT, "payee_city", "\u200b", TextCharacter),
    (RECEIPT, "ppid", f"pyr_{BODY}", FieldFormat),
    (RECEIPT, "rate", "", MessageFormat),
    (RECEIPT, "rate", "7.8125", FieldFormat),
    (RECEIPT, "rate", "0/1", FieldFormat),
    (RECEIPT, "rate_set_by", "", MessageFormat),
    (RECEIPT, "payer_amount", Money(1295, EUR), MessageFormat),
    (RECEIPT, "payer_amount", Money(-1, CNY), AmountOutOfRange),
    (NOTIFICATION, "notification_id", "", IdentifierFormat),
    (NOTIFICATION, "event", NotificationEvent.PAYMENT_PAID, MessageFormat),
    (NOTIFICATION, "refund_id", "", MessageFormat),
    (NOTIFICATION, "refund_amount", None, MessageFormat),
    (NOTIFICATION, "refund_amount", Money(1296, EUR), MessageFormat),
    (NOTIFICATION, "refund_amount", Money(1, CNY), CurrencyMismatch),
]


@pytest.mark.parametrize(("message", "field", "value", "error"), BROKEN)
def test_a_field_that_breaks_its_rule_makes_no_message(
    message: Message, field: str, value: object, error: type[QrpayError]
) -> None:
    values = {f.name: getattr(message, f.name) for f in fields(message)}  # type: ignore[arg-type]
    assert type(message)(**values) == message
    with pytest.raises(error):
        type(message)(**{**values, field: value})


def test_a_text_with_a_currency_not_known_is_refused() -> None:
    with pytest.raises(CurrencyUnsupported):
        decode(PaymentRequest, encode(REQUEST).replace("=EUR", "=XXX"))


def test_a_tiny_refund_may_be_worth_nothing_in_the_payers_currency() -> None:
    tiny = replace(
        RECEIPT,
        kind=ReceiptKind.REFUND,
        refund_id=f"rfd_{BODY}",
        amount=Money(1, EUR),
        payer_amount=Money(0, currency("JPY")),
    )
    assert decode(Receipt, encode(tiny)) == tiny


def test_a_refund_of_the_whole_payment_is_notified() -> None:
    whole = replace(NOTIFICATION, refund_amount=NOTIFICATION.amount)
    assert decode(Notification, encode(whole)) == whole


def test_a_message_can_not_be_changed_after_its_check() -> None:
    with pytest.raises(FrozenInstanceError):
        REQUEST.merchant_id = "M2"  # type: ignore[misc]
