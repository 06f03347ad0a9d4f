"""WeChat Pay's API v3: a signed envelope around a sealed order (docs/use/wechatpay.md).

The demo tea house sells in yuan. The drugstore has the number of an overseas shop, in euro.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts, orders
from ledger.core.vendors.announcing import Post
from ledger.core.vendors.wechatpay import PlatformKey
from ledger.faces.wechatpay.answering import signature_headers
from ledger.faces.wechatpay.keys import KeptKeys
from ledger.kit.secrets import rsa_keys
from ledger.protocol.instants import HOUR, later
from ledger.protocol.wechatpay_wire import seals
from ledger.sandbox.record.deliveries import Delivery
from ledger.testing.accounts import WechatPayAccount
from ledger.testing.conformance.forgery import Forgery, Sealing

_OTHER_MCHID: Final = "1900000000"
_OTHER_SECRET: Final = "0" * seals.API_V3_KEY_CHARACTERS
_HEADERS_OF_SIGNATURE: Final = "wechatpay-"
Json = dict[str, object]


@dataclass(frozen=True)
class _Opened:
    """A notification, and the order in it."""

    envelope: Json
    resource: Json
    order: Json


class WechatPayDialect:
    """A demo shop's merchant number."""

    wallet = "wechatpay"
    poor_payer = "chen-jing"
    has_currency = True
    tells_charges = False
    sealings = frozenset(Sealing)
    calls: Mapping[str, str] = {
        "show": "POST /v3/pay/transactions/native",
        "charge": "POST /v3/pay/transactions/codepay",
        "query": "GET /v3/pay/transactions/out-trade-no",
        "refund": "POST /v3/refund/domestic/refunds",
    }

    def __init__(self, account: WechatPayAccount, *, overseas: bool = False) -> None:
        self._account = account
        self._mchid = account.overseas_mchid if overseas else account.mchid
        self.name = "wechatpay-euro" if overseas else "wechatpay"
        self.currency, self.payer = ("EUR", "anna") if overseas else ("CNY", "li-wei")
        self.asked_price_minor = 390_00 if overseas else 1_001_00

    def settings(self) -> Mapping[str, str]:
        """Give address, numbers, secret and the folder of keys."""
        account = self._account
        return {
            "base_url": account.ledger_url,
            "mchid": self._mchid,
            "appid": account.appid,
            "serial_no": account.serial_no,
            "apiv3_key": account.apiv3_key,
            "public_key_id": account.platform_public_key_id,
            "keys": str(account.files),
        }

    def payment(self, books: Books, order_no: str) -> Payment | None:
        """Find what became of an ``out_trade_no``."""
        account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=self._mchid)
        opened = orders.find(books, account=account, out_no=order_no)
        return opened.payment if opened else None

    def forged(self, genuine: Delivery, forgery: Forgery) -> Post:
        """Make an envelope out of a genuine one."""
        opened = self._open(genuine.body)
        order = {**opened.order, "out_trade_no": forgery.target.order_no}
        minor = forgery.target.amount_minor - forgery.less_minor
        amount: Json = {"total": minor, "payer_total": minor, "currency": self.currency}
        if forgery.currency:
            amount["currency"] = forgery.currency
        order["amount"] = {**_object(opened.order["amount"]), **amount}
        if forgery.elsewhere:
            order["mchid"] = _OTHER_MCHID
        if forgery.unpaid:
            order |= {"trade_state": "NOTPAY", "trade_state_desc": "订单未支付"}
        secret = self._account.apiv3_key
        if forgery.sealing is Sealing.OTHER_SECRET:
            secret = _OTHER_SECRET
        return self._signed(genuine, _closed(opened, order, secret), forgery.sealing)

    def with_number_twice(self, genuine: Delivery, order_no: str) -> Post:
        """Append a second resource: a reader that takes the last one is led astray."""
        opened = self._open(genuine.body)
        order = {**opened.order, "out_trade_no": order_no}
        second = msgspec.json.encode(_object(_closed(opened, order, _OTHER_SECRET)["resource"]))
        body = genuine.body.rstrip()[:-1] + b',"resource":' + second + b"}"
        return Post(genuine.url, body, genuine.headers)

    def _open(self, body: bytes) -> _Opened:
        envelope = msgspec.json.decode(body, type=Json)
        resource = _object(envelope["resource"])
        plain = seals.unseal(
            str(resource["ciphertext"]),
            self._account.apiv3_key,
            nonce=str(resource["nonce"]),
            data=str(resource["associated_data"]),
        )
        return _Opened(envelope, resource, msgspec.json.decode(plain, type=Json))

    def _signed(self, genuine: Delivery, envelope: Json, sealing: Sealing) -> Post:
        body = msgspec.json.encode(envelope)
        headers = dict(genuine.headers)
        if sealing is Sealing.NONE:
            own = (name for name in headers if name.lower().startswith(_HEADERS_OF_SIGNATURE))
            return Post(genuine.url, body, {n: headers[n] for n in headers if n not in set(own)})
        if sealing is not Sealing.BEFORE_THE_CHANGE:
            headers |= self._signature(_serial(headers), body, sealing)
        return Post(genuine.url, body, headers)

    def _signature(self, name: str, body: bytes, sealing: Sealing) -> Mapping[str, str]:
        provider = self._account.provider
        key = self._platform_key(name)
        if sealing is Sealing.OTHER_KEY:
            key = PlatformKey(key.name, rsa_keys.draw(), key.certificate)
        at = provider.clock.outside()
        if sealing is Sealing.LONG_AGO:
            at = later(at, -HOUR)
        is_probe = sealing is Sealing.PROBE
        return signature_headers(
            key, body, stamped_at=at, entropy=provider.entropy, is_probe=is_probe
        )

    def _platform_key(self, name: str) -> PlatformKey:
        kept = KeptKeys(self._account.provider)()
        return next(key for key in (kept.public_key, *kept.certificates) if key.name == name)


def _closed(opened: _Opened, order: Json, secret: str) -> Json:
    """Seal an order into its envelope."""
    sealed = seals.seal(
        msgspec.json.encode(order),
        secret,
        nonce=str(opened.resource["nonce"]),
        data=str(opened.resource["associated_data"]),
    )
    return {**opened.envelope, "resource": {**opened.resource, "ciphertext": sealed}}


def _object(value: object) -> Json:
    return msgspec.convert(value, Json)


def _serial(headers: Mapping[str, str]) -> str:
    return next(headers[name] for name in headers if name.lower() == "wechatpay-serial")
