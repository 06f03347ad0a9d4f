"""The ledger's key is made once and stays its owner's."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ledger.kit.entropy import SeededEntropy
from ledger.ops.keys import pinned, signing_key
from ledger.protocol.errors.service import KeyFileUnusable


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger" / "signing.key"
    first = signing_key(path, SeededEntropy("one"))
    again = signing_key(path, SeededEntropy("two"))
    assert first.public == again.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pinned(first.public).startswith(f"{first.public.key_id}:")


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    signing_key(path, SeededEntropy("one"))
    path.chmod(0o644)
    with pytest.raises(KeyFileUnusable):
        signing_key(path, SeededEntropy("one"))
