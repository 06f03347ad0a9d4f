"""Merchant names: none may pass for another, and honest ones of any script are welcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.parties import names, register
from ledger.core.records.parties import Merchant
from ledger.protocol.errors.checkout import MerchantNameConfusable
from ledger.protocol.errors.content import FieldFormat
from tests.core.demo_world import World, shop
from tests.core.state import refused

THIRD = "M2088DEMO000003"


def add_shop(world: World, **named: str) -> Merchant:
    plain = shop(THIRD, "Backhaus Mitte", zh="米特面包房")
    merchant = replace(plain, names=replace(plain.names, **named))
    with world.store.transaction() as books:
        return register.register_merchant(books, merchant=merchant)


CONFUSABLE = {
    "Cyrillic A": "Аpple Store",
    "Cyrillic o": "Drоgerie",
    "Greek omicron": "Drοgerie",
    "Greek nu": "νerein",
    "all Cherokee": "ᎪᏢᏢᏞᎬ",
    "all Cyrillic": "Сосо",
    "all Greek": "ΑΒΕ",
    "right-to-left override": "Demo\u202eeireg",
    "right-to-left mark": "Demo\u200f",
    "zero-width space": "De\u200bmo",
    "zero-width joiner": "De\u200dmo",
    "byte order mark": "Demo\ufeff",
    "soft hyphen": "De\u00admo",
    "control": "Demo\u0007",
    "line feed": "Demo\nShop",
    "private use": "Demo \ue000",
    "unassigned": "Demo \u0378",
    "full-width letters": "Ｄｅｍｏ",
    "mathematical letters": "𝐃𝐞𝐦𝐨",
    "ligature": "ﬁrma",
    "superscript": "Demo²",
    "circled": "Ⓓemo",
    "decomposed accent": "Cafe\u0301",
    "compatibility ideograph": "\uf900",
    "non-breaking space": "Demo\u00a0Shop",
    "another's name": "Demo Drogerie",
    "another's in capitals": "DEMO DROGERIE",
    "another's without blank": "DemoDrogerie",
    "another's with digits": "Dem0 Dr0gerie",
    "another's with l for I": "Kiosk am Kana1",
    "another's with accents": "Dèmo Drogerié",
    "another's with rn for m": "Derno Drogerie",
    "too long": "x" * 41,
}


@pytest.mark.parametrize("name", CONFUSABLE.values(), ids=list(CONFUSABLE))
def test_a_name_that_can_be_mistaken_is_refused(world: World, name: str) -> None:
    with refused(world, MerchantNameConfusable):
        add_shop(world, en=name)


@pytest.mark.parametrize(
    "name",
    [
        "85度C",
        "KFC肯德基",
        "Café Größenwahn",
        "Müller & Söhne GmbH",
        "Магазин 7",
        "Ταβέρνα Αθήνα",
        "Żabka",
        "Smørrebrød",
        "东京 Tokyo",
        "O'Neill's",
    ],
)
def test_honest_names_of_many_scripts_are_welcome(world: World, name: str) -> None:
    assert add_shop(world, de=name).names.de == name


@pytest.mark.parametrize("name", ["", "  ", " Demo", "Demo "])
def test_a_blank_name_is_none(world: World, name: str) -> None:
    with refused(world, FieldFormat):
        add_shop(world, zh=name)


def test_a_merchants_own_names_may_look_alike(world: World) -> None:
    assert add_shop(world, de="Backhaus Mitte", en="backhaus mitte").names.en == "backhaus mitte"


def test_names_that_look_alike_have_one_skeleton() -> None:
    assert names.skeleton("Demo Drogerie") == names.skeleton("DEМO–DRОGЕRІЕ")
    assert names.skeleton("Illa") == names.skeleton("lIIa") == names.skeleton("11|a")
    assert names.skeleton("ᎪᏢᏢᏞᎬ") == names.skeleton("Apple")
    assert names.skeleton("Kiosk") != names.skeleton("Kiesk")


@pytest.mark.parametrize(
    "change",
    [
        lambda merchant: replace(merchant, name="Bäckerei"),
        lambda merchant: replace(merchant, name="x" * 26),
        lambda merchant: replace(merchant, city="Köln"),
        lambda merchant: replace(merchant, city="x" * 16),
    ],
    ids=["name not ASCII", "name too long", "city not ASCII", "city too long"],
)
def test_what_a_code_carries_must_fit_its_field(
    world: World, change: Callable[[Merchant], Merchant]
) -> None:
    merchant = change(shop(THIRD, "Backhaus", zh="面包房"))
    with refused(world, FieldFormat), world.store.transaction() as books:
        register.register_merchant(books, merchant=merchant)
