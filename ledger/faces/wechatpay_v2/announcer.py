"""Notifications of API v2: XML about a paid order, signed; about a refund, sealed and unsigned.

Told are a payment that a wallet was led to by a code, and a refund that names an address; payment
by payment code is not told, as on the platform. A notification is signed as its order was, with the
sandbox's key where the order was made there. A merchant has it when it answers with a document that
says so; status 200 alone is not enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.core.ports import Books
from ledger.core.records.notices import OutboxRow
from ledger.core.records.vendors import Vendor, VendorAccount, VendorOrder
from ledger.core.vendors import accounts, refunds
from ledger.core.vendors.announcing import Post
from ledger.core.vendors.orders import Opened, require
from ledger.core.vendors.wechatpay.registration import registration, sandbox_key
from ledger.faces.wechatpay_v2 import mapping
from ledger.faces.wechatpay_v2.calls.desk import NONCE_BYTES, SUCCESS
from ledger.faces.wechatpay_v2.mapping import Told
from ledger.kit.entropy import Entropy
from ledger.protocol.errors import CallerError
from ledger.protocol.instants import Instant
from ledger.protocol.messages import NotificationEvent, Presented
from ledger.protocol.wechatpay_v2_wire import documents, refund_seal, signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType

HEADERS = {"Content-Type": "text/xml"}
OF_REFUNDS = {
    NotificationEvent.REFUND_SUCCEEDED: "SUCCESS",
    NotificationEvent.REFUND_WAITING: "CHANGE",
    NotificationEvent.REFUND_FAILED: "REFUNDCLOSE",
}
"""What is told of a refund as of then."""


@dataclass(frozen=True)
class _Heard:
    """Who is told, and by which key."""

    account: VendorAccount
    opened: Opened
    key: str
    sign_type: SignType


class WechatPayV2Announcer:
    """Tells merchants as the platform does."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy

    @property
    def retry_after_ms(self) -> Sequence[int]:
        """Fifteen tries within 24 hours and four minutes; the ledger's own schedule is this one."""
        return RETRY_AFTER_MS

    def is_taken(self, status: int, body: bytes) -> bool:
        """Tell whether the merchant has it."""
        try:
            answer = documents.read(body)
        except CallerError:
            return False
        return status == HTTPStatus.OK and answer.get("return_code") == SUCCESS

    def render(
        self,
        books: Books,
        row: OutboxRow,
        order: VendorOrder,
        *,
        now: Instant,  # noqa: ARG002 - a document of v2 has no time of its own
    ) -> Post | None:
        """Spell what happened; None for what is not told."""
        if row.event is NotificationEvent.PAYMENT_PAID:
            return self._paid(books, order)
        if row.event in OF_REFUNDS:
            return self._refunded(books, row, order)
        return None

    def _paid(self, books: Books, order: VendorOrder) -> Post | None:
        heard = _heard(books, order)
        if heard.opened.payment.presented is Presented.CONSUMER or not order.notify_url:
            return None
        told: Told = {
            **self._head(order),
            "result_code": SUCCESS,
            "sign_type": heard.sign_type.value,
            **mapping.paid(books, heard.opened),
        }
        told["sign"] = signatures.sign(told, heard.key, heard.sign_type)
        return Post(order.notify_url, documents.write(dict(sorted(told.items()))), HEADERS)

    def _refunded(self, books: Books, row: OutboxRow, order: VendorOrder) -> Post | None:
        heard = _heard(books, order)
        for given in refunds.of_order(books, opened=heard.opened):
            url = given.vendor_refund.notify_url
            if given.refund.refund_id == row.refund_id and url:
                plain = documents.write(
                    mapping.refund_news(books, heard.opened, given, OF_REFUNDS[row.event]),
                    root="root",
                )
                sealed = {"req_info": refund_seal.seal(plain, heard.key)}
                return Post(url, documents.write({**self._head(order), **sealed}), HEADERS)
        return None

    def _head(self, order: VendorOrder) -> Told:
        sub = {"sub_appid": order.facts.get("sub_appid", ""), "sub_mch_id": order.account_id}
        sp_mchid = order.facts.get("sp_mchid", "")
        told: Told = {
            "return_code": SUCCESS,
            "appid": order.facts.get("appid", ""),
            "mch_id": sp_mchid or order.account_id,
            "nonce_str": self._entropy(NONCE_BYTES).hex(),
        }
        return told | {name: value for name, value in sub.items() if value and sp_mchid}


def _heard(books: Books, order: VendorOrder) -> _Heard:
    """Find who made the order: a service provider, else the merchant."""
    seller = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=order.account_id)
    told_to = order.facts.get("sp_mchid") or order.account_id
    told = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=told_to)
    registered = registration(told)
    key = registered.api_v2_key
    return _Heard(
        account=told,
        opened=require(books, account=seller, out_no=order.out_no),
        key=sandbox_key(key) if order.facts.get("sandbox") else key,
        sign_type=SignType(order.facts.get("sign_type", SignType.HMAC_SHA256)),
    )
