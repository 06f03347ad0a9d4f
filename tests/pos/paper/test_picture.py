"""The picture of a paper is as wide as the printer's, and its code can be read."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageFont

from ledger.kit.terminal import installing
from ledger.protocol import messages
from ledger.protocol.errors.checkout import ReceiptNotFound
from ledger.protocol.errors.service import ExtraMissing
from ledger.protocol.messages import Receipt, ReceiptKind
from ledger.protocol.money import Money, currency
from pos.counter import collecting, sales
from pos.counter.desk import Desk
from pos.goods import catalogue
from pos.goods.basket import Basket
from pos.goods.catalogue import Language
from pos.paper import content, links, picture, roll
from pos.paper.content import Centred, Row
from pos.till import Sale
from tests.pos.provider import provider_keys
from tests.pos.shop import IDENTITY, PAYMENT_CODE

BASE = "http://192.168.1.20:8410"
WIDTHS = (384, 512, 576)


@pytest.fixture
def sale(desk: Desk) -> Sale:
    shop = catalogue.load()
    goods = [(shop.product("shampoo-300ml"), 2), (shop.product("herbal-tea-20"), 1)]
    rung_up = sales.ring_up(desk, Basket.of_goods(goods))
    return collecting.read_code(desk, rung_up.sale_id, PAYMENT_CODE)


@pytest.fixture
def abroad(desk: Desk, sale: Sale) -> list[Receipt]:
    """The receipts of a payer with yuan, to whom a part was given back."""
    paid = messages.open_receipt(desk.store.evidence.receipts(sale.sale_id)[0], provider_keys())
    changed = replace(
        paid,
        payer_amount=Money(6086, currency("CNY")),
        rate="125/16",
        rate_set_by="qrpay sandbox",
    )
    return [changed, replace(changed, kind=ReceiptKind.REVERSAL)]


def drawn(
    sale: Sale, receipts: list[Receipt], language: Language, width: int = picture.WIDTH
) -> picture.Paper:
    return picture.draw(
        content.of_sale(sale, receipts, IDENTITY, language),
        code=links.address(BASE, sale),
        under=content.under_code(language),
        width=width,
    )


def scanned(paper: Image.Image) -> list[str]:
    """Read the codes as a phone does."""
    return [found.text for found in zxingcpp.read_barcodes(paper.convert("L"))]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", list(Language))
def test_a_phone_reads_the_address_from_the_picture(
    sale: Sale, abroad: list[Receipt], language: Language, width: int
) -> None:
    paper = drawn(sale, abroad, language, width)
    assert (paper.width, paper.mode) == (width, "1")
    assert scanned(paper) == [links.address(BASE, sale)]
    keep = os.environ.get("QRPAY_PICTURES")
    if keep:
        paper.save(Path(keep) / f"paper-{language}-{width}.png")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_drawn_over_the_edge(sale: Sale, abroad: list[Receipt], width: int) -> None:
    for language in Language:
        paper = drawn(sale, abroad, language, width)
        edges = [paper.getpixel((x, y)) for x in (0, width - 1) for y in range(paper.height)]
        assert all(edges)


def test_every_character_of_every_paper_has_a_sign(
    sale: Sale, abroad: list[Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "_SYSTEM_FONT", Path("/nowhere"))
    picture._fonts.cache_clear()
    (font,) = picture._fonts(24)
    for language in Language:
        for line in content.of_sale(sale, abroad, IDENTITY, language):
            texts = {Centred: ("text",), Row: ("label", "value")}.get(type(line), ())
            for mark in "".join(getattr(line, name) for name in texts):
                assert picture._has(font, mark), repr(mark)
    picture._fonts.cache_clear()


def test_a_character_that_no_font_has_is_known_as_such() -> None:
    assert not picture._has(picture._fonts(24)[0], "\U0001f6d2")


def test_what_the_printer_is_sent_is_what_was_drawn(sale: Sale, abroad: list[Receipt]) -> None:
    width = roll.width_of("TM-T88III")
    paper = drawn(sale, abroad, Language.ZH, width)
    sent = roll.commands(paper, "TM-T88III")
    assert sent.startswith(b"\x1b@")
    out = roll.seen(sent)
    assert out.size == (512, paper.height)
    assert out.tobytes() == paper.tobytes()
    assert scanned(out) == [links.address(BASE, sale)]


def test_a_paper_wider_than_the_printers_is_refused(sale: Sale) -> None:
    with pytest.raises(ValueError, match="640 > 512"):
        roll.commands(drawn(sale, [], Language.DE, 640), "TM-T88III")


def test_a_printer_that_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="no printer 'LP-4711'"):
        roll.width_of("LP-4711")


def test_bytes_without_a_picture_print_nothing() -> None:
    with pytest.raises(ValueError, match="no picture"):
        roll.seen(b"\x1b@ text only")


def test_without_the_extra_it_is_said_what_to_install(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll, "_INSTALLED", False)
    with pytest.raises(ExtraMissing, match=re.escape(installing("print"))):
        roll.commands(drawn(sale, [], Language.DE))


def test_the_rate_is_written_for_people_and_says_who_set_it(
    sale: Sale, abroad: list[Receipt]
) -> None:
    rows = content.of_sale(sale, abroad, IDENTITY, Language.DE)
    assert Row("Kurs (qrpay sandbox)", "1 EUR = 7,8125 CNY") in rows
    yen = replace(abroad[0], payer_amount=Money(1266, currency("JPY")), rate="13/8")
    assert content.rate(yen, Language.EN) == "1 EUR = 162.5 JPY"


@pytest.mark.parametrize("language", list(Language))
def test_every_paper_says_in_three_languages_that_it_is_no_till_receipt(
    sale: Sale, language: Language
) -> None:
    said = [
        each.text
        for each in content.of_sale(sale, [], IDENTITY, language)
        if isinstance(each, Centred) and each.strong
    ]
    assert said[:3] == ["DEMO – kein Kassenbeleg", "not a till receipt", "演示，非收银小票"]


def test_the_address_of_a_paper_leads_to_its_sale_and_to_no_other(desk: Desk, sale: Sale) -> None:
    find = desk.store.sales.get
    token = links.token(sale)
    assert links.sale_of(token, find).sale_id == sale.sale_id
    other = sales.ring_up(desk, Basket.of_amount(Money(100, currency("EUR"))))
    foreign = f"{links.token(other).partition('-')[0]}-{token.partition('-')[2]}"
    for forged in (token[:-1], token + "A", token.partition("-")[0], foreign, "", "-", "ü-ü"):
        with pytest.raises(ReceiptNotFound):
            links.sale_of(forged, find)


def test_a_picture_is_the_same_each_time(sale: Sale, abroad: list[Receipt]) -> None:
    first, second = (picture.png(drawn(sale, abroad, Language.EN)) for _ in range(2))
    assert first == second
    assert Image.open(io.BytesIO(first)).size[0] == picture.WIDTH
    assert isinstance(picture._fonts(24)[0], ImageFont.FreeTypeFont)


def test_printing_leaves_nothing_behind_and_a_till_that_prints_nothing_does_not_load_it(
    tmp_path: Path,
) -> None:
    program = (
        "import sys, pos.app\n"
        "assert 'escpos' not in sys.modules\n"
        "from pos.paper import roll\n"
        "assert roll.width_of('TM-T88III') == 512\n"
    )
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], env={**os.environ, "TMPDIR": str(tmp_path)}, check=True
    )
    assert list(tmp_path.iterdir()) == []
