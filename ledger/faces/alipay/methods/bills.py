"""``alipay.data.dataservice.bill.downloadurl.query``: where a bill is, for thirty seconds.

A bill of a day is there once the day is over in Beijing, a bill of a month once the month is; on
the platform it takes until about ten in the morning, and until the fourth. Refusals of this method
have bare codes, without ``ACQ.``, one of them misspelt by the platform.
"""

from __future__ import annotations

from typing import Final

from ledger.core.vendors.bills import alipay
from ledger.core.vendors.bills.alipay import Asked, BillType
from ledger.faces.alipay import bill_download, numbers
from ledger.faces.alipay.calls.call import Call, Outcome
from ledger.faces.alipay.calls.refusals import BUSINESS, Refusal
from ledger.faces.alipay.wording import Fields
from ledger.protocol.errors.content import FieldFormat

BILL: Final = {
    "BILL_DATE_BEFORE_REGISTRATION": "账单日期早于应用注册日期",
    "BILL_NOT_EXIST": "账单不存在",
    "INVAILID_ARGUMENTS": "入参不合法",
    "TYPE_NOT_SUPPORTED": "不支持的账单类型",
}
"""The codes of this method, and their words."""

EMPTY: Final = "EMPTY_DATA_WITH_BILL_FILE"
_WORD_LENGTH = 32


def refused(code: str, said: str = "") -> Refusal:
    """Refuse by one of this method's codes."""
    return Refusal(BUSINESS, code, BILL[code], said)


def download_url(call: Call) -> Outcome:
    """Give the address of a bill."""
    asked = _asked(call)
    if call.now < asked.until:
        raise refused("BILL_NOT_EXIST", "the time it is of is not over in Beijing")
    if asked.until <= call.account.added_at:
        raise refused("BILL_DATE_BEFORE_REGISTRATION")
    url = bill_download.address(call.provider, call.account, asked)
    fields: Fields = {"bill_download_url": url}
    if alipay.bill(call.books, account=call.account, asked=asked).is_empty:
        fields["bill_file_code"] = EMPTY
    return Outcome(fields)


def _asked(call: Call) -> Asked:
    named = call.content.text("bill_type", _WORD_LENGTH)
    bill_date = call.content.text("bill_date", _WORD_LENGTH)
    if not named or not bill_date:
        raise refused("INVAILID_ARGUMENTS", "bill_type and bill_date are needed")
    try:
        bill_type = BillType(named)
    except ValueError as error:
        raise refused("TYPE_NOT_SUPPORTED", named) from error
    try:
        return alipay.asked(bill_type, bill_date, pid=numbers.seller_id(call.merchant.merchant_id))
    except FieldFormat as error:
        raise refused("INVAILID_ARGUMENTS", error.detail) from error
