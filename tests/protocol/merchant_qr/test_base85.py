"""The spelling of signatures in codes is that of every base85 with RFC 1924's alphabet."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.protocol.merchant_qr import base85

ALPHABET = base64.b85encode(bytes(range(256)) * 4).decode() + "~"


@given(st.binary(min_size=64, max_size=64))
@example(b"\xff" * 64)
@example(bytes(64))
def test_64_bytes_are_spelled_and_read_as_everywhere(raw: bytes) -> None:
    text = base85.encode(raw)
    assert text == base64.b85encode(raw).decode()
    assert base85.decode(text) == raw


def _read(decode: Callable[[str], bytes], text: str) -> bytes | None:
    try:
        raw = decode(text)
    except ValueError:
        return None
    return raw if len(raw) == 64 and len(text) == 80 else None


@given(st.text(st.sampled_from(ALPHABET), min_size=80, max_size=80) | st.text(max_size=90))
def test_any_text_is_read_as_everywhere_or_refused(text: str) -> None:
    assert _read(base85.decode, text) == _read(base64.b85decode, text)


@given(st.lists(st.sampled_from(["00000", "|NsC0", "|NsC1", "~~~~~"]), min_size=16, max_size=16))
def test_groups_at_the_edge_of_four_bytes_are_read_as_everywhere(groups: list[str]) -> None:
    text = "".join(groups)
    assert _read(base85.decode, text) == _read(base64.b85decode, text)


@pytest.mark.parametrize("group", ["|NsC1", "~~~~~", "|NsC~", "0000\0", "0000é", "000 0", '0000"'])
def test_a_group_beyond_four_bytes_or_the_alphabet_is_refused(group: str) -> None:
    good = base85.encode(bytes(64))
    for at in range(0, 80, 5):
        with pytest.raises(ValueError, match=r"more than four bytes|not 80 characters|ascii"):
            base85.decode(good[:at] + group + good[at + 5 :])
