"""Who asks for whom: a merchant for itself, or a service provider for its sub-merchant.

The number that signed is the merchant's own, or the service provider's; what is sold is always the
account's that the money goes to. Both fields and query name them. Overseas that account is a
merchant's of another country.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors.wechatpay import registration
from ledger.core.vendors.wechatpay.markets import is_overseas
from ledger.faces.wechatpay import bodies
from ledger.faces.wechatpay.calls.call import Call
from ledger.kit.web import asked
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.errors.wechatpay import (
    AppidNotBound,
    MchidMismatch,
    NotOverseas,
    SubMerchantUnknown,
)

OVERSEAS = "/v3/global/"
"""What the overseas addresses begin with."""


@dataclass(frozen=True)
class Asked:
    """The account that sells, and the app ids the call named."""

    account: VendorAccount
    appid: str = ""
    sub_appid: str = ""


def of_body(books: Books, call: Call, body: bodies.Parties, *, names_app: bool = True) -> Asked:
    """Find out for whom a body asks.

    Raises ``FieldMissing``, ``MchidMismatch``, ``AppidNotBound``, ``SubMerchantUnknown``,
    ``NotOverseas``.
    """
    if body.sp_mchid or body.sub_mchid:
        _require_signer(call, body.sp_mchid, "sp_mchid")
        if names_app:
            _require_bound(call, body.sp_appid, "sp_appid")
        account = _sub_merchant(books, call, body.sub_mchid)
        return Asked(account, body.sp_appid, body.sub_appid)
    _require_signer(call, body.mchid, "mchid")
    if names_app:
        _require_bound(call, body.appid, "appid")
    return Asked(_admitted(books, call.account), body.appid)


def of_query(books: Books, call: Call) -> Asked:
    """Find out for whom a query asks; raises as ``of_body`` does."""
    query = call.raw_query
    if "sp_mchid" in query or "sub_mchid" in query:
        _require_signer(call, query.get("sp_mchid", ""), "sp_mchid")
        return Asked(_sub_merchant(books, call, query.get("sub_mchid", "")))
    _require_signer(call, query.get("mchid", ""), "mchid")
    return Asked(_admitted(books, call.account))


def of_sub_mchid(books: Books, call: Call, sub_mchid: str) -> Asked:
    """Find out for whom a call asks that names a sub-merchant and else nobody."""
    if sub_mchid:
        return Asked(_sub_merchant(books, call, sub_mchid))
    return Asked(_admitted(books, call.account))


def _require_signer(call: Call, mchid: str, name: str) -> None:
    if not mchid:
        raise FieldMissing(name)
    if mchid != call.account.account_id:
        raise MchidMismatch(f"{name} is {mchid}, {call.account.account_id} signed")


def _require_bound(call: Call, appid: str, name: str) -> None:
    if not appid:
        raise FieldMissing(name)
    if appid not in call.registration.appids:
        raise AppidNotBound(f"{appid} is not bound to {call.account.account_id}")


def _sub_merchant(books: Books, call: Call, sub_mchid: str) -> VendorAccount:
    if not sub_mchid:
        raise FieldMissing("sub_mchid")
    account = books.vendor_accounts.find(Vendor.WECHATPAY, sub_mchid)
    if account is None or registration(account).sp_mchid != call.account.account_id:
        raise SubMerchantUnknown(f"{sub_mchid} is no sub-merchant of {call.account.account_id}")
    return _admitted(books, account)


def _admitted(books: Books, account: VendorAccount) -> VendorAccount:
    """Give the account that sells, unless it is one at home and the address one for overseas."""
    if asked().path.startswith(OVERSEAS):
        merchant = require_merchant(books, account.merchant_id)
        if not is_overseas(merchant):
            raise NotOverseas(f"{account.account_id} is settled in {merchant.currency.code}")
    return account
