"""WeChat Pay's wire: what is written is read again, what is altered is refused."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.kit import vendor_certificates
from ledger.protocol import rsa
from ledger.protocol.errors.content import AmountFormat
from ledger.protocol.errors.trust import (
    KeyExpired,
    KeyFormat,
    KeyNotYetValid,
    SignatureEncoding,
    SignatureInvalid,
)
from ledger.protocol.errors.wechatpay import SealBroken, TimeFormat
from ledger.protocol.instants import DAY, SECOND, Instant, from_text
from ledger.protocol.money import currency, parse_fen, to_fen
from ledger.protocol.wechatpay_wire import (
    authorization,
    certificates,
    explain,
    numbers,
    rates,
    seals,
    signatures,
    times,
)
from ledger.protocol.wechatpay_wire.authorization import Authorization
from ledger.protocol.wechatpay_wire.explain import Sent
from ledger.protocol.wechatpay_wire.signed_texts import answer_text
from tests.protocol.wechatpay.vectors import MERCHANT, MERCHANT_KEY, PLATFORM

API_V3_KEY = "0123456789abcdef0123456789abcdef"
NOW = from_text("2026-11-22T10:00:00.000Z")

words = st.text("0123456789abcdefABCDEF", min_size=1, max_size=40)
seconds = st.integers(0, 4_000_000_000)
instants = st.integers(0, 4_000_000_000_000).map(Instant)


@given(words, words, seconds, words, words)
def test_a_header_is_read_as_it_was_written(
    mchid: str, nonce: str, timestamp: int, serial_no: str, signature: str
) -> None:
    written = Authorization(mchid, nonce, str(timestamp), serial_no.upper(), signature)
    assert authorization.parse(authorization.spell(written)) == written


def test_a_merchant_signs_the_five_lines_of_its_call_and_says_by_which_key() -> None:
    header = authorization.sign(
        "POST",
        "/v3/pay/transactions/native?a=1",
        b"{}",
        mchid="1900009191",
        serial_no=MERCHANT.serial_no,
        key=MERCHANT_KEY,
        nonce="593BEC0C",
        now=NOW,
    )
    given = authorization.parse(header)
    assert (given.mchid, given.serial_no) == ("1900009191", MERCHANT.serial_no)
    assert (given.timestamp, given.nonce) == ("1795341600", "593BEC0C")
    lines = b"POST\n/v3/pay/transactions/native?a=1\n1795341600\n593BEC0C\n{}\n"
    signatures.verify(MERCHANT.public_key, lines, given.signature)


@settings(max_examples=30)
@given(st.binary(max_size=200), st.integers(0), st.integers(1, 255))
def test_an_answer_of_which_one_byte_was_changed_does_not_hold(
    body: bytes, place: int, change: int
) -> None:
    text = answer_text("1795341601", "d824f2e086d3c1df967785d13fcd22ef", body)
    signature = signatures.sign(MERCHANT_KEY, text)
    signatures.verify(MERCHANT.public_key, text, signature)
    place %= len(text)
    altered = text[:place] + bytes([text[place] ^ change]) + text[place + 1 :]
    with pytest.raises(SignatureInvalid):
        signatures.verify(MERCHANT.public_key, altered, signature)


@given(st.binary(max_size=300), st.text("0123456789abcdef", min_size=12, max_size=12), words)
def test_a_resource_opens_to_what_was_sealed_and_only_beside_its_data(
    plain: bytes, nonce: str, data: str
) -> None:
    sealed = seals.seal(plain, API_V3_KEY, nonce=nonce, data=data)
    assert seals.unseal(sealed, API_V3_KEY, nonce=nonce, data=data) == plain
    with pytest.raises(SealBroken):
        seals.unseal(sealed, API_V3_KEY, nonce=nonce, data=data + "x")


@pytest.mark.parametrize("key", ["", "short", API_V3_KEY + "0", "é" * 32, "0123456789abcde-" * 2])
def test_an_api_v3_key_has_32_letters_and_digits(key: str) -> None:
    with pytest.raises(KeyFormat):
        seals.check_api_v3_key(key)


@settings(max_examples=20)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_sensitive_field_is_another_text_each_time(text: str) -> None:
    hidden = seals.hide(text, MERCHANT.public_key)
    assert seals.reveal(hidden, MERCHANT_KEY) == text
    assert seals.hide(text, MERCHANT.public_key) != hidden


def test_a_signature_probe_keeps_its_length_and_never_holds() -> None:
    signature = signatures.sign(MERCHANT_KEY, b"1\n2\n{}\n")
    probe = signatures.probe(signature)
    assert probe.startswith("WECHATPAY/SIGNTEST/")
    assert len(probe) == len(signature)
    with pytest.raises(SignatureInvalid):
        signatures.verify(MERCHANT.public_key, b"1\n2\n{}\n", probe)
    with pytest.raises(SignatureEncoding):
        signatures.verify(MERCHANT.public_key, b"1\n2\n{}\n", "WECHATPAY/SIGNTEST/?")


@settings(max_examples=30)
@given(
    st.sampled_from(["GET", "POST"]),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.binary(max_size=60),
)
def test_whatever_was_sent_explaining_it_never_fails(method: str, target: str, body: bytes) -> None:
    made = Authorization("1", "n", "1795341600", MERCHANT.serial_no, "")
    signature = signatures.sign(MERCHANT_KEY, b"something else entirely")
    signed = Authorization(made.mchid, made.nonce, made.timestamp, made.serial_no, signature)
    explained = explain.explain(MERCHANT.public_key, signed, Sent(method, target, body))
    assert explained.signed is None
    assert hashlib.sha256(b"something else entirely").hexdigest() in explained.sentence


@given(instants)
def test_a_time_is_read_as_it_was_written_to_the_second(instant: Instant) -> None:
    text = times.to_text(instant)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", text)
    assert times.from_text(text) == instant // SECOND * SECOND


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T18:00:00.000+08:00",
        "2026-11-22T10:00:00Z",
        "2026-11-22T11:00:00+01:00",
        "2026-11-22T05:00:00-05:00",
    ],
)
def test_a_caller_may_write_a_time_with_any_offset(text: str) -> None:
    assert times.from_text(text) == NOW


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22 18:00:00+08:00",
        "2026-11-22T18:00:00",
        "2026-11-22",
        "20261122T180000+0800",
        "2026-02-30T18:00:00+08:00",
        "2026-11-22T18:00:00+99:99",
        "２０２６-11-22T18:00:00+08:00",
        "0001-01-01T00:00:00+08:00x",
    ],
)
def test_a_time_without_offset_or_sense_is_refused(text: str) -> None:
    with pytest.raises(TimeFormat):
        times.from_text(text)


def test_a_day_is_the_one_in_china() -> None:
    evening = from_text("2026-11-22T17:00:00.000Z")
    assert times.china_date(evening) == date(2026, 11, 23)


def test_a_certificate_is_known_by_forty_digits_of_which_none_is_lost() -> None:
    for first in (0, 1, 127, 255):
        serial = certificates.serial_number(bytes([first]) + bytes(19))
        assert len(f"{serial:X}") == certificates.SERIAL_DIGITS
        assert serial.bit_length() <= 159


def test_a_certificate_holds_from_its_first_to_its_last_second() -> None:
    PLATFORM.require_valid(PLATFORM.not_before)
    PLATFORM.require_valid(Instant(PLATFORM.not_after - 1))
    with pytest.raises(KeyNotYetValid):
        PLATFORM.require_valid(Instant(PLATFORM.not_before - 1))
    with pytest.raises(KeyExpired):
        PLATFORM.require_valid(PLATFORM.not_after)
    assert PLATFORM.not_after - PLATFORM.not_before == 1825 * DAY


@pytest.mark.parametrize("pem", ["", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"])
def test_what_is_no_key_or_certificate_is_refused_by_name(pem: str) -> None:
    for read in (vendor_certificates.read, rsa.private_key, rsa.public_key):
        with pytest.raises(KeyFormat):
            read(pem)


def test_a_public_key_is_read_as_a_merchant_downloads_it() -> None:
    pem = rsa.spell_public(MERCHANT.public_key)
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")
    assert rsa.spell_public(rsa.public_key(pem)) == pem


@given(st.text(max_size=30), instants)
def test_numbers_have_the_vendors_form(name: str, at: Instant) -> None:
    assert re.fullmatch(r"42000\d{23}", numbers.transaction_id(name, at))
    assert re.fullmatch(r"503\d{26}", numbers.refund_id(name, at))
    assert re.fullmatch(r"wx\d{14}[0-9a-f]{18}00", numbers.prepay_id(name, at))
    assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", numbers.openid(name))


@given(st.binary(min_size=16, max_size=16))
def test_a_code_has_nine_letters_and_digits(drawn: bytes) -> None:
    given_once = iter([drawn, b"0123456789abcdef"])
    assert re.fullmatch(r"[A-Za-z0-9]{9}", numbers.code_token(lambda _: next(given_once)))


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_rate_is_off_by_no_more_than_half_of_its_last_digit(top: int, bottom: int) -> None:
    rate = rates.to_rate(top, bottom)
    assert 2 * abs(rate * bottom - top * rates.ONE) <= bottom


def test_an_amount_is_an_integer_of_fen() -> None:
    assert to_fen(parse_fen(1295, currency("CNY"))) == 1295
    for wrong in ("1295", 12.95, True, None):
        with pytest.raises(AmountFormat):
            parse_fen(wrong, currency("CNY"))
