"""A till under test, and the four addresses by which it is told what to do.

They are the till's own business and no part of any vendor's API: whoever has a till writes them
once, a page of code that calls what the buttons call. All bodies are JSON.

    POST /sales               {"amount_minor": 1295, "currency": "EUR", "payment_code": ""}
                              -> {"sale_id": "…", "order_no": "…", "code": "…"}
    GET  /sales/<id>          -> {"state": "open", "handed_over": 0, "refunded_minor": 0}
    POST /sales/<id>/refunds  {"key": "…", "amount_minor": 300}
    POST /sales/<id>/cancel   {}

``order_no`` is the number the till gave the provider, ``code`` what a customer's phone scans; where
there is none yet, the sale's own address says both later. With a ``payment_code`` the till charges
what its scanner has read, and may answer before it knows the outcome. ``handed_over`` counts how
often goods were handed over. A refund asked for again with its ``key`` is the same refund, as when
a cashier presses the button again because of an error. A till refuses with a status from 400 on;
what it says then is shown and not judged.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol, TypeVar

import msgspec

from ledger.kit.transport import Transport
from ledger.protocol.errors.sandbox import TillRefuses, TillSpeaksOtherwise

_REFUSED_FROM: Final = 400
_SHOWN: Final = 200
T = TypeVar("T")
_JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}


class TillState(StrEnum):
    """What a till believes of a sale: waiting for money, sure of it, given up, or in doubt."""

    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Sold(msgspec.Struct, frozen=True):
    """A sale that the till has begun."""

    sale_id: str
    order_no: str = ""
    code: str = ""


class Standing(msgspec.Struct, frozen=True):
    """What a till believes, how often it handed goods over, how much it gave back; its code."""

    state: TillState
    handed_over: int = 0
    refunded_minor: int = 0
    order_no: str = ""
    code: str = ""


class Till(Protocol):
    """A till's buttons. Each raises ``TillRefuses``, ``TillSpeaksOtherwise``, or the line's."""

    def sell(self, amount_minor: int, currency: str, payment_code: str = "") -> Sold:
        """Begin a sale: show a code, or charge the payment code that was read."""

    def standing(self, sale_id: str) -> Standing:
        """Tell what is believed of a sale."""

    def refund(self, sale_id: str, key: str, amount_minor: int) -> None:
        """Give money back; the same ``key`` is the same refund."""

    def cancel(self, sale_id: str) -> None:
        """Give a sale up."""


class AdapterTill:
    """A till that has the four addresses below ``url``."""

    def __init__(self, url: str, transport: Transport) -> None:
        self._line = Line(url, transport)

    def sell(self, amount_minor: int, currency: str, payment_code: str = "") -> Sold:
        """Begin a sale."""
        wanted = {
            "amount_minor": amount_minor,
            "currency": currency,
            "payment_code": payment_code,
        }
        return self._line.ask("POST", "/sales", wanted, Sold)

    def standing(self, sale_id: str) -> Standing:
        """Tell what is believed of a sale."""
        return self._line.ask("GET", f"/sales/{sale_id}", None, Standing)

    def refund(self, sale_id: str, key: str, amount_minor: int) -> None:
        """Give money back."""
        wanted = {"key": key, "amount_minor": amount_minor}
        self._line.ask("POST", f"/sales/{sale_id}/refunds", wanted, dict[str, object])

    def cancel(self, sale_id: str) -> None:
        """Give a sale up."""
        self._line.ask("POST", f"/sales/{sale_id}/cancel", {}, dict[str, object])


class Line:
    """JSON to and from a till."""

    def __init__(self, url: str, transport: Transport) -> None:
        self._url = url.rstrip("/")
        self._transport = transport

    def ask(
        self,
        method: str,
        path: str,
        body: object,
        expected: type[T],
        headers: dict[str, str] | None = None,
    ) -> T:
        """Ask, and read the answer as ``expected``; an empty one counts as an empty object."""
        sent = b"" if body is None else msgspec.json.encode(body)
        answer = self._transport.request(
            method, f"{self._url}{path}", {**_JSON, **(headers or {})}, sent
        )
        shown = f"{method} {path}: {answer.status} {answer.body.decode('utf-8', 'replace')}"
        if answer.status >= _REFUSED_FROM:
            raise TillRefuses(shown[:_SHOWN])
        try:
            return msgspec.json.decode(answer.body or b"{}", type=expected)
        except msgspec.MsgspecError as error:
            raise TillSpeaksOtherwise(f"{error}; {shown}"[:_SHOWN]) from error
