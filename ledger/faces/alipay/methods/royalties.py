"""``alipay.trade.order.settle``: shares of a trade for others, which these books do not know.

A merchant's money never goes to another merchant here, so nobody can be a receiver: whoever is
named is refused as the platform refuses a receiver that was never bound.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.calls.refusals import business
from ledger.faces.alipay.methods.outcomes import existing
from ledger.protocol.lifecycle import PaymentState


def settle(call: Call) -> Outcome:
    """Refuse to share a trade, for the first reason that there is."""
    call.content.needed("out_request_no", NO_LENGTH)
    call.content.needed("trade_no", NO_LENGTH)
    receivers = call.content.members.get("royalty_parameters")
    is_list = isinstance(receivers, list) and all(isinstance(each, Mapping) for each in receivers)
    if not receivers or not is_list:
        raise business("INVALID_PARAMETER", "royalty_parameters is a list of objects")
    state = existing(call).payment.state
    if state is not PaymentState.PAID:
        raise business("ILLEGAL_SETTLE_STATE", "only a paid trade can be shared")
    raise business("ROYALTY_RECEIVER_INVALID", "nobody is bound as a receiver")
