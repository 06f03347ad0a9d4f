"""What goes over a transport and comes back, and what every transport promises.

The promise is about failure, since a payment's caller must know which of two things is true:

* ``ServiceUnavailable``: nothing was sent. It did not happen; the same may be tried again.
* ``AnswerLost``: something was sent and no complete answer came back. It may have happened; ask.

A transport never repeats a request by itself, follows no redirection and obeys no proxy setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer; header names are in lower case, repeated ones joined by ``", "``."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Stream(Protocol):
    """An answer that is still being given; whoever opened it closes it."""

    @property
    def status(self) -> int:
        """The HTTP status it began with."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its header fields, as in ``Response``."""

    def lines(self) -> Iterator[bytes]:
        """Give line after line without its end, as they come; ``AnswerLost`` if it breaks off."""

    def close(self) -> None:
        """Hang up."""


class Transport(Protocol):
    """Sends requests to absolute URLs."""

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a request and wait for its complete answer, whatever its status."""

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        """Send a GET and give its answer line by line."""


def joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join repeated header fields as RFC 9110, section 5.3, says; nothing is dropped or chosen."""
    headers: dict[str, str] = {}
    for name, value in fields:
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return headers
