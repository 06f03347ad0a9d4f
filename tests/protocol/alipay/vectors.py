"""The published vectors of Alipay's wire (tests/vectors/alipay.json), read strictly."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from ledger.protocol import rsa
from tests.protocol.code_vectors import FOLDER


class Vector(msgspec.Struct, forbid_unknown_fields=True):
    """One check: what it is given, and what comes out."""

    id: str
    note: str
    check: str
    input: dict[str, Any]
    result: str
    """``valid``, or the code of the error."""
    values: dict[str, Any] = {}


class Vectors(msgspec.Struct, forbid_unknown_fields=True):
    """The file: one key in three forms, and the checks."""

    title: str
    specification: str
    keys: dict[str, str]
    vectors: list[Vector]


@cache
def load() -> Vectors:
    return msgspec.json.decode((FOLDER / "alipay.json").read_bytes(), type=Vectors)


KEY = rsa.private_key(load().keys["app_private_pkcs1"])
PUBLIC_KEY = rsa.public_key(load().keys["app_public"])
