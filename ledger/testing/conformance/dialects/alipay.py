"""Alipay's V2: a form, signed with RSA2 over its sorted fields (docs/use/alipay.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts, orders
from ledger.core.vendors.announcing import Post
from ledger.faces.alipay import certificates
from ledger.kit.secrets import rsa_keys
from ledger.protocol.alipay_wire import keys
from ledger.protocol.alipay_wire.parameters import SIGN, notice_text
from ledger.protocol.money import Money, currency, to_decimal
from ledger.sandbox.record.deliveries import Delivery
from ledger.testing.accounts import AlipayAccount
from ledger.testing.conformance.forgery import Forgery, Sealing

_OTHER_APP: Final = "2021000000000000"
_OTHER_SELLER: Final = "2088000000000000"
_AMOUNTS: Final = ("total_amount", "receipt_amount", "buyer_pay_amount", "invoice_amount")


class AlipayDialect:
    """The demo drugstore's app."""

    name = "alipay"
    wallet = "alipay"
    currency = "EUR"
    payer = "anna"
    poor_payer = "chen-jing"
    asked_price_minor = 60_00
    has_currency = False
    tells_charges = True
    sealings = frozenset(
        {Sealing.RIGHT, Sealing.NONE, Sealing.OTHER_KEY, Sealing.BEFORE_THE_CHANGE}
    )
    calls: Mapping[str, str] = {
        "show": "alipay.trade.precreate",
        "charge": "alipay.trade.pay",
        "query": "alipay.trade.query",
        "refund": "alipay.trade.refund",
    }

    def __init__(self, account: AlipayAccount) -> None:
        self._account = account

    def settings(self) -> Mapping[str, str]:
        """Give gateway, app id and the folder of keys."""
        return {
            "gateway": self._account.gateway,
            "app_id": self._account.app_id,
            "keys": str(self._account.files),
        }

    def payment(self, books: Books, order_no: str) -> Payment | None:
        """Find what became of an ``out_trade_no``."""
        account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=self._account.app_id)
        opened = orders.find(books, account=account, out_no=order_no)
        return opened.payment if opened else None

    def forged(self, genuine: Delivery, forgery: Forgery) -> Post:
        """Make a form out of a genuine one."""
        fields = dict(parse_qsl(genuine.body.decode(), keep_blank_values=True))
        signed_before = fields[SIGN]
        target = forgery.target
        amount = Money(target.amount_minor - forgery.less_minor, currency(self.currency))
        fields |= {"out_trade_no": target.order_no}
        fields |= {name: to_decimal(amount) for name in _AMOUNTS if name in fields}
        if forgery.elsewhere:
            fields |= {"app_id": _OTHER_APP, "auth_app_id": _OTHER_APP, "seller_id": _OTHER_SELLER}
        if forgery.unpaid:
            fields["trade_status"] = "WAIT_BUYER_PAY"
        fields[SIGN] = self._signature(fields, forgery.sealing, signed_before)
        if forgery.sealing is Sealing.NONE:
            fields = {name: fields[name] for name in fields if name not in (SIGN, "sign_type")}
        return Post(genuine.url, urlencode(fields).encode(), genuine.headers)

    def with_number_twice(self, genuine: Delivery, order_no: str) -> Post:
        """Append a second ``out_trade_no``: a reader that takes the last one is led astray."""
        body = genuine.body + b"&" + urlencode({"out_trade_no": order_no}).encode()
        return Post(genuine.url, body, genuine.headers)

    def _signature(self, fields: Mapping[str, str], sealing: Sealing, before: str) -> str:
        if sealing is Sealing.BEFORE_THE_CHANGE:
            return before
        provider = self._account.provider
        own = certificates.platform(provider.vendor_keys, provider.clock.now()).key
        key = rsa_keys.draw() if sealing is Sealing.OTHER_KEY else own
        return keys.sign(key, notice_text(fields).encode())
