"""Bills: a text where there is one, XML with an ``error_code`` where there is none.

The text is the file of API v3, byte for byte, as it is or as a gzip stream. A fund-flow bill is
asked for with a sign by HMAC-SHA256 only, and its digest stands in the header ``Digest``.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.vendors.wechatpay import bills
from ledger.faces import Provider
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.faces.wechatpay_v2.calls.codes import Told
from ledger.faces.wechatpay_v2.calls.desk import FAIL, Answer, File, explanation
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.wechatpay_v2 import BillEmpty, BillTypeUnknown, Md5Refused
from ledger.protocol.wechatpay_bill_wire.files import BillFile
from ledger.protocol.wechatpay_bill_wire.trade import bill_type_of
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from ledger.protocol.wechatpay_v2_wire.values import from_day

PLAIN, COMPRESSED = "text/plain; charset=utf-8", "application/x-gzip"
GZIP = "GZIP"
BASIC = "Basic"
ACCOUNTS = (BASIC, "Operation", "Fees")
"""The two last ones hold nothing here, so their bills are empty."""

WRONG_PARAMETER, SYSTEM_ERROR = "20001", "20100"


def trade_bill(provider: Provider, books: Books, call: Call) -> File:
    """Give the trade bill of a day.

    Raises ``BillTypeUnknown``, ``TimeDigits``, ``BillNotMade``, ``BillEmpty``.
    """
    bill_type = bill_type_of(call.text("bill_type"))
    day = from_day(call.text("bill_date"))
    file = bills.trade_bill(
        books, account=call.account, day=day, bill_type=bill_type, now=provider.clock.now()
    )
    return _spelled(call, file)


def fund_flow_bill(provider: Provider, books: Books, call: Call) -> File:
    """Give the fund-flow bill of a day; raises as ``trade_bill`` does, and ``Md5Refused``."""
    if call.sign_type is not SignType.HMAC_SHA256:
        raise Md5Refused("a fund-flow bill is asked for by HMAC-SHA256")
    if call.text("account_type") not in ACCOUNTS:
        raise BillTypeUnknown(call.text("account_type"))
    day = from_day(call.text("bill_date"))
    if call.text("account_type") != BASIC:
        raise BillEmpty(call.text("account_type"))
    file = bills.fund_flow_bill(books, account=call.account, day=day, now=provider.clock.now())
    return _spelled(call, file)


def _spelled(call: Call, file: BillFile) -> File:
    packing = call.text("tar_type")
    if packing not in ("", GZIP):
        raise FieldFormat(f"tar_type: {packing!r}")
    if packing == GZIP:
        return File(file.compressed, COMPRESSED, file.sha1)
    return File(file.plain, PLAIN, file.sha1)


def failure(as_told: Told, error: QrpayError) -> Answer:
    """Tell why there is no bill."""
    code = as_told.code if as_told.code.isdigit() else WRONG_PARAMETER
    if as_told.code == "SYSTEMERROR":
        code = SYSTEM_ERROR
    message = as_told.sentence.format(error.detail)
    return {"return_code": FAIL, "return_msg": message, "error_code": code, **explanation(error)}
