"""The till compares its own day with the provider's statement, asked for or from a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from ledger.kit.clock import SettableClock
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import DAY, HOUR, MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import ReceiptKind
from ledger.protocol.money import Money
from ledger.protocol.native_wire import MovementKind
from pos.acquirers.intents import Profile
from pos.closing.business_day import bounds
from pos.closing.differences import DifferenceKind
from pos.closing.reconciliation import Reconciliation
from pos.collect import Phase
from pos.counter import collecting, refunds
from pos.counter.day_end.statements import reconcile_with_file, reconcile_with_provider
from pos.counter.desk import Desk
from pos.till import Sale, SaleState
from tests.pos.api import code_of, post
from tests.pos.booked import settle, tell
from tests.pos.closing.test_statement_csv import rows_of, written
from tests.pos.provider import MiniProvider
from tests.pos.shop import BERLIN, EUR, PAYMENT_CODE, let_pass, open_sale

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _noon(clock: SettableClock) -> None:
    clock.advance(bounds(TODAY, BERLIN)[0] + 12 * HOUR - clock.now())


def sell(desk: Desk, amount_minor: int = 12_95) -> Sale:
    sale = open_sale(desk, Money(amount_minor, EUR))
    paid = collecting.read_code(desk, sale.sale_id, PAYMENT_CODE)
    assert paid.state is SaleState.PAID
    return paid


def reverse_a_paid_sale(desk: Desk, provider: MiniProvider, clock: SettableClock) -> Sale:
    """The payer agrees at the last moment; the till reverses before it hears of it."""
    sale = open_sale(desk)
    collecting.show_code(desk, sale.sale_id, Profile.SIGNED)
    attempt = desk.store.attempts.of_sale(sale.sale_id)[0]
    clock.advance(attempt.collection.give_up_at - clock.now())
    provider.pay(attempt.payment_id)
    let_pass(desk, clock, 1000)
    ended = desk.store.attempts.of_sale(sale.sale_id)[0]
    assert ended.collection.phase is Phase.REVERSED
    return sale


def kinds(found: Reconciliation) -> list[DifferenceKind]:
    return [each.kind for each in found.differences]


def test_a_day_with_sales_refunds_and_reversals_agrees(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = sell(desk)
    sell(desk, 5_00)
    refunds.give_back(desk, sale.sale_id, Money(3_00, EUR))
    reverse_a_paid_sale(desk, provider, clock)
    settle(provider, TODAY)
    found = reconcile_with_provider(desk, TODAY)
    assert kinds(found) == []
    assert (found.matched, found.till_total) == (5, Money(14_95, EUR))


def test_a_refund_of_last_week_s_sale_is_compared_on_its_own_day(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = sell(desk)
    clock.advance(7 * DAY)
    refunds.give_back(desk, sale.sale_id, None)
    day = TODAY + timedelta(days=7)
    settle(provider, day)
    found = reconcile_with_provider(desk, day)
    assert (kinds(found), found.matched) == ([], 1)
    tell(provider, day, [])
    assert kinds(reconcile_with_provider(desk, day)) == [DifferenceKind.MISSING_REFUND]


def test_a_sale_that_the_till_never_saw_and_one_the_provider_lost_are_named(
    desk: Desk, provider: MiniProvider
) -> None:
    lost, sale = sell(desk), sell(desk)
    lines = settle(provider, TODAY).lines
    strange = replace(
        lines[0], payment_id=PaymentId(lines[0].payment_id[:-1] + "9"), merchant_order_no="STRANGE"
    )
    tell(provider, TODAY, [strange, lines[1]])
    found = reconcile_with_provider(desk, TODAY)
    assert {each.kind: each.sale_id for each in found.differences} == {
        DifferenceKind.MISSING_AT_PROVIDER: lost.sale_id,
        DifferenceKind.MISSING_AT_TILL: "",
    }
    assert sale.sale_id not in {each.sale_id for each in found.differences}


def test_a_refund_that_somebody_else_made_is_named(desk: Desk, provider: MiniProvider) -> None:
    sell(desk)
    (paid,) = settle(provider, TODAY).lines
    back = replace(
        paid,
        number=2,
        kind=MovementKind.REFUND,
        refund_id="rfd_000000000000000000000001",
        merchant_refund_no="NOBODYS",
        amount=-paid.amount,
        net=-paid.amount,
    )
    tell(provider, TODAY, [paid, back])
    assert kinds(reconcile_with_provider(desk, TODAY)) == [DifferenceKind.UNKNOWN_REFUND]


def test_receipts_that_never_came_are_fetched_first(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.receipts_with_answers = False
    sale = sell(desk)
    undone = reverse_a_paid_sale(desk, provider, clock)
    assert desk.store.evidence.receipts(undone.sale_id) == []
    lines = settle(provider, TODAY).lines
    dearer = replace(lines[0], payer_amount=lines[0].payer_amount + Money(1, EUR))
    tell(provider, TODAY, [dearer, *lines[1:]])
    found = reconcile_with_provider(desk, TODAY)
    assert [(each.kind, each.sale_id) for each in found.differences] == [
        (DifferenceKind.WRONG_FX, sale.sale_id)
    ]
    assert len(desk.store.evidence.receipts(undone.sale_id)) == 2


def test_a_payment_that_came_too_late_and_went_back_stands_on_both_sides(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = open_sale(desk)
    collecting.show_code(desk, sale.sale_id, Profile.SIGNED)
    attempt = desk.store.attempts.of_sale(sale.sale_id)[0]
    provider.set_state(attempt.payment_id, PaymentState.CLOSED)
    clock.advance(MINUTE)
    collecting.pursue(desk, attempt.payment_id)
    assert desk.store.attempts.of_sale(sale.sale_id)[0].collection.phase is Phase.NOT_PAID
    late = provider.pay(attempt.payment_id)
    provider.seal_receipt(late, ReceiptKind.REVERSAL)
    settle(provider, TODAY)
    found = reconcile_with_provider(desk, TODAY)
    assert (kinds(found), found.matched, found.till_total) == ([], 2, Money(0, EUR))


def test_a_sale_in_the_neighbour_s_statement_is_on_the_wrong_day(
    desk: Desk, provider: MiniProvider
) -> None:
    sell(desk)
    lines = settle(provider, TODAY).lines
    tell(provider, TODAY, [])
    tell(provider, TODAY - timedelta(days=1), list(lines))
    assert kinds(reconcile_with_provider(desk, TODAY)) == [DifferenceKind.WRONG_DAY]


@pytest.mark.parametrize(("bps", "expected"), [(None, []), (0, []), (60, [DifferenceKind.FEE])])
def test_fees_are_checked_when_a_rate_was_agreed(
    desk: Desk, provider: MiniProvider, bps: int | None, expected: list[DifferenceKind]
) -> None:
    sell(desk)
    settle(provider, TODAY)
    assert kinds(reconcile_with_provider(replace(desk, fee_bps=bps), TODAY)) == expected


def test_the_agreed_fee_of_what_is_left_is_what_a_refund_leaves(
    desk: Desk, provider: MiniProvider
) -> None:
    sale = sell(desk, 12_50)
    refunds.give_back(desk, sale.sale_id, Money(8_33, EUR))
    paid, back = settle(provider, TODAY).lines
    fee, returned = Money(8, EUR), Money(-5, EUR)  # 7.5 cents, and 2.5 of what is left: half up
    lines = [
        replace(paid, fee=fee, net=paid.amount - fee),
        replace(back, fee=returned, net=back.amount - returned),
    ]
    tell(provider, TODAY, lines)
    assert kinds(reconcile_with_provider(replace(desk, fee_bps=60), TODAY)) == []


def test_a_day_that_is_not_settled_yet_is_not_compared(desk: Desk) -> None:
    with pytest.raises(BillNotReady):
        reconcile_with_provider(desk, TODAY)


def test_a_file_is_compared_without_asking_anybody(desk: Desk, provider: MiniProvider) -> None:
    sell(desk)
    raw = written(rows_of(settle(provider, TODAY)))
    provider.calls.clear()
    assert kinds(reconcile_with_file(desk, TODAY, raw)) == []
    assert provider.calls == []


def test_the_api_answers_with_what_to_do(
    client: FlaskClient, desk: Desk, provider: MiniProvider
) -> None:
    sale = sell(desk)
    settle(provider, TODAY)
    agreed = post(client, "/api/days/today/reconcile", {}).get_json()
    assert (agreed["agrees"], agreed["matched"], agreed["differences"]) == (True, 1, [])
    tell(provider, TODAY, [])
    found = post(client, f"/api/days/{TODAY}/reconcile", {}).get_json()
    assert (found["agrees"], found["difference_count"]) == (False, 1)
    (named,) = found["differences"]
    assert (named["kind"], named["sale_id"]) == ("MISSING_AT_PROVIDER", sale.sale_id)
    assert named["effect_minor"] == -12_95
    assert "signed receipt" in named["advice"]


def test_one_answer_names_no_more_than_five_hundred_differences(
    client: FlaskClient, desk: Desk, provider: MiniProvider
) -> None:
    sell(desk)
    (line,) = settle(provider, TODAY).lines
    tell(provider, TODAY, [replace(line, number=number) for number in range(1, 603)])
    found = post(client, "/api/days/today/reconcile", {}).get_json()
    assert (found["difference_count"], len(found["differences"])) == (601, 500)


@pytest.mark.parametrize(
    ("day", "body", "said"),
    [
        ("today", {}, (404, "BILL_NOT_READY")),
        ("today", {"statement_csv": "number,kind\n"}, (400, "STATEMENT_FORMAT")),
        ("today", {"statement_csv": 1}, (400, "FIELD_FORMAT")),
        ("today", {"statement_file": "no base64!"}, (400, "FIELD_FORMAT")),
        ("today", {"statement_file": "bnVtYmVyLGtpbmQK"}, (400, "STATEMENT_FORMAT")),
        ("today", {"statement_csv": "", "statement_file": ""}, (400, "FIELD_FORMAT")),
        ("today", {"file": ""}, (400, "UNKNOWN_FIELD")),
        ("2026-02-30", {}, (400, "BILL_DATE_FORMAT")),
    ],
)
def test_what_can_not_be_compared_is_refused_by_name(
    client: FlaskClient, day: str, body: object, said: tuple[int, str]
) -> None:
    assert code_of(post(client, f"/api/days/{day}/reconcile", body)) == said


def test_a_file_of_a_whole_year_of_a_small_shop_is_read(
    client: FlaskClient, desk: Desk, provider: MiniProvider
) -> None:
    sell(desk)
    (line,) = settle(provider, TODAY).lines
    many = tell(provider, TODAY, [replace(line, number=number) for number in range(1, 5_001)])
    body = {"statement_csv": written(rows_of(many)).decode()}
    found = post(client, "/api/days/today/reconcile", body).get_json()
    assert found["difference_count"] == 4_999
