"""``alipay.trade.order.settle``: shares of a paid trade (分账) go on to bound receivers, at once.

Two of production's questions have an answer of ours, since its reference has none: what
``amount_percentage`` is a part of (what the merchant received of the trade, rounded down to the
minor unit), and what counts where both are named (``amount``, as in the reference's own sample,
which names both). ``royalty_mode`` async is done at once, too.
"""

from __future__ import annotations

from typing import Final

from ledger.core.notices.receipts import captured_of
from ledger.core.records.payments import Payment
from ledger.core.records.sharing import SharePart
from ledger.core.sharing import shares
from ledger.faces.alipay import numbers
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.calls.content import Content
from ledger.faces.alipay.calls.refusals import business
from ledger.faces.alipay.methods.outcomes import existing
from ledger.faces.alipay.sharing import receivers
from ledger.protocol.money import Money

_MODES: Final = ("", "sync", "async")
_WHOLE: Final = 100


def settle(call: Call) -> Outcome:
    """Share a trade; the same number with the same shares is the same settlement."""
    number = call.content.needed("out_request_no", NO_LENGTH)
    call.content.needed("trade_no", NO_LENGTH)
    wanted = call.content.objects("royalty_parameters")
    if not wanted:
        raise business("INVALID_PARAMETER", "royalty_parameters is missing")
    if call.content.text("royalty_mode", 32) not in _MODES:
        raise business("INVALID_PARAMETER", "royalty_mode is sync or async")
    opened = existing(call)
    if opened.payment.captured is None:
        raise business("ILLEGAL_SETTLE_STATE", "only a paid trade can be shared")
    made = shares.share(
        call.books,
        payment_id=opened.payment.payment_id,
        request_no=number,
        share_no=numbers.operation_id(call.now, call.provider.entropy),
        parts=[_part(call, opened.payment, each) for each in wanted],
        now=call.now,
        ids=call.provider.ids,
    )
    return Outcome({"trade_no": opened.order.vendor_no, "settle_no": made.share_no})


def _part(call: Call, payment: Payment, wanted: Content) -> SharePart:
    _require_transfer(wanted)
    _require_own(payment, wanted, "trans_out")
    return SharePart(_receiver(call, wanted, "trans_in"), _amount(payment, wanted))


def given_back(call: Call) -> tuple[SharePart, ...]:
    """Read what receivers shall give back with a refund (``refund_royalty_parameters``)."""
    opened = existing(call)
    parts = []
    for wanted in call.content.objects("refund_royalty_parameters"):
        _require_transfer(wanted)
        _require_own(opened.payment, wanted, "trans_in")
        amount = wanted.needed_amount("amount", opened.payment.amount.currency)
        parts.append(SharePart(_receiver(call, wanted, "trans_out"), amount))
    return tuple(parts)


def _require_transfer(wanted: Content) -> None:
    if wanted.text("royalty_type", 32) not in ("", "transfer"):
        raise business("INVALID_PARAMETER", "royalty_type is transfer here")


def _require_own(payment: Payment, wanted: Content, name: str) -> None:
    """Refuse another side than the trade's own seller, who may go unnamed."""
    account = wanted.text(name, receivers.ACCOUNT_LENGTH)
    own = (numbers.seller_id(payment.merchant_id), numbers.seller_login(payment.merchant_id))
    if account and account not in own:
        raise business("INVALID_PARAMETER", f"{name} is the trade's seller")


def _receiver(call: Call, wanted: Content, name: str) -> str:
    kind = wanted.text(f"{name}_type", 32) or receivers.USER_ID
    if kind not in (receivers.USER_ID, receivers.LOGIN_NAME):
        raise business("ROYALTY_RECEIVER_INVALID", f"{name}_type {kind}")
    account = wanted.needed(name, receivers.ACCOUNT_LENGTH)
    found = receivers.called(call.books, kind=kind, account=account)
    if found is None:
        raise business("ROYALTY_ACCOUNT_NOT_EXIST", account)
    return found.merchant_id


def _amount(payment: Payment, wanted: Content) -> Money:
    amount = wanted.amount("amount", payment.amount.currency)
    if amount is not None:
        return amount
    text = wanted.needed("amount_percentage", 3)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= _WHOLE):
        raise business("INVALID_PARAMETER", "amount_percentage is a whole number from 1 to 100")
    received = captured_of(payment) - payment.discount
    return Money(received.minor_units * int(text) // _WHOLE, received.currency)
