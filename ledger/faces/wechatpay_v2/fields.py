"""What callers send: names, lengths and forms as the vendor's pages give them.

A field that no page names is signed like the others and passed over. An empty field is a missing
one, since it is not signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.protocol.errors.content import FieldFormat, FieldMissing

Fields = Mapping[str, str]

_ANY = re.compile(r".+", re.DOTALL)
_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{1,32}", re.ASCII)
_REFUND_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}", re.ASCII)
_FEE = re.compile(r"[0-9]{1,18}", re.ASCII)
_TIME = re.compile(r"[0-9]{14}", re.ASCII)
_DAY = re.compile(r"[0-9]{8}", re.ASCII)


@dataclass(frozen=True)
class Field:
    """A field's name, its most characters, its form, and whether it must be there."""

    name: str
    most: int = 32
    pattern: re.Pattern[str] = _ANY
    needed: bool = False

    def check(self, fields: Fields) -> None:
        """Raise ``FieldMissing`` or ``FieldFormat``."""
        value = fields.get(self.name, "")
        if not value:
            if self.needed:
                raise FieldMissing(self.name)
            return
        if len(value) > self.most or not self.pattern.fullmatch(value):
            raise FieldFormat(f"{self.name}: {value[:40]!r}")


def needed(name: str, most: int = 32, pattern: re.Pattern[str] = _ANY) -> Field:
    """Name a field that must be there."""
    return Field(name, most, pattern, needed=True)


@dataclass(frozen=True)
class OneOf:
    """Fields of which at least one must be there."""

    names: tuple[str, ...]

    def check(self, fields: Fields) -> None:
        """Raise ``FieldMissing``."""
        if not any(fields.get(name) for name in self.names):
            raise FieldMissing(" / ".join(self.names))


Rules = tuple[Field | OneOf, ...]

COMMON: Rules = (needed("appid"), needed("nonce_str"))
_GOODS: Rules = (
    needed("body", 127),
    Field("detail", 6000),
    Field("attach", 127),
    needed("out_trade_no", 32, _NUMBER),
    needed("total_fee", 18, _FEE),
    Field("fee_type", 16),
    needed("spbill_create_ip", 64),
    Field("time_start", 14, _TIME),
    Field("time_expire", 14, _TIME),
    Field("goods_tag"),
    Field("limit_pay"),
    Field("device_info"),
    Field("scene_info", 2048),
)
_BY_NUMBER: Rules = (
    Field("transaction_id"),
    Field("out_trade_no", 32, _NUMBER),
    OneOf(("transaction_id", "out_trade_no")),
)

UNIFIED_ORDER: Rules = (
    *COMMON,
    *_GOODS,
    needed("notify_url", 256),
    needed("trade_type", 16),
    Field("product_id"),
    Field("openid", 128),
)
AUTH_CODE: Rules = (*COMMON, needed("auth_code", 128))
MICROPAY: Rules = (*COMMON, *_GOODS, needed("auth_code", 128))
ORDER: Rules = (*COMMON, *_BY_NUMBER)
CLOSE: Rules = (*COMMON, needed("out_trade_no", 32, _NUMBER))
REFUND: Rules = (
    *COMMON,
    *_BY_NUMBER,
    needed("out_refund_no", 64, _REFUND_NUMBER),
    needed("total_fee", 18, _FEE),
    needed("refund_fee", 18, _FEE),
    Field("refund_fee_type", 16),
    Field("refund_desc", 80),
    Field("refund_account", 30),
    Field("notify_url", 256),
)
_REFUND_NUMBERS = ("refund_id", "out_refund_no", "transaction_id", "out_trade_no")
REFUND_QUERY: Rules = (
    *COMMON,
    Field("refund_id"),
    Field("out_refund_no", 64, _REFUND_NUMBER),
    Field("transaction_id"),
    Field("out_trade_no", 32, _NUMBER),
    Field("offset", 9, _FEE),
    OneOf(_REFUND_NUMBERS),
)
TRADE_BILL: Rules = (
    *COMMON,
    needed("bill_date", 8, _DAY),
    Field("bill_type", 16),
    Field("tar_type", 8),
)
FUND_FLOW_BILL: Rules = (
    *COMMON,
    needed("bill_date", 8, _DAY),
    needed("account_type", 16),
    Field("tar_type", 8),
)
EXCHANGE_RATE: Rules = (needed("appid"), needed("fee_type", 10), needed("date", 14, _DAY))
"""The vendor's page asks for no ``nonce_str`` here."""

SIGN_KEY: Rules = (needed("nonce_str"),)


def check(fields: Fields, rules: Iterable[Field | OneOf]) -> None:
    """Check every field of an operation; raises ``FieldMissing`` or ``FieldFormat``."""
    for rule in rules:
        rule.check(fields)
