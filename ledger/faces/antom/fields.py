"""What calls carry, by Antom's names; what is not listed here is let pass and not looked at.

Lengths are those of the documentation ("pay" of user-presented mode, order code, entry code), and
so is what must be there: a member that is missing, or empty, is ``PARAM_ILLEGAL`` and named. A
number in place of a text is read as that text.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from ledger.faces.antom.results import Refused
from ledger.protocol import strict_json

_PLAIN = r"^[^\x00-\x1f\x7f]*$"
"""No control character, which a number or an address never has and a database may not keep."""

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=_PLAIN)]
MaybeId = Annotated[str, Meta(max_length=64, pattern=_PLAIN)]
Url = Annotated[str, Meta(min_length=1, max_length=2048, pattern=_PLAIN)]
MaybeUrl = Annotated[str, Meta(max_length=2048, pattern=_PLAIN)]
Name = Annotated[str, Meta(min_length=1, max_length=256)]
Mcc = Annotated[str, Meta(min_length=1, max_length=32)]

_ALSO_SPELLED = {"storeMcc": "storeMCC"}
"""Names as some samples of the documentation have them, and as its tables do."""


class Fields(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A group of fields."""


class Amount(Fields, frozen=True, kw_only=True):
    """An amount in minor units."""

    currency: Annotated[str, Meta(min_length=3, max_length=3)]
    value: Annotated[str, Meta(min_length=1, max_length=16)]

    def said(self) -> dict[str, str]:
        """Give it as ``antom_wire.values`` reads it."""
        return {"currency": self.currency, "value": self.value}


class Store(Fields, frozen=True, kw_only=True):
    """The shop, and the category of what it sells (ISO 18245)."""

    reference_store_id: Id
    store_name: Name
    store_mcc: Mcc = msgspec.field(name="storeMCC")


class Merchant(Fields, frozen=True, kw_only=True):
    """The merchant as it calls itself; who is paid is who registered."""

    reference_merchant_id: Id
    merchant_name: Name
    merchant_mcc: Mcc = msgspec.field(name="merchantMCC")
    store: Store


class Env(Fields, frozen=True, kw_only=True):
    """Where it happens."""

    user_agent: str = ""
    store_terminal_id: str = ""


class Order(Fields, frozen=True, kw_only=True):
    """What is bought."""

    order_amount: Amount
    merchant: Merchant
    reference_order_id: MaybeId = ""
    order_description: Annotated[str, Meta(max_length=256)] = ""
    env: Env = Env()


class Method(Fields, frozen=True, kw_only=True):
    """How it is paid; ``payment_method_id`` is the payment code."""

    payment_method_type: Annotated[str, Meta(min_length=1, max_length=64)]
    payment_method_id: Annotated[str, Meta(max_length=128)] = ""


class Factor(Fields, frozen=True, kw_only=True):
    """Which of the three ways: ``PaymentCode``, ``OrderCode``, ``EntryCode``."""

    in_store_payment_scenario: str = "PaymentCode"


class Strategy(Fields, frozen=True, kw_only=True):
    """In what the merchant wants to be settled."""

    settlement_currency: str = ""


class Pay(Fields, frozen=True, kw_only=True):
    """The body of ``pay``."""

    product_code: Literal["IN_STORE_PAYMENT"]
    payment_request_id: Id
    order: Order
    payment_amount: Amount
    payment_method: Method
    payment_notify_url: Url
    payment_factor: Factor = Factor()
    payment_redirect_url: MaybeUrl = ""
    payment_expiry_time: str = ""
    settlement_strategy: Strategy = Strategy()


class FindPayment(Fields, frozen=True, kw_only=True):
    """The body of ``inquiryPayment`` and ``cancel``; ``paymentId`` wins."""

    payment_id: MaybeId = ""
    payment_request_id: MaybeId = ""


class Refund(Fields, frozen=True, kw_only=True):
    """The body of ``refund``."""

    refund_request_id: Id
    payment_id: Id
    refund_amount: Amount
    reference_refund_id: MaybeId = ""
    refund_reason: Annotated[str, Meta(max_length=256)] = ""
    refund_notify_url: Annotated[str, Meta(max_length=1024, pattern=_PLAIN)] = ""


class FindRefund(Fields, frozen=True, kw_only=True):
    """The body of ``inquiryRefund``; ``refundId`` wins."""

    refund_id: MaybeId = ""
    refund_request_id: MaybeId = ""


Read = TypeVar("Read", bound=Fields)


def read(body: bytes, kind: type[Read]) -> Read:
    """Read a body; null and absent are equal. Raises ``Refused``, and what ``strict_json`` does."""
    try:
        return msgspec.convert(_without_nulls(strict_json.load_object(body)), kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused("PARAM_ILLEGAL", str(error)) from error


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        said = {_ALSO_SPELLED.get(name, name): each for name, each in value.items()}
        return {name: _without_nulls(each) for name, each in said.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(said) for said in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
