"""Parties, keys, limits and grants in memory: they change rarely and are only looked at here."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.core.gathering.undo import InMemory, NotReadAhead, Undo, ahead_of
from ledger.core.ports.parties import DirectoryBook
from ledger.core.records.funding import FundingLine, Grant
from ledger.core.records.gathering import Ahead, Gathered, SignersAhead
from ledger.core.records.parties import Device, FeeTerms, Merchant, Payer, Terminal
from ledger.core.records.spending import OwnLimits, Purpose
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.signing import KeyRecord


class GatheredSigners(InMemory):
    """Keys and devices; one that was not read ahead is asked for once."""

    def __init__(self, book: DirectoryBook, ahead: SignersAhead) -> None:
        self._book = book
        self._keys: dict[str, KeyRecord | None] = {key.key_id: key for key in ahead.keys}
        self._devices: dict[str, Device | None] = dict.fromkeys(self._keys)
        self._devices.update({device.key_id: device for device in ahead.devices})

    def key(self, key_id: str) -> KeyRecord | None:
        """Find a key."""
        if key_id not in self._keys:
            self._keys[key_id] = self._book.key(key_id)
        return self._keys[key_id]

    def device_of_key(self, key_id: str) -> Device | None:
        """Find the device a key belongs to."""
        if key_id not in self._devices:
            self._devices[key_id] = self._book.device_of_key(key_id)
        return self._devices[key_id]


class GatheredDirectory(InMemory):
    """Merchants, terminals, payers and keys."""

    def __init__(self, ahead: Ahead) -> None:
        wanted = ahead.wanted
        self._merchants: dict[str, Merchant | None] = dict.fromkeys(wanted.merchant_ids)
        self._merchants.update({row.merchant_id: row for row in ahead.merchants})
        self._terminals: dict[tuple[str, str], Terminal | None] = dict.fromkeys(wanted.tills)
        self._terminals.update({(row.merchant_id, row.terminal_id): row for row in ahead.terminals})
        self._payers: dict[str, Payer | None] = dict.fromkeys(wanted.payer_ids)
        self._payers.update({row.payer_id: row for row in ahead.payers})
        self._keys: dict[str, KeyRecord | None] = dict.fromkeys(wanted.key_ids)
        self._keys.update({row.key_id: row for row in ahead.keys})
        self._terms: dict[str, FeeTerms | None] = dict.fromkeys(wanted.merchant_ids)
        self._terms.update({row.merchant_id: row for row in ahead.fee_terms})
        self._terms_at = wanted.terms_at

    def merchant(self, merchant_id: str) -> Merchant | None:
        """Find a merchant."""
        return ahead_of(self._merchants, merchant_id)

    def terminal(self, merchant_id: str, terminal_id: str) -> Terminal | None:
        """Find a terminal."""
        return ahead_of(self._terminals, (merchant_id, terminal_id))

    def payer(self, payer_id: PayerId) -> Payer | None:
        """Find a payer."""
        return ahead_of(self._payers, payer_id)

    def key(self, key_id: str) -> KeyRecord | None:
        """Find a key."""
        return ahead_of(self._keys, key_id)

    def fee_terms(self, merchant_id: str, instant: Instant) -> FeeTerms | None:
        """Find the row of a merchant's fee table that holds at the instant it was read for."""
        if instant != self._terms_at:
            raise NotReadAhead("fee terms of another time")
        return ahead_of(self._terms, merchant_id)


class GatheredSpending(InMemory):
    """What payers have spent in all, with what they spend here."""

    def __init__(self, ahead: Ahead, gathered: Gathered, undo: Undo) -> None:
        self._gathered = gathered
        self._undo = undo
        self._since = ahead.wanted.spent_since
        self._limits: dict[str, OwnLimits | None] = dict.fromkeys(ahead.wanted.payer_ids)
        self._limits.update({row.payer_id: row for row in ahead.own_limits})
        self._days: dict[tuple[str, str], dict[Instant, int]] = {}
        for row in ahead.spent:
            days = self._days.setdefault((row.payer_id, row.currency), {})
            days[row.day] = row.spent_minor

    def spent(
        self, payer_id: PayerId, purpose: Purpose, currency: str, since: Instant, until: Instant
    ) -> int:
        """Sum the days that began from ``since`` to ``until``."""
        if purpose is not Purpose.ALL or since < self._since or payer_id not in self._limits:
            raise NotReadAhead(f"spent {purpose}")
        days = self._days.get((payer_id, currency), {})
        return sum(minor_units for day, minor_units in days.items() if since <= day <= until)

    def add(
        self, payer_id: PayerId, purpose: Purpose, currency: str, day: Instant, minor_units: int
    ) -> None:
        """Add to the sum of a day."""
        if purpose is not Purpose.ALL:
            raise NotReadAhead(f"add {purpose}")
        days = self._days.setdefault((payer_id, currency), {})
        self._undo.put(days, day, days.get(day, 0) + minor_units)
        key, sums = (payer_id, purpose, currency, day), self._gathered.spent
        self._undo.put(sums, key, sums.get(key, 0) + minor_units)

    def own_limits(self, payer_id: PayerId) -> OwnLimits | None:
        """Find the limits set for one payer."""
        return ahead_of(self._limits, payer_id)


class GatheredFunding(InMemory):
    """Who has no coupons and no points; whoever has goes by the tables."""

    def __init__(self, ahead: Ahead) -> None:
        self._without = set(ahead.wanted.payer_ids) - set(ahead.granted)
        self._payments = set(ahead.wanted.payment_ids)
        self._lines: dict[PaymentId, list[FundingLine]] = {}
        for line in ahead.lines:
            self._lines.setdefault(line.payment_id, []).append(line)

    def grants(self, payer_id: PayerId) -> list[Grant]:
        """List the grants of a payer who has none."""
        if payer_id not in self._without:
            raise NotReadAhead(f"grants of {payer_id}")
        return []

    def lines(self, payment_id: PaymentId) -> list[FundingLine]:
        """List what grants pay of a payment, by number."""
        if payment_id not in self._payments:
            raise NotReadAhead(payment_id)
        return self._lines.get(payment_id, [])

    def add_lines(self, lines: Iterable[FundingLine]) -> None:
        """Lock nothing: there is no grant."""
        if any(True for _ in lines):
            raise NotReadAhead("funding")
