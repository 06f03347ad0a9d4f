"""Signed messages: one spelling, one speaker, one purpose; anything else is refused by name."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator
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
    FieldMissing,
    IdentifierFormat,
    MessageFormat,
    TextCharacter,
    UnknownField,
)
from ledger.protocol.errors.trust import (
    KeyExpired,
    KeyNotAllowedForMerchant,
    KeyNotYetValid,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
    SignatureEncoding,
    SignatureInvalid,
)
from ledger.protocol.identifiers import (
    DeviceId,
    IdSource,
    PayerId,
    PaymentId,
    ReceiptId,
    RequestId,
)
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import (
    Authorisation,
    Message,
    Notification,
    NotificationEvent,
    PaymentRequest,
    Presented,
    Receipt,
    ReceiptKind,
    Signed,
    decode,
    encode,
    open_,
    open_receipt,
    seal,
)
from ledger.protocol.messages.text import write
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    Domain,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    b64url,
    from_jwks,
    merchant_owner,
    to_jwks,
)

NOW = Instant(1_795_300_180_123)
EUR, CNY = currency("EUR"), currency("CNY")
IDS = IdSource(bytes)
BODY = IDS.body(NOW)
KEY = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
OWNER = merchant_owner("M2088DEMO000001")


def record(key: PrivateKey = KEY, owner: str = OWNER) -> KeyRecord:
    begin, end = Instant(NOW - DAY), Instant(NOW + DAY)
    return KeyRecord(key.public.key_id, key.public, owner, KeyStatus.ACTIVE, begin, end)


DIRECTORY = KeyDirectory([record()])

REQUEST = PaymentRequest(
    request_id=RequestId(BODY),
    merchant_id="M2088DEMO000001",
    terminal_id="T01",
    merchant_order_no="K3-000417",
    amount=Money(1295, EUR),
    subject="Order K3-000417",
    basket_hash="ab" * 32,
    created_at=NOW,
    expires_at=Instant(NOW + 180_000),
    presented=Presented.MERCHANT,
)
AUTHORISATION = Authorisation(
    authorisation_id=f"aut_{BODY}",
    payment_id=PaymentId(f"pay_{BODY}"),
    payer_id=PayerId(f"pyr_{BODY}"),
    device_id=DeviceId(f"dev_{BODY}"),
    merchant_id="M2088DEMO000001",
    payee_name="Demo Drogerie 药妆",
    amount=Money(1295, EUR),
    payer_amount=Money(10118, CNY),
    quote_id=f"fxq_{BODY}",
    code_digest="cd" * 32,
    authorised_at=NOW,
)
RECEIPT = Receipt(
    receipt_id=ReceiptId(f"rcp_{BODY}"),
    kind=ReceiptKind.PAYMENT,
    payment_id=PaymentId(f"pay_{BODY}"),
    refund_id="",
    merchant_id="M2088DEMO000001",
    payee_name="Demo Drogerie",
    payee_city="Berlin",
    merchant_order_no="K3-000417",
    terminal_id="T01",
    ppid="MFRGGZDFMZTWQ2LKNNWG23TPOA",
    amount=Money(1295, EUR),
    payer_amount=Money(10118, CNY),
    rate="125/16",
    rate_set_by="sandbox",
    occurred_at=NOW,
)
NOTIFICATION = Notification(
    notification_id=f"ntf_{BODY}",
    event=NotificationEvent.REFUND_SUCCEEDED,
    merchant_id="M2088DEMO000001",
    payment_id=PaymentId(f"pay_{BODY}"),
    merchant_order_no="K3-000417",
    terminal_id="T01",
    state=PaymentState.PAID,
    amount=Money(1295, EUR),
    refund_id=f"rfd_{BODY}",
    refund_amount=Money(295, EUR),
    presented=Presented.CONSUMER,
    occurred_at=NOW,
)
MESSAGES: list[Message] = [REQUEST, AUTHORISATION, RECEIPT, NOTIFICATION]
TYPES = [type(message) for message in MESSAGES]

every_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)


def open_now(
    signed: Signed, expected: type[Message], directory: KeyDirectory = DIRECTORY
) -> Message:
    return open_(signed, expected, directory, at=NOW, owner=OWNER)


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


@every_message
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


# --- Sealing and opening --------------------------------------------------------------------------


@every_message
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_sealed_message_is_opened_by_whoever_has_the_directory(
    message: Message, algorithm: Algorithm
) -> None:
    key = PrivateKey.from_seed(algorithm, bytes(range(32)))
    signed = Signed.from_json(seal(message, key).to_json())
    assert open_now(signed, type(message), KeyDirectory([record(key)])) == message


def _mismatched() -> Iterator[tuple[Message, type[Message]]]:
    return ((message, kind) for message in MESSAGES for kind in TYPES if kind is not type(message))


@pytest.mark.parametrize(("message", "kind"), list(_mismatched()))
def test_a_message_is_not_opened_as_one_of_another_type(
    message: Message, kind: type[Message]
) -> None:
    with pytest.raises(SignatureInvalid):
        open_now(seal(message, KEY), kind)


@given(st.sampled_from(MESSAGES), st.data())
def test_any_changed_character_of_a_sealed_text_is_refused(
    message: Message, data: st.DataObject
) -> None:
    signed = seal(message, KEY)
    index = data.draw(st.integers(min_value=0, max_value=len(signed.text) - 1))
    character = data.draw(st.characters(exclude_categories=["Cs"]))
    assume(signed.text[index] != character)
    changed = signed.text[:index] + character + signed.text[index + 1 :]
    with pytest.raises(SignatureInvalid):
        open_now(replace(signed, text=changed), type(message))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"signature": ""}, SignatureEncoding),
        ({"signature": "A" * 86}, SignatureInvalid),
        ({"signature": "B" * 85 + "C"}, SignatureEncoding),
        ({"key_id": "k0000000"}, KeyUnknown),
        ({"key_id": "../../x"}, KidFormat),
        ({"text": "\ud800"}, MessageFormat),
        ({"text": ""}, SignatureInvalid),
    ],
)
def test_a_seal_of_another_form_is_refused(
    changes: dict[str, str], error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        open_now(replace(seal(REQUEST, KEY), **changes), PaymentRequest)


@pytest.mark.parametrize(
    ("at", "owner", "error"),
    [
        (NOW, merchant_owner("M2088DEMO000002"), KeyNotAllowedForMerchant),
        (NOW, LEDGER, KeyNotAllowedForMerchant),
        (NOW + DAY, OWNER, KeyExpired),
        (NOW - DAY - 1, OWNER, KeyNotYetValid),
    ],
)
def test_a_seal_by_another_or_at_another_time_is_refused(
    at: int, owner: str, error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        open_(seal(REQUEST, KEY), PaymentRequest, DIRECTORY, at=Instant(at), owner=owner)


def test_a_well_signed_text_that_is_no_message_is_refused() -> None:
    from_elsewhere = "type=request/v1\nhello=world\n"
    signature = KEY.sign(Domain.REQUEST, from_elsewhere.encode())
    signed = replace(seal(REQUEST, KEY), text=from_elsewhere)
    with pytest.raises(SignatureInvalid):
        open_now(signed, PaymentRequest)
    with pytest.raises(MessageFormat):
        open_now(replace(signed, signature=b64url(signature)), PaymentRequest)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, FieldFormat),
        ("text", FieldFormat),
        ([], FieldFormat),
        ({}, FieldMissing),
        ({"text": "", "key_id": ""}, FieldMissing),
        ({"text": "", "key_id": "", "signature": None}, FieldFormat),
        ({"text": "", "key_id": 1, "signature": ""}, FieldFormat),
        ({"text": "", "key_id": "", "signature": "", "alg": "none"}, UnknownField),
    ],
)
def test_what_is_no_signed_message_is_refused(value: object, error: type[QrpayError]) -> None:
    with pytest.raises(error):
        Signed.from_json(value)


# --- Receipts, years later ------------------------------------------------------------------------

LEDGER_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"L" * 32)
PAPER = seal(RECEIPT, LEDGER_KEY)


def test_a_receipt_is_proven_offline_with_nothing_but_the_published_keys() -> None:
    published = to_jwks([record(LEDGER_KEY, LEDGER)])
    assert open_receipt(PAPER, from_jwks(published)) == RECEIPT


def test_a_receipt_holds_after_its_key_was_retired() -> None:
    retired = record(LEDGER_KEY, LEDGER).retired(Instant(NOW + 1))
    assert open_receipt(PAPER, KeyDirectory([retired])) == RECEIPT


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (record(LEDGER_KEY, LEDGER).retired(NOW), KeyExpired),
        (record(LEDGER_KEY, LEDGER).revoked(), KeyRevoked),
        (record(LEDGER_KEY, OWNER), KeyNotAllowedForMerchant),
    ],
)
def test_a_receipt_by_a_key_that_could_not_make_it_proves_nothing(
    row: KeyRecord, error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        open_receipt(PAPER, KeyDirectory([row]))


def test_a_receipt_with_another_time_than_signed_is_refused() -> None:
    earlier = PAPER.text.replace("22:29:40", "22:29:39")
    with pytest.raises(SignatureInvalid):
        open_receipt(replace(PAPER, text=earlier), KeyDirectory([record(LEDGER_KEY, LEDGER)]))
