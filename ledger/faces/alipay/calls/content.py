"""The fields of a call: ``biz_content`` in V2, query or body in V3.

Production takes texts and numbers for each other and ignores what it does not know; so does this.
What is wrong with a field is always ``ACQ.INVALID_PARAMETER``, whose words name it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ledger.faces.alipay.calls.refusals import business, gateway
from ledger.protocol import strict_json
from ledger.protocol.alipay_wire import spelling
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import AmountOutOfRange
from ledger.protocol.identifiers import check_text
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money
from ledger.protocol.strict_json import JsonNumberText


@dataclass(frozen=True)
class Content:
    """Named values as they came, JSON or text."""

    members: Mapping[str, object]

    def text(self, name: str, most: int) -> str:
        """Give a text of at most ``most`` characters; empty if there is none."""
        value = self.members.get(name)
        if isinstance(value, JsonNumberText):
            value = value.text
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise business("INVALID_PARAMETER", f"{name} is a text")
        try:
            return check_text(value, most)
        except QrpayError as error:
            raise business("INVALID_PARAMETER", f"{name}: {error.detail}") from error

    def needed(self, name: str, most: int) -> str:
        """Give a text that must be there."""
        value = self.text(name, most)
        if not value:
            raise business("INVALID_PARAMETER", f"{name} is missing")
        return value

    def amount(self, name: str, of: Currency) -> Money | None:
        """Give an amount in a currency, None if there is none."""
        value = self.members.get(name)
        if value in (None, ""):
            return None
        try:
            return spelling.amount(value, of)
        except AmountOutOfRange:
            raise
        except QrpayError as error:
            raise business("INVALID_PARAMETER", f"{name}: {error.detail}") from error

    def needed_amount(self, name: str, of: Currency) -> Money:
        """Give an amount that must be there."""
        amount = self.amount(name, of)
        if amount is None:
            raise business("INVALID_PARAMETER", f"{name} is missing")
        return amount

    def until(self, name: str, *, now: Instant) -> Instant | None:
        """Give when a time limit that begins now is over, None if there is none."""
        return self._time(name, lambda text: spelling.until(text, now=now))

    def instant(self, name: str) -> Instant | None:
        """Give a point in time, None if there is none."""
        return self._time(name, spelling.from_beijing)

    def _time(self, name: str, read: Callable[[str], Instant]) -> Instant | None:
        text = self.text(name, 32)
        if not text:
            return None
        try:
            return read(text)
        except QrpayError as error:
            raise business("INVALID_PARAMETER", f"{name}: {error.detail}") from error

    def names(self, name: str) -> Sequence[str]:
        """Give a list of words, empty if there is none."""
        value = self.members.get(name)
        if isinstance(value, str):  # V3 sends query_options in a query
            return [word for word in value.split(",") if word]
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise business("INVALID_PARAMETER", f"{name} is a list of texts")
        return value

    def objects(self, name: str) -> Sequence[Content]:
        """Give a list of objects with fields of their own, empty if there is none."""
        value = self.members.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise business("INVALID_PARAMETER", f"{name} is a list of objects")
        return [Content(each) for each in value]


def read(text: bytes) -> Content:
    """Read the JSON of a call; what is none is refused at the gateway."""
    if not text.strip():
        return Content({})
    try:
        return Content(strict_json.load_object(text))
    except QrpayError as error:
        raise gateway("isv.invalid-parameter", error.detail) from error
