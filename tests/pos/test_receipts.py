"""Receipts: checked before they are kept, printed so that nobody takes play money for real."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.kit.clock import SettableClock
from ledger.protocol import messages
from ledger.protocol.errors.checkout import ReceiptDiffers
from ledger.protocol.errors.trust import KeyUnknown, SignatureInvalid
from ledger.protocol.identifiers import Kind
from ledger.protocol.messages import Receipt, ReceiptKind
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import KeyDirectory
from pos import receipts
from pos.acquirers.intents import Attempt
from pos.counter import collecting, sales
from pos.counter.desk import Desk
from pos.goods import catalogue
from pos.goods.basket import Basket
from pos.goods.catalogue import Language
from pos.paper import plain
from pos.till import Sale
from tests.pos.papers import printed
from tests.pos.provider import PROVIDER_KEY, MiniProvider, provider_keys
from tests.pos.shop import EUR, IDENTITY, PAYMENT_CODE

CNY = currency("CNY")


@pytest.fixture
def sale(desk: Desk) -> Sale:
    shop = catalogue.load()
    goods = [(shop.product("shampoo-300ml"), 2), (shop.product("herbal-tea-20"), 1)]
    rung_up = sales.ring_up(desk, Basket.of_goods(goods))
    return collecting.read_code(desk, rung_up.sale_id, PAYMENT_CODE)


@pytest.fixture
def attempt(desk: Desk, sale: Sale) -> Attempt:
    return desk.store.attempts.of_sale(sale.sale_id)[0]


@pytest.fixture
def receipt(desk: Desk, sale: Sale) -> Receipt:
    return messages.open_receipt(desk.store.evidence.receipts(sale.sale_id)[0], provider_keys())


def columns(line: str) -> int:
    return plain.width(line)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.DE, ["Demo Drogerie", "2 × Shampoo 300 ml", "Summe", "7,79\xa0€", "Bezahlt"]),
        (Language.EN, ["Demo Drugstore", "1 × Herbal tea, 20 bags", "Total", "€7.79", "Paid"]),
        (Language.ZH, ["演示药妆店", "2 × 洗发水 300毫升", "合计", "€7.79", "已支付"]),
    ],
)
def test_the_paper_speaks_the_payers_language(
    sale: Sale, receipt: Receipt, language: Language, words: list[str]
) -> None:
    paper = printed(sale, [receipt], IDENTITY, language)
    assert [word for word in words if word not in paper] == []


@pytest.mark.parametrize("language", list(Language))
def test_every_paper_says_that_no_money_moved(
    sale: Sale, receipt: Receipt, language: Language
) -> None:
    paper = printed(sale, [receipt], IDENTITY, language)
    for sentence in (
        "DEMO – kein echtes Geld",
        "no real money",
        "演示，非真实支付",
        "DEMO – kein Kassenbeleg",
    ):
        assert sentence in paper


@pytest.mark.parametrize("language", list(Language))
def test_the_paper_is_forty_two_columns_wide(
    sale: Sale, receipt: Receipt, language: Language
) -> None:
    lines = printed(sale, [receipt], IDENTITY, language).splitlines()
    assert max(columns(line) for line in lines) <= plain.COLUMNS
    assert columns("合计 7") == 6


def test_the_vat_in_the_total_is_stated_by_rate(sale: Sale, receipt: Receipt) -> None:
    paper = printed(sale, [receipt], IDENTITY, Language.DE)
    assert "MwSt 19 % (netto 4,96\xa0€)" in paper
    assert "MwSt 7 % (netto 1,77\xa0€)" in paper


def test_a_payer_with_another_currency_finds_it_on_the_paper(sale: Sale, receipt: Receipt) -> None:
    abroad = replace(
        receipt, payer_amount=Money(6086, CNY), rate="125/16", rate_set_by="qrpay sandbox"
    )
    paper = printed(sale, [abroad], IDENTITY, Language.ZH)
    assert "¥60.86" in paper
    assert "CN¥60.86" in printed(sale, [abroad], IDENTITY, Language.EN)


def test_what_went_back_stands_on_the_paper_too(sale: Sale, receipt: Receipt) -> None:
    back = replace(receipt, kind=ReceiptKind.REVERSAL)
    paper = printed(sale, [receipt, back], IDENTITY, Language.EN)
    assert "Reversed" in paper


def test_a_genuine_receipt_is_taken(
    provider: MiniProvider, attempt: Attempt, receipt: Receipt
) -> None:
    sealed = provider.kept[attempt.payment_id][0]
    assert receipts.checked(sealed, provider_keys(), attempt) == receipt


def test_a_receipt_is_refused_by_keys_that_do_not_know_its_signer(
    provider: MiniProvider, attempt: Attempt
) -> None:
    with pytest.raises(KeyUnknown):
        receipts.checked(provider.kept[attempt.payment_id][0], KeyDirectory(), attempt)


@pytest.mark.parametrize(
    "name", ["amount_minor=779", "payee_name=Demo", "occurred_at=2026", "ppid=ABC"]
)
def test_a_receipt_that_was_altered_is_refused(
    provider: MiniProvider, attempt: Attempt, name: str
) -> None:
    sealed = provider.kept[attempt.payment_id][0]
    assert name in sealed.text
    altered = replace(sealed, text=sealed.text.replace(name, name[:-1] + "7"))
    with pytest.raises(SignatureInvalid):
        receipts.checked(altered, provider_keys(), attempt)


@pytest.mark.parametrize(
    "amount", [Money(778, EUR), Money(780, EUR), Money(779, currency("USD"))], ids=str
)
@pytest.mark.parametrize("kind", [ReceiptKind.PAYMENT, ReceiptKind.REVERSAL])
def test_a_receipt_of_another_amount_is_refused(
    attempt: Attempt, receipt: Receipt, kind: ReceiptKind, amount: Money
) -> None:
    other = replace(receipt, kind=kind, amount=amount, payer_amount=amount)
    with pytest.raises(ReceiptDiffers):
        receipts.checked(messages.seal(other, PROVIDER_KEY), provider_keys(), attempt)


def test_a_refunds_receipt_may_be_a_part_and_not_more(
    provider: MiniProvider, clock: SettableClock, attempt: Attempt
) -> None:
    payment = provider.payments[attempt.payment_id]
    refund_id = provider.ids.new(Kind.REFUND, clock.now())
    for minor_units, holds in ((1, True), (779, True), (780, False)):
        sealed = provider.seal_receipt(
            payment, ReceiptKind.REFUND, Money(minor_units, EUR), refund_id
        )
        if holds:
            assert receipts.checked(sealed, provider_keys(), attempt).refund_id == refund_id
        else:
            with pytest.raises(ReceiptDiffers):
                receipts.checked(sealed, provider_keys(), attempt)
