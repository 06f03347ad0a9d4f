"""qrpay's own till under test, by the API that its screens use (docs/use/till.md)."""

from __future__ import annotations

from typing import Final

import msgspec

from ledger.kit.transport import Transport
from ledger.testing.conformance.tills import Line, Sold, Standing, TillState

_BELIEVED: Final = {
    "OPEN": TillState.OPEN,
    "COLLECTING": TillState.OPEN,
    "OUTCOME_UNKNOWN": TillState.UNKNOWN,
    "REVIEW": TillState.UNKNOWN,
    "HELD": TillState.PAID,
    "PAID": TillState.PAID,
    "REFUNDED": TillState.PAID,
    "RELEASED": TillState.CLOSED,
    "ABANDONED": TillState.CLOSED,
}


class _Collection(msgspec.Struct, frozen=True):
    merchant_order_no: str
    code: str | None = None


class _Sale(msgspec.Struct, frozen=True):
    sale_id: str
    state: str
    refunded_minor: int
    collection: _Collection | None = None


class OwnTill:
    """The till of ``qrpay up``; it keeps no count of what was handed over, so paid is once.

    ``hyphen`` is what it writes for one in the numbers that it gives a vendor.
    """

    def __init__(self, url: str, transport: Transport, hyphen: str = "-") -> None:
        self._line = Line(f"{url.rstrip('/')}/api", transport)
        self._hyphen = hyphen

    def sell(self, amount_minor: int, currency: str, payment_code: str = "") -> Sold:  # noqa: ARG002 (the shop's own)
        """Ring up, then show a code or charge one."""
        rung_up = self._line.ask("POST", "/sales", {"amount_minor": amount_minor}, _Sale)
        how = (
            {"mode": "read", "payment_code": payment_code}
            if payment_code
            else {"mode": "show", "profile": "S"}
        )
        sale = self._line.ask("POST", f"/sales/{rung_up.sale_id}/collect", how, _Sale)
        order_no, code = self._shown(sale)
        return Sold(sale.sale_id, order_no, code)

    def standing(self, sale_id: str) -> Standing:
        """Tell what is believed of a sale."""
        sale = self._line.ask("GET", f"/sales/{sale_id}", None, _Sale)
        state = _BELIEVED[sale.state]
        order_no, code = self._shown(sale)
        return Standing(
            state,
            handed_over=int(state is TillState.PAID),
            refunded_minor=sale.refunded_minor,
            order_no=order_no,
            code=code,
        )

    def refund(self, sale_id: str, key: str, amount_minor: int) -> None:
        """Give money back."""
        self._line.ask(
            "POST",
            f"/sales/{sale_id}/refunds",
            {"amount_minor": amount_minor},
            dict[str, object],
            {"Idempotency-Key": key},
        )

    def cancel(self, sale_id: str) -> None:
        """Give a sale up."""
        self._line.ask("POST", f"/sales/{sale_id}/abandon", {}, dict[str, object])

    def _shown(self, sale: _Sale) -> tuple[str, str]:
        if sale.collection is None:
            return "", ""
        number = sale.collection.merchant_order_no.replace("-", self._hyphen)
        return number, sale.collection.code or ""
