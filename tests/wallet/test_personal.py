"""A payer gets all that is held about them, and goes without a trace in the wallet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.app import ledger_of
from ledger.core.notices import notifications
from ledger.kit.embedded import open_store
from ledger.protocol.signing import b64url
from tests.wallet.conftest import PIN
from tests.wallet.world import World
from wallet.cli import erase, export

EXPORT = "/api/wallets/anna/export"
ERASE = "/api/wallets/anna/erase"
FUNDS = 20_000


def deliver(world: World) -> None:
    """The shop takes all notifications that wait."""
    with ledger_of(world.ledger).store.transaction() as books:
        for row in notifications.lease_due(books, now=world.clock.now(), limit=100):
            notifications.delivered(books, notification_ids=[row.notification_id])


def spend_all(world: World) -> None:
    """Anna pays all she has, in two goes."""
    till = world.till()
    for _ in range(2):
        scanned = world.scan("anna", till.code(FUNDS // 2))
        assert scanned.status == 200, scanned.body
        world.approve("anna", scanned)
    deliver(world)


def leave_one_open(world: World) -> None:
    """Anna scans something and decides nothing."""
    world.scan("anna", world.kiosk().code(100))


def let_it_expire(world: World) -> None:
    """Nobody decides until it is too late, and the shop is told."""
    world.clock.advance(180_000)
    ledger_of(world.ledger).sweeper.sweep()
    deliver(world)


def rows_of(world: World, wallet: str) -> dict[str, int]:
    """How many rows of each table belong to a wallet."""
    owner = dict.fromkeys(("vault", "review", "receipt", "code_handle"), "wallet")
    counted = {}
    for table, column in {**owner, "wallet": "name"}.items():
        sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"  # noqa: S608
        counted[table] = world.store.value(int, sql, (wallet,))
    return counted


def test_the_export_has_what_the_provider_holds_and_what_the_wallet_holds(world: World) -> None:
    spend_all(world)
    world.get("/api/wallets/anna/history")
    held = world.get(EXPORT).json
    kept = rows_of(world, "anna")
    assert len(held["wallet"]["reviews"]) == kept["review"] == 2
    assert len(held["wallet"]["receipts"]) == kept["receipt"] == 2
    told = [receipt for each in held["provider"]["payments"] for receipt in each["receipts"]]
    assert all(receipt in told for receipt in held["wallet"]["receipts"])
    assert held["provider"]["payer"]["payer_id"] == held["wallet"]["payer_id"]


def test_the_export_gives_no_secret_away(world: World) -> None:
    spend_all(world)
    text = world.get(EXPORT).body.decode()
    row = world.phones.get("anna", now=world.clock.now()).wallet
    secret = world.phones.vault.open_code_secret("anna", row.sealed_code_secret)
    for name in ("code_secret", "pin_salt", "sealed", "pairwise", secret.hex(), b64url(secret)):
        assert name not in text


def test_erasing_deletes_everything_here_and_there(world: World) -> None:
    spend_all(world)
    world.get("/api/wallets/anna/payment-code")
    others = rows_of(world, "yuki")
    assert min(rows_of(world, "anna").values()) > 0
    assert world.post(ERASE, {"pin": PIN}).status == 200
    assert set(rows_of(world, "anna").values()) == {0}
    assert rows_of(world, "yuki") == others
    assert world.get("/api/wallets/anna").problem == (404, "WALLET_NOT_FOUND")
    with ledger_of(world.ledger).store.reading() as books:
        assert "ERASED" in {payer.status for payer in books.directory.payers()}


@pytest.mark.parametrize("pin", ["000000", "28060"])
def test_without_the_pin_nothing_is_erased(world: World, pin: str) -> None:
    spend_all(world)
    before = rows_of(world, "anna")
    assert world.post(ERASE, {"pin": pin}).status in (400, 403)
    assert rows_of(world, "anna") == before


def test_what_stands_in_the_way_is_named_and_can_be_put_right(world: World) -> None:
    before = rows_of(world, "anna")
    assert world.post(ERASE, {"pin": PIN}).problem == (409, "BALANCE_NOT_ZERO")
    assert rows_of(world, "anna") == before
    spend_all(world)
    leave_one_open(world)
    assert world.post(ERASE, {"pin": PIN}).problem == (409, "UNSETTLED")
    let_it_expire(world)
    assert world.post(ERASE, {"pin": PIN}).status == 200


def test_when_the_answer_is_lost_asking_again_finishes(world: World) -> None:
    spend_all(world)
    world.network.lose = lambda _method, path: path.endswith("/erase")
    assert world.post(ERASE, {"pin": PIN}).status >= 500
    assert rows_of(world, "anna")["wallet"] == 1
    world.network.lose = lambda _method, _path: False
    assert world.post(ERASE, {"pin": PIN}).status == 200
    assert set(rows_of(world, "anna").values()) == {0}


def test_offline_nothing_is_erased(world: World) -> None:
    before = rows_of(world, "anna")
    world.network.is_cut = True
    assert world.post(ERASE, {"pin": PIN}).status == 503
    assert rows_of(world, "anna") == before


def test_what_was_erased_is_in_no_byte_of_the_store(tmp_path: Path) -> None:
    world = World(tmp_path / "services")
    (tmp_path / "wallet.db").write_bytes(world.store._connection.serialize("main"))
    world.store.close()
    world.store = open_store(tmp_path / "wallet.db", package="wallet.store")
    world.restart()
    spend_all(world)
    wallet = world.phones.get("anna", now=world.clock.now()).wallet
    texts = [wallet.payer_id, wallet.device_id, wallet.key_id, "Anna"]
    assert found(texts, tmp_path) == texts
    assert world.post(ERASE, {"pin": PIN}).status == 200
    assert found(texts, tmp_path) == []
    world.close()


def found(texts: list[str], folder: Path) -> list[str]:
    """Which of these texts stand in the files of a store, its log included."""
    everything = b"".join(path.read_bytes() for path in folder.glob("wallet.db*"))
    return [text for text in texts if text.encode() in everything]


def test_the_command_line_says_who_does_not_answer() -> None:
    for command, words in ((export, ["anna"]), (erase, ["anna", "--pin", PIN])):
        told = CliRunner().invoke(command, [*words, "--url", "http://127.0.0.1:9"])
        assert told.exit_code == 3
        assert "qrpay up" in told.output


def test_the_command_line_prints_the_export_as_json_and_who_is_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend_all(world)
    from ledger.kit.transport.wsgi_transport import WsgiTransport  # noqa: PLC0415

    here = WsgiTransport({"http://wallet.test": world.app})
    monkeypatch.setattr("ledger.kit.transport.HttpTransport", lambda: here)
    told = CliRunner().invoke(export, ["anna", "--url", "http://wallet.test"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["wallet"]["name"] == "anna"
    in_a_line = CliRunner().invoke(export, ["anna", "--url", "http://wallet.test", "--json"])
    assert len(in_a_line.stdout.splitlines()) == 1 < len(told.stdout.splitlines())
    words = ["anna", "--pin", PIN, "--url", "http://wallet.test", "--json"]
    assert json.loads(CliRunner().invoke(erase, words).stdout) == {"forgotten": "anna"}
