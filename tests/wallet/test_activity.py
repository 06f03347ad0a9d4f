"""Receipts prove themselves each time they are shown, with nothing but the provider's keys."""

from __future__ import annotations

import pytest

from ledger.protocol import native_wire
from tests.wallet.world import Json, World
from wallet import activity


def paid(world: World, minor: int = 1295) -> Json:
    return world.approve("anna", world.scan("anna", world.till().code(minor))).json


def history(world: World) -> list[Json]:
    return list(world.get("/api/wallets/anna/history").json["receipts"])


def test_payments_and_refunds_are_listed_newest_first(world: World) -> None:
    till = world.till()
    payment = world.approve("anna", world.scan("anna", till.code(1295))).json
    world.clock.advance(1000)
    till.refund(payment["payment_id"], 295)
    refund, first = history(world)
    assert (refund["states"]["kind"], refund["states"]["amount_minor"]) == ("refund", 295)
    assert (first["states"]["kind"], first["states"]["amount_minor"]) == ("payment", 1295)
    assert refund["verifies"]
    assert first["verifies"]


def test_a_receipt_by_payment_code_comes_with_the_history(world: World) -> None:
    code = world.get("/api/wallets/anna/payment-code").json["digits"]
    world.till().read_payment_code(700, code)
    (receipt,) = history(world)
    assert receipt["states"]["amount_minor"] == 700


def test_a_wallet_that_was_away_for_long_fetches_page_by_page_until_nothing_is_new(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (native_wire, activity):
        monkeypatch.setattr(module, "RECEIPTS_AT_MOST", 2)
    till = world.till()
    ended = [world.approve("anna", world.scan("anna", till.code(100))).json for _ in range(5)]
    with world.store.transaction():
        world.store.execute("DELETE FROM receipt")

    def asked() -> int:
        return sum("/v1/me/receipts" in path for _, path, _ in world.network.sent)

    assert {each["payment_id"] for each in history(world)} == {x["payment_id"] for x in ended}
    assert asked() == 3  # two, two and one
    history(world)
    assert asked() == 4


def test_receipts_are_verified_without_a_network_and_in_a_locked_wallet(world: World) -> None:
    paid(world)
    world.network.is_cut = True
    world.restart(demo_world=False)
    (receipt,) = history(world)
    assert receipt["verifies"]
    one = world.get(f"/api/wallets/anna/receipts/{receipt['receipt_id']}").json
    assert one == receipt


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("text = replace(text, 'amount_minor=1295', 'amount_minor=0295')", "MESSAGE_FORMAT"),
        ("text = replace(text, 'amount_minor=1295', 'amount_minor=2295')", "SIGNATURE_INVALID"),
        ("text = replace(text, 'Demo Drogerie', 'Demo Dr0gerie')", "SIGNATURE_INVALID"),
        ("text = text || 'note=hello'", "MESSAGE_FORMAT"),
        ("text = ''", "MESSAGE_FORMAT"),
        ("signature = replace(signature, substr(signature, 1, 1), 'x')", "SIGNATURE_INVALID"),
        ("signature = 'abc'", "SIGNATURE_ENCODING"),
        ("key_id = 'k0000000'", "KEY_UNKNOWN"),
        ("key_id = '../etc'", "KID_FORMAT"),
    ],
)
def test_a_receipt_changed_in_the_store_is_shown_as_not_verifying(
    world: World, change: str, rule: str
) -> None:
    paid(world)
    world.store.execute(f"UPDATE receipt SET {change}")  # noqa: S608
    world.network.is_cut = True
    (receipt,) = history(world)
    assert not receipt["verifies"]
    assert receipt["states"] is None
    assert receipt["refusal"]["code"] == rule


def test_a_good_receipt_in_anothers_place_is_shown_as_not_verifying(world: World) -> None:
    till = world.till()
    for _ in range(2):
        world.approve("anna", world.scan("anna", till.code()))
        world.clock.advance(1000)
    world.store.execute(
        "UPDATE receipt SET (text, signature) = (SELECT text, signature FROM receipt"
        " ORDER BY occurred_at LIMIT 1)"
    )
    newest, oldest = history(world)
    assert oldest["verifies"]
    assert newest["refusal"]["code"] == "RECEIPT_DIFFERS"


def test_a_revoked_ledger_key_takes_its_receipts_down(world: World) -> None:
    paid(world)
    world.store.execute(
        "UPDATE key_set SET body = CAST(replace(body, '\"active\"', '\"revoked\"') AS BLOB)"
    )
    world.network.is_cut = True
    world.restart()
    (receipt,) = history(world)
    assert receipt["refusal"]["code"] == "KEY_REVOKED"


def test_a_receipt_that_is_not_this_wallets_is_not_found(world: World) -> None:
    receipt_id = paid(world)["receipts"][0]["receipt_id"]
    assert world.get(f"/api/wallets/omar/receipts/{receipt_id}").problem == (
        404,
        "RECEIPT_NOT_FOUND",
    )
