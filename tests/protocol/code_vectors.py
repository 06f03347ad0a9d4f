"""The published vectors of codes (tests/vectors/*.json) as records, read strictly.

``CodeVectors`` is the one description of their form; ``codes.schema.json`` is made from it, and a
test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ledger.protocol.errors import QrpayError

FOLDER = Path(__file__).parents[1] / "vectors"


class CodeVector(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One code and what a reader must make of it."""

    id: str
    note: str
    input: str
    result: str
    """``valid``, or the code of the error that a reader must answer."""
    source: str = ""
    now: str = ""
    """When it is read (RFC 3339); the file's ``now`` if empty."""
    values: dict[str, str] = {}
    """What a valid code says: path -> value; values of consumer-presented codes in hexadecimal."""
    broken_rules: list[str] = []
    """Rules about fields that a readable code breaks: "path section"."""
    kind: str = ""
    """What it is recognised as."""


class CodeVectors(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One file of vectors."""

    title: str
    specification: str
    vectors: list[CodeVector]
    now: str = ""
    keys: dict[str, Any] = {}
    """The key directory the codes are verified with (RFC 7517, with our members)."""


def load(name: str) -> CodeVectors:
    """Read one file by its name without the ending."""
    return msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=CodeVectors)


def outcome(read: Callable[[str], object], text: str) -> str:
    """Give what a reader answers, spelled as the vectors do."""
    try:
        read(text)
    except QrpayError as error:
        return error.code
    return "valid"


def schema() -> dict[str, Any]:
    """Describe the files as a JSON schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Vectors of codes",
        **msgspec.json.schema(CodeVectors),
    }
