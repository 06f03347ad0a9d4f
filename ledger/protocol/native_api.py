"""The operations of the native API as one table: address, who may ask, what is sent and answered.

The face registers its routes by it, the client calls by it, the OpenAPI document lists it. Bodies
stand in ``native_wire``.

Every request is signed (``signing.http_messages``) by a merchant's or a device's key, except that
``Caller.ANYBODY`` operations are also open to unsigned ones. The answer to a signed request is
signed by the provider, errors included; the answer to an unsigned one is not, and a stream of
events can't be. A POST carries an ``Idempotency-Key``: the same key and body again get the same
answer, whatever happened in between. (An enrolment needs none: its token is used once. Nor do
``AUTHORISE_CODES``: each consent is its own key.)

    >>> CLOSE_PAYMENT.url(payment_id="pay_01M803NG4V00000000000000")
    '/v1/payments/pay_01M803NG4V00000000000000/close'
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from ledger.protocol import native_wire as wire


class Caller(StrEnum):
    """Whose key must have signed the request."""

    ANYBODY = "anybody"
    MERCHANT = "merchant"
    PAYER = "payer"
    MERCHANT_OR_PAYER = "merchant or payer"


Sent = TypeVar("Sent", bound=wire.Request | None)
Answered = TypeVar("Answered", bound=wire.View)


@dataclass(frozen=True, slots=True)
class Operation(Generic[Sent, Answered]):
    """One operation; ``status`` is that of its success, ``summary`` one sentence."""

    name: str
    method: str
    path: str
    caller: Caller
    sends: type[Sent]
    answers: type[Answered]
    status: int
    summary: str
    query: tuple[str, ...] = ()

    def url(self, **parameters: str) -> str:
        """Fill the path's parameters, which are identifiers already checked."""
        return self.path.format(**parameters)


def _get(
    name: str,
    path: str,
    caller: Caller,
    answers: type[Answered],
    summary: str,
    *,
    query: tuple[str, ...] = (),
) -> Operation[None, Answered]:
    return Operation(name, "GET", path, caller, type(None), answers, 200, summary, query)


def _post(
    name: str,
    path: str,
    caller: Caller,
    bodies: tuple[type[Sent], type[Answered]],
    summary: str,
    *,
    status: int = 200,
) -> Operation[Sent, Answered]:
    sends, answers = bodies
    return Operation(name, "POST", path, caller, sends, answers, status, summary)


# --- Keys and parties ---------------------------------------------------------------------------

GET_KEYS = _get(
    "getKeys",
    "/v1/keys",
    Caller.ANYBODY,
    wire.KeySet,
    "The keys of the provider and of all merchants.",
)
GET_MERCHANT = _get(
    "getMerchant",
    "/v1/merchants/{merchant_id}",
    Caller.ANYBODY,
    wire.MerchantView,
    "A merchant as registered.",
)
GET_HEAD = _get(
    "getHead",
    "/v1/heads/{business_date}",
    Caller.ANYBODY,
    wire.DayHead,
    "The signed head of a day (UTC) that is over, for whoever wants to keep it.",
)
ENROL_TERMINAL = _post(
    "enrolTerminal",
    "/v1/enrolments",
    Caller.ANYBODY,
    (wire.EnrolKey, wire.TerminalEnrolled),
    "Register a till's key with a one-time token.",
    status=201,
)
ENROL_DEVICE = _post(
    "enrolDevice",
    "/v1/devices",
    Caller.ANYBODY,
    (wire.EnrolKey, wire.DeviceEnrolled),
    "Register a phone's key with a one-time token.",
    status=201,
)

# --- Payments, for the merchant -----------------------------------------------------------------

CREATE_PAYMENT = _post(
    "createPayment",
    "/v1/payments",
    Caller.MERCHANT,
    (wire.CreatePayment, wire.PaymentResult),
    "Ask to be paid; with a payment code, try to collect at once.",
    status=201,
)
FIND_PAYMENTS = _get(
    "findPayments",
    "/v1/payments",
    Caller.MERCHANT,
    wire.Payments,
    "The payment of a merchant's order number, if there is one.",
    query=("merchant_order_no",),
)
GET_PAYMENT = _get(
    "getPayment",
    "/v1/payments/{payment_id}",
    Caller.MERCHANT_OR_PAYER,
    wire.PaymentView,
    "A payment as it stands.",
)
CLOSE_PAYMENT = _post(
    "closePayment",
    "/v1/payments/{payment_id}/close",
    Caller.MERCHANT,
    (wire.Nothing, wire.PaymentView),
    "End a payment that is not paid.",
)
REVERSE_PAYMENT = _post(
    "reversePayment",
    "/v1/payments/{payment_id}/reverse",
    Caller.MERCHANT,
    (wire.ReversePayment, wire.PaymentResult),
    "Undo an attempt whose outcome is unknown or unwanted.",
)
CAPTURE_DEPOSIT = _post(
    "captureDeposit",
    "/v1/payments/{payment_id}/capture",
    Caller.MERCHANT,
    (wire.CaptureDeposit, wire.PaymentResult),
    "Take a part or all of a held deposit; the rest goes back to the payer.",
)
RELEASE_DEPOSIT = _post(
    "releaseDeposit",
    "/v1/payments/{payment_id}/release-deposit",
    Caller.MERCHANT,
    (wire.Nothing, wire.PaymentView),
    "Give a held deposit back to the payer.",
)
CREATE_REFUND = _post(
    "createRefund",
    "/v1/payments/{payment_id}/refunds",
    Caller.MERCHANT,
    (wire.CreateRefund, wire.RefundResult),
    "Give back all or part of a payment.",
    status=201,
)
LIST_REFUNDS = _get(
    "listRefunds",
    "/v1/payments/{payment_id}/refunds",
    Caller.MERCHANT,
    wire.Refunds,
    "The refunds of a payment.",
)
LIST_RECEIPTS = _get(
    "listReceipts",
    "/v1/payments/{payment_id}/receipts",
    Caller.MERCHANT_OR_PAYER,
    wire.Receipts,
    "The receipts of a payment, its refunds and its reversal.",
)

GET_STATEMENT = _get(
    "getStatement",
    "/v1/statements/{business_day}",
    Caller.MERCHANT,
    wire.StatementView,
    "What was settled for a business day, line by line.",
    query=("after_line",),
)

GET_STATEMENT_CSV = _get(
    "getStatementCsv",
    "/v1/statements/{business_day}.csv",
    Caller.MERCHANT,
    wire.StatementCsv,
    "The statement as a table for spreadsheets.",
)
GET_STATEMENT_CAMT = _get(
    "getStatementCamt",
    "/v1/statements/{business_day}.xml",
    Caller.MERCHANT,
    wire.StatementCamt,
    "The statement as ISO 20022 camt.053 for accounting programs.",
)

# --- Payments, for the payer --------------------------------------------------------------------

CLAIM_PAYMENT = _post(
    "claimPayment",
    "/v1/payments/{payment_id}/claim",
    Caller.PAYER,
    (wire.ClaimPayment, wire.Offer),
    "Attach the payer who scanned the code, and lock the price.",
)
CLAIM_STICKER = _post(
    "claimSticker",
    "/v1/stickers/claim",
    Caller.PAYER,
    (wire.ClaimSticker, wire.Offer),
    "Begin a payment from a sticker.",
    status=201,
)
CLAIM_CODE = _post(
    "claimCode",
    "/v1/codes/claim",
    Caller.PAYER,
    (wire.ClaimCode, wire.Offer),
    "Attach the payer who scanned a code that a vendor's face gave out, and lock the price.",
)
GET_OFFER = _get(
    "getOffer",
    "/v1/payments/{payment_id}/offer",
    Caller.PAYER,
    wire.Offer,
    "What the payer is being asked to agree to.",
)
AUTHORISE_PAYMENT = _post(
    "authorisePayment",
    "/v1/payments/{payment_id}/authorise",
    Caller.PAYER,
    (wire.AuthorisePayment, wire.PaymentResult),
    "Agree, and pay.",
    status=201,
)
AUTHORISE_CODES = _post(
    "authoriseCodes",
    "/v1/authorisations",
    Caller.ANYBODY,
    (wire.AuthoriseCodes, wire.AuthorisedCodes),
    "Pay scanned codes at once, each with its payer's signed consent.",
)
DECLINE_PAYMENT = _post(
    "declinePayment",
    "/v1/payments/{payment_id}/decline",
    Caller.PAYER,
    (wire.Nothing, wire.PaymentView),
    "Say no, for good.",
)
RELEASE_PAYMENT = _post(
    "releasePayment",
    "/v1/payments/{payment_id}/release",
    Caller.PAYER,
    (wire.Nothing, wire.PaymentView),
    "Step back; the code can be scanned again.",
)

# --- The payer's own ----------------------------------------------------------------------------

GET_ME = _get(
    "getMe",
    "/v1/me",
    Caller.PAYER,
    wire.PayerView,
    "The payer and the balance.",
)
LIST_MY_PAYMENTS = _get(
    "listMyPayments",
    "/v1/me/payments",
    Caller.PAYER,
    wire.Payments,
    "The payer's payments, of one state if asked.",
    query=("state",),
)
LIST_MY_RECEIPTS = _get(
    "listMyReceipts",
    "/v1/me/receipts",
    Caller.PAYER,
    wire.Receipts,
    "The payer's newest receipts, a hundred at most; ``before`` asks for older ones.",
    query=("before",),
)
ISSUE_PAYMENT_CODES = _post(
    "issuePaymentCodes",
    "/v1/me/payment-codes",
    Caller.PAYER,
    (wire.Nothing, wire.PaymentCodeHandles),
    "The device's pool of one-time handles, filled up.",
    status=201,
)
TOP_ME_UP = _post(
    "topMeUp",
    "/v1/me/top-up",
    Caller.PAYER,
    (wire.Nothing, wire.PayerView),
    "Play money, filled up to what a guest begins with; in a sandbox only.",
)
GIVE_ALL_BACK = _post(
    "giveAllBack",
    "/v1/me/give-back",
    Caller.PAYER,
    (wire.Nothing, wire.PayerView),
    "Give all play money back, as before being forgotten; in a sandbox only.",
)

EXPORT_ME = _get(
    "exportMe",
    "/v1/me/export",
    Caller.PAYER,
    wire.PayerExport,
    "Everything the provider holds about the payer.",
)
ERASE_ME = _post(
    "eraseMe",
    "/v1/me/erase",
    Caller.PAYER,
    (wire.Nothing, wire.PayerErased),
    "Forget the payer; the entries of the books stay, without a name.",
)

# --- Told, not asked ----------------------------------------------------------------------------

FOLLOW_EVENTS = _get(
    "followEvents",
    "/v1/events",
    Caller.MERCHANT_OR_PAYER,
    wire.EventView,
    "A stream (text/event-stream) of what happens to one's own payments.",
    query=("after",),
)

OPERATIONS: tuple[Operation[Any, Any], ...] = (
    GET_KEYS,
    GET_MERCHANT,
    GET_HEAD,
    ENROL_TERMINAL,
    ENROL_DEVICE,
    CREATE_PAYMENT,
    FIND_PAYMENTS,
    GET_PAYMENT,
    CLOSE_PAYMENT,
    REVERSE_PAYMENT,
    CAPTURE_DEPOSIT,
    RELEASE_DEPOSIT,
    CREATE_REFUND,
    LIST_REFUNDS,
    LIST_RECEIPTS,
    GET_STATEMENT,
    GET_STATEMENT_CSV,
    GET_STATEMENT_CAMT,
    CLAIM_PAYMENT,
    CLAIM_STICKER,
    CLAIM_CODE,
    GET_OFFER,
    AUTHORISE_PAYMENT,
    AUTHORISE_CODES,
    DECLINE_PAYMENT,
    RELEASE_PAYMENT,
    GET_ME,
    LIST_MY_PAYMENTS,
    LIST_MY_RECEIPTS,
    ISSUE_PAYMENT_CODES,
    TOP_ME_UP,
    GIVE_ALL_BACK,
    EXPORT_ME,
    ERASE_ME,
    FOLLOW_EVENTS,
)
