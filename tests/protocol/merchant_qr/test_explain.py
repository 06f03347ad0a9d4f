"""A code of any form can be taken apart, field by field, with the names of its own scheme."""

from __future__ import annotations

import pytest

from ledger.protocol.errors.codes import QrError, QrForeign, QrLinkFormat, QrSyntax
from ledger.protocol.merchant_qr.explain import explain
from tests.protocol import code_vectors
from tests.protocol.merchant_qr.forge import changed, signed

SIGNED = {vector.id: vector.input for vector in code_vectors.load("signed_codes").vectors}
RECOGNISED = {vector.id: vector.input for vector in code_vectors.load("recognised_codes").vectors}


def _told(text: str) -> dict[str, tuple[str, str]]:
    return {line.path: (line.name, line.note) for line in explain(text)}


def test_a_signed_code_is_told_with_the_names_of_this_scheme() -> None:
    told = _told(SIGNED["s-reference"])
    assert told["26.01"] == ("Merchant id", "the shop, as the provider registered it")
    assert told["62.05"] == ("Reference Label", "request id: names the payment")
    assert told["80.01"] == ("Version and algorithm", "version 1, Ed25519")
    assert told["80.04"] == ("Expires at", "2026-11-21T22:29:40.000Z")
    assert told["81.01"] == ("Signature", "64 bytes in base85, over everything before 81")
    assert told["63"] == ("CRC", "right")


def test_a_forged_code_is_told_too() -> None:
    told = _told(signed(changed({"80.01": "1X", "80.03": "soon", "58": "de"})))
    assert told["80.01"] == ("Version and algorithm", "")
    assert told["80.03"] == ("Issued at", "")
    assert "must be two capital letters" in told["58"][1]


def test_a_code_of_another_scheme_is_told_with_its_own_names_and_no_note_of_ours() -> None:
    told = _told(RECOGNISED["pix-dynamic"])
    assert told["26.25"] == ("Address of signed request", "")
    assert told["62.05"] == ("Reference Label", "the wallet asks the payer")


def test_a_link_is_told_byte_by_byte() -> None:
    told = _told(SIGNED["l-link"])
    assert told["byte 0"] == ("Version and algorithm", "version 1, Ed25519")
    assert told["bytes 24-28"] == ("Amount", "1295 minor units")
    assert told["bytes 35-98"] == ("Signature", "over the 35 bytes before it")
    assert _told(SIGNED["l-version-2e"])["byte 0"][1] == "a version that is not known here"
    assert _told(SIGNED["l-currency-unknown"])["bytes 29-30"] == ("Currency", "not known here")


def test_a_payers_code_is_told_by_its_tags() -> None:
    told = _told(RECOGNISED["emv-consumer"])
    assert told["61[1].50"] == ("Application Label", "for screen and receipt")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Hallo", QrSyntax),
        ("https://example.com/", QrForeign),
        ("https://example.com/p#short", QrLinkFormat),
        ("hQVDUFY", QrSyntax),
    ],
)
def test_what_can_not_be_taken_apart_is_refused_by_name(text: str, error: type[QrError]) -> None:
    with pytest.raises(error):
        explain(text)


def test_every_readable_vector_can_be_told() -> None:
    unreadable = ("QR_TOO_LONG", "QR_SYNTAX", "QR_TAG_ORDER", "QR_DUPLICATE_TAG", "QR_LINK_FORMAT")
    for vector in code_vectors.load("signed_codes").vectors:
        is_structure_whole = vector.result not in unreadable and vector.result != "QR_FOREIGN"
        if is_structure_whole and vector.id != "s-format-version-02":
            assert explain(vector.input), vector.id
