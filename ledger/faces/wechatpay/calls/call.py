"""One call as the handlers see it: signed by a merchant number that we know, at a moment.

``call.sent(CreateOrder)`` is the body, strictly read; ``call.query("mchid")`` a value of the query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ledger.core.records.vendors import VendorAccount
from ledger.core.vendors.wechatpay import Platform, PlatformKeys, Registration
from ledger.core.vendors.wechatpay.negative_tests import NOTHING, NegativeTest
from ledger.faces import Provider
from ledger.faces.wechatpay.bodies import Body
from ledger.kit import web
from ledger.protocol import strict_json
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.instants import Instant
from ledger.protocol.wechatpay_wire.certificates import Certificate

OFFSET_MOST: Final = 10**6
"""The last place from which something can be listed."""

_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)

Sent = TypeVar("Sent", bound=Body)


@dataclass(frozen=True)
class Face:
    """What this face works with: the provider's parts, and the platform's own keys."""

    provider: Provider
    keys: PlatformKeys


@dataclass(frozen=True)
class Call:
    """A call whose signature holds. ``certificate`` is the merchant's that it was signed by."""

    now: Instant
    account: VendorAccount
    registration: Registration
    certificate: Certificate
    platform: Platform
    asked_serial: str
    path: Mapping[str, str]
    raw_query: Mapping[str, str]
    raw_body: bytes = field(repr=False)
    negative: NegativeTest = NOTHING

    def sent(self, kind: type[Sent]) -> Sent:
        """Read the body; raises what ``strict_json`` and ``web.decode`` raise."""
        return web.decode(strict_json.load_object(self.raw_body), kind)

    def query(self, name: str) -> str:
        """Give a value of the query; raises ``FieldMissing``."""
        value = self.raw_query.get(name, "")
        if not value:
            raise FieldMissing(name)
        return value

    def query_number(self, name: str, most: int, *, missing: int | None = None) -> int:
        """Give a whole number of the query, ``missing`` where it may be left out and is.

        Raises ``FieldMissing`` and ``FieldFormat``.
        """
        if missing is not None and name not in self.raw_query:
            return missing
        text = self.query(name)
        if not _NUMBER.fullmatch(text) or int(text) > most:
            raise FieldFormat(f"{name}: {text[:16]!r} is no number up to {most}")
        return int(text)
