"""The demo shop as vendors know it: an app of Alipay's, with a key that is published on purpose.

The key opens a sandbox only; whoever speaks to a ledger of their own registers one of their own.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

import msgspec

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.alipay import APP_PUBLIC_KEY
from ledger.ops.seed import DROGERIE, TILLS
from ledger.protocol.alipay_wire import keys
from ledger.protocol.instants import Instant

_FILE: Final = "demo_keys.json"


class DemoApp(msgspec.Struct, frozen=True):
    """An app and its private key, PKCS #8 on one line."""

    app_id: str
    private_key: str


class _DemoKeys(msgspec.Struct, frozen=True):
    alipay: DemoApp


def alipay_app() -> DemoApp:
    """Give the demo shop's app."""
    text = resources.files("ledger.ops").joinpath(_FILE).read_bytes()
    return msgspec.json.decode(text, type=_DemoKeys).alipay


def register(books: Books, *, now: Instant) -> None:
    """Let the demo shop be known by its app, unless it is already."""
    app = alipay_app()
    if books.vendor_accounts.find(Vendor.ALIPAY, app.app_id) is not None:
        return
    public = keys.spell_public(keys.private_key(app.private_key).public_key())
    account = VendorAccount(
        vendor=Vendor.ALIPAY,
        account_id=app.app_id,
        merchant_id=DROGERIE.merchant_id,
        terminal_id=TILLS[0].terminal.terminal_id,
        added_at=now,
        settings={APP_PUBLIC_KEY: public},
    )
    accounts.register(books, account=account)
