"""What node's parsers make of every published code, asked once for all tests."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.protocol import node
from tests.protocol.emvco.published import MERCHANT_PRESENTED


class Reading(msgspec.Struct):
    """What two packages read: values by path, ``None`` for a code they refuse."""

    sdk: dict[str, str] | None
    promptparse: dict[str, str] | None


@pytest.fixture(scope="session")
def readings() -> dict[str, Reading]:
    texts = [vector.input for vector in MERCHANT_PRESENTED]
    program = Path(__file__).with_name("foreign_parsers.mjs")
    answer = node.run(program, msgspec.json.encode(texts), str(node.packages()))
    return dict(zip(texts, msgspec.convert(answer, list[Reading]), strict=True))
