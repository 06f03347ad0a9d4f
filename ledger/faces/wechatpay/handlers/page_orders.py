"""Parameters that a shop's page, mini-program or app has signed: whether the wallet may believe it.

What passes between WeChat and the platform when a page is to be paid is not published. Here our
wallet posts the parameters as a form to ``/wechatpay/page-orders``, an address of our own; what is
checked is what the vendor's pages say: the ``prepay_id`` is one of ours, the app id is the order's,
and the signature is the merchant's (RSA for an order of API v3, a digest for one of API v2). The
answer names the code by which the order is claimed like any other, where it shows whether it is too
old, paid already, or somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product

import flask

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorAccount, VendorFace, VendorOrder
from ledger.core.vendors import accounts
from ledger.core.vendors.wechatpay import registration
from ledger.core.vendors.wechatpay.registration import sandbox_key
from ledger.faces.wechatpay.calls.call import Face
from ledger.faces.wechatpay.calls.reception import certificates_of
from ledger.kit.clock import Clock, require_fresh
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import SignatureInvalid
from ledger.protocol.errors.wechatpay import AppidNotBound
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from ledger.protocol.wechatpay_wire import page_orders
from ledger.protocol.wechatpay_wire.page_orders import RSA, PageOrder

PATH = "/wechatpay/page-orders"


def look(face: Face) -> Callable[[], dict[str, str]]:
    """Make the view; what is wrong is told as a problem document, as by the native API."""

    def view() -> dict[str, str]:
        given = page_orders.read(flask.request.form.to_dict())
        with face.provider.store.reading() as books:
            order = _checked(books, given, face.provider.clock)
        return {"prepay_id": order.code}

    return view


def _checked(books: Books, given: PageOrder, clock: Clock) -> VendorOrder:
    """Find the order that is meant.

    Raises ``OrderNotFound``, ``AppidNotBound``, ``TimestampSkew``, ``FieldFormat``,
    ``SignatureEncoding``, ``SignatureInvalid``.
    """
    order = books.vendor_orders.by_code(given.prepay_id)
    if order is None or order.vendor is not Vendor.WECHATPAY:
        raise OrderNotFound("no such prepay_id, or a later one has taken its place")
    own = [order.facts.get("appid", ""), order.facts.get("sub_appid", "")]
    app_ids = [given.app_id] if given.app_id else list(filter(None, own))
    if given.app_id and given.app_id not in own:
        raise AppidNotBound(f"the order is of {own[0]}, the page of {given.app_id[:40]}")
    require_fresh(clock, given.require_fresh)
    signers = list(_signers(books, order))
    if order.face is VendorFace.WECHATPAY_V2:
        _verify_v2(given, app_ids, signers, order)
    else:
        _verify_v3(given, app_ids, signers)
    return order


def _signers(books: Books, order: VendorOrder) -> Iterator[VendorAccount]:
    """Name who may have signed: the service provider, if one acts, or the merchant."""
    for account_id in filter(None, (order.facts.get("sp_mchid"), order.account_id)):
        yield accounts.require(books, vendor=Vendor.WECHATPAY, account_id=account_id)


def _verify_v3(given: PageOrder, app_ids: list[str], signers: list[VendorAccount]) -> None:
    if not given.is_apps and given.sign_type != RSA:
        raise FieldFormat(f"signType: an order of API v3 is signed by {RSA}")
    keys = [each.public_key for signer in signers for each in certificates_of(registration(signer))]
    _require_one(partial(given.verify_rsa, *each) for each in product(keys, app_ids))


def _verify_v2(
    given: PageOrder, app_ids: list[str], signers: list[VendorAccount], order: VendorOrder
) -> None:
    sign_type = SignType(order.facts["sign_type"])
    if not given.is_apps and (given.sign_type or SignType.MD5) != sign_type:
        raise FieldFormat(f"signType: the order itself was signed by {sign_type}")
    keys = [registration(signer).api_v2_key for signer in signers]
    if order.facts.get("sandbox"):
        keys = [sandbox_key(key) for key in keys]
    _require_one(partial(given.verify_digest, *each, sign_type) for each in product(keys, app_ids))


def _require_one(checks: Iterable[Callable[[], None]]) -> None:
    """Make checks until one holds; raises what the first one raised."""
    refused: SignatureInvalid | None = None
    for check in checks:
        try:
            check()
        except SignatureInvalid as error:
            refused = refused or error
        else:
            return
    raise refused or SignatureInvalid("the merchant has registered no key")
