"""The provider signs with a newer key: all goes on as before, but for what a leaked key signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ledger.protocol import messages
from ledger.protocol.messages import Signed
from ledger.protocol.signing import KeyDirectory, from_jwks
from tests.processes.services import (
    FREE_PORTS,
    Services,
    nothing_left_running,
    qrpay,
    wait_for,
)


def told(services: Services, *words: str) -> Any:  # noqa: ANN401 - whatever a command tells
    done = qrpay(*words, "--json", data=services.data)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def pay(services: Services) -> None:
    """The till shows a code, the wallet scans it; both believe the provider's answers."""
    paid = qrpay("pay", "12.95", data=services.data)
    assert paid.returncode == 0, paid.stderr


def published(services: Services) -> KeyDirectory:
    return from_jwks(services.ask("ledger", "/v1/keys").json)


def receipts(services: Services) -> list[Signed]:
    """All receipts of the payer, as the provider gave them."""
    held = told(services, "wallet", "export", "li-wei", "--url", services.urls["wallet"])
    kept = [each for payment in held["provider"]["payments"] for each in payment["receipts"]]
    return [Signed(each["text"], each["key_id"], each["signature"]) for each in kept]


def history(services: Services) -> list[dict[str, Any]]:
    """The payer's receipts as the wallet shows them."""
    shown = services.ask("wallet", "/api/wallets/li-wei/history").json["receipts"]
    return list(shown)


def both_have_asked(services: Services) -> bool:
    """Whether the keys were asked for twice since the ledger started, which each does once."""
    calls = qrpay("logs", "tail", "--no-follow", data=services.data).stdout
    return calls.count("/v1/keys") > 1


def test_a_newer_key_takes_over_and_what_the_older_one_signed_holds(tmp_path: Path) -> None:
    with nothing_left_running(tmp_path):
        services = Services(tmp_path)
        try:
            services.up(*FREE_PORTS)
            pay(services)
            (older,) = told(services, "ledger", "keys", "list")
            services.down()
            newer = told(services, "ledger", "keys", "announce")
            early = qrpay("ledger", "keys", "rotate", data=tmp_path)
            assert (early.returncode, "KEY_ANNOUNCED_JUST_NOW" in early.stderr) == (1, True)
            services.up(*services.ports())
            wait_for("till and wallet to ask for keys", lambda: both_have_asked(services))
            told(services, "clock", "--advance", "1d")
            services.down()
            told(services, "ledger", "keys", "rotate")
            told(services, "ledger", "keys", "retire", older["key_id"])
            services.up(*services.ports())
            pay(services)
            directory, signed = published(services), receipts(services)
            opened = [messages.open_receipt(each, directory) for each in signed]
            assert len(opened) == 2
            by = {each.key_id for each in signed}
            assert by == {older["key_id"], newer["key_id"]}
            stand = {each["key_id"]: each for each in told(services, "ledger", "keys", "list")}
            assert stand[older["key_id"]]["status"] == "retired"
            assert stand[newer["key_id"]]["signs"]
            assert services.audit()["sound"]
            services.down()
            revoked = told(services, "ledger", "keys", "revoke", older["key_id"])
            assert revoked["status"] == "revoked"
            services.up(*services.ports())
            told(services, "clock", "--advance", "6m")
            pay(services)
            shown = {each["signed"]["key_id"]: each["refusal"] for each in history(services)}
            assert shown[newer["key_id"]] is None
            assert shown[older["key_id"]]["code"] == "KEY_REVOKED"
        finally:
            services.down()
