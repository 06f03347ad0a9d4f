"""Receiving a call: method, document, merchant, sign; only then is anything else looked at.

A service provider signs for its sub-merchant with its own key. In the vendor's sandbox calls are
signed with a key that is asked for there (``sandbox_key``); asking for it is signed with the real
one. Programs present the merchant's TLS certificate for refunds and reversals; it is not asked for
here, because the provider listens on loopback and the sign proves who calls.
"""

from __future__ import annotations

import flask

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.wechatpay.registration import Registration, registration, sandbox_key
from ledger.faces import Provider
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.errors.trust import KeyUnknown, SignatureInvalid
from ledger.protocol.errors.vendors import VendorAccountNotFound
from ledger.protocol.errors.wechatpay import AppidNotBound, SubMerchantUnknown
from ledger.protocol.errors.wechatpay_v2 import BodyMissing, PostRequired
from ledger.protocol.wechatpay_v2_wire import documents, signatures
from ledger.protocol.wechatpay_v2_wire.explain import Explanation, explain


class WrongSign(SignatureInvalid):
    """The sign does not hold, and this is why."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation.reason)
        self.explanation = explanation


def read() -> dict[str, str]:
    """Read the fields of the request at hand.

    Raises ``PostRequired``, ``BodyMissing`` and what ``documents.read`` raises.
    """
    if flask.request.method != "POST":
        raise PostRequired(flask.request.method)
    raw = flask.request.get_data()
    if not raw.strip():
        raise BodyMissing("there is no body")
    return documents.read(raw)


def admit(provider: Provider, books: Books, fields: dict[str, str], *, in_sandbox: bool) -> Call:
    """Find out who calls, and whether the sign is theirs.

    Raises ``FieldMissing``, ``VendorAccountNotFound``, ``KeyUnknown``, ``SignatureMissing``,
    ``WrongSign``, ``Md5Refused``, ``SignTypeUnknown``.
    """
    mch_id = fields.get("mch_id", "")
    if not mch_id:
        raise FieldMissing("mch_id")
    account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=mch_id)
    registered = registration(account)
    if not registered.api_v2_key:
        raise KeyUnknown(f"{mch_id} has registered no API v2 key")
    key = sandbox_key(registered.api_v2_key) if in_sandbox else registered.api_v2_key
    try:
        sign_type = signatures.verify(fields, key, md5_allowed=registered.md5)
    except SignatureInvalid as error:
        raise WrongSign(explain(fields, _keys(key, registered))) from error
    return Call(
        now=provider.clock.now(),
        account=account,
        registration=registered,
        fields=fields,
        sign_type=sign_type,
        in_sandbox=in_sandbox,
        key=key,
    )


def _keys(right: str, registered: Registration) -> dict[str, str]:
    """Give the keys that people take for one another, the right one first."""
    own = registered.api_v2_key
    keys = {
        "API v2 key": own,
        "sandbox's key": sandbox_key(own),
        "API v3 key": registered.api_v3_key,
    }
    name = next(name for name, key in keys.items() if key == right)
    return {name: right, **{name: key for name, key in keys.items() if key}}


def seller(books: Books, call: Call) -> VendorAccount:
    """Find the account that sells, once the sign holds.

    Raises ``AppidNotBound``, ``SubMerchantUnknown``.
    """
    appid = call.text("appid")
    if appid and appid not in call.registration.appids:
        raise AppidNotBound(f"{appid} is not bound to {call.account.account_id}")
    sub_mch_id = call.text("sub_mch_id")
    if not sub_mch_id:
        return call.account
    try:
        account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=sub_mch_id)
    except VendorAccountNotFound as error:
        raise SubMerchantUnknown(sub_mch_id) from error
    if registration(account).sp_mchid != call.account.account_id:
        raise SubMerchantUnknown(f"{sub_mch_id} is no sub-merchant of {call.account.account_id}")
    return account
