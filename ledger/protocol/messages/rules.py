"""Rules for single fields of messages that no other module has: digests, rates, payer ids."""

from __future__ import annotations

import re

from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.identifiers import Kind, check, check_text
from ledger.protocol.money import Money, payable

NAME_LENGTH = 64
SUBJECT_LENGTH = 64

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RATE = re.compile(r"[1-9][0-9]{0,17}/[1-9][0-9]{0,17}", re.ASCII)
_PAIRWISE_ID = re.compile(r"[A-Z2-7]{26}", re.ASCII)


def check_optional_digest(text: str) -> None:
    """Empty, or a SHA-256 in lower-case hexadecimal; else ``FieldFormat``."""
    if text:
        check_digest(text)


def check_digest(text: str) -> None:
    """Take a SHA-256 in lower-case hexadecimal; else ``FieldFormat``."""
    if not _DIGEST.fullmatch(text):
        raise FieldFormat(f"not a SHA-256 in lower-case hexadecimal: {text[:80]!r}")


def check_optional_id(kind: Kind, text: str) -> None:
    """Empty, or an identifier of that kind; else ``IdentifierFormat``."""
    if text:
        check(kind, text)


def check_pairwise_id(text: str) -> None:
    """26 characters of base32, as a payer is named for one merchant; else ``FieldFormat``."""
    if not _PAIRWISE_ID.fullmatch(text):
        raise FieldFormat(f"not a pairwise payer id: {text[:40]!r}")


def check_optional_rate(text: str) -> None:
    """Empty, or two whole numbers with ``/`` between, as ``125/16``; else ``FieldFormat``."""
    if text and not _RATE.fullmatch(text):
        raise FieldFormat(f"not a rate: {text[:40]!r}")


def check_name(text: str) -> None:
    """1 to 64 characters of text for people; else ``FieldFormat`` or ``TextCharacter``."""
    if not check_text(text, NAME_LENGTH):
        raise FieldFormat("a name is not empty")


def check_share(money: Money) -> None:
    """As ``payable``, or 0: a cent given back may be less than the payer's smallest coin."""
    if money.minor_units != 0:
        payable(money)
