"""Signed requests: who calls, exactly what, in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import IdempotencyKeyMissing
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import (
    AlgMismatch,
    DigestMismatch,
    KeyExpired,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
    SignatureEncoding,
    SignatureInvalid,
    SignatureMissing,
    TimestampSkew,
)
from ledger.protocol.instants import Instant, to_seconds
from ledger.protocol.signing import KeyDirectory, KeyRecord
from ledger.protocol.signing.http_fields import signature_base, spell_parameters, spell_signature
from ledger.protocol.signing.http_messages import RequestParts, sign_request, verify_request
from tests.protocol.signing.http_examples import (
    DEVICE,
    DEVICE_KEY,
    DIRECTORY,
    GET,
    LEDGER_KEY,
    MERCHANT,
    MERCHANT_KEY,
    NONCE,
    NOW,
    POST,
    SIGNATURE,
    signed,
)


def with_headers(parts: RequestParts, **changes: str | None) -> RequestParts:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    merged: dict[str, str | None] = {**parts.headers, **named}
    return replace(parts, headers={n: value for n, value in merged.items() if value is not None})


def with_input(parts: RequestParts, old: str, new: str) -> RequestParts:
    """Change the Signature-Input field and sign again, as a careless or hostile signer could."""
    text = parts.headers["Signature-Input"].replace(old, new, 1)
    assert text != parts.headers["Signature-Input"]
    return with_headers(parts, Signature_Input=text)


@pytest.mark.parametrize("parts", [POST, GET], ids=["POST", "GET"])
@pytest.mark.parametrize("row", [MERCHANT, DEVICE], ids=["Ed25519", "P-256"])
def test_a_signed_request_tells_who_made_it_when_and_with_which_nonce(
    parts: RequestParts, row: KeyRecord
) -> None:
    request = signed(parts, MERCHANT_KEY if row is MERCHANT else DEVICE_KEY)
    verified = verify_request(request, DIRECTORY, now=NOW)
    assert (verified.key, verified.nonce) == (row, NONCE)
    assert verified.created == 1_618_884_473_000
    assert verified.signature == request.headers["Signature"]


def test_header_names_are_found_in_any_case_and_values_without_surrounding_blanks() -> None:
    request = signed()
    shouted = {name.upper(): f" {value}\t" for name, value in request.headers.items()}
    assert verify_request(replace(request, headers=shouted), DIRECTORY, now=NOW).key is MERCHANT


ALTERED = {
    "method": replace(signed(GET), method="HEAD"),
    "host": replace(signed(), target_uri="http://127.0.0.2:8400/v1/payments"),
    "scheme": replace(signed(), target_uri="https://127.0.0.1:8400/v1/payments"),
    "path": replace(signed(), target_uri="http://127.0.0.1:8400/v1/payments/"),
    "query": replace(signed(GET), target_uri=GET.target_uri + "0"),
    "idempotency key": with_headers(signed(), Idempotency_Key="8e03978e-40d6"),
    "created": with_input(signed(), "created=1618884473", "created=1618884474"),
    "nonce": with_input(signed(), "5xMX", "5xMY"),
    "order of the components": with_input(
        signed(), '"@method" "@target-uri"', '"@target-uri" "@method"'
    ),
    "order of the parameters": with_input(signed(), ';tag="qrpay"', ';alg="ed25519";tag="qrpay"'),
    "key": with_input(signed(), MERCHANT.key_id, LEDGER_KEY.public.key_id),
}


@pytest.mark.parametrize("request_", ALTERED.values(), ids=list(ALTERED))
def test_a_request_altered_after_signing_is_refused(request_: RequestParts) -> None:
    with pytest.raises(SignatureInvalid):
        verify_request(request_, DIRECTORY, now=NOW)


@given(st.integers(min_value=0, max_value=8 * len(POST.body) - 1))
def test_any_changed_bit_of_the_body_is_refused(bit: int) -> None:
    body = bytearray(POST.body)
    body[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DigestMismatch):
        verify_request(replace(signed(), body=bytes(body)), DIRECTORY, now=NOW)


def test_a_body_with_its_own_new_digest_is_refused() -> None:
    other = signed(replace(POST, body=b'{"amount_minor":1}'))
    digest = other.headers["Content-Digest"]
    mixed = with_headers(replace(signed(), body=other.body), Content_Digest=digest)
    with pytest.raises(SignatureInvalid):
        verify_request(mixed, DIRECTORY, now=NOW)


@pytest.mark.parametrize(
    "request_",
    [
        POST,
        with_headers(signed(), Signature=None),
        with_headers(signed(), Signature_Input=None),
        with_headers(signed(GET), Idempotency_Key="added-on-the-way"),
        with_input(signed(), ' "idempotency-key"', ""),
        with_input(signed(), ' "content-digest"', ""),
        with_input(signed(), ' "@target-uri"', ""),
        with_input(signed(), '"@method" ', ""),
        with_input(signed(), '"@method"', '"@method" "@method"'),
        with_input(signed(), '"content-digest"', '"content-digest" "content-type"'),
        with_input(signed(), ';nonce="5xMXFjSSPu2rrPHf"', ""),
        with_input(signed(), ";created=1618884473", ""),
        with_input(signed(), ';keyid="k6d2alkm"', ""),
        with_input(signed(), ';tag="qrpay"', ""),
        with_input(signed(), ';tag="qrpay"', ';tag="other"'),
    ],
    ids=lambda request: request.headers.get("Signature-Input", "none"),
)
def test_a_signature_over_less_than_everything_is_none(request_: RequestParts) -> None:
    with pytest.raises(SignatureMissing):
        verify_request(request_, DIRECTORY, now=NOW)


def test_a_signature_over_too_little_is_refused_even_when_it_holds() -> None:
    components = {'"@method"': "GET", '"@target-uri"': GET.target_uri}
    key_id = MERCHANT.key_id
    text = spell_parameters(
        components,
        created=to_seconds(NOW),
        nonce=NONCE,
        keyid=key_id,
        tag="qrpay",
    )
    signature = MERCHANT_KEY.sign_raw(signature_base(components.items(), text))
    headers = {
        "Signature-Input": f"qrpay={text}",
        "Signature": spell_signature("qrpay", signature),
    }
    with pytest.raises(SignatureMissing, match="content-digest"):
        verify_request(replace(GET, headers=headers), DIRECTORY, now=NOW)


@pytest.mark.parametrize(
    "request_",
    [
        with_input(signed(), "qrpay=(", "other=("),
        with_input(signed(), "qrpay=(", "qrpay=(( "),
        with_input(signed(), '"@method" ', '"@method"  '),
        with_input(signed(), "created=1618884473", 'created="1618884473"'),
        with_input(signed(), "created=1618884473", "created=01618884473"),
        with_input(signed(), "created=1618884473", "created=1618884473.0"),
        with_input(signed(), "created=1618884473", "created=-1"),
        with_input(signed(), "created=1618884473", "created=" + "1" * 16),
        with_input(signed(), 'nonce="5xMXFjSSPu2rrPHf"', 'nonce="short"'),
        with_input(signed(), 'nonce="5xMXFjSSPu2rrPHf"', 'nonce="not allowed here!"'),
        with_input(signed(), 'tag="qrpay"', 'tag="qrpay";tag="qrpay"'),
        with_input(signed(), 'tag="qrpay"', 'tag="qrpay";foo="bar"'),
        with_input(signed(), 'tag="qrpay"', 'tag="qrpay";expires="1"'),
        with_input(signed(), 'tag="qrpay"', 'tag="qrpay", b=("@method")'),
        with_headers(signed(), Signature_Input=""),
        with_headers(signed(), Signature_Input="qrpay=()" + ';created="x"' * 200),
        with_headers(signed(), Signature=""),
        with_headers(signed(), Signature="qrpay=::"),
        with_headers(signed(), Signature=SIGNATURE.replace("==:", ":")),
        with_headers(signed(), Signature=SIGNATURE.replace("==:", "=:")),
        with_headers(signed(), Signature=SIGNATURE[:-5] + "B==:"),
        with_headers(signed(), Signature="qrpay=:AAAA:"),
        with_headers(signed(), Signature=f"{SIGNATURE}, other=:AAAA:"),
        with_headers(signed(), Signature=f"{SIGNATURE}, {SIGNATURE}"),
    ],
    ids=range(24),
)
def test_a_signature_field_of_another_form_is_refused(request_: RequestParts) -> None:
    with pytest.raises(SignatureEncoding):
        verify_request(request_, DIRECTORY, now=NOW)


@given(st.text(st.characters(codec="ascii"), max_size=80), st.text(max_size=80))
def test_any_signature_fields_are_refused_by_name(signature_input: str, signature: str) -> None:
    request = with_headers(signed(), Signature_Input=signature_input, Signature=signature)
    with pytest.raises(SignatureEncoding):
        verify_request(request, DIRECTORY, now=NOW)


@pytest.mark.parametrize("digest", ["", "sha-256=::", "sha-512=:AAAA:", "sha-256=:AAAA:"])
def test_a_digest_that_is_not_of_this_body_is_refused(digest: str) -> None:
    with pytest.raises(DigestMismatch):
        verify_request(with_headers(signed(), Content_Digest=digest), DIRECTORY, now=NOW)
    with pytest.raises(DigestMismatch):
        verify_request(with_headers(signed(), Content_Digest=None), DIRECTORY, now=NOW)


@pytest.mark.parametrize(
    ("late_s", "passes"),
    [(-301, False), (-300, True), (0, True), (300, True), (301, False), (86_400, False)],
)
def test_a_request_may_be_300_seconds_off_in_either_direction(late_s: int, *, passes: bool) -> None:
    now = Instant(NOW + 1000 * late_s)
    if passes:
        verify_request(signed(), DIRECTORY, now=now)
    else:
        with pytest.raises(TimestampSkew):
            verify_request(signed(), DIRECTORY, now=now)


def _signed_with(parameters: Mapping[str, str | int]) -> RequestParts:
    components = GET.components()
    text = spell_parameters(components, **parameters)
    signature = MERCHANT_KEY.sign_raw(signature_base(components.items(), text))
    headers = {
        "Content-Digest": components['"content-digest"'],
        "Signature-Input": f"sig1={text}",
        "Signature": spell_signature("sig1", signature),
    }
    return replace(GET, headers=headers)


PARAMETERS: dict[str, str | int] = {
    "created": to_seconds(NOW),
    "nonce": NONCE,
    "keyid": MERCHANT.key_id,
    "tag": "qrpay",
}


def test_a_signer_may_choose_the_label_and_state_the_right_algorithm() -> None:
    request = _signed_with({**PARAMETERS, "alg": "ed25519"})
    assert verify_request(request, DIRECTORY, now=NOW).key is MERCHANT


@pytest.mark.parametrize(
    "alg", ["none", "", "HS256", "hmac-sha256", "ecdsa-p256-sha256", "rsa-pss-sha512", "Ed25519"]
)
def test_the_algorithm_is_the_registered_keys_whatever_the_message_says(alg: str) -> None:
    with pytest.raises(AlgMismatch):
        verify_request(_signed_with({**PARAMETERS, "alg": alg}), DIRECTORY, now=NOW)


@pytest.mark.parametrize(("seconds_left", "passes"), [(-1, False), (0, False), (1, True)])
def test_a_signer_may_let_a_request_expire_sooner(seconds_left: int, *, passes: bool) -> None:
    request = _signed_with({**PARAMETERS, "expires": to_seconds(NOW) + seconds_left})
    if passes:
        verify_request(request, DIRECTORY, now=NOW)
    else:
        with pytest.raises(TimestampSkew):
            verify_request(request, DIRECTORY, now=NOW)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], KeyUnknown),
        ([MERCHANT.revoked()], KeyRevoked),
        ([MERCHANT.retired(NOW)], KeyExpired),
        ([replace(MERCHANT, public_key=LEDGER_KEY.public)], SignatureInvalid),
    ],
)
def test_a_key_that_is_not_good_now_is_refused(
    rows: list[KeyRecord], error: type[QrpayError]
) -> None:
    with pytest.raises(error):
        verify_request(signed(), KeyDirectory(rows), now=NOW)


def test_a_key_id_of_another_form_is_refused() -> None:
    with pytest.raises(KidFormat):
        verify_request(with_input(signed(), "k6d2alkm", "' or 1=1"), DIRECTORY, now=NOW)


def test_a_post_without_idempotency_key_is_neither_signed_nor_accepted() -> None:
    bare = replace(POST, headers={})
    with pytest.raises(IdempotencyKeyMissing):
        sign_request(bare, MERCHANT_KEY, now=NOW, nonce=NONCE)
    with pytest.raises(IdempotencyKeyMissing):
        verify_request(with_headers(signed(), Idempotency_Key=None), DIRECTORY, now=NOW)


@pytest.mark.parametrize("value", ["a\nb", 'a\r\n"@method": GET', "a\0", "é", "\x7f"])
def test_a_value_that_could_pretend_to_be_another_line_is_not_signed(value: str) -> None:
    with pytest.raises(FieldFormat):
        signed(with_headers(POST, Idempotency_Key=value))
    with pytest.raises(FieldFormat):
        verify_request(with_headers(signed(), Idempotency_Key=value), DIRECTORY, now=NOW)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 65, 'a"b' * 10, "a b" * 10])
def test_a_nonce_has_one_form(nonce: str) -> None:
    with pytest.raises(FieldFormat):
        sign_request(GET, MERCHANT_KEY, now=NOW, nonce=nonce)
