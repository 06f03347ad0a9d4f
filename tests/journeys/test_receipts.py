"""Receipts prove themselves: to both sides without a network, and to strangers with the keys."""

from __future__ import annotations

import hashlib
import json

import pytest

from ledger.protocol import messages
from ledger.protocol.errors import CallerError
from ledger.protocol.messages import Receipt, Signed
from ledger.protocol.signing import KeyDirectory, from_jwks
from tests.journeys.network import Hop
from tests.journeys.world import LEDGER_URL, World


def published_keys(world: World) -> KeyDirectory:
    """What anybody can fetch from the ledger."""
    answer = world.network.carrier.request("GET", f"{LEDGER_URL}/v1/keys", {}, b"")
    return from_jwks(json.loads(answer.body))


def sale_with_every_kind_of_receipt(world: World) -> str:
    till, phone = world.till, world.phone("li-wei")
    sale_id, code = till.new_code(1295)
    phone.pay(code)
    world.catch_up()
    till.refund(sale_id, 300)
    given_up, other_code = till.new_code(500)
    phone.pay(other_code)
    till.abandon(given_up)
    world.catch_up()
    return sale_id


def test_both_sides_show_their_receipts_verified_while_the_network_is_cut(world: World) -> None:
    sale_id = sale_with_every_kind_of_receipt(world)
    phone = world.phone("li-wei")
    phone.history()
    world.network.cut |= set(Hop)
    shown = phone.history()
    kinds = sorted(receipt["states"]["kind"] for receipt in shown)
    assert kinds == ["payment", "payment", "refund", "reversal"]
    assert all(receipt["verifies"] for receipt in shown)
    papers = world.till.receipts(sale_id)
    assert [receipt["kind"] for receipt in papers["receipts"]] == ["payment", "refund"]
    assert "kein echtes Geld" in papers["paper"]


def test_payer_and_shop_hold_the_same_paper_byte_for_byte(world: World) -> None:
    sale_id = sale_with_every_kind_of_receipt(world)
    papers = world.till.receipts(sale_id)["receipts"]
    theirs = {receipt["receipt_id"]: receipt["signed"] for receipt in papers}
    history = world.phone("li-wei").history()
    ours = {receipt["receipt_id"]: receipt["signed"] for receipt in history}
    assert theirs.items() <= ours.items()
    assert len(theirs) == 2


def test_a_stranger_verifies_each_receipt_with_the_published_keys_alone(world: World) -> None:
    sale_with_every_kind_of_receipt(world)
    keys = published_keys(world)
    for shown in world.phone("li-wei").history():
        signed = Signed.from_json(shown["signed"])
        assert messages.open_receipt(signed, keys).receipt_id == shown["receipt_id"]


def test_a_receipt_of_which_anything_was_changed_proves_nothing(world: World) -> None:
    sale_with_every_kind_of_receipt(world)
    keys = published_keys(world)
    genuine = Signed.from_json(world.phone("li-wei").history()[0]["signed"])
    for line in genuine.text.splitlines():
        name, _, value = line.partition("=")
        changed = f"{name}={value[:-1]}{'0' if value[-1:] != '0' else '1'}"
        forged = Signed(genuine.text.replace(line, changed), genuine.key_id, genuine.signature)
        with pytest.raises(CallerError):
            messages.open_receipt(forged, keys)


def test_two_shops_can_not_tell_that_they_were_paid_by_the_same_person(world: World) -> None:
    sale_with_every_kind_of_receipt(world)
    said = [
        messages.decode(Receipt, receipt["signed"]["text"])
        for receipt in world.phone("li-wei").history()
    ]
    payer_id = world.phones.store.wallets.get("li-wei").payer_id
    assert len({receipt.ppid for receipt in said}) == 1  # one shop knows its regular again
    assert all(payer_id not in receipt.ppid for receipt in said)
    assert all("Li Wei" not in json.dumps(sale) for sale in world.till.sales())


def test_the_basket_is_proven_by_its_salt_and_never_reaches_the_ledger(world: World) -> None:
    till = world.till
    sale_id = till.ring_up_goods(hand_cream_100ml=1, face_mask_sheet=2)
    till.show(sale_id)
    world.phone("anna").pay(till.code(sale_id))
    world.catch_up()
    sent = b"".join(sent.body for sent in world.network.carried)
    assert b"hand-cream" not in sent
    assert b"face-mask" not in sent
    papers, sale = till.receipts(sale_id), till.sale(sale_id)
    assert papers["basket_hash"].encode() in sent
    assert papers["basket_salt"].encode() not in sent
    lines = [
        [line["sku"], line["quantity"], line["unit_price_minor"], line["vat_percent"]]
        for line in sale["lines"]
    ]
    content = json.dumps([lines, sale["total_minor"], "EUR"], separators=(",", ":")).encode()
    salted = b"basket/v1\n" + bytes.fromhex(papers["basket_salt"]) + content
    assert hashlib.sha256(salted).hexdigest() == papers["basket_hash"]
