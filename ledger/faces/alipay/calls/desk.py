"""A call that is known to be an app's, from its method to what it answers.

What a method changes is one unit of work. A refusal undoes all of it; only a wrong payment code is
remembered, so that guessing comes to an end: a method that takes one runs within a savepoint. A
failure of our own undoes everything, is logged, and is told as Alipay tells it: the outcome is
unknown. A method refuses by the codes that its reference lists and by no other, since SDKs with
closed sets of codes break on one.
"""

from __future__ import annotations

from ledger.core.checkout import payment_codes
from ledger.core.ports import Books
from ledger.core.records.vendors import VendorAccount
from ledger.faces import Provider
from ledger.faces.alipay.calls import on_demand, refusals
from ledger.faces.alipay.calls.call import Call, Method, Outcome, Sent
from ledger.faces.alipay.calls.refusals import BUSINESS, Refusal, business
from ledger.faces.alipay.methods.trades import AUTH_CODE_LENGTH
from ledger.protocol.alipay_wire.codes import codes_of
from ledger.protocol.errors import CallerError


def perform(provider: Provider, method: Method, account: VendorAccount, sent: Sent) -> Outcome:
    """Do what a call asks for; raises ``Refusal``."""
    on_demand.refuse(method.name)
    store = provider.store
    if not method.takes_code:
        with store.transaction() if method.changes else store.reading() as books:
            try:
                return method.handler(_call(provider, books, account, sent))
            except (CallerError, Refusal) as error:
                raise _told(method, error) from error
    refusal: CallerError | Refusal
    with store.transaction() as books:
        call = _call(provider, books, account, sent)
        try:
            with books.savepoint():
                return method.handler(call)
        except (CallerError, Refusal) as error:
            refusal = error  # raised after the commit, so that a miss is counted
            _count_miss(call, error)
    raise _told(method, refusal)


def _told(method: Method, error: CallerError | Refusal) -> Refusal:
    refusal = method.told(error if isinstance(error, Refusal) else refusals.of(error))
    is_foreign = refusal.code == BUSINESS and refusal.sub_code not in codes_of(method.name)
    return business("INVALID_PARAMETER", refusal.sub_msg) if is_foreign else refusal


def _call(provider: Provider, books: Books, account: VendorAccount, sent: Sent) -> Call:
    return Call(provider, books, account, sent, provider.clock.now())


def _count_miss(call: Call, error: CallerError | Refusal) -> None:
    if isinstance(error, CallerError):
        payment_codes.count_miss(
            call.books,
            merchant_id=call.merchant.merchant_id,
            payment_code=call.content.text("auth_code", AUTH_CODE_LENGTH),
            refusal=error,
            now=call.now,
        )
