"""Parties, their keys and invitations, in tables."""

from __future__ import annotations

from ledger.core.records.parties import (
    Device,
    FeeTerms,
    GuestPass,
    Invitation,
    Merchant,
    Names,
    PartyStatus,
    Payer,
    Terminal,
)
from ledger.protocol.identifiers import DeviceId, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.money import currency
from ledger.protocol.records import record
from ledger.protocol.signing import Algorithm, KeyRecord, KeyStatus, PublicKey
from ledger.store.tables.rows import Tables, bytes_of


@record(frozen=True, slots=True)
class MerchantRow:
    """A row of ``merchant``."""

    merchant_id: str
    name: str
    name_de: str
    name_en: str
    name_zh: str
    city: str
    country: str
    mcc: str
    postal_code: str
    currency: str
    notify_url: str
    status: PartyStatus

    @classmethod
    def of(cls, merchant: Merchant) -> MerchantRow:
        """Spell a merchant as a row."""
        return cls(
            merchant_id=merchant.merchant_id,
            name=merchant.name,
            name_de=merchant.names.de,
            name_en=merchant.names.en,
            name_zh=merchant.names.zh,
            city=merchant.city,
            country=merchant.country,
            mcc=merchant.mcc,
            postal_code=merchant.postal_code,
            currency=merchant.currency.code,
            notify_url=merchant.notify_url,
            status=merchant.status,
        )

    def record(self) -> Merchant:
        """Read the row as a merchant."""
        return Merchant(
            merchant_id=self.merchant_id,
            name=self.name,
            names=Names(self.name_de, self.name_en, self.name_zh),
            city=self.city,
            country=self.country,
            mcc=self.mcc,
            postal_code=self.postal_code,
            currency=currency(self.currency),
            notify_url=self.notify_url,
            status=self.status,
        )


@record(frozen=True, slots=True)
class PayerRow:
    """A row of ``payer``."""

    payer_id: PayerId
    display_name: str
    currency: str
    locale: str
    pairwise_secret: str
    status: PartyStatus

    def record(self) -> Payer:
        """Read the row as a payer."""
        return Payer(
            payer_id=self.payer_id,
            display_name=self.display_name,
            currency=currency(self.currency),
            locale=self.locale,
            pairwise_secret=bytes_of(self.pairwise_secret),
            status=self.status,
        )


@record(frozen=True, slots=True)
class DeviceRow:
    """A row of ``device``."""

    device_id: DeviceId
    payer_id: PayerId
    key_id: str
    code_secret: str
    enrolled_at: Instant

    def record(self) -> Device:
        """Read the row as a device."""
        return Device(
            device_id=self.device_id,
            payer_id=self.payer_id,
            key_id=self.key_id,
            code_secret=bytes_of(self.code_secret),
            enrolled_at=self.enrolled_at,
        )


@record(frozen=True, slots=True)
class KeyRow:
    """A row of ``public_key``."""

    key_id: str
    algorithm: Algorithm
    raw: str
    owner: str
    status: KeyStatus
    not_before: Instant
    not_after: Instant

    def record(self) -> KeyRecord:
        """Read the row as a key."""
        return KeyRecord(
            key_id=self.key_id,
            public_key=PublicKey(self.algorithm, bytes_of(self.raw)),
            owner=self.owner,
            status=self.status,
            not_before=self.not_before,
            not_after=self.not_after,
        )


@record(frozen=True, slots=True)
class GuestPassRow:
    """A row of ``guest_pass``."""

    token_digest: str
    currency: str
    amount_minor: int
    guests_most: int
    guests: int
    created_at: Instant

    def record(self) -> GuestPass:
        """Read the row as a guest pass."""
        return GuestPass(
            token_digest=self.token_digest,
            currency=currency(self.currency),
            amount_minor=self.amount_minor,
            guests_most=self.guests_most,
            guests=self.guests,
            created_at=self.created_at,
        )


_KEYS = "SELECT key_id, algorithm, raw, owner, status, not_before, not_after FROM public_key"


class Directory:
    """``ledger.core.ports.parties.DirectoryBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def merchant(self, merchant_id: str) -> Merchant | None:
        """Find a merchant."""
        sql = "SELECT * FROM merchant WHERE merchant_id = ?"
        row = self._tables.row(MerchantRow, sql, merchant_id)
        return row.record() if row else None

    def merchants(self) -> list[Merchant]:
        """List the merchants by id."""
        sql = "SELECT * FROM merchant ORDER BY merchant_id"
        return [row.record() for row in self._tables.rows(MerchantRow, sql)]

    def merchant_with_skeleton(self, skeleton: str) -> str | None:
        """Find the id of the merchant one of whose names has this skeleton."""
        sql = "SELECT skeleton, merchant_id FROM merchant_skeleton WHERE skeleton = ?"
        row = self._tables.row(_SkeletonRow, sql, skeleton)
        return row.merchant_id if row else None

    def add_merchant(self, merchant: Merchant, skeletons: frozenset[str]) -> None:
        """Add a merchant with the skeletons of its names."""
        self._tables.insert("merchant", MerchantRow.of(merchant))
        for skeleton in sorted(skeletons):
            row = _SkeletonRow(skeleton, merchant.merchant_id)
            self._tables.insert("merchant_skeleton", row)

    def set_merchant_status(self, merchant_id: str, status: PartyStatus) -> None:
        """Block a merchant or let it go on."""
        sql = "UPDATE merchant SET status = ? WHERE merchant_id = ?"
        self._tables.write_one(sql, status, merchant_id)

    def fee_terms(self, merchant_id: str, instant: Instant) -> FeeTerms | None:
        """Find the row of a merchant's fee table that holds at an instant."""
        sql = (
            "SELECT * FROM fee_terms WHERE merchant_id = ? AND valid_from <= ?"
            " ORDER BY valid_from DESC LIMIT 1"
        )
        return self._tables.row(FeeTerms, sql, merchant_id, instant)

    def fee_table(self, merchant_id: str) -> list[FeeTerms]:
        """List all rows of a merchant's fee table, in the order they begin."""
        sql = "SELECT * FROM fee_terms WHERE merchant_id = ? ORDER BY valid_from"
        return self._tables.rows(FeeTerms, sql, merchant_id)

    def add_fee_terms(self, terms: FeeTerms) -> None:
        """Add a row to a merchant's fee table."""
        self._tables.insert("fee_terms", terms)

    def terminal(self, merchant_id: str, terminal_id: str) -> Terminal | None:
        """Find a terminal."""
        sql = "SELECT * FROM terminal WHERE merchant_id = ? AND terminal_id = ?"
        return self._tables.row(Terminal, sql, merchant_id, terminal_id)

    def terminals(self, merchant_id: str) -> list[Terminal]:
        """List a merchant's terminals by id."""
        sql = "SELECT * FROM terminal WHERE merchant_id = ? ORDER BY terminal_id"
        return self._tables.rows(Terminal, sql, merchant_id)

    def add_terminal(self, terminal: Terminal) -> None:
        """Add a terminal."""
        self._tables.insert("terminal", terminal)

    def payer(self, payer_id: PayerId) -> Payer | None:
        """Find a payer."""
        row = self._tables.row(PayerRow, "SELECT * FROM payer WHERE payer_id = ?", payer_id)
        return row.record() if row else None

    def payers(self) -> list[Payer]:
        """List the payers by id."""
        rows = self._tables.rows(PayerRow, "SELECT * FROM payer ORDER BY payer_id")
        return [row.record() for row in rows]

    def add_payer(self, payer: Payer) -> None:
        """Add a payer."""
        row = PayerRow(
            payer_id=payer.payer_id,
            display_name=payer.display_name,
            currency=payer.currency.code,
            locale=payer.locale,
            pairwise_secret=payer.pairwise_secret.hex(),
            status=payer.status,
        )
        self._tables.insert("payer", row)

    def set_payer_status(self, payer_id: PayerId, status: PartyStatus) -> None:
        """Block a payer or let them go on."""
        self._tables.write_one("UPDATE payer SET status = ? WHERE payer_id = ?", status, payer_id)

    def device(self, device_id: DeviceId) -> Device | None:
        """Find a device."""
        sql = "SELECT * FROM device WHERE device_id = ?"
        row = self._tables.row(DeviceRow, sql, device_id)
        return row.record() if row else None

    def device_of_key(self, key_id: str) -> Device | None:
        """Find the device a key belongs to."""
        row = self._tables.row(DeviceRow, "SELECT * FROM device WHERE key_id = ?", key_id)
        return row.record() if row else None

    def add_device(self, device: Device) -> None:
        """Add a device."""
        row = DeviceRow(
            device_id=device.device_id,
            payer_id=device.payer_id,
            key_id=device.key_id,
            code_secret=device.code_secret.hex(),
            enrolled_at=device.enrolled_at,
        )
        self._tables.insert("device", row)

    def key(self, key_id: str) -> KeyRecord | None:
        """Find a key."""
        row = self._tables.row(KeyRow, f"{_KEYS} WHERE key_id = ?", key_id)
        return row.record() if row else None

    def published_keys(self) -> list[KeyRecord]:
        """List the keys of the ledger and of all merchants, in the order they were added."""
        published = "owner = 'ledger' OR owner LIKE 'merchant:%'"
        rows = self._tables.rows(KeyRow, f"{_KEYS} WHERE {published} ORDER BY number")
        return [row.record() for row in rows]

    def add_key(self, record: KeyRecord) -> None:
        """Add a key; its id and its public key are both unique."""
        row = KeyRow(
            key_id=record.key_id,
            algorithm=record.public_key.algorithm,
            raw=record.public_key.raw.hex(),
            owner=record.owner,
            status=record.status,
            not_before=record.not_before,
            not_after=record.not_after,
        )
        self._tables.insert("public_key", row)

    def replace_key(self, record: KeyRecord) -> None:
        """Put a key's new status and period in place of the old."""
        sql = "UPDATE public_key SET status = ?, not_before = ?, not_after = ? WHERE key_id = ?"
        period = (record.not_before, record.not_after)
        self._tables.write_one(sql, record.status, *period, record.key_id)

    def invitation(self, token_digest: str) -> Invitation | None:
        """Find an invitation by the SHA-256 of its token."""
        sql = "SELECT * FROM invitation WHERE token_digest = ?"
        return self._tables.held(Invitation, sql, token_digest)

    def add_invitation(self, invitation: Invitation) -> None:
        """Add an invitation."""
        self._tables.insert("invitation", invitation)

    def use_invitation(self, token_digest: str, key_id: str) -> None:
        """Note which key used an invitation."""
        sql = "UPDATE invitation SET key_id = ? WHERE token_digest = ? AND key_id IS NULL"
        self._tables.write_one(sql, key_id, token_digest)

    def guest_pass(self, token_digest: str) -> GuestPass | None:
        """Find a guest pass by the SHA-256 of its token."""
        sql = "SELECT * FROM guest_pass WHERE token_digest = ?"
        row = self._tables.row(GuestPassRow, sql, token_digest)
        return row.record() if row else None

    def guest_pass_in(self, currency: str) -> GuestPass | None:
        """Find the oldest guest pass of a currency."""
        sql = (
            "SELECT * FROM guest_pass WHERE currency = ? ORDER BY created_at, token_digest LIMIT 1"
        )
        row = self._tables.row(GuestPassRow, sql, currency)
        return row.record() if row else None

    def add_guest_pass(self, given: GuestPass) -> None:
        """Add a guest pass."""
        row = GuestPassRow(
            token_digest=given.token_digest,
            currency=given.currency.code,
            amount_minor=given.amount_minor,
            guests_most=given.guests_most,
            guests=given.guests,
            created_at=given.created_at,
        )
        self._tables.insert("guest_pass", row)

    def use_guest_pass(self, token_digest: str) -> bool:
        """Count one more guest; False where the pass has let in as many as it may."""
        sql = (
            "UPDATE guest_pass SET guests = guests + 1"
            " WHERE token_digest = ? AND guests < guests_most"
        )
        return self._tables.write(sql, token_digest) == 1


@record(frozen=True, slots=True)
class _SkeletonRow:
    skeleton: str
    merchant_id: str
