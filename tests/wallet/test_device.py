"""A wallet comes to be with a one-time token, and believes only the provider's keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.app import ledger_of
from ledger.core.parties import enrolment
from ledger.kit.transport import Response
from ledger.ops.keys import pinned
from ledger.protocol.errors.service import KeyFileUnusable
from ledger.protocol.instants import MINUTE, SECOND
from tests.wallet.conftest import PIN
from tests.wallet.shop import Shop
from tests.wallet.world import World, nothing_is_lost
from wallet.device.phones import DEMO_WALLETS
from wallet.device.vault import Vault


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[World]:
    """A service without the demo wallets, and their tokens unused."""
    made = World(tmp_path, demo_world=False)
    yield made
    made.close()


def enrol(name: str = "anna", token: str = DEMO_WALLETS["anna"], pin: str = PIN) -> dict[str, str]:
    return {"name": name, "token": token, "pin": pin}


def test_a_token_makes_a_wallet(empty: World) -> None:
    answer = empty.post("/api/wallets", enrol())
    assert answer.status == 201
    assert answer.json["display_name"] == "Anna"
    assert answer.json["balance_minor"] == 20_000
    assert not answer.json["is_locked"]
    assert [each["name"] for each in empty.get("/api/wallets").json["wallets"]] == ["anna"]


def test_a_name_is_taken_once(empty: World) -> None:
    empty.post("/api/wallets", enrol())
    before = empty.state()
    other = enrol(token=DEMO_WALLETS["omar"])
    assert empty.post("/api/wallets", other).problem == (409, "WALLET_EXISTS")
    assert empty.state() == before


def test_a_token_is_used_once(empty: World) -> None:
    empty.post("/api/wallets", enrol())
    before = empty.state()
    again = enrol(name="thief")
    assert empty.post("/api/wallets", again).problem == (403, "ENROLMENT_TOKEN_INVALID")
    assert empty.state() == before


def test_after_a_wrong_token_another_pin_may_be_chosen(empty: World) -> None:
    wrong = enrol(token="made-up", pin="111111")
    assert empty.post("/api/wallets", wrong).problem == (403, "ENROLMENT_TOKEN_INVALID")
    assert empty.post("/api/wallets", enrol()).status == 201


def test_a_lost_answer_is_asked_for_again_with_the_same_key(empty: World) -> None:
    empty.network.lose = lambda _method, path: path == "/v1/devices"
    assert empty.post("/api/wallets", enrol()).problem == (504, "ANSWER_LOST")
    assert empty.get("/api/wallets").json["wallets"] == []
    empty.network.lose = lambda _method, _path: False
    empty.restart()
    assert empty.post("/api/wallets", enrol()).status == 201
    first, second = empty.network.bodies("POST", "/v1/devices")
    assert json.loads(first) == json.loads(second)
    assert empty.balance("anna") == 20_000


def test_finishing_a_lost_enrolment_takes_the_pin_it_began_with(empty: World) -> None:
    empty.network.lose = lambda _method, path: path == "/v1/devices"
    empty.post("/api/wallets", enrol())
    empty.network.lose = lambda _method, _path: False
    assert empty.post("/api/wallets", enrol(pin="111111")).problem == (403, "PIN_WRONG")


def test_a_restarted_wallet_is_locked_until_its_pin(empty: World) -> None:
    empty.post("/api/wallets", enrol())
    empty.restart()
    text = empty.till().code()
    assert empty.get("/api/wallets/anna").json["is_locked"]
    assert empty.scan("anna", text).problem == (423, "WALLET_LOCKED")
    unlock = "/api/wallets/anna/unlock"
    assert empty.post(unlock, {"pin": "000000"}).problem == (403, "PIN_WRONG")
    assert empty.post(unlock, {"pin": PIN}).json["balance_minor"] == 20_000
    assert empty.scan("anna", text).status == 200


NEW_TOKEN = "a new phone for anna"


def use_the_pin_up(world: World) -> None:
    for _ in range(2):
        for _ in range(5):
            wrong = world.post("/api/wallets/anna/unlock", {"pin": "000000"})
            assert wrong.problem == (403, "PIN_WRONG")
        world.clock.advance(30 * MINUTE)


def invite_anna_anew(world: World) -> None:
    payer_id = world.phones.store.wallets.get("anna").payer_id
    with ledger_of(world.ledger).store.transaction() as books:
        enrolment.invite_device(books, token=NEW_TOKEN, payer_id=payer_id, now=world.clock.now())


def test_a_wallet_whose_pin_is_used_up_does_nothing_any_more(world: World) -> None:
    text = world.till().code(100)
    use_the_pin_up(world)
    unlock = world.post("/api/wallets/anna/unlock", {"pin": PIN})
    assert unlock.problem == (423, "PIN_USED_UP")
    assert world.scan("anna", text).problem == (423, "WALLET_LOCKED")


def test_a_wallet_whose_pin_is_used_up_is_enrolled_anew_with_a_new_token(world: World) -> None:
    till = world.till()
    bought = world.scan("anna", till.code(1295))
    assert world.approve("anna", bought).json["outcome"] == "paid"
    old_key = world.phones.store.wallets.get("anna").key_id
    use_the_pin_up(world)
    invite_anna_anew(world)
    assert world.post("/api/wallets", enrol(token=NEW_TOKEN, pin="111111")).status == 201
    assert world.phones.store.wallets.get("anna").key_id != old_key
    receipts = world.get("/api/wallets/anna/history").json["receipts"]
    assert [receipt["states"]["amount_minor"] for receipt in receipts] == [1295]
    scanned = world.scan("anna", till.code(6000))
    assert world.approve("anna", scanned, pin=PIN).problem == (403, "PIN_WRONG")
    assert world.approve("anna", scanned, pin="111111").json["outcome"] == "paid"


def test_a_lost_answer_to_a_new_enrolment_is_asked_for_again_with_the_same_key(
    world: World,
) -> None:
    use_the_pin_up(world)
    invite_anna_anew(world)
    world.network.lose = lambda _method, path: path == "/v1/devices"
    anew = enrol(token=NEW_TOKEN, pin="111111")
    assert world.post("/api/wallets", anew).problem == (504, "ANSWER_LOST")
    world.network.lose = lambda _method, _path: False
    assert world.post("/api/wallets", anew).status == 201
    assert world.get("/api/wallets/anna").json["balance_minor"] == 20_000


def test_the_demo_wallets_come_up_by_themselves(world: World) -> None:
    listed = world.get("/api/wallets").json["wallets"]
    assert [each["name"] for each in listed] == list(DEMO_WALLETS)
    world.restart()
    assert not any(each["is_locked"] for each in world.get("/api/wallets").json["wallets"])


def test_a_service_that_started_before_the_provider_enrols_when_it_is_there(
    tmp_path: Path,
) -> None:
    late = World(tmp_path, is_cut=True)
    assert late.get("/api/wallets").json["wallets"] == []
    assert late.get("/health").json["keys_fetched_at"] is None
    missing = late.get("/api/wallets/anna")
    assert missing.problem == (404, "WALLET_NOT_FOUND")
    assert missing.json["detail"] == "anna: it is enrolled as soon as the provider answers"
    late.network.is_cut = False
    assert late.get("/api/wallets/anna").json["balance_minor"] == 20_000
    assert len(late.get("/api/wallets").json["wallets"]) == 5


def test_a_store_without_its_service_key_is_refused_before_any_pin_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    monkeypatch.setattr(Vault, "_count_try", lambda _self, name, **_: tries.append(name))
    (world.folder / "wallet" / "service.key").unlink()
    with pytest.raises(KeyFileUnusable):
        world.restart()
    assert tries == []


def test_a_demo_wallet_whose_token_is_used_leaves_the_others_alone(empty: World) -> None:
    empty.post("/api/wallets", enrol(name="mia"))
    empty.restart(demo_world=True)
    names = [each["name"] for each in empty.get("/api/wallets").json["wallets"]]
    assert names == ["mia", "li-wei", "chen-jing", "yuki", "omar"]
    missing = empty.get("/api/wallets/anna")
    assert missing.problem == (404, "WALLET_NOT_FOUND")
    assert "`qrpay reset` begins anew" in missing.json["detail"]


def test_ten_enrolments_at_once_are_one_wallet(empty: World) -> None:
    with ThreadPoolExecutor(max_workers=10) as threads:
        posts = threads.map(lambda _: empty.post("/api/wallets", enrol()), range(10))
        answers = [answer.status for answer in posts]
    assert sorted(answers) == [201] + [409] * 9
    assert empty.balance("anna") == 20_000
    empty.restart()
    assert empty.post("/api/wallets/anna/unlock", {"pin": PIN}).json["is_online"]


# The key directory


def test_a_shops_new_key_is_looked_up_when_its_code_is_scanned(world: World) -> None:
    world.get("/api/wallets/anna")
    fetched = world.get("/health").json["keys_fetched_at"]
    world.clock.advance(SECOND)
    assert world.scan("anna", world.till().code()).status == 200
    assert world.get("/health").json["keys_fetched_at"] > fetched


def test_the_directory_is_fetched_anew_after_five_minutes(world: World) -> None:
    till = world.till()
    world.scan("anna", till.code())
    before = len(world.network.bodies("GET", "/v1/keys"))
    world.clock.advance(5 * MINUTE - 1)
    world.scan("anna", till.code())
    assert len(world.network.bodies("GET", "/v1/keys")) == before
    world.clock.advance(1)
    world.scan("anna", till.code())
    assert len(world.network.bodies("GET", "/v1/keys")) == before + 1


def test_a_forged_code_is_told_as_such_without_a_network(world: World) -> None:
    till = world.till()
    text = till.code()
    world.scan("omar", text)
    world.network.is_cut = True
    world.clock.advance(6 * MINUTE)
    assert world.scan("anna", till.shop.dynamic(issued_at=world.clock.now())).problem == (
        503,
        "SERVICE_UNAVAILABLE",
    )
    forged = till.shop.dynamic(issued_at=world.clock.now()).replace("12.95", "02.95")
    assert world.scan("anna", forged).problem == (422, "QR_CRC_MISMATCH")
    assert world.scan("anna", text).problem == (410, "QR_EXPIRED")


def test_a_key_nobody_can_be_asked_about_is_not_called_unknown(world: World) -> None:
    code = Shop(seed=9).dynamic(issued_at=world.clock.now())
    world.network.is_cut = True
    assert world.scan("anna", code).problem == (503, "SERVICE_UNAVAILABLE")
    world.network.is_cut = False
    world.network.lose = lambda _method, path: path.endswith("/keys")
    assert world.scan("anna", code).problem == (504, "ANSWER_LOST")
    world.network.lose = nothing_is_lost
    assert world.scan("anna", code).problem == (401, "KEY_UNKNOWN")


def test_a_directory_without_the_providers_signature_is_not_believed(world: World) -> None:
    genuine = world.network.inner.request

    def unsigned(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        answer = genuine(method, url, headers, body)
        if url.endswith("/v1/keys"):
            stripped = {k: v for k, v in answer.headers.items() if not k.startswith("signature")}
            return Response(answer.status, stripped, b'{"keys": []}')
        return answer

    till = world.till()
    world.scan("anna", till.code())
    before = world.state()["key_set"]
    world.clock.advance(6 * MINUTE)
    text = till.code()
    world.network.inner.request = unsigned  # type: ignore[method-assign]
    assert world.scan("anna", text).status == 200
    assert world.state()["key_set"] == before


def test_the_pinned_provider_enrols(empty: World) -> None:
    empty.restart(ledger_key=pinned(ledger_of(empty.ledger).provider.signing_key.public))
    assert empty.post("/api/wallets", enrol()).status == 201


def test_a_provider_that_is_not_the_pinned_one_enrols_nobody(empty: World) -> None:
    key = ledger_of(empty.ledger).provider.signing_key.public
    for pin in ("k0000000:" + "A" * 43, f"{key.key_id}:" + "A" * 43):
        empty.restart(ledger_key=pin)
        before = empty.state()
        assert empty.post("/api/wallets", enrol()).problem == (401, "KEY_UNKNOWN")
        assert empty.state() == before
