"""What the till's API reads: one class a body, and the rules no type can say.

A member that is left out and one that is ``null`` are not the same here: nothing may be null.

    >>> import msgspec
    >>> from pos.goods import catalogue
    >>> msgspec.convert({"amount_minor": 1295}, OpenSale).basket(catalogue.load()).total
    Money(1295, 'EUR')
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from ledger.protocol.errors.checkout import IdempotencyKeyFormat
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.identifiers import check_text
from ledger.protocol.messages import Intent
from ledger.protocol.money import Money, parse_minor
from ledger.protocol.native_wire import AmountMinor
from pos.acquirers.intents import Profile
from pos.counter.review import Verdict
from pos.goods.basket import Basket
from pos.goods.catalogue import SHOP_CURRENCY, Catalogue, Language

SKU_LENGTH = 40
REASON_LENGTH = 80

_KEY = re.compile(r"[!-~]{1,64}", re.ASCII)


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a basket: an article and how many of it."""

    sku: str
    quantity: int


class CollectMode(StrEnum):
    """Who shows the code."""

    SHOW = "show"
    READ = "read"


class Collect(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How to collect: show a code of a profile, or read the payer's payment code.

    A code that is ``self_contained`` is shown without a call to the provider.
    """

    mode: CollectMode
    profile: Profile | UnsetType = UNSET
    payment_code: str | UnsetType = UNSET
    self_contained: bool = False

    def shown_profile(self) -> Profile:
        """Give the profile to show, S unless said otherwise; else ``FieldFormat``."""
        if self.mode is not CollectMode.SHOW:
            raise FieldFormat("the mode show is what shows a code")
        if not isinstance(self.payment_code, UnsetType):
            raise FieldFormat("payment_code is for the mode read")
        profile = Profile.SIGNED if isinstance(self.profile, UnsetType) else self.profile
        if profile not in (Profile.SIGNED, Profile.LINK):
            raise FieldFormat("profile is S or L")
        if self.self_contained and profile is not Profile.SIGNED:
            raise FieldFormat("a self-contained code has the profile S")
        return profile

    def scanned(self) -> str:
        """Give what was scanned from the payer; else ``FieldMissing`` or ``FieldFormat``."""
        if self.self_contained or not isinstance(self.profile, UnsetType):
            raise FieldFormat("profile and self_contained are for the mode show")
        if isinstance(self.payment_code, UnsetType):
            raise FieldMissing("payment_code")
        return self.payment_code


class OpenSale(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Goods of the catalogue, or a typed amount; of a deposit always an amount.

    ``collect`` begins to collect it at once, by a code that needs no call to the provider. ``key``
    makes a repeated wish the same sale; screens begin it with their name, ``kiosk-…``.
    """

    lines: list[Wanted] | UnsetType = UNSET
    amount_minor: AmountMinor | UnsetType = UNSET
    intent: Intent = Intent.SALE
    collect: Collect | UnsetType = UNSET
    key: str | UnsetType = UNSET

    @property
    def asked_key(self) -> str:
        """The key, empty without one; raises ``IdempotencyKeyFormat``."""
        return asked_key(None if isinstance(self.key, UnsetType) else self.key)

    @property
    def is_collected_at_once(self) -> bool:
        """Whether a code is wanted with it; ``FieldFormat`` for one that takes a call."""
        if isinstance(self.collect, UnsetType):
            return False
        self.collect.shown_profile()
        if not self.collect.self_contained or self.intent is not Intent.SALE:
            raise FieldFormat("at once, only the self-contained code of a sale is shown")
        return True

    def basket(self, goods: Catalogue) -> Basket:
        """Make the basket.

        Raises ``FieldMissing``, ``FieldFormat``, ``TextCharacter``, ``ProductNotFound``,
        ``AmountOutOfRange``.
        """
        if isinstance(self.lines, UnsetType):
            if isinstance(self.amount_minor, UnsetType):
                raise FieldMissing("lines or amount_minor")
            return Basket.of_amount(parse_minor(self.amount_minor, SHOP_CURRENCY.code))
        if not isinstance(self.amount_minor, UnsetType):
            raise FieldFormat("lines and amount_minor exclude each other")
        if self.intent is Intent.DEPOSIT:
            raise FieldFormat("a deposit is an amount")
        return Basket.of_goods(
            [
                (goods.product(check_text(line.sku, SKU_LENGTH)), line.quantity)
                for line in self.lines
            ]
        )


class Capture(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a held deposit is taken."""

    amount_minor: AmountMinor

    def amount(self) -> Money:
        """Give the amount; raises ``AmountOutOfRange``."""
        return parse_minor(self.amount_minor, SHOP_CURRENCY.code)


class GiveBack(Struct, frozen=True, forbid_unknown_fields=True):
    """A part to refund; all that is left when no amount is named. ``reason`` is for the payer."""

    amount_minor: AmountMinor | UnsetType = UNSET
    reason: str | UnsetType = UNSET

    def asked_reason(self) -> str:
        """Give the reason, empty if there is none; raises ``TextCharacter`` or ``FieldFormat``."""
        if isinstance(self.reason, UnsetType):
            return ""
        return check_text(self.reason, REASON_LENGTH)

    def amount(self) -> Money | None:
        """Give the amount, None for all; raises ``AmountOutOfRange``."""
        if isinstance(self.amount_minor, UnsetType):
            return None
        return parse_minor(self.amount_minor, SHOP_CURRENCY.code)


class Decide(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person decides about a sale under review, and why."""

    decision: Verdict
    reason: str


class Compare(Struct, frozen=True, forbid_unknown_fields=True):
    """Compare a day with the provider's statement, or a file of it: a text, or any in base64."""

    statement_csv: str | UnsetType = UNSET
    statement_file: bytes | UnsetType = UNSET

    def raw_statement(self) -> bytes | None:
        """Give the file, None to ask the provider; raises ``FieldFormat`` for two files."""
        if isinstance(self.statement_file, UnsetType):
            text = self.statement_csv
            return None if isinstance(text, UnsetType) else text.encode()
        if not isinstance(self.statement_csv, UnsetType):
            raise FieldFormat("statement_csv: there is a statement_file beside it")
        return self.statement_file


class Empty(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object; asking for it keeps other sites' forms out, which can't send JSON."""


def language(text: str | None) -> Language:
    """Read the parameter ``lang``, German if there is none; else ``FieldFormat``."""
    if text is None:
        return Language.DE
    if text not in set(Language):
        raise FieldFormat(f"lang is one of {', '.join(Language)}")
    return Language(text)


def asked_key(text: str | None) -> str:
    """Read an optional ``Idempotency-Key``; raises ``IdempotencyKeyFormat``."""
    if text is None:
        return ""
    if not _KEY.fullmatch(text):
        raise IdempotencyKeyFormat
    return text
