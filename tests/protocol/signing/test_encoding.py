"""Base64url: every text that is read is the one text of its bytes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors.trust import SignatureEncoding
from ledger.protocol.signing import b64url, b64url_decode

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.binary(max_size=200))
def test_what_is_written_is_read_back(raw: bytes) -> None:
    assert b64url_decode(b64url(raw)) == raw


@given(st.text(max_size=40))
def test_any_text_is_the_spelling_of_its_bytes_or_refused(text: str) -> None:
    try:
        raw = b64url_decode(text)
    except SignatureEncoding:
        return
    assert b64url(raw) == text


def test_of_the_sixteen_spellings_of_a_signature_one_is_read() -> None:
    signature = bytes(range(64))
    text = b64url(signature)
    alike = [text[:-1] + last for last in ALPHABET if _lenient(text[:-1] + last) == signature]
    assert len(alike) == 16
    for other in alike:
        if other == text:
            assert b64url_decode(other, 64) == signature
        else:
            with pytest.raises(SignatureEncoding):
                b64url_decode(other, 64)


def _lenient(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


@pytest.mark.parametrize(
    "text",
    [
        "cXI_=",
        "cXI_\n",
        " cXI_",
        "cX I_",
        "cXI/",
        "cXI+",
        "c",
        "cXI_=cXI_",
        "ｃXI_",
        "cXI\ud800",
        "==",
    ],
)
def test_other_alphabets_padding_and_whitespace_are_refused(text: str) -> None:
    with pytest.raises(SignatureEncoding):
        b64url_decode(text)


def test_another_length_than_expected_is_refused() -> None:
    with pytest.raises(SignatureEncoding, match="63 bytes where 64 are expected"):
        b64url_decode(b64url(bytes(63)), 64)
