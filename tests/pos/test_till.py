"""The states of a sale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.protocol.errors import checkout
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, currency
from pos.collect import Phase
from pos.goods.basket import Basket
from pos.till import EVENT_OF_PHASE, SALE, SALE_STATES, Sale, SaleEvent, SaleId, SaleState

FOLLOWED = {SaleEvent.WAIT, SaleEvent.DOUBT, SaleEvent.PAY, SaleEvent.FAIL}


def sale(state: SaleState) -> Sale:
    basket = Basket.of_amount(Money(1295, currency("EUR")))
    return Sale(SaleId("sal_1"), state, basket, bytes(16), Instant(0))


def test_every_state_is_explained() -> None:
    assert set(SALE_STATES) == set(SaleState)


def test_every_phase_of_a_collection_means_something_for_its_sale() -> None:
    assert set(EVENT_OF_PHASE) == set(Phase)


@pytest.mark.parametrize(
    "state", [SaleState.COLLECTING, SaleState.OUTCOME_UNKNOWN, SaleState.REVIEW]
)
def test_a_sale_that_is_collecting_can_follow_its_collection_anywhere(state: SaleState) -> None:
    assert set(SALE.table[state]) >= FOLLOWED


@pytest.mark.parametrize("state", list(SaleState))
@pytest.mark.parametrize("event", list(SaleEvent))
def test_what_the_table_does_not_list_is_refused(state: SaleState, event: SaleEvent) -> None:
    if event in SALE.table[state]:
        assert sale(state).advance(event).state is SALE.table[state][event]
    else:
        with pytest.raises(checkout.SaleState):
            sale(state).advance(event)


def test_money_events_lead_to_paid_only_from_a_running_collection() -> None:
    paying = {state for state, row in SALE.table.items() if row.get(SaleEvent.PAY) == "PAID"}
    assert paying == {SaleState.COLLECTING, SaleState.OUTCOME_UNKNOWN}


def test_only_a_person_takes_a_sale_out_of_review() -> None:
    leaving = {event for event, to in SALE.table[SaleState.REVIEW].items() if to != "REVIEW"}
    assert leaving == {SaleEvent.ACCEPT, SaleEvent.GIVE_BACK}
    for state in set(SaleState) - {SaleState.REVIEW}:
        assert not leaving & set(SALE.table[state])


def test_a_failed_collection_leaves_the_basket_for_another_try() -> None:
    assert sale(SaleState.COLLECTING).follow(Phase.NOT_PAID) == sale(SaleState.OPEN)


@pytest.mark.parametrize("end", [Phase.NOT_PAID, Phase.REVERSED])
def test_an_abandoned_sale_ends_when_its_collection_has_ended_unpaid(end: Phase) -> None:
    abandoning = replace(sale(SaleState.OUTCOME_UNKNOWN), abandoning=True)
    assert abandoning.follow(end).state is SaleState.ABANDONED


def test_a_sale_that_was_paid_before_it_could_be_abandoned_is_paid() -> None:
    abandoning = replace(sale(SaleState.OUTCOME_UNKNOWN), abandoning=True)
    assert abandoning.follow(Phase.PAID).state is SaleState.PAID
