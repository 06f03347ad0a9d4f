"""Randomness: unforeseeable in earnest, repeatable in tests."""

from __future__ import annotations

import hashlib
import multiprocessing

from ledger.kit.entropy import SeededEntropy, SystemEntropy


def test_system_entropy_gives_what_was_asked_for_and_never_the_same() -> None:
    entropy = SystemEntropy()
    drawn = {entropy(16) for _ in range(1000)}
    assert len(drawn) == 1000
    assert {len(piece) for piece in drawn} == {16}
    assert entropy(0) == b""


def test_a_process_and_its_copy_draw_different_bytes() -> None:
    entropy = SystemEntropy()
    entropy(16)
    copies = multiprocessing.get_context("fork")
    told, tell = copies.Pipe(duplex=False)
    copy = copies.Process(target=lambda: tell.send_bytes(entropy(16)))
    copy.start()
    assert told.poll(20)
    assert told.recv_bytes() != entropy(16)
    copy.join(20)


def test_the_same_seed_gives_the_same_bytes_however_they_are_asked_for() -> None:
    whole = SeededEntropy("seed")(100)
    again = SeededEntropy("seed")
    assert b"".join(again(count) for count in (1, 31, 0, 33, 35)) == whole


def test_another_seed_gives_other_bytes() -> None:
    assert SeededEntropy("one")(32) != SeededEntropy("two")(32)


def test_the_stream_is_what_it_says_it_is() -> None:
    block = hashlib.sha256(b"seed\0" + bytes(8)).digest()
    assert SeededEntropy("seed")(32) == block
