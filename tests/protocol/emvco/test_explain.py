"""Every field of a code can be told in words, good code or bad."""

from __future__ import annotations

import pytest

from ledger.protocol.emvco.explain import ABSENT, Explained, explain
from ledger.protocol.emvco.merchant_presented import assemble, decode
from ledger.protocol.errors.codes import QrSyntax
from tests.protocol import code_vectors

VECTORS = {vector.id: vector for vector in code_vectors.load("emvco_merchant_presented").vectors}
OFFICIAL = VECTORS["official-b7"].input


def _explained(text: str, path: str) -> Explained:
    return next(line for line in explain(text) if line.path == path)


def test_emvcos_own_sample_is_told_field_by_field() -> None:
    told = [(line.path, line.name, line.section, line.note) for line in explain(OFFICIAL)]
    assert told[:6] == [
        ("00", "Payload Format Indicator", "4.7.1", "version of the code's format"),
        ("01", "Point of Initiation Method", "4.7.2", "dynamic: a new code for each payment"),
        ("29", "Merchant Account Information", "4.7.11", "template with 2 data objects"),
        (
            "29.00",
            "Globally Unique Identifier",
            "4.7.11",
            "names who defines the rest of this template",
        ),
        ("29.05", "Payment network specific", "4.7.11", ""),
        ("31", "Merchant Account Information", "4.7.11", "template with 2 data objects"),
    ]
    assert ("53", "Transaction Currency", "4.7.5", "CNY, 2 decimals") in told
    assert (
        "55",
        "Tip or Convenience Indicator",
        "4.7.6",
        "the wallet asks the payer for a tip",
    ) in told
    assert ("62.06", "Customer Label", "4.8", "the wallet asks the payer") in told
    assert (
        "62.09",
        "Additional Consumer Data Request",
        "4.8.1.3",
        "the wallet adds the payer's mobile number, e-mail address",
    ) in told
    assert told[-1] == ("63", "CRC", "4.7.3", "right")


def test_every_value_of_a_code_is_told_once() -> None:
    for vector in VECTORS.values():
        if vector.result == "valid":
            values = decode(vector.input).values()
            told = {line.path: line.value for line in explain(vector.input)}
            assert values.items() <= told.items()


def test_a_wrong_crc_is_told_and_does_not_stop_the_telling() -> None:
    told = explain(VECTORS["amount-changed"].input)
    assert told[-1].note.startswith("wrong: the text gives ")
    assert _explained(VECTORS["amount-changed"].input, "54").value == "02.95"


def test_broken_rules_are_told_at_their_field() -> None:
    note = _explained(VECTORS["khqr-with-expiry"].input, "99.00").note
    assert "must be an AID, a UUID or a reverse domain name, not '1693555967387' (4.11)" in note


def test_wrongly_absent_fields_are_told_at_the_end() -> None:
    absent = [line for line in explain(VECTORS["promptpay"].input) if line.name == ABSENT]
    assert [line.path for line in absent] == ["52", "59", "60"]
    assert absent[1].note == "Merchant Name is missing (4.7.14)"


def test_the_owner_of_a_template_names_its_fields_whatever_the_case_of_its_name() -> None:
    told = explain(VECTORS["pix-two-networks"].input, {"br.gov.bcb.pix": {"01": "Pix key"}})
    assert {line.path: line.name for line in told}["26.01"] == "Pix key"
    assert {line.path: line.name for line in told}["27.01"] == "Payment network specific"


@pytest.mark.parametrize(
    ("path", "value", "note"),
    [
        ("53", "999", "a currency that is not known here"),
        ("55", "02", "a fixed fee is added"),
        ("55", "03", "a fee in percent is added"),
        ("01", "11", "static: the same code for many payments"),
    ],
)
def test_values_with_a_meaning_are_told_with_it(path: str, value: str, note: str) -> None:
    text = assemble(decode(OFFICIAL).values() | {path: value})
    assert _explained(text, path).note.split("; ")[0] == note


def test_what_has_no_data_objects_can_not_be_told() -> None:
    with pytest.raises(QrSyntax):
        explain("Hello")
