"""Signed answers: the provider's, to this very request; all else leaves the outcome unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors import OutcomeUnknown
from ledger.protocol.errors.trust import ResponseSignatureInvalid, ResponseSignatureMissing
from ledger.protocol.signing import LEDGER, Algorithm, KeyDirectory, PrivateKey
from ledger.protocol.signing.http_messages import (
    sign_response,
    signature_to_answer,
    verify_response,
)
from tests.protocol.signing.http_examples import (
    DIRECTORY,
    GET,
    LEDGER_KEY,
    MERCHANT_KEY,
    NOW,
    SIGNATURE,
    record,
    signed,
)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


def answer(key: PrivateKey = LEDGER_KEY, status: int = 201, request: str = SIGNATURE) -> Answer:
    body = b'{"state":"PAID"}'
    added = sign_response(status, body, request_signature=request, key=key, now=NOW)
    return Answer(status, body, added)


def check(found: Answer, request: str = SIGNATURE, directory: KeyDirectory = DIRECTORY) -> None:
    verify_response(
        found.status,
        found.body,
        found.headers,
        request_signature=request,
        directory=directory,
        now=NOW,
    )


def test_an_answer_by_the_provider_to_this_request_holds() -> None:
    check(answer())


@pytest.mark.parametrize("gone", ["Signature", "Signature-Input"])
def test_an_answer_without_signature_leaves_the_outcome_unknown(gone: str) -> None:
    found = answer()
    headers = {name: value for name, value in found.headers.items() if name != gone}
    with pytest.raises(ResponseSignatureMissing) as caught:
        check(replace(found, headers=headers))
    assert isinstance(caught.value, OutcomeUnknown)


HOSTILE = {
    "body": replace(answer(), body=b'{"state":"CLOSED"}'),
    "status": replace(answer(), status=200),
    "digest gone": replace(
        answer(), headers={n: v for n, v in answer().headers.items() if n != "Content-Digest"}
    ),
    "another request's": answer(request=signed(GET).headers["Signature"]),
    "a merchant's key": answer(key=MERCHANT_KEY),
    "an unknown key": answer(key=PrivateKey.from_seed(Algorithm.ED25519, b"?" * 32)),
    "a request's signature": replace(answer(), headers=signed().headers),
}


@pytest.mark.parametrize("found", HOSTILE.values(), ids=list(HOSTILE))
def test_an_answer_that_is_not_exactly_the_providers_leaves_the_outcome_unknown(
    found: Answer,
) -> None:
    with pytest.raises((ResponseSignatureInvalid, ResponseSignatureMissing)) as caught:
        check(found)
    assert isinstance(caught.value, OutcomeUnknown)


def test_an_answer_over_less_than_everything_counts_as_unsigned() -> None:
    found = answer()
    text = found.headers["Signature-Input"].replace(' "signature";req', "")
    with pytest.raises(ResponseSignatureMissing, match="must cover exactly"):
        check(replace(found, headers={**found.headers, "Signature-Input": text}))


def test_an_answer_by_a_revoked_key_leaves_the_outcome_unknown() -> None:
    revoked = KeyDirectory([record(LEDGER_KEY, LEDGER).revoked()])
    with pytest.raises(ResponseSignatureInvalid, match="KEY_REVOKED"):
        check(answer(), directory=revoked)


@given(
    st.dictionaries(st.sampled_from(["Signature", "Signature-Input", "Content-Digest"]), st.text())
)
def test_an_answer_with_any_header_fields_holds_or_leaves_the_outcome_unknown(
    headers: dict[str, str],
) -> None:
    with pytest.raises(OutcomeUnknown):
        check(replace(answer(), headers=headers))


def test_a_refusal_can_be_bound_to_any_request_with_a_signature_field_of_the_right_form() -> None:
    assert signature_to_answer(signed().headers) == SIGNATURE
    assert signature_to_answer({"SIGNATURE": f" {SIGNATURE} "}) == SIGNATURE
    assert signature_to_answer({}) is None
    for field in ("", "qrpay=:AAAA:", SIGNATURE + ",", "x\n", "=::"):
        assert signature_to_answer({"Signature": field}) is None
