"""One request as the handlers see it: read, checked, and known to be from whom it says.

``call.merchant_id`` and ``call.device`` come from the key that signed and raise ``RoleNotAllowed``
for anybody else. ``call.sent(CreateRefund)`` is the body, ``call.opened(PaymentRequest)`` a signed
text inside of it, ``call.payment_id`` stands in the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.core.records.parties import Device, payer_audience
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import RoleNotAllowed
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.native_wire import Request
from ledger.protocol.signing import merchant_owner
from ledger.protocol.signing.http_messages import VerifiedRequest

Sent = TypeVar("Sent", bound=Request)
Message = TypeVar("Message")

_MERCHANT = merchant_owner("")


@dataclass(frozen=True)
class Opened:
    """A signed text of a body that was opened, or what is wrong with it.

    Opening takes longer than all the rest, so it is done before the unit of work that others wait
    for. What is wrong is told later, inside of it: an answer already given comes first.
    """

    message: object = None
    refusal: QrpayError | None = None


@dataclass(frozen=True)
class Call:
    """A request; ``signature`` and ``signing_device`` are None for what anybody may ask.

    ``body`` is None where none is read, ``idempotency_key`` empty where none is asked for.
    ``request_id`` is ours, for the log and for problem documents.
    """

    now: Instant
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Request | None
    raw_body: bytes
    idempotency_key: str
    signature: VerifiedRequest | None = None
    signing_device: Device | None = None
    inside: Opened = field(default_factory=Opened)
    request_id: str = ""

    @property
    def owner(self) -> str:
        """The owner of the key that signed, empty when nobody did."""
        return "" if self.signature is None else self.signature.key.owner

    @property
    def is_merchant(self) -> bool:
        """Whether a merchant asks."""
        return self.owner.startswith(_MERCHANT)

    @property
    def is_payer(self) -> bool:
        """Whether a payer's device asks."""
        return self.signing_device is not None

    @property
    def merchant_id(self) -> str:
        """The merchant who asks; ``RoleNotAllowed`` for anybody else."""
        if not self.is_merchant:
            raise RoleNotAllowed("only a merchant may ask this")
        return self.owner.removeprefix(_MERCHANT)

    @property
    def device(self) -> Device:
        """The payer's device that asks; ``RoleNotAllowed`` for anybody else."""
        if self.signing_device is None:
            raise RoleNotAllowed("only a payer's device may ask this")
        return self.signing_device

    @property
    def payer_id(self) -> PayerId:
        """The payer who asks; ``RoleNotAllowed`` for anybody else."""
        return self.device.payer_id

    @property
    def audience(self) -> str:
        """Whose live events the caller may follow."""
        return self.owner if self.is_merchant else payer_audience(self.payer_id)

    @property
    def payment_id(self) -> PaymentId:
        """The payment in the address."""
        return PaymentId(self.path["payment_id"])

    def sent(self, kind: type[Sent]) -> Sent:
        """Give the body, which the route has read as this kind."""
        if not isinstance(self.body, kind):
            raise InvariantBroken(f"the route reads no {kind.__name__}")
        return self.body

    def opened(self, kind: type[Message]) -> Message:
        """Give the signed text inside the body, which the route has opened as this kind.

        Raises what is wrong with it.
        """
        if self.inside.refusal is not None:
            raise self.inside.refusal
        if not isinstance(self.inside.message, kind):
            raise InvariantBroken(f"the route opens no {kind.__name__}")
        return self.inside.message
