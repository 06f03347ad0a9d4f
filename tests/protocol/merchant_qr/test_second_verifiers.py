"""Two verifiers that share nothing with the signer agree with it: plain integers, and OpenSSL.

The one in Python reads RFC 8032 and counts; the one in JavaScript asks ``node:crypto``. Both split
the codes and spell the signed bytes on their own, so an error on both sides of this project's own
signing would show here.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.protocol.merchant_qr import profile_l, profile_s, profile_t
from tests.protocol import code_vectors, node
from tests.protocol.code_vectors import CodeVector
from tests.protocol.merchant_qr import ed25519_rfc8032
from tests.protocol.merchant_qr.world import DYNAMIC, KEY, LINK, STICKER

FILE = code_vectors.load("signed_codes")
PUBLIC_KEYS = {
    key["kid"]: base64.urlsafe_b64decode(key["x"] + "=")
    for key in FILE.keys["keys"]
    if key["crv"] == "Ed25519"
}
_TAIL = re.compile(r"80\d\d0010test\.qrpay01021E0208(?P<kid>.{8}).*?(?=81980010)")


def _holds(text: str) -> bool:
    """Judge a code or a token signed with Ed25519, knowing nothing but the published layout."""
    if not text.startswith("0002"):
        raw = base64.urlsafe_b64decode(text.rpartition("#")[2])
        message = b"test.qrpay/link/v1\0" + raw[:35]
        return ed25519_rfc8032.holds(PUBLIC_KEYS[raw[1:9].decode()], message, raw[35:])
    tail = _TAIL.search(text)
    assert tail is not None
    purpose = b"sticker" if text[6:12] == "010211" else b"mpm"
    message = b"test.qrpay/" + purpose + b"/v1\0" + text[: tail.end()].encode()
    signature = base64.b85decode(text[-88:-8])
    return ed25519_rfc8032.holds(PUBLIC_KEYS[tail["kid"]], message, signature)


def _of_ed25519(vector: CodeVector) -> bool:
    return "p256" not in vector.id


GOOD = [v for v in FILE.vectors if v.result == "valid" and _of_ed25519(v)]
FORGED = [
    vector
    for vector in FILE.vectors
    if vector.result == "QR_SIGNATURE_INVALID"
    and _of_ed25519(vector)
    and not vector.id.startswith(("s-signature-", "s-signed-without"))
]


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.id)
def test_counting_by_hand_every_good_signature_holds(vector: CodeVector) -> None:
    assert _holds(vector.input)


@pytest.mark.parametrize("vector", FORGED, ids=lambda vector: vector.id)
def test_counting_by_hand_no_forged_signature_holds(vector: CodeVector) -> None:
    assert not _holds(vector.input)


def test_what_is_signed_now_holds_when_counted_by_hand() -> None:
    assert _holds(profile_s.encode(DYNAMIC, KEY))
    assert _holds(profile_t.encode(STICKER, KEY))
    assert _holds(profile_l.encode(LINK, KEY))


@settings(max_examples=8, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_counting_by_hand_agrees_with_openssl_about_any_message(seed: bytes, text: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public_key, signature = key.public_key().public_bytes_raw(), key.sign(text)
    assert ed25519_rfc8032.holds(public_key, text, signature)
    assert not ed25519_rfc8032.holds(public_key, text + b"!", signature)


def test_openssl_in_node_holds_and_refuses_the_same_signatures() -> None:
    program = Path(__file__).with_name("verify_signed_codes.mjs")
    document = (code_vectors.FOLDER / "signed_codes.json").read_bytes()
    verdicts = node.run(program, document)
    assert isinstance(verdicts, dict)
    good = {vector.id for vector in FILE.vectors if vector.result == "valid"}
    forged = {vector.id for vector in FORGED} | {"s-p256-high-s", "s-p256-amount-changed"}
    assert {verdicts[identifier] for identifier in good} == {True}
    assert {verdicts[identifier] for identifier in forged} == {False}
