"""A bill by its address: ``/downloadBillFile.resource``, unsigned, for thirty seconds.

    http://127.0.0.1:8400/downloadBillFile.resource?bizType=trade&userId=20880625077904720156
        &fileType=csv.zip&bizDates=20261122&downloadFileName=20880625077904720156_20261122.csv.zip
        &fileId=/trade/20880625077904720156/2021000000000001/20261122.csv.zip
        &timestamp=1795392000&token=0123456789abcdef0123456789abcdef

The address is what entitles to the file, as it is on the platform: no signature, no cookie. Its
token is a seal over the rest, by a secret that is kept with the provider's other vendor keys. Who
comes too late is shown a page, with status 200, which programs take for the file; so does the
platform. The app stands in ``fileId``, since a merchant may have more than one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

import flask

from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.bills import alipay
from ledger.core.vendors.bills.alipay import Asked, BillType
from ledger.faces import Provider
from ledger.faces.alipay import numbers
from ledger.kit import web
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.vendors import VendorAccountNotFound
from ledger.protocol.instants import to_seconds

HOST: Final = "dwbillcenter.alipay.com"
VENDOR_DOMAINS: Final = (".alipay.com", ".alipaydev.com")
PATH: Final = "/downloadBillFile.resource"
LIFE_S: Final = 30
SECRET: Final = "alipay-bills.txt"  # noqa: S105 - a file's name
TOO_LATE: Final = "下载超时，请重新下载"
_SECRET_BYTES: Final = 32
_TOKEN_DIGITS: Final = 32
_ENDING: Final = "csv.zip"


def address(provider: Provider, account: VendorAccount, asked: Asked) -> str:
    """Give the address of a bill, which holds from now."""
    file = f"{asked.digits}.{_ENDING}"
    said = {
        "bizType": asked.bill_type.value,
        "userId": asked.user_id,
        "fileType": _ENDING,
        "bizDates": asked.digits,
        "downloadFileName": f"{asked.user_id}_{file}",
        "fileId": f"/{asked.bill_type}/{asked.user_id}/{account.account_id}/{file}",
        "timestamp": str(to_seconds(provider.clock.now())),
    }
    sealed = {**said, "token": _seal(provider, said)}
    return f"{_base()}{PATH}?{urlencode(sealed)}"


def _base() -> str:
    """Give the address the caller used, or where a redirected caller finds bills."""
    request = web.asked()
    if request.host.partition(":")[0].endswith(VENDOR_DOMAINS):
        return f"https://{HOST}"
    return f"{request.scheme}://{request.host}"


def _seal(provider: Provider, said: Mapping[str, str]) -> str:
    secret = provider.vendor_keys.keep(SECRET, lambda: provider.entropy(_SECRET_BYTES).hex())
    text = urlencode(sorted(said.items())).encode()
    return hmac.digest(secret.encode(), text, hashlib.sha256).hex()[:_TOKEN_DIGITS]


def view(provider: Provider) -> Callable[[], flask.Response]:
    """Make the view that gives a file, or the page of who comes too late."""

    def download() -> flask.Response:
        said = flask.request.args.to_dict()
        token = said.pop("token", "")
        if not hmac.compare_digest(token.encode(), _seal(provider, said).encode()):
            return _page()
        if to_seconds(provider.clock.now()) >= int(said["timestamp"]) + LIFE_S:
            return _page()
        return _file(provider, said)

    return download


def _page() -> flask.Response:
    return flask.Response(f"<html><body>{TOO_LATE}</body></html>", mimetype="text/html")


def _file(provider: Provider, said: Mapping[str, str]) -> flask.Response:
    digits, app_id = said["bizDates"], said["fileId"].split("/")[3]
    bill_date = "-".join(filter(None, (digits[:4], digits[4:6], digits[6:])))
    try:
        with provider.store.reading() as books:
            account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=app_id)
            pid = numbers.seller_id(account.merchant_id)
            wanted = alipay.asked(BillType(said["bizType"]), bill_date, pid=pid)
            packed = alipay.bill(books, account=account, asked=wanted).packed
    except (VendorAccountNotFound, FieldFormat):
        return _page()
    response = flask.Response(packed, content_type="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=said["downloadFileName"])
    return response
