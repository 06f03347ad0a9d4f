"""The published vectors of WeChat Pay's wire (tests/vectors/wechatpay.json), read strictly."""

from __future__ import annotations

from functools import cache

import msgspec

from ledger.kit import vendor_certificates
from ledger.protocol import rsa
from tests.protocol.code_vectors import FOLDER


class Vector(msgspec.Struct, forbid_unknown_fields=True):
    """One check: what it is given, and what comes out."""

    id: str
    note: str
    input: dict[str, str]
    result: str
    values: dict[str, str] = {}


class Vectors(msgspec.Struct, forbid_unknown_fields=True):
    """The file: three private keys, two certificates, and the checks."""

    title: str
    specification: str
    keys: dict[str, str]
    vectors: list[Vector]


@cache
def load() -> Vectors:
    return msgspec.json.decode((FOLDER / "wechatpay.json").read_bytes(), type=Vectors)


def of(check: str) -> list[Vector]:
    """Give the vectors of one check."""
    return [vector for vector in load().vectors if vector.input["check"] == check]


MERCHANT_KEY = rsa.private_key(load().keys["merchant"])
PLATFORM_KEY = rsa.private_key(load().keys["platform"])
PLATFORM_PUBLIC_KEY = rsa.private_key(load().keys["platform_public"])
MERCHANT = vendor_certificates.read(load().keys["merchant_certificate"])
PLATFORM = vendor_certificates.read(load().keys["platform_certificate"])
