"""What was proven and what was not: receipts, notifications, alarms, and single facts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Signed
from ledger.protocol.records import record

_ALARMS_SHOWN = 200


@record(frozen=True, slots=True)
class Alarm:
    """Something a person has to look at. ``code`` names it, ``about`` what it was found in."""

    raised_at: Instant
    code: str
    detail: str
    sale_id: str | None
    about: str


class _Receipt(msgspec.Struct, frozen=True):
    text: str
    key_id: str
    signature: str


class _Notified(msgspec.Struct, frozen=True):
    notification_id: str


class _Fact(msgspec.Struct, frozen=True):
    value: bytes


class Evidence:
    """The tables ``receipt``, ``notification``, ``alarm`` and ``fact``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def keep_receipt(self, receipt_id: str, sale_id: str, signed: Signed) -> None:
        """Keep a receipt that was checked; the same one again changes nothing."""
        self._store.execute(
            "INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?, ?)",
            (receipt_id, sale_id, signed.text, signed.key_id, signed.signature),
        )

    def receipts(self, sale_id: str) -> list[Signed]:
        """List the receipts of a sale, oldest first."""
        sql = "SELECT text, key_id, signature FROM receipt WHERE sale_id = ? ORDER BY receipt_id"
        rows = self._store.query(_Receipt, sql, (sale_id,))
        return [Signed(row.text, row.key_id, row.signature) for row in rows]

    def had_notifications(self, notification_ids: Sequence[str]) -> set[str]:
        """Tell which of these notifications had their effect already."""
        sql = (
            "SELECT notification_id FROM notification"
            " WHERE notification_id IN (SELECT value FROM json_each(?))"
        )
        names = msgspec.json.encode(notification_ids).decode()
        return {row.notification_id for row in self._store.query(_Notified, sql, (names,))}

    def keep_notification(self, notification_id: str, sale_id: str, now: Instant) -> None:
        """Remember that a notification had its effect."""
        sql = "INSERT INTO notification VALUES (?, ?, ?)"
        self._store.execute(sql, (notification_id, sale_id, now))

    def raise_alarm(self, alarm: Alarm) -> None:
        """Ask for a person; the same alarm about the same thing is raised once."""
        self._store.execute(
            "INSERT OR IGNORE INTO alarm (raised_at, code, detail, sale_id, about)"
            " VALUES (?, ?, ?, ?, ?)",
            (alarm.raised_at, alarm.code, alarm.detail, alarm.sale_id, alarm.about),
        )

    def alarms(self) -> list[Alarm]:
        """List the latest alarms, newest first."""
        sql = (
            "SELECT raised_at, code, detail, sale_id, about FROM alarm"
            " ORDER BY alarm_id DESC LIMIT ?"
        )
        return self._store.query(Alarm, sql, (_ALARMS_SHOWN,))

    def fact(self, name: str) -> bytes | None:
        """Read a single fact."""
        row = self._store.one(_Fact, "SELECT value FROM fact WHERE name = ?", (name,))
        return row.value if row else None

    def put_fact(self, name: str, value: bytes) -> None:
        """Store a single fact, over an older one."""
        sql = "INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
        self._store.execute(sql, (name, value))
