"""Any text is told for what it is: never an error, never a secret, never more than is known."""

from __future__ import annotations

import base64
from decimal import Decimal
from io import BytesIO

import pytest
import segno.helpers
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ledger.protocol.merchant_qr.read import CodeKind, read
from ledger.protocol.merchant_qr.recognition.words import DESCRIPTIONS
from tests.protocol import code_vectors
from tests.protocol.code_vectors import CodeVector

VECTORS = code_vectors.load("recognised_codes").vectors
BY_ID = {vector.id: vector for vector in VECTORS}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.id)
def test_a_text_is_recognised_as_the_vector_publishes(vector: CodeVector) -> None:
    reading = read(vector.input)
    assert reading.kind == vector.kind
    assert vector.values.items() <= {fact.name: fact.value for fact in reading.facts}.items()


def test_every_kind_has_a_vector() -> None:
    assert {vector.kind for vector in VECTORS} == set(CodeKind)


def test_every_kind_is_told_in_two_sentences_and_a_heading() -> None:
    assert DESCRIPTIONS.keys() == set(CodeKind)
    for words in DESCRIPTIONS.values():
        assert not words.title.endswith(".")
        assert words.what.endswith(".")
        assert words.wallet.startswith(("The wallet ", "It belongs in front of a till"))


def test_a_reading_speaks_the_words_of_its_kind() -> None:
    reading = read(BY_ID["wifi"].input)
    assert reading.title == "Wi-Fi network"
    assert reading.sentence == "The name and perhaps the password of a wireless network."
    assert "joins nothing" in reading.wallet


@pytest.mark.parametrize("identifier", [v.id for v in VECTORS if v.id.startswith("payment-code-")])
def test_the_digits_of_a_payment_code_are_never_told(identifier: str) -> None:
    text = BY_ID[identifier].input
    told = " ".join(fact.value for fact in read(text).facts)
    assert text[6:] not in told


def test_the_password_of_a_network_is_never_told() -> None:
    assert "do not tell" not in str(read(BY_ID["wifi"].input).facts)


def _scanned(symbol: segno.QRCode) -> str:
    picture = BytesIO()
    symbol.save(picture, kind="png", scale=4)
    barcode = zxingcpp.read_barcode(Image.open(picture))
    assert barcode is not None
    return barcode.text


def test_codes_drawn_by_another_library_are_recognised_when_scanned() -> None:
    transfer = segno.helpers.make_epc_qr(
        name="Demo Drogerie GmbH",
        iban="DE89370400440532013000",
        amount=Decimal("12.95"),
        text="K3-000417",
    )
    network = segno.helpers.make_wifi(ssid="Demo Drogerie", password="do not tell", security="WPA")
    assert _scanned(transfer) == BY_ID["girocode"].input
    assert read(_scanned(network)).kind is CodeKind.WIFI
    assert read(_scanned(network)).facts == read(BY_ID["wifi"].input).facts


def test_facts_are_cut_and_hidden_characters_shown() -> None:
    reading = read("upi://pay?pn=" + "x" * 500 + "&pa=a%E2%80%AEb")
    facts = {fact.name: fact.value for fact in reading.facts}
    assert len(facts["Payee's name"]) == 200
    assert facts["Payee's address"] == "a\N{REPLACEMENT CHARACTER}b"


@given(st.text(max_size=200))
def test_whatever_text_comes_it_is_told_and_nothing_hidden_is_shown(text: str) -> None:
    beginnings = ["", "0002", "https://", "weixin://wxpay/", "upi://pay?", "BCD\n", "SPC\n", "V0;"]
    for beginning in [*beginnings, "taler://", "WIFI:", "hQVDUFY", "https://x.example/MPM/3/"]:
        for fact in read(beginning + text).facts:
            assert fact.value.isprintable()


@given(st.text(st.characters(max_codepoint=126), max_size=60))
def test_whatever_payload_comes_behind_an_alipay_plus_address_it_is_told(payload: str) -> None:
    spelled = base64.b64encode(payload.encode()).decode()
    for text in (f"https://x.example/MPM/3/{spelled}", "https://x.example/" + payload):
        assert read(text).kind.value.startswith(("alipay", "web", "qrpay", "text"))
