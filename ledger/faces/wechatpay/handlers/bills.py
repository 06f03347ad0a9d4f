"""Bills of API v3: asked for in one call, downloaded by the address it gives in another.

The address holds a token that says which file is meant and until when; it is sealed with the
merchant's API v3 key, so nothing has to be kept and nobody can make one up. A download is signed
like every call, but its answer is not: the first answer gave the file's SHA-1 under a signature.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import date
from typing import Final

import flask

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts
from ledger.core.vendors.wechatpay import bills
from ledger.faces import Provider
from ledger.faces.wechatpay import parties
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.calls import reception
from ledger.faces.wechatpay.calls.call import Call, Face
from ledger.kit import web
from ledger.protocol import strict_json
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import SignatureEncoding
from ledger.protocol.errors.wechatpay_v2 import (
    BillEmpty,
    BillTokenForeign,
    BillTokenStale,
    BillTypeUnknown,
)
from ledger.protocol.instants import MINUTE, Instant, later
from ledger.protocol.signing import b64url, b64url_decode
from ledger.protocol.wechatpay_bill_wire.files import HASH_TYPE, BillFile
from ledger.protocol.wechatpay_bill_wire.trade import bill_type_of

DOWNLOAD: Final = "/v3/billdownload/file"
TOKEN_LIFE_MS: Final = 5 * MINUTE
TRADE, FUND_FLOW = "trade", "fundflow"
BASIC = "BASIC"
ACCOUNTS = (BASIC, "OPERATION", "FEES")
"""The two last ones hold nothing here, so their bills are empty."""
GZIP = "GZIP"
PLAIN, COMPRESSED = "text/plain; charset=utf-8", "application/x-gzip"

Asked = dict[str, str]


def trade_bill(_provider: Provider, books: Books, call: Call) -> Outcome:
    """Tell where a day's sales and refunds are to be had.

    Raises ``FieldMissing``, ``FieldFormat``, ``BillTypeUnknown``, ``BillNotMade``, ``BillEmpty``.
    """
    return _offered(books, call, TRADE, call.raw_query.get("bill_type", ""))


def fund_flow_bill(_provider: Provider, books: Books, call: Call) -> Outcome:
    """Tell where a day's movements of the account are to be had; raises as ``trade_bill`` does."""
    return _offered(books, call, FUND_FLOW, call.raw_query.get("account_type") or BASIC)


def _offered(books: Books, call: Call, kind: str, layout: str) -> Outcome:
    packing = call.raw_query.get("tar_type", "")
    if packing not in ("", GZIP):
        raise FieldFormat(f"tar_type: {packing[:16]!r}")
    seller = parties.of_sub_mchid(books, call, call.raw_query.get("sub_mchid", "")).account
    asked = {
        "kind": kind,
        "layout": layout,
        "packing": packing,
        "day": call.query("bill_date"),
        "account": seller.account_id,
        "until": str(later(call.now, TOKEN_LIFE_MS)),
    }
    file = _file(books, asked, call.now)
    token = _sealed(asked, call.registration.api_v3_key)
    told = {"download_url": f"{_base()}{DOWNLOAD}?token={token}"}
    return Outcome(200, {**told, "hash_type": HASH_TYPE, "hash_value": file.sha1})


def _base() -> str:
    """Give the address the caller used; what came for a vendor's host came by https."""
    request = web.asked()
    is_ours = request.host.partition(":")[0] in ("127.0.0.1", "localhost", "[::1]")
    return f"{request.scheme if is_ours else 'https'}://{request.host}"


def _file(books: Books, asked: Asked, now: Instant) -> BillFile:
    account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=asked["account"])
    day, layout = _day(asked["day"]), asked["layout"]
    if asked["kind"] == TRADE:
        bill_type = bill_type_of(layout)
        return bills.trade_bill(books, account=account, day=day, bill_type=bill_type, now=now)
    if layout not in ACCOUNTS:
        raise BillTypeUnknown(layout[:24])
    if layout != BASIC:
        raise BillEmpty(layout)
    return bills.fund_flow_bill(books, account=account, day=day, now=now)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise FieldFormat(f"bill_date: {text[:16]!r}") from error
    if day.isoformat() != text:
        raise FieldFormat(f"bill_date: {text[:16]!r}")
    return day


def _sealed(asked: Asked, key: str) -> str:
    said = strict_json.dumps(asked)
    return b64url(_seal(said, key) + said)


def _seal(said: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), said, hashlib.sha256)


def _unsealed(token: str, key: str, now: Instant) -> Asked:
    size = hashlib.sha256().digest_size
    try:
        raw = b64url_decode(token)
    except SignatureEncoding as error:
        raise BillTokenStale("the token is none") from error
    if not hmac.compare_digest(raw[:size], _seal(raw[size:], key)):
        raise BillTokenForeign("the token was given to somebody else, or altered")
    asked = {name: str(value) for name, value in strict_json.load_object(raw[size:]).items()}
    if now >= int(asked["until"]):
        raise BillTokenStale("the token is older than five minutes")
    return asked


def download(face: Face) -> Callable[[], flask.Response]:
    """Make the view that gives a file; what it raises is told as for every address."""

    def view() -> flask.Response:
        call = reception.receive(face, {})
        asked = _unsealed(call.query("token"), call.registration.api_v3_key, call.now)
        with face.provider.store.reading() as books:
            sub_mchid = asked["account"] if asked["account"] != call.account.account_id else ""
            parties.of_sub_mchid(books, call, sub_mchid)
            file = _file(books, asked, call.now)
        if asked["packing"] == GZIP:
            return flask.Response(file.compressed, content_type=COMPRESSED)
        return flask.Response(file.plain, content_type=PLAIN)

    return view
