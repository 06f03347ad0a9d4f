"""Many scans at once leave the same books as one by one: answers, every row, every number.

A *plan* is a list of things that tills and phones may bring, good and bad. It is played twice from
the same beginning, and only the way of deciding differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.core.checkout.scans import agreements
from ledger.core.checkout.scans.agreements import Result
from ledger.core.checkout.scans.consents import ScannedConsent
from ledger.core.gathering import GatheredBooks
from ledger.ops.audit import audit
from ledger.protocol import messages
from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.identifiers import PaymentId, payment_id_of
from ledger.protocol.instants import MINUTE, later
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.messages import Intent
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.scanning import bring, consent_to, opened, shown
from tests.core.state import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stores.databases import Databases


@pytest.fixture(scope="module", autouse=True)
def _first_world() -> None:
    World().close()  # the first one ever draws its random numbers elsewhere


def fresh(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A code nobody has asked for."""
    code = shown(world, amount, merchant_id=merchant_id)
    return [opened(world, code.text, consent_to(world, code, name))]


def asked(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A code whose payment the till has asked for."""
    code = _asked(world, amount, merchant_id)
    return [opened(world, code.text, consent_to(world, code, name))]


def _asked(
    world: World, amount: int, merchant_id: str, intent: Intent = Intent.SALE
) -> DynamicCode:
    request = replace(world.new_request(amount, merchant_id=merchant_id), intent=intent)
    world.send(request)
    return shown(
        world,
        amount,
        merchant_id=merchant_id,
        change=lambda code: replace(
            code, request_id=request.request_id, expires_at=request.expires_at
        ),
    )


def looked_at(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A payment whose offer the payer has seen, at a rate perhaps."""
    code = _asked(world, amount, merchant_id)
    payment_id = payment_id_of(code.request_id)
    with world.store.reading() as books:
        payment = books.payments.find(payment_id)
    assert payment is not None
    world.claim(payment, name, code.text)
    signed = messages.seal(world.authorisation(payment, name), world.wallets[name].key)
    return [opened(world, code.text, signed)]


def taken_over(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A payment that somebody else is looking at."""
    code = _asked(world, amount, merchant_id)
    with world.store.reading() as books:
        payment = books.payments.find(payment_id_of(code.request_id))
    assert payment is not None
    world.claim(payment, "omar", code.text)
    return [opened(world, code.text, consent_to(world, code, name))]


def left_lying(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A payment that somebody else has looked at, too long ago."""
    now, world.now = world.now, later(world.now, -world.policy.claim_ms)
    [item] = taken_over(world, name, amount, merchant_id)
    world.now = now
    return [item]


def deposit(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A deposit that the till has asked for."""
    code = _asked(world, amount, merchant_id, Intent.DEPOSIT)
    signed = consent_to(world, code, name, lambda consent: replace(consent, intent=Intent.DEPOSIT))
    return [opened(world, code.text, signed)]


def twice(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A consent that comes twice in one message."""
    return fresh(world, name, amount, merchant_id) * 2


def rivals(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """Two payers at one code."""
    code = shown(world, amount, merchant_id=merchant_id)
    return [opened(world, code.text, consent_to(world, code, each)) for each in (name, "ben")]


def paid_before(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A consent that came before."""
    items = fresh(world, name, amount, merchant_id)
    one_by_one(world, items)
    return items


def reversed_before(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A code whose till has given up."""
    code = shown(world, amount, merchant_id=merchant_id)
    world.reverse(PaymentId(payment_id_of(code.request_id)), code.request_id, merchant_id)
    return [opened(world, code.text, consent_to(world, code, name))]


def same_number(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """Two codes with one order number."""
    numbered = partial(replace, bill_no=f"K{amount}")
    codes = [shown(world, amount, merchant_id=merchant_id, change=numbered) for _ in range(2)]
    return [opened(world, code.text, consent_to(world, code, name)) for code in codes]


def wrong_shop(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A signed code that says another city than the register."""
    code = shown(
        world, amount, merchant_id=merchant_id, change=lambda code: replace(code, mcc="5411")
    )
    return [opened(world, code.text, consent_to(world, code, name))]


def too_late(world: World, name: str, amount: int, merchant_id: str) -> list[ScannedConsent]:
    """A code that is over when it is read."""
    code = shown(world, amount, merchant_id=merchant_id)
    signed = consent_to(world, code, name)
    now, world.now = world.now, later(world.now, 4 * MINUTE)
    items = [opened(world, code.text, signed)]
    world.now = now
    return items


Kind = Callable[[World, str, int, str], list[ScannedConsent]]
KINDS: Sequence[Kind] = (
    *(fresh, fresh, fresh, asked, looked_at, taken_over, left_lying, deposit, twice, rivals),
    *(paid_before, reversed_before, same_number, wrong_shop, too_late),
)
NAMES = ("anna", "anna", "ben", "rich", "li-wei", "gifted", "chen-jing")
AMOUNTS = (1, 99, 1_295, 8_000, 60_000)

Decision = Callable[[World, list[ScannedConsent]], list[Result]]
Step = tuple[Kind, str, int, str]
PLANS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(NAMES),
        st.sampled_from(AMOUNTS),
        st.sampled_from((SHOP, SHOP, KIOSK)),
    ),
    min_size=1,
    max_size=12,
)


def one_by_one(world: World, items: Sequence[ScannedConsent]) -> list[Result]:
    """Decide on each by the tables alone, in one unit of work."""
    results: list[Result] = []
    with world.store.transaction() as books:
        for item in items:
            try:
                with books.savepoint():
                    agreed = agreements.agree_one(
                        books,
                        scanned=item,
                        rates=world.rates,
                        policy=world.policy,
                        now=world.now,
                        ids=world.ids,
                        key=world.key,
                    )
            except CallerError as refusal:
                results.append(refusal)
            else:
                results.append(agreed)
    return results


def played(
    world: World,
    plan: Sequence[Step],
    decide: Callable[[World, list[ScannedConsent]], list[Result]],
) -> tuple[list[object], str]:
    """Bring a plan; what was answered, and the digest of the books afterwards."""
    world.agree_fee(60, minimum_minor=1)
    for name, minor_units in (("ben", 9_000), ("rich", 500_000), ("gifted", 20_000)):
        world.wallets[name] = world.add_payer(name, "EUR", minor_units)
    world.grant("gifted", 50)
    world.wait(10 * MINUTE)  # the keys are not of just now
    items = [item for kind, name, amount, shop in plan for item in kind(world, name, amount, shop)]
    results = decide(world, items)
    assert audit(world.store) == []
    return [_said(result) for result in results], state_of(world.store)


def _said(result: Result) -> object:
    return (type(result), result.detail) if isinstance(result, QrpayError) else result


def together(world: World, items: list[ScannedConsent]) -> list[Result]:
    """Decide on all at once."""
    return bring(world, *items)


@contextmanager
def in_memory() -> Iterator[World]:
    """A world in SQLite."""
    world = World()
    yield world
    world.close()


def agree_both_ways(make: Callable[[], AbstractContextManager[World]], plan: list[Step]) -> None:
    """Play a plan both ways and compare."""
    with make() as first:
        at_once = played(first, plan, together)
    with make() as second:
        assert played(second, plan, one_by_one) == at_once


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=PLANS)
def test_many_at_once_leave_the_books_that_one_by_one_would(plan: list[Step]) -> None:
    agree_both_ways(in_memory, plan)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=PLANS)
def test_on_postgres_many_at_once_leave_the_books_that_one_by_one_would(
    databases: Databases, plan: list[Step]
) -> None:
    agree_both_ways(databases.brief_world, plan)


@pytest.mark.parametrize("kind", dict.fromkeys(KINDS), ids=lambda kind: kind.__name__)
def test_each_kind_among_others_is_decided_alike_both_ways(kind: Kind) -> None:
    plan = [
        (fresh, "anna", 99, SHOP),
        *((kind, name, 1_295, SHOP) for name in dict.fromkeys(NAMES)),
        (fresh, "anna", 99, KIOSK),
        *((kind, "rich", 60_000, SHOP) for _ in range(3)),
    ]
    agree_both_ways(in_memory, plan)


def test_the_usual_ones_never_go_by_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    write = GatheredBooks.write

    def count(self: GatheredBooks) -> None:
        written.append(1)
        write(self)

    monkeypatch.setattr(GatheredBooks, "write", count)
    with in_memory() as world:
        items = [*fresh(world, "anna", 99, SHOP), *asked(world, "anna", 99, SHOP)]
        items += [*fresh(world, "li-wei", 99, SHOP), *paid_before(world, "anna", 1, KIOSK)]
        bring(world, *items)
    assert len(written) == 1
