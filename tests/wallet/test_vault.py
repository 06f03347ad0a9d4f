"""The device key opens with the PIN only, five tries in a row, and is nowhere to be read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from ledger.kit.clock import SettableClock
from ledger.kit.embedded import open_store
from ledger.kit.entropy import SeededEntropy
from ledger.protocol.errors.checkout import (
    PinBlocked,
    PinUsedUp,
    PinWrong,
    WalletLocked,
    WalletNotFound,
)
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.service import KeyFileUnusable
from ledger.protocol.instants import DAY, MINUTE, later, to_text
from tests.wallet.conftest import PIN
from wallet.device import sealing
from wallet.device import vault as vault_module
from wallet.device.vault import Vault
from wallet.store import WalletStore


def wrong_tries(vault: Vault, clock: SettableClock, count: int) -> None:
    for _ in range(count):
        with pytest.raises(PinWrong):
            vault.open_key("anna", "000000", now=clock.now())


def test_the_right_pin_opens_the_key_that_was_made(vault: Vault, clock: SettableClock) -> None:
    public = vault.create("anna", PIN)
    assert vault.open_key("anna", PIN, now=clock.now()).public == public


def test_a_wrong_pin_says_how_many_tries_are_left(vault: Vault, clock: SettableClock) -> None:
    vault.create("anna", PIN)
    with pytest.raises(PinWrong, match="4 more tries"):
        vault.open_key("anna", "280602", now=clock.now())


def test_the_fifth_wrong_pin_blocks_the_right_one_too(vault: Vault, clock: SettableClock) -> None:
    vault.create("anna", PIN)
    wrong_tries(vault, clock, 5)
    for pin in ("000000", PIN):
        with pytest.raises(PinBlocked, match="30 more minutes"):
            vault.open_key("anna", pin, now=clock.now())


def test_a_block_ends_after_thirty_minutes_with_five_tries(
    vault: Vault, clock: SettableClock
) -> None:
    vault.create("anna", PIN)
    wrong_tries(vault, clock, 5)
    clock.advance(30 * MINUTE - 1)
    with pytest.raises(PinBlocked, match="for 1 more minutes"):
        vault.open_key("anna", PIN, now=clock.now())
    clock.advance(1)
    wrong_tries(vault, clock, 4)
    vault.open_key("anna", PIN, now=clock.now())


def test_after_ten_wrong_pins_in_a_row_no_pin_opens_the_key_ever(
    vault: Vault, clock: SettableClock
) -> None:
    vault.create("anna", PIN)
    wrong_tries(vault, clock, 5)
    clock.advance(30 * MINUTE)
    wrong_tries(vault, clock, 4)
    assert vault.is_unlocked("anna")
    with pytest.raises(PinWrong, match="no more tries, ever"):
        vault.open_key("anna", "000000", now=clock.now())
    assert not vault.is_unlocked("anna")
    clock.advance(365 * DAY)
    for pin in ("000000", PIN):
        with pytest.raises(PinUsedUp):
            vault.open_key("anna", pin, now=clock.now())


def test_the_tenth_try_may_still_be_the_right_one(vault: Vault, clock: SettableClock) -> None:
    vault.create("anna", PIN)
    wrong_tries(vault, clock, 5)
    clock.advance(30 * MINUTE)
    wrong_tries(vault, clock, 4)
    vault.open_key("anna", PIN, now=clock.now())
    wrong_tries(vault, clock, 5)


def test_a_block_says_when_it_ends(vault: Vault, clock: SettableClock) -> None:
    vault.create("anna", PIN)
    wrong_tries(vault, clock, 5)
    end = to_text(later(clock.now(), 30 * MINUTE))
    with pytest.raises(PinBlocked, match=re.escape(end)):
        vault.open_key("anna", PIN, now=clock.now())


def test_the_count_is_the_wallets_and_outlives_a_restart(
    store: WalletStore, entropy: SeededEntropy, clock: SettableClock
) -> None:
    Vault(store, bytes(32), entropy).create("anna", PIN)
    for _ in range(5):
        wrong_tries(Vault(store, bytes(32), entropy), clock, 1)
    with pytest.raises(PinBlocked):
        Vault(store, bytes(32), entropy).open_key("anna", PIN, now=clock.now())


def test_the_right_pin_sets_the_count_back(vault: Vault, clock: SettableClock) -> None:
    vault.create("anna", PIN)
    for _ in range(3):
        wrong_tries(vault, clock, 4)
        vault.open_key("anna", PIN, now=clock.now())


def test_one_wallets_tries_are_not_anothers(vault: Vault, clock: SettableClock) -> None:
    vault.create("anna", PIN)
    vault.create("omar", PIN)
    wrong_tries(vault, clock, 5)
    vault.open_key("omar", PIN, now=clock.now())


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "１２３４５６", "123456\n"])
def test_what_is_no_pin_is_no_try(vault: Vault, clock: SettableClock, pin: str) -> None:
    vault.create("anna", PIN)
    for _ in range(6):
        with pytest.raises(FieldFormat):
            vault.open_key("anna", pin, now=clock.now())
    vault.open_key("anna", PIN, now=clock.now())


def test_a_wallet_without_a_key_can_not_be_opened(vault: Vault, clock: SettableClock) -> None:
    with pytest.raises(WalletNotFound):
        vault.open_key("nobody", PIN, now=clock.now())


def test_a_thousand_wrong_pins_at_once_are_looked_at_five_times(
    vault: Vault, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.create("anna", PIN)
    evaluated: list[bytes] = []
    unseal = sealing.unseal

    def counting(key: bytes, sealed: bytes, label: str) -> bytes:
        evaluated.append(key)
        return unseal(key, sealed, label)

    def try_wrong_pin(number: int) -> type[Exception]:
        try:
            vault.open_key("anna", f"{number:06d}", now=clock.now())
        except (PinWrong, PinBlocked) as refusal:
            return type(refusal)
        raise AssertionError("a wrong PIN opened the wallet")

    monkeypatch.setattr(sealing, "unseal", counting)
    with ThreadPoolExecutor(max_workers=32) as threads:
        answers = list(threads.map(try_wrong_pin, range(1000)))
    assert len(evaluated) == 5
    assert (answers.count(PinWrong), answers.count(PinBlocked)) == (5, 995)


CRASH_WHILE_COMPARING = """
import os, sys
from ledger.kit.embedded import open_store
from ledger.kit.entropy import SystemEntropy
from ledger.protocol.instants import Instant
from wallet.device import sealing
from wallet.device.vault import Vault
from wallet.store import WalletStore

sealing.unseal = lambda *_: os.kill(os.getpid(), 9)
store = WalletStore(open_store(sys.argv[1], package="wallet.store"))
Vault(store, bytes(32), SystemEntropy()).open_key("anna", "280601", now=Instant(int(sys.argv[2])))
"""


def test_a_try_counts_even_if_the_service_dies_while_comparing(
    tmp_path: Path, clock: SettableClock, entropy: SeededEntropy
) -> None:
    path = tmp_path / "wallet.db"
    store = WalletStore(open_store(path, package="wallet.store"))
    Vault(store, bytes(32), entropy).create("anna", PIN)
    store.close()
    for _ in range(5):
        command = [sys.executable, "-c", CRASH_WHILE_COMPARING, str(path), str(clock.now())]
        ended = subprocess.run(command, check=False)  # noqa: S603 (our own interpreter)
        assert ended.returncode == -9
    store = WalletStore(open_store(path, package="wallet.store"))
    with pytest.raises(PinBlocked):
        Vault(store, bytes(32), entropy).open_key("anna", PIN, now=clock.now())
    store.close()


class RecordingEntropy:
    """Remembers what it gave, so that a test can look for it."""

    def __init__(self) -> None:
        self.given: list[bytes] = []

    def __call__(self, count: int, /) -> bytes:
        self.given.append(os.urandom(count))
        return self.given[-1]


def test_no_key_and_no_secret_stands_in_the_files(tmp_path: Path) -> None:
    entropy, service_key, code_secret = RecordingEntropy(), os.urandom(32), os.urandom(32)
    store = WalletStore(open_store(tmp_path / "wallet.db", package="wallet.store"))
    vault = Vault(store, service_key, entropy)
    vault.create("anna", PIN)
    seed, salt = entropy.given[0], entropy.given[1]
    sealed = vault.seal_code_secret("anna", code_secret)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir()) + sealed
    assert salt in stored  # the scan sees what is there
    for secret in (seed, code_secret, service_key, PIN.encode()):
        assert secret not in stored
        assert secret.hex().encode() not in stored
    store.close()


def test_a_stolen_store_opens_nothing_without_the_service_key(
    store: WalletStore, entropy: SeededEntropy, clock: SettableClock
) -> None:
    vault = Vault(store, bytes(32), entropy)
    vault.create("anna", PIN)
    sealed = vault.seal_code_secret("anna", b"s" * 32)
    thief = Vault(store, bytes([1] * 32), entropy)
    with pytest.raises(PinWrong):
        thief.open_key("anna", PIN, now=clock.now())
    with pytest.raises(KeyFileUnusable):
        thief.open_code_secret("anna", sealed)


def test_a_seal_moved_to_another_wallet_does_not_open(vault: Vault) -> None:
    sealed = vault.seal_code_secret("anna", b"s" * 32)
    assert vault.open_code_secret("anna", sealed) == b"s" * 32
    with pytest.raises(KeyFileUnusable):
        vault.open_code_secret("omar", sealed)


def test_a_wallet_is_unlocked_until_the_service_stops(
    store: WalletStore, entropy: SeededEntropy, clock: SettableClock
) -> None:
    public = Vault(store, bytes(32), entropy).create("anna", PIN)
    restarted = Vault(store, bytes(32), entropy)
    assert not restarted.is_unlocked("anna")
    with pytest.raises(WalletLocked):
        restarted.unlocked_key("anna")
    restarted.unlock("anna", PIN, now=clock.now())
    assert restarted.unlocked_key("anna").public == public


def test_a_wrong_pin_unlocks_nothing(
    store: WalletStore, entropy: SeededEntropy, clock: SettableClock
) -> None:
    Vault(store, bytes(32), entropy).create("anna", PIN)
    restarted = Vault(store, bytes(32), entropy)
    with pytest.raises(PinWrong):
        restarted.unlock("anna", "000000", now=clock.now())
    assert not restarted.is_unlocked("anna")


@given(st.data())
def test_a_seal_with_a_changed_byte_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(sealing.seal(bytes(32), b"secret", "label", nonce=bytes(12)))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidTag):
        sealing.unseal(bytes(32), bytes(sealed), "label")


@given(st.binary(max_size=40))
def test_what_is_no_seal_does_not_open(junk: bytes) -> None:
    with pytest.raises(InvalidTag):
        sealing.unseal(bytes(32), junk, "label")


def test_two_purposes_never_share_a_key() -> None:
    keys = {sealing.service_sub_key(bytes(32), purpose) for purpose in ("pepper", "code secrets")}
    assert len(keys) == 2


def test_the_limits_are_those_of_the_regulation() -> None:
    assert (vault_module.TRIES_MAX, vault_module.BLOCKED_MS) == (5, 30 * MINUTE)
    assert vault_module.TRIES_IN_ALL == 10
