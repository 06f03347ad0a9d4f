"""How the face serves an address: the published operation, who answers it, what can go wrong.

``ledger.protocol.native_api`` says what every caller may know. A ``Route`` adds the function that
answers and the errors that are the operation's own. The Flask rules, the OpenAPI document, the
reference pages and the tests are made from the routes, so none can know an address others don't.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.core.ports import Books
from ledger.faces import Provider
from ledger.faces.native.call import Call
from ledger.kit.web import BODY_MAX_BYTES
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.native_api import Caller, Operation
from ledger.protocol.native_wire import View

JSON = "application/json"

Handler = Callable[[Provider, Books, Call], View]
"""Read what path, query and body say, call the core, render; inside one unit of work."""

Opener = Callable[[Books, Call], object]
"""Open the signed text inside the body, with books to read."""

AfterRefusal = Callable[[Books, Call, QrpayError], None]
"""What has to be remembered of a call that was refused and undone."""


@dataclass(frozen=True)
class Parameter:
    """A value in path, query or header: its rule in words, as a pattern, and as a check.

    ``check`` gives the text back or raises ``refusal``, the error named after the rule. In a path,
    ``converter`` (``path:``) is Flask's word for a value that may have slashes.
    """

    name: str
    meaning: str
    pattern: str
    check: Callable[[str], str]
    required: bool = True
    refusal: type[QrpayError] = IdentifierFormat
    converter: str = ""


def _nothing(books: Books, call: Call, refusal: QrpayError) -> None:
    """Remember nothing."""


@dataclass(frozen=True)
class Route:
    """An operation, the function that answers it, and the errors particular to it.

    ``handler`` is None for an operation that is no unit of work and has a view of its own: the
    stream of events and the pages about the service.
    """

    operation: Operation[Any, Any]
    handler: Handler | None
    errors: tuple[type[QrpayError], ...] = ()
    opener: Opener | None = None
    after_refusal: AfterRefusal = _nothing
    media_type: str = JSON
    body_max_bytes: int = BODY_MAX_BYTES

    @property
    def signed(self) -> bool:
        """Whether a call must be signed."""
        return self.operation.caller is not Caller.ANYBODY

    @property
    def keyed(self) -> bool:
        """Whether a call carries an Idempotency-Key: it changes something in a party's name."""
        return self.signed and self.operation.method == "POST"

    @property
    def leaves_a_trace(self) -> bool:
        """Whether a call writes anything, if only its nonce."""
        return self.signed or self.operation.method == "POST"

    @property
    def has_body(self) -> bool:
        """Whether a body is read."""
        return self.operation.method == "POST"
