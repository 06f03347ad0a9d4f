"""One call as the methods see it: known to be from the app it names, its fields read.

A method is a function from a call to an ``Outcome``; it changes the books it is given or raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant
from ledger.core.records.vendors import VendorAccount
from ledger.core.vendors import orders
from ledger.core.vendors.orders import Opened
from ledger.faces import Provider
from ledger.faces.alipay.calls.content import Content
from ledger.faces.alipay.calls.refusals import SUCCESS, Refusal, business
from ledger.protocol.alipay_wire.nodes import Value
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money

NO_LENGTH = 64
"""How long ``out_trade_no``, ``out_request_no`` and their like may be."""


@dataclass(frozen=True)
class Sent:
    """What a call says, whichever way it came: method, fields, and where to tell what follows."""

    method: str
    content: Content
    notify_url: str = ""
    return_url: str = ""


@dataclass(frozen=True)
class Call:
    """A call inside of a unit of work."""

    provider: Provider
    books: Books
    account: VendorAccount
    sent: Sent
    now: Instant

    @cached_property
    def merchant(self) -> Merchant:
        """Who sells, looked up when somebody asks."""
        return require_merchant(self.books, self.account.merchant_id)

    @property
    def content(self) -> Content:
        """The fields."""
        return self.sent.content

    def amount(self, name: str) -> Money:
        """Give an amount that must be there, in the merchant's currency."""
        return self.content.needed_amount(name, self.merchant.currency)

    def named_order(self) -> Opened | None:
        """Find the order a call names by ``trade_no``, which wins, or ``out_trade_no``."""
        vendor_no = self.content.text("trade_no", NO_LENGTH)
        out_no = self.content.text("out_trade_no", NO_LENGTH)
        if not vendor_no and not out_no:
            raise business("INVALID_PARAMETER", "out_trade_no or trade_no is needed")
        found = orders.find(self.books, account=self.account, out_no=out_no, vendor_no=vendor_no)
        is_deposit = found is not None and found.order.facts.get("by", "").startswith("deposit")
        return None if is_deposit else found


@dataclass(frozen=True)
class Outcome:
    """What a method answers: its fields, and the code, which is success unless said otherwise."""

    fields: Mapping[str, Value] = field(default_factory=dict)
    code: str = SUCCESS


Handler = Callable[[Call], Outcome]


@dataclass(frozen=True)
class Method:
    """A method: who answers it, whether it changes anything, and where V3 has it.

    ``rest`` is V3's verb, empty for what V3 has not; ``rest_too`` is another one that SDKs use, the
    fields in a body then. ``is_page`` says that a browser brings the call and is led on to the
    cashier, ``takes_code`` that a wrong payment code has to be counted. ``failed`` are fields of a
    refusal, for callers that read amounts before they look at the code; they stand for nothing
    having happened. ``told`` puts a refusal in the words of methods that have codes of their own.
    """

    name: str
    handler: Handler
    changes: bool = True
    rest: str = "POST"
    rest_too: str = ""
    is_page: bool = False
    takes_code: bool = False
    failed: Mapping[str, Value] = field(default_factory=dict)
    told: Callable[[Refusal], Refusal] = lambda refusal: refusal

    @property
    def path(self) -> str:
        """Its address in V3."""
        return f"/v3/{self.name.replace('.', '/')}"
