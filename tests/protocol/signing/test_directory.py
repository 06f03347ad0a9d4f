"""The key directory: whose key, of which kind, and when."""

from __future__ import annotations

import itertools

import pytest

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import (
    AlgMismatch,
    KeyAlreadyRegistered,
    KeyExpired,
    KeyNotAllowedForMerchant,
    KeyNotYetValid,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
)
from ledger.protocol.instants import Instant
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    device_owner,
    merchant_owner,
)

BEGIN, END = Instant(1_000_000), Instant(2_000_000)
DURING = Instant(1_500_000)
MERCHANT = merchant_owner("M2088DEMO000001")
OTHER = merchant_owner("M2088DEMO000002")


def record(
    seed: int = 1,
    *,
    owner: str = MERCHANT,
    status: KeyStatus = KeyStatus.ACTIVE,
    algorithm: Algorithm = Algorithm.ED25519,
    key_id: str = "",
) -> KeyRecord:
    public = PrivateKey.from_seed(algorithm, bytes([seed]) * 32).public
    return KeyRecord(key_id or public.key_id, public, owner, status, BEGIN, END)


def test_a_key_is_found_by_its_id() -> None:
    one, other = record(1), record(2)
    directory = KeyDirectory([one, other])
    assert directory.require(one.key_id, at=DURING) is one
    assert directory.require(other.key_id, at=DURING, owner=MERCHANT) is other


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (BEGIN - 1, KeyNotYetValid),
        (BEGIN, None),
        (END - 1, None),
        (END, KeyExpired),
        (END + 1, KeyExpired),
    ],
)
def test_a_key_is_good_from_its_first_instant_up_to_but_not_at_its_end(
    at: int, error: type[QrpayError] | None
) -> None:
    row = record()
    if error is None:
        assert row.require(at=Instant(at)) is row
    else:
        with pytest.raises(error):
            row.require(at=Instant(at))


MATRIX = list(itertools.product((MERCHANT, OTHER), ("known", "unknown"), KeyStatus))


@pytest.mark.parametrize(("owner", "known", "status"), MATRIX)
def test_every_combination_of_owner_key_and_status_has_its_own_answer(
    owner: str, known: str, status: KeyStatus
) -> None:
    row = record(owner=owner, status=status)
    directory = KeyDirectory([row] if known == "known" else [])
    expected: type[QrpayError] | None = None
    if known == "unknown":
        expected = KeyUnknown
    elif owner == OTHER:
        expected = KeyNotAllowedForMerchant
    elif status is KeyStatus.REVOKED:
        expected = KeyRevoked
    if expected is None:
        assert directory.require(row.key_id, at=DURING, owner=MERCHANT) is row
    else:
        with pytest.raises(expected):
            directory.require(row.key_id, at=DURING, owner=MERCHANT)


@pytest.mark.parametrize(
    "key_id", ["", "../../x", "' or 1=1", "k" * 33, "kéy", "key\n", "k 1", "１", "k\0"]
)
def test_what_is_no_key_id_is_refused_before_it_is_looked_up(key_id: str) -> None:
    def find(_key_id: str) -> KeyRecord | None:
        raise AssertionError("looked up")

    with pytest.raises(KidFormat):
        KeyDirectory.looking_up(find).require(key_id, at=DURING)
    with pytest.raises(KidFormat):
        KeyDirectory([record(key_id=key_id or " ")])


@pytest.mark.parametrize(("has", "asked"), list(itertools.permutations(Algorithm, 2)))
def test_a_key_is_for_one_algorithm(has: Algorithm, asked: Algorithm) -> None:
    row = record(algorithm=has)
    assert row.require(at=DURING, algorithm=has) is row
    with pytest.raises(AlgMismatch):
        row.require(at=DURING, algorithm=asked)


def test_two_keys_can_not_share_an_id() -> None:
    with pytest.raises(KeyAlreadyRegistered):
        KeyDirectory([record(1, key_id="k1"), record(2, key_id="k1")])


def test_a_retired_key_vouches_for_its_time_and_for_nothing_later() -> None:
    row = record().retired(DURING)
    assert row.status is KeyStatus.RETIRED
    assert row.require(at=Instant(DURING - 1)) is row
    with pytest.raises(KeyExpired):
        row.require(at=DURING)


def test_retiring_an_expired_key_does_not_make_it_live_longer() -> None:
    assert record().retired(Instant(END + 1)).not_after == END


def test_a_revoked_key_vouches_for_nothing_it_ever_signed() -> None:
    with pytest.raises(KeyRevoked):
        record().revoked().require(at=BEGIN)


def test_a_directory_can_ask_a_store() -> None:
    row = record(owner=device_owner("dev_1"))
    directory = KeyDirectory.looking_up({row.key_id: row}.get)
    assert directory.require(row.key_id, at=DURING, owner="device:dev_1") is row
    with pytest.raises(KeyUnknown):
        directory.require("k0000000", at=DURING)


def test_the_providers_own_keys_belong_to_the_ledger() -> None:
    row = record(owner=LEDGER)
    with pytest.raises(KeyNotAllowedForMerchant):
        row.require(at=DURING, owner=MERCHANT)
