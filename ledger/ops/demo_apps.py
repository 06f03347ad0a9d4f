"""The demo shop as vendors know it: Alipay's app and Antom's client, with published keys.

The keys open a sandbox only; whoever speaks to a ledger of their own registers one of their own.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

import msgspec

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, antom
from ledger.core.vendors.alipay import APP_PUBLIC_KEY
from ledger.ops.seed import DROGERIE, TILLS
from ledger.protocol.alipay_wire import keys
from ledger.protocol.instants import Instant

_FILE: Final = "demo_keys.json"


class DemoApp(msgspec.Struct, frozen=True):
    """An app id or a client id, and its private key, PKCS #8 on one line."""

    app_id: str
    private_key: str


class _DemoKeys(msgspec.Struct, frozen=True):
    alipay: DemoApp
    antom: DemoApp


def alipay_app() -> DemoApp:
    """Give the demo shop's app at Alipay."""
    return _published().alipay


def antom_client() -> DemoApp:
    """Give the demo shop's client at Antom."""
    return _published().antom


def _published() -> _DemoKeys:
    text = resources.files("ledger.ops").joinpath(_FILE).read_bytes()
    return msgspec.json.decode(text, type=_DemoKeys)


def register(books: Books, *, now: Instant) -> None:
    """Let the demo shop be known by its app and its client, unless it is already."""
    _register(books, Vendor.ALIPAY, alipay_app(), APP_PUBLIC_KEY, now)
    _register(books, Vendor.ANTOM, antom_client(), antom.PUBLIC_KEY, now)


def _register(books: Books, vendor: Vendor, app: DemoApp, setting: str, now: Instant) -> None:
    if books.vendor_accounts.find(vendor, app.app_id) is not None:
        return
    public = keys.spell_public(keys.private_key(app.private_key).public_key())
    account = VendorAccount(
        vendor=vendor,
        account_id=app.app_id,
        merchant_id=DROGERIE.merchant_id,
        terminal_id=TILLS[0].terminal.terminal_id,
        added_at=now,
        settings={setting: public},
    )
    accounts.register(books, account=account)
