"""Result codes: S done, F failed for good, U not known yet; and what our refusals are called.

The codes are those of "Result codes" in Antom's in-store documentation. A code that is in no table
is never answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.protocol import errors
from ledger.protocol.antom_wire.codes import UNKNOWN
from ledger.protocol.errors import QrpayError, codes, content, privacy, service, trust, vendors
from ledger.protocol.errors import checkout as rules

MESSAGE_LENGTH: Final = 256
SUCCESS: Final = "SUCCESS"
IN_PROCESS: Final = "PAYMENT_IN_PROCESS"

_MESSAGES: Final = {
    SUCCESS: "Success",
    IN_PROCESS: "The payment is in process.",
    "UNKNOWN_EXCEPTION": "Unknown exception.",
}


class Refused(Exception):
    """A call that Antom's own rules refuse: the result code, and what was found."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def result(code: str, message: str = "") -> dict[str, str]:
    """Spell a result."""
    return {
        "resultCode": code,
        "resultStatus": "S" if code == SUCCESS else "U" if code in UNKNOWN else "F",
        "resultMessage": (message or _MESSAGES.get(code, code))[:MESSAGE_LENGTH],
    }


Codes = Mapping[type[QrpayError], str]

ANY_CALL: Final[Codes] = {
    content.RouteNotFound: "NO_INTERFACE_DEF",
    content.MethodNotAllowed: "METHOD_NOT_SUPPORTED",
    content.BodyTooLarge: "PARAM_ILLEGAL",
    content.ContentTypeUnsupported: "MEDIA_TYPE_NOT_ACCEPTABLE",
    content.CurrencyMismatch: "CURRENCY_NOT_SUPPORT",
    content.CurrencyUnsupported: "CURRENCY_NOT_SUPPORT",
    vendors.VendorAccountNotFound: "CLIENT_INVALID",
    trust.SignatureMissing: "INVALID_SIGNATURE",
    trust.SignatureEncoding: "INVALID_SIGNATURE",
    trust.SignatureInvalid: "INVALID_SIGNATURE",
    trust.AlgMismatch: "INVALID_SIGNATURE",
    trust.KeyFormat: "KEY_NOT_FOUND",
    trust.WeakKey: "KEY_NOT_FOUND",
    rules.MerchantBlocked: "INVALID_MERCHANT_STATUS",
    rules.MerchantNotFound: "MERCHANT_NOT_REGISTERED",
    rules.OrderNotFound: "ORDER_NOT_EXIST",
    service.ServiceUnavailable: "UNKNOWN_EXCEPTION",
    errors.ServiceError: "UNKNOWN_EXCEPTION",
    errors.Malformed: "PARAM_ILLEGAL",
    errors.Unprocessable: "PARAM_ILLEGAL",
    errors.CallerError: "PROCESS_FAIL",
}
"""By rule, the nearest ancestor counting: a refusal of any call."""

PAY: Final[Codes] = {
    codes.AuthCodeFormat: "INVALID_PAYMENT_CODE",
    codes.PaymentAuthCodeInvalid: "INVALID_PAYMENT_CODE",
    codes.TooManyAttempts: "RISK_REJECT",
    rules.PayerBlocked: "USER_STATUS_ABNORMAL",
    rules.PayerNotFound: "USER_NOT_EXIST",
    rules.NotEnoughFunds: "USER_BALANCE_NOT_ENOUGH",
    rules.DailyLimit: "USER_AMOUNT_EXCEED_LIMIT",
    rules.MonthlyLimit: "USER_AMOUNT_EXCEED_LIMIT",
    content.AmountOutOfRange: "PAYMENT_AMOUNT_EXCEED_LIMIT",
    rules.OrderNumberReused: "REPEAT_REQ_INCONSISTENT",
}

CANCEL: Final[Codes] = {
    privacy.PayerErased: "USER_NOT_EXIST",
    rules.OrderState: "PROCESS_FAIL",
}

REFUND: Final[Codes] = {
    privacy.PayerErased: "USER_NOT_EXIST",
    rules.RefundExceedsCaptured: "REFUND_AMOUNT_EXCEED",
    content.RefundTooSmall: "PARAM_ILLEGAL",
    rules.OrderState: "ORDER_STATUS_INVALID",
}


def code_of(error: QrpayError, *tables: Codes) -> str:
    """Tell what a refusal is called, by the most particular rule that a table names."""
    for kind in type(error).__mro__:
        for table in (*tables, ANY_CALL):
            if kind in table:
                return table[kind]
    return "UNKNOWN_EXCEPTION"
