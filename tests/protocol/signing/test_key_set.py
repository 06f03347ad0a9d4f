"""The published key set says the whole directory, and nothing else is read as one."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import FieldFormat, FieldMissing, MessageFormat
from ledger.protocol.errors.trust import KidFormat, SignatureEncoding, WeakKey
from ledger.protocol.instants import Instant
from ledger.protocol.signing import (
    Algorithm,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    from_jwks,
    merchant_owner,
    to_jwks,
)

NOW = Instant(1_795_300_180_123)


def record(algorithm: Algorithm, status: KeyStatus = KeyStatus.ACTIVE) -> KeyRecord:
    public = PrivateKey.from_seed(algorithm, bytes(range(32))).public
    owner = merchant_owner("M2088DEMO000001")
    return KeyRecord(public.key_id, public, owner, status, NOW, Instant(NOW + 1000))


RECORDS = [record(algorithm) for algorithm in Algorithm]


def jwk(**changes: object) -> dict[str, object]:
    keys = to_jwks([record(Algorithm.ED25519)])["keys"]
    assert isinstance(keys, list)
    return {name: value for name, value in {**keys[0], **changes}.items() if value is not None}


def key_set(**changes: object) -> dict[str, object]:
    return {"keys": [jwk(**changes)]}


@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize("status", list(KeyStatus))
def test_every_row_survives_publication(algorithm: Algorithm, status: KeyStatus) -> None:
    row = record(algorithm, status)
    assert from_jwks(json.loads(json.dumps(to_jwks([row])))).find(row.key_id) == row


def test_an_ed25519_key_is_spelled_as_rfc_8037_does() -> None:
    assert jwk() == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
        "kid": "k6d2alkm",
        "use": "sig",
        "owner": "merchant:M2088DEMO000001",
        "status": "active",
        "not_before": "2026-11-21T22:29:40.123Z",
        "not_after": "2026-11-21T22:29:41.123Z",
    }


def test_members_and_key_types_not_known_are_ignored_as_rfc_7517_demands() -> None:
    known = jwk(key_ops=["verify"], x5t="...")
    directory = from_jwks({"keys": [{"kty": "RSA", "n": "..."}, known], "more": 1})
    assert directory.find("k6d2alkm") == record(Algorithm.ED25519)


@pytest.mark.parametrize(
    ("found", "error"),
    [
        (None, FieldFormat),
        ([], FieldFormat),
        ({}, FieldFormat),
        ({"keys": {}}, FieldFormat),
        ({"keys": [1]}, FieldFormat),
        ({"keys": [{}]}, FieldMissing),
        (key_set(x=None), FieldMissing),
        (key_set(owner=None), FieldMissing),
        (key_set(kid=7), FieldFormat),
        (key_set(status="trusted"), FieldFormat),
        (key_set(not_before="2026-11-21"), MessageFormat),
        (key_set(kid="../x"), KidFormat),
        (key_set(x="AAAA"), SignatureEncoding),
        (key_set(x="A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbh"), SignatureEncoding),
        (key_set(kty="EC", crv="P-256", y="A" * 43), WeakKey),
        (key_set(kty="EC", crv="P-256"), FieldMissing),
    ],
)
def test_what_is_no_key_set_is_refused_by_name(found: object, error: type[QrpayError]) -> None:
    with pytest.raises(error):
        from_jwks(found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(jwk())), json_values)
def test_a_member_of_any_other_value_is_read_or_refused_by_name(name: str, value: object) -> None:
    changed = deepcopy(key_set())
    keys = changed["keys"]
    assert isinstance(keys, list)
    keys[0][name] = value
    with suppress(QrpayError):
        from_jwks(changed)
