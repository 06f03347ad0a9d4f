"""Every body of the native API, once: what the provider's face reads is what its client writes.

One class a body. The face decodes requests into them and builds answers of them, the client does
the reverse, and the OpenAPI document is made from them. A request with a member that is not named
here is refused (``UnknownField``); an answer may grow members, which older clients ignore.

Spellings: amounts are whole minor units beside their currency (``amount_minor``, ``currency``),
instants are RFC 3339 text (``instants.from_text``), keys and secrets are base64url without padding,
states are the words of ``lifecycle``. What must be proven later to somebody else travels as
``SignedText`` inside a body; the HTTP signature around it protects the conversation only.

    >>> import msgspec
    >>> msgspec.convert({"amount_minor": 1295, "currency": "EUR", "merchant_refund_no": "R1"},
    ...                 CreateRefund)
    CreateRefund(merchant_refund_no='R1', amount_minor=1295, currency='EUR', reason=None)
"""

from __future__ import annotations

from ledger.protocol.native_wire.basics import (
    REFUSED_AS,
    AmountMinor,
    Base64Url,
    CurrencyCode,
    InstantText,
    LanguageNames,
    Nothing,
    Problem,
    Request,
    SignedText,
    TotalMinor,
    View,
)
from ledger.protocol.native_wire.codes import (
    CODES_MOST,
    AuthoriseCodes,
    AuthorisedCodes,
    CodeAuthorisation,
    CodeResult,
)
from ledger.protocol.native_wire.heads import DayHead
from ledger.protocol.native_wire.parties import (
    DeviceEnrolled,
    EnrolKey,
    EnrolledPayer,
    KeySet,
    MerchantView,
    TerminalEnrolled,
    TerminalView,
)
from ledger.protocol.native_wire.payments import (
    AuthorisePayment,
    CaptureDeposit,
    ClaimPayment,
    ClaimSticker,
    CreatePayment,
    CreateRefund,
    EventView,
    FundingView,
    NotificationDelivery,
    Offer,
    PayeeView,
    PayerView,
    PaymentCodeHandles,
    PaymentResult,
    Payments,
    PaymentView,
    QuoteView,
    Receipts,
    RefundResult,
    Refunds,
    RefundView,
    ReversePayment,
)
from ledger.protocol.native_wire.personal import (
    DeviceView,
    ExportedPayment,
    GrantView,
    MovementView,
    PayerErased,
    PayerExport,
    PseudonymView,
    RetentionView,
)
from ledger.protocol.native_wire.statements import (
    STATEMENT_COLUMNS,
    DayText,
    Document,
    MovementKind,
    SignedMinor,
    StatementCamt,
    StatementCsv,
    StatementLine,
    StatementView,
)

__all__ = [
    "CODES_MOST",
    "REFUSED_AS",
    "STATEMENT_COLUMNS",
    "AmountMinor",
    "AuthoriseCodes",
    "AuthorisePayment",
    "AuthorisedCodes",
    "Base64Url",
    "CaptureDeposit",
    "ClaimPayment",
    "ClaimSticker",
    "CodeAuthorisation",
    "CodeResult",
    "CreatePayment",
    "CreateRefund",
    "CurrencyCode",
    "DayHead",
    "DayText",
    "DeviceEnrolled",
    "DeviceView",
    "Document",
    "EnrolKey",
    "EnrolledPayer",
    "EventView",
    "ExportedPayment",
    "FundingView",
    "GrantView",
    "InstantText",
    "KeySet",
    "LanguageNames",
    "MerchantView",
    "MovementKind",
    "MovementView",
    "Nothing",
    "NotificationDelivery",
    "Offer",
    "PayeeView",
    "PayerErased",
    "PayerExport",
    "PayerView",
    "PaymentCodeHandles",
    "PaymentResult",
    "PaymentView",
    "Payments",
    "Problem",
    "PseudonymView",
    "QuoteView",
    "Receipts",
    "RefundResult",
    "RefundView",
    "Refunds",
    "Request",
    "RetentionView",
    "ReversePayment",
    "SignedMinor",
    "SignedText",
    "StatementCamt",
    "StatementCsv",
    "StatementLine",
    "StatementView",
    "TerminalEnrolled",
    "TerminalView",
    "TotalMinor",
    "View",
]
