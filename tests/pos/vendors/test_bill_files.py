"""A till compares a day with WeChat Pay's or Alipay's bill from a file, asking nobody."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.protocol.errors.content import StatementFormat
from ledger.protocol.instants import DAY
from ledger.protocol.money import Money, currency
from ledger.protocol.native_wire import STATEMENT_COLUMNS
from pos.acquirers.alipay import bills as alipay
from pos.acquirers.wechatpay import bills as wechatpay
from pos.closing.differences import DifferenceKind
from pos.counter import refunds
from pos.counter.day_end.statements import reconcile_with_file, reconcile_with_provider
from tests.pos.vendors.conftest import Shop

EUR = currency("EUR")
TODAY = date(2026, 11, 22)
DOWNLOAD: dict[str, Any] = {"wechatpay": wechatpay.download, "alipay": alipay.download}
pytestmark = pytest.mark.parametrize("standing", DOWNLOAD, indirect=True, scope="module")


@pytest.fixture(scope="module")
def file(standing: Shop) -> bytes:
    """The bill of a day with two sales, a part of one given back, once the day is over."""
    for amount_minor in (12_95, 4_50):
        sale = standing.show(Money(amount_minor, EUR))
        standing.pay(sale)
        standing.checkout.deliver()
    refunds.give_back(standing.desk, sale.sale_id, Money(1_00, EUR))
    standing.checkout.clock.advance(DAY)
    return downloaded(standing, 0)


def downloaded(standing: Shop, days_later: int) -> bytes:
    """The bill of a day, as the vendor gives it."""
    client = standing.desk.acquirer.client  # type: ignore[attr-defined]
    content: bytes = DOWNLOAD[standing.vendor](client, TODAY + timedelta(days_later))
    return content


def test_the_file_agrees_with_the_till_as_the_download_does(standing: Shop, file: bytes) -> None:
    asked = reconcile_with_provider(standing.desk, TODAY)
    found = reconcile_with_file(standing.desk, TODAY, file)
    assert (found.agrees, found.matched) == (asked.agrees, asked.matched) == (True, 3)
    if standing.vendor == "wechatpay":  # SDKs ask for it compressed, and keep it so
        packed = reconcile_with_file(standing.desk, TODAY, gzip.compress(file))
        assert packed.matched == 3


def test_a_sale_that_the_till_never_made_is_named(standing: Shop, file: bytes) -> None:
    del file
    shown, desk = standing.show(Money(7_00, EUR)), standing.desk
    other = replace(shown, merchant_order_no="T01-01KAK9Q3ZV7T2M5X8B4C6D0E")
    standing.pay(replace(other, code=desk.acquirer.request(other, None).code))
    standing.checkout.clock.advance(DAY)
    found = reconcile_with_file(desk, TODAY + timedelta(1), downloaded(standing, 1))
    [planted] = found.differences
    assert (planted.kind, planted.effect) == (DifferenceKind.MISSING_AT_TILL, Money(7_00, EUR))


def test_a_statement_in_our_own_form_is_read_too(standing: Shop, file: bytes) -> None:
    del file
    with pytest.raises(StatementFormat, match="total"):
        reconcile_with_file(standing.desk, TODAY, f"{','.join(STATEMENT_COLUMNS)}\r\n".encode())


def test_another_file_is_refused(standing: Shop, file: bytes) -> None:
    for other in (b"", b"a,b\n", file[: len(file) // 2], gzip.compress(file)[:40]):
        with pytest.raises(StatementFormat):
            reconcile_with_file(standing.desk, TODAY, other)
