"""Intent: whether a payment request asks to be paid, or to have a deposit set aside.

A deposit (a power bank, an umbrella) is *held*: it leaves the payer's balance and is nobody's until
the merchant captures a part of it or gives it back, or its time is over. Payer and merchant both
sign the intent, so that neither can take one for the other later. Alipay knows it as
pre-authorisation (``alipay.fund.auth.order.freeze``, product ``PRE_AUTH``), WeChat Pay as deposit
payment (``/deposit/micropay``, ``/deposit/consume``), ISO 8583 as 0100 before 0220.
"""

from __future__ import annotations

from enum import StrEnum


class Intent(StrEnum):
    """What happens when the payer agrees: the amount is paid, or it is held."""

    SALE = "sale"
    DEPOSIT = "deposit"
