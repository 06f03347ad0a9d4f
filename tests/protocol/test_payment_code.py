"""Payment codes: one device, one minute; the digits say nothing to anybody else."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.protocol.errors.codes import AuthCodeFormat, PaymentAuthCodeInvalid
from ledger.protocol.instants import MINUTE, SECOND, Instant
from ledger.protocol.payment_code import (
    NATIVE_LONG_PREFIX,
    NATIVE_PREFIX,
    PaymentCodeParts,
    Scanned,
    check,
    draw_handle,
    looks_like,
    make,
    parse,
    route,
)

SECRET = bytes(range(32))
HANDLE = "4830117265"
MINUTE_BEGINS = Instant(1_795_300_140_000)
NOW = Instant(MINUTE_BEGINS + 40_123)
PREFIXES = [NATIVE_PREFIX, NATIVE_LONG_PREFIX, "10", "13", "15", "25", "28", "30"]

handles = st.from_regex(r"[0-9]{10}", fullmatch=True)
secrets = st.binary(min_size=32, max_size=32)
moments = st.integers(min_value=0, max_value=4_000_000_000_000).map(Instant)


@given(handles, secrets, moments, st.sampled_from(PREFIXES))
def test_a_code_is_accepted_while_it_is_shown(
    handle: str, secret: bytes, now: Instant, prefix: str
) -> None:
    code = make(handle, secret, now, prefix)
    assert len(code.text) in {18, 24}
    parts = parse(code.text)
    assert (parts.prefix, parts.handle) == (prefix, handle)
    assert now < code.valid_until <= now + MINUTE
    check(parts, secret, now)
    check(parts, secret, Instant(code.valid_until - 1))


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        (MINUTE_BEGINS - 15 * SECOND - 1, False),
        (MINUTE_BEGINS - 15 * SECOND, True),  # the phone is 15 seconds ahead
        (MINUTE_BEGINS, True),
        (MINUTE_BEGINS + MINUTE - 1, True),
        (MINUTE_BEGINS + MINUTE, True),  # scanned in its last second
        (MINUTE_BEGINS + MINUTE + 15 * SECOND - 1, True),
        (MINUTE_BEGINS + MINUTE + 15 * SECOND, False),
        (MINUTE_BEGINS + 2 * MINUTE, False),
        (MINUTE_BEGINS - MINUTE, False),
    ],
)
def test_a_code_is_accepted_fifteen_seconds_around_its_minute(at: int, *, accepted: bool) -> None:
    parts = parse(make(HANDLE, SECRET, NOW).text)
    if accepted:
        check(parts, SECRET, Instant(at))
    else:
        with pytest.raises(PaymentAuthCodeInvalid):
            check(parts, SECRET, Instant(at))


def test_every_code_can_be_used_for_at_least_fifteen_seconds_and_none_for_longer_than_ninety() -> (
    None
):
    parts = parse(make(HANDLE, SECRET, Instant(MINUTE_BEGINS + MINUTE - 1)).text)
    check(parts, SECRET, Instant(MINUTE_BEGINS + MINUTE - 1 + 15 * SECOND))
    accepted = [
        second for second in range(-120, 240) if _accepts(parts, MINUTE_BEGINS + second * SECOND)
    ]
    assert len(accepted) == 90


def _accepts(parts: PaymentCodeParts, at: int) -> bool:
    try:
        check(parts, SECRET, Instant(at))
    except PaymentAuthCodeInvalid:
        return False
    return True


OTHER_DIGITS = [
    (index, digit)
    for index, found in enumerate(make(HANDLE, SECRET, NOW).text)
    for digit in "0123456789"
    if index >= len(NATIVE_PREFIX) and digit != found
]


@pytest.mark.parametrize(("index", "digit"), OTHER_DIGITS)
def test_any_altered_digit_is_refused(index: int, digit: str) -> None:
    text = make(HANDLE, SECRET, NOW).text
    with pytest.raises(PaymentAuthCodeInvalid):
        check(parse(text[:index] + digit + text[index + 1 :]), SECRET, NOW)


@given(secrets)
def test_the_code_of_another_device_is_refused(secret: bytes) -> None:
    assume(
        parse(make(HANDLE, secret, NOW).text).proof != parse(make(HANDLE, SECRET, NOW).text).proof
    )
    with pytest.raises(PaymentAuthCodeInvalid):
        check(parse(make(HANDLE, secret, NOW).text), SECRET, NOW)


def test_the_proof_covers_prefix_handle_and_minute() -> None:
    parts = parse(make(HANDLE, SECRET, NOW).text)
    proofs = {parse(make(HANDLE, SECRET, NOW, prefix).text).proof for prefix in PREFIXES}
    assert len(proofs) == len(PREFIXES)
    for other in (
        PaymentCodeParts("28", parts.handle, parts.proof),
        PaymentCodeParts(NATIVE_LONG_PREFIX, parts.handle, parts.proof),
        PaymentCodeParts(parts.prefix, "4830117266", parts.proof),
    ):
        with pytest.raises(PaymentAuthCodeInvalid):
            check(other, SECRET, NOW)


def test_a_code_changes_each_minute_and_not_within_it() -> None:
    texts = [make(HANDLE, SECRET, Instant(MINUTE_BEGINS + n * SECOND)).text for n in range(600)]
    assert len(set(texts)) == 10
    assert all(len(set(texts[n : n + 60])) == 1 for n in range(0, 600, 60))


def test_there_is_nothing_of_the_payer_in_the_digits() -> None:
    """All but the proof is what the provider drew; the proof is spread evenly."""
    one, other = (make(HANDLE, secret, NOW).text for secret in (SECRET, bytes(32)))
    assert one[:12] == other[:12] == NATIVE_PREFIX + HANDLE
    proofs = Counter(
        digit
        for n in range(2_000)
        for digit in parse(make(HANDLE, hashlib.sha256(b"%d" % n).digest(), NOW).text).proof
    )
    assert set(proofs) == set("0123456789")
    chi_square = sum((count - 1_200) ** 2 / 1_200 for count in proofs.values())
    assert chi_square < 27.9  # nine degrees of freedom, one chance in a thousand


@given(st.binary(min_size=12, max_size=12))
def test_a_drawn_handle_is_ten_digits(raw: bytes) -> None:
    handle = draw_handle(lambda _count: raw)
    assert parse(make(handle, SECRET, NOW).text).handle == handle


@pytest.mark.parametrize(
    "text",
    [
        "",
        "99483011726527989",
        "9948301172652798930",
        "99483011726527989a",
        " 994830117265279893",
        "994830117265279893\n",
        "９94830117265279893",
        "994830117265 279893",
        "164830117265279893",
        "244830117265279893",
        "314830117265279893",
        "984830117265279893",
        "990002024830117265279893",
        "990001014830117265279893",
        "99000102483011726527989",
        "hQVDUFYwMWE",
    ],
)
def test_other_digits_are_no_payment_code(text: str) -> None:
    with pytest.raises(AuthCodeFormat):
        parse(text)


@pytest.mark.parametrize(
    ("handle", "prefix"),
    [
        ("483011726", "99"),
        ("48301172655", "99"),
        ("48301172x5", "99"),
        (HANDLE, "42"),
        (HANDLE, ""),
    ],
)
def test_no_code_is_made_that_could_not_be_read(handle: str, prefix: str) -> None:
    with pytest.raises(AuthCodeFormat):
        make(handle, SECRET, NOW, prefix)


@given(st.text(max_size=30))
def test_any_text_is_routed_and_is_a_payment_code_or_refused_by_name(text: str) -> None:
    kind = route(text)
    try:
        parse(text)
    except AuthCodeFormat:
        assert kind is not Scanned.NATIVE
    else:
        assert looks_like(text)


ROUTES = {
    "994830117265279893": Scanned.NATIVE,
    "990001024830117265279893": Scanned.NATIVE,
    "104830117265279893": Scanned.WECHAT,
    "154830117265279893": Scanned.WECHAT,
    "164830117265279893": Scanned.UNKNOWN,
    "1548301172652798931": Scanned.UNKNOWN,
    "2548301172652798": Scanned.ALIPAY,
    "254830117265279": Scanned.UNKNOWN,
    "284830117265279893": Scanned.ALIPAY,
    "304830117265279893": Scanned.ALIPAY,
    "251001020123456789012345": Scanned.ALIPAY,
    "2510010201234567890123456": Scanned.UNKNOWN,
    "314830117265279893": Scanned.UNKNOWN,
    "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=": Scanned.EMV_CONSUMER,
    "00020101021129300012D156000000000510A93FO3230Q6304A13A": Scanned.MERCHANT_CODE,
    "https://qr.alipay.com/bavh4wjlxf12tper3a": Scanned.LINK,
    "HTTPS://WALLET.EXAMPLE/p#x": Scanned.LINK,
    "weixin://wxpay/bizpayurl?pr=p4lpSuKzz": Scanned.LINK,
    "4006381333931": Scanned.UNKNOWN,
    "２８4830117265279893": Scanned.UNKNOWN,
    "": Scanned.UNKNOWN,
}


@pytest.mark.parametrize(("text", "kind"), ROUTES.items())
def test_a_till_knows_whom_to_ask_about_what_it_scanned(text: str, kind: Scanned) -> None:
    assert route(text) is kind
    assert looks_like(text) is (kind in {Scanned.NATIVE, Scanned.WECHAT, Scanned.ALIPAY})
