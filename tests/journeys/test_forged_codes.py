"""Forged codes: what a thief can make of a genuine one, and by which rule each is refused.

Each attack is made twice. First a payer scans the forgery with an honest wallet. Then the payer's
wallet is the thief's own: it checks nothing and hands the text straight to the ledger. Both name
the same broken rule, and afterwards not one row of till, wallet or ledger is another. The genuine
code can then still be paid.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.protocol import native_api
from ledger.protocol.errors import QrpayError, codes, trust
from ledger.protocol.errors.checkout import OrderAlreadyPaid, OrderClaimed
from ledger.protocol.identifiers import RequestId
from ledger.protocol.native_wire import ClaimPayment, ClaimSticker
from ledger.protocol.signing import Algorithm, PrivateKey
from tests.journeys import forging
from tests.journeys.untouched import untouched
from tests.journeys.world import KIOSK_KEY, World

STRANGERS_KEY = PrivateKey.from_seed(Algorithm.ED25519, b"stranger".ljust(32))


def amount_changed(code: str) -> str:
    return forging.with_value(code, "54", "0.01")


def amount_in_full_width_digits(code: str) -> str:
    return forging.with_value(code, "54", "１２.９５")


def amount_said_twice(code: str) -> str:
    return forging.with_second(code, "54", "0.01")


def currency_changed(code: str) -> str:
    return forging.with_value(code, "53", "392")


def payee_renamed(code: str) -> str:
    return forging.with_value(code, "59", "Demo Drogerie GmbH")


def payee_swapped(code: str) -> str:
    return forging.with_inner(code, "26", "01", "M2088DEMO000002")


def expiry_put_off(code: str) -> str:
    header = dict(forging.cut(dict(forging.cut(code))["80"]))
    return forging.with_inner(code, "80", "04", str(int(header["04"]) + 60))


def signature_stripped(code: str) -> str:
    return forging.without(code, "80", "81")


def signature_alone_stripped(code: str) -> str:
    return forging.without(code, "81")


def algorithm_turned_into_none(code: str) -> str:
    return forging.with_inner(code, "80", "01", "1N")


def algorithm_swapped(code: str) -> str:
    return forging.with_inner(code, "80", "01", "1P")


def turned_into_a_sticker(code: str) -> str:
    return forging.without(forging.with_value(code, "01", "11"), "54")


def signed_by_the_other_shop(code: str) -> str:
    return forging.signed_by(forging.with_value(code, "54", "0.01"), KIOSK_KEY)


def signed_by_a_stranger(code: str) -> str:
    return forging.signed_by(forging.with_value(code, "54", "0.01"), STRANGERS_KEY)


def signature_of_zeros(code: str) -> str:
    return forging.with_inner(code, "81", "01", "0" * 80)


def checksum_wrong(code: str) -> str:
    return code[:-4] + ("0000" if code[-4:] != "0000" else "1111")


def cut_short(code: str) -> str:
    return code[:-20]


def padded(code: str) -> str:
    return code + " "


ATTACKS: list[tuple[Callable[[str], str], type[QrpayError]]] = [
    (amount_changed, codes.QrSignatureInvalid),
    (amount_in_full_width_digits, codes.QrSignatureInvalid),
    (amount_said_twice, codes.QrDuplicateTag),
    (currency_changed, codes.QrSignatureInvalid),
    (payee_renamed, codes.QrSignatureInvalid),
    (payee_swapped, trust.KeyNotAllowedForMerchant),
    (expiry_put_off, codes.QrSignatureInvalid),
    (signature_stripped, codes.QrUnsigned),
    (signature_alone_stripped, codes.QrTagOrder),
    (algorithm_turned_into_none, codes.QrVersionUnsupported),
    (algorithm_swapped, trust.AlgMismatch),
    (turned_into_a_sticker, codes.QrField),
    (signed_by_the_other_shop, trust.KeyNotAllowedForMerchant),
    (signed_by_a_stranger, trust.KeyUnknown),
    (signature_of_zeros, codes.QrSignatureInvalid),
    (checksum_wrong, codes.QrCrcMismatch),
    (cut_short, codes.QrSyntax),
    (padded, codes.QrSyntax),
]


def require_refused_everywhere(
    world: World,
    code: str,
    payment_id: str,
    rule: type[QrpayError],
    told_as: type[QrpayError] | None = None,
) -> None:
    """An honest wallet refuses by this rule, and so does the ledger when the wallet is not.

    ``told_as``: what the wallet takes for somebody else's code it says so of.
    """
    told_as = told_as or rule
    with untouched(world):
        assert world.phone("anna").scan(code).said == (told_as.status, told_as.code)
    claim = ClaimPayment(code=code)
    with untouched(world), pytest.raises(rule) as refused:
        world.payer_line("anna").call(
            native_api.CLAIM_PAYMENT, claim, idempotency_key="thief", payment_id=payment_id
        )
    assert type(refused.value) is rule


@pytest.mark.parametrize(("attack", "rule"), ATTACKS, ids=lambda each: each.__name__)
def test_a_forged_code_is_refused_by_wallet_and_ledger_and_changes_nothing(
    world: World, attack: Callable[[str], str], rule: type[QrpayError]
) -> None:
    world.kiosk_line()
    sale_id, genuine = world.till.new_code(1295)
    forged = attack(genuine)
    assert forged != genuine
    require_refused_everywhere(world, forged, world.till.payment_id(sale_id), rule)
    assert world.phone("anna").pay(genuine)["outcome"] == "paid"


def flip(at: int, bit: int = 1) -> Callable[[str], str]:
    return lambda link: forging.with_token_byte(link, at, bit)


LINK_ATTACKS = [
    pytest.param(flip(-1), codes.QrSignatureInvalid, None, id="a bit of the signature"),
    pytest.param(flip(22), codes.QrSignatureInvalid, None, id="a bit of what is signed"),
    pytest.param(flip(0), trust.AlgMismatch, None, id="another algorithm"),
    pytest.param(flip(0, 0x80), codes.QrVersionUnsupported, None, id="another version"),
    pytest.param(lambda link: link[:-1], codes.QrLinkFormat, codes.QrNotPayable, id="cut short"),
    pytest.param(lambda link: link + "=", codes.QrLinkFormat, codes.QrNotPayable, id="padded"),
]


@pytest.mark.parametrize(("attack", "rule", "told_as"), LINK_ATTACKS)
def test_a_forged_link_is_refused_by_wallet_and_ledger_and_changes_nothing(
    world: World,
    attack: Callable[[str], str],
    rule: type[QrpayError],
    told_as: type[QrpayError] | None,
) -> None:
    sale_id, genuine = world.till.new_code(1295, "L")
    payment_id = world.till.payment_id(sale_id)
    require_refused_everywhere(world, attack(genuine), payment_id, rule, told_as)
    assert world.phone("anna").pay(genuine)["outcome"] == "paid"


@pytest.mark.parametrize("is_swept", [False, True], ids=["in the second it expires", "swept"])
def test_an_expired_code_is_refused_by_wallet_and_ledger(world: World, *, is_swept: bool) -> None:
    sale_id, code = world.till.new_code(1295)
    payment_id = world.till.payment_id(sale_id)
    world.clock.advance(180_000)
    if is_swept:
        world.catch_up()
    require_refused_everywhere(world, code, payment_id, codes.QrExpired)


def test_the_genuine_code_of_another_payment_does_not_open_this_one(world: World) -> None:
    dear, _ = world.till.new_code(100_00)
    _, cheap_code = world.till.new_code(1)
    claim = ClaimPayment(code=cheap_code)
    with untouched(world), pytest.raises(codes.QrOrderMismatch):
        world.payer_line("anna").call(
            native_api.CLAIM_PAYMENT,
            claim,
            idempotency_key="thief",
            payment_id=world.till.payment_id(dear),
        )


@pytest.mark.parametrize(
    ("says", "rule"),
    [
        pytest.param("0.01", codes.QrOrderMismatch, id="another amount"),
        pytest.param("１２.９５", codes.QrField, id="full-width digits"),
        pytest.param("12,95", codes.QrField, id="a comma"),
        pytest.param("-12.95", codes.QrField, id="less than nothing"),
    ],
)
def test_a_till_that_signs_another_amount_than_it_asked_for_is_found_out(
    world: World, says: str, rule: type[QrpayError]
) -> None:
    sale_id, code = world.till.new_code(1295)
    dishonest = forging.with_value(code, "54", says)
    resigned = forging.signed_by(dishonest, world.desk.identity.key)
    require_refused_everywhere(world, resigned, world.till.payment_id(sale_id), rule)


def test_a_code_that_was_paid_is_worthless_to_whoever_photographed_it(world: World) -> None:
    sale_id, code = world.till.new_code(1295)
    world.phone("li-wei").pay(code)
    world.catch_up()
    require_refused_everywhere(world, code, world.till.payment_id(sale_id), OrderAlreadyPaid)


def test_a_code_that_somebody_is_paying_is_nobody_elses(world: World) -> None:
    sale_id, code = world.till.new_code(1295)
    shown = world.phone("li-wei").scan(code).done["review"]
    require_refused_everywhere(world, code, world.till.payment_id(sale_id), OrderClaimed)
    assert world.phone("li-wei").approve(shown).done["outcome"] == "paid"


STICKER_ATTACKS: list[tuple[Callable[[str], str], type[QrpayError]]] = [
    (payee_swapped, trust.KeyNotAllowedForMerchant),
    (payee_renamed, codes.QrSignatureInvalid),
    (signature_stripped, codes.QrUnsigned),
]


@pytest.mark.parametrize(("attack", "rule"), STICKER_ATTACKS, ids=lambda each: each.__name__)
def test_a_forged_sticker_is_refused_by_wallet_and_ledger_and_changes_nothing(
    world: World, attack: Callable[[str], str], rule: type[QrpayError]
) -> None:
    forged = attack(world.till.sticker())
    request_id = RequestId("0" * 24)
    claim = ClaimSticker(code=forged, amount_minor=100, currency="EUR", request_id=request_id)
    with untouched(world):
        assert world.phone("anna").scan(forged, amount_minor=100).said == (rule.status, rule.code)
    with untouched(world), pytest.raises(rule):
        world.payer_line("anna").call(native_api.CLAIM_STICKER, claim, idempotency_key="thief")


def test_a_genuine_sticker_of_another_shop_names_that_shop_before_anything_is_paid(
    world: World,
) -> None:
    world.kiosk_line()
    sticker = world.till.sticker()
    elsewhere = forging.with_inner(sticker, "26", "01", "M2088DEMO000002")
    at_its_till = forging.with_inner(elsewhere, "62", "07", "T01")
    pasted_over = forging.signed_sticker(at_its_till, KIOSK_KEY)
    with untouched(world):
        scanned = world.phone("anna").scan(pasted_over).done
    assert scanned["sticker_of"]["name"] == "Kiosk am Kanal"
    with untouched(world):
        refused = world.phone("anna").scan(pasted_over, amount_minor=100)
    assert refused.said == (codes.QrOrderMismatch.status, codes.QrOrderMismatch.code)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("https://example.org/pay", codes.QrNotPayable, id="a web address"),
        pytest.param("WIFI:S:Shop;T:WPA;P:secret;;", codes.QrNotPayable, id="a network's password"),
        pytest.param("994830117265279893", codes.QrNotPayable, id="another payer's payment code"),
        pytest.param("weixin://wxpay/bizpayurl?pr=abc1234", codes.QrForeign, id="WeChat Pay"),
        pytest.param(
            "https://qr.alipay.com/bax08861gvmsvtcvh9n10072", codes.QrForeign, id="Alipay"
        ),
        pytest.param(
            "BCD\n002\n1\nSCT\n\nShop\nDE71110220330123456789\nEUR1.00",
            codes.QrForeign,
            id="a bank's transfer form",
        ),
        pytest.param("", codes.QrNotPayable, id="nothing at all"),
    ],
)
def test_what_is_no_code_of_this_scheme_is_told_as_what_it_is(
    world: World, text: str, rule: type[QrpayError]
) -> None:
    with untouched(world):
        assert world.phone("anna").scan(text).said == (rule.status, rule.code)
