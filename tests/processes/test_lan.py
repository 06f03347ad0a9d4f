"""``qrpay up --lan``: what a network reaches, what it does not, and how it is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kit.transport import HttpTransport, Response
from ledger.protocol.errors.service import ServiceUnavailable
from tests.kit.answered import Json
from tests.processes.services import COMMAND_WITHIN_S, FREE_PORTS, nothing_left_running, qrpay

HERE = ("--lan", "--lan-address", "127.0.0.1", "--lan-port", "0")


class Opened:
    """Services that are open to a network, which in a test is this machine."""

    def __init__(self, data: Path, *words: str) -> None:
        self.data = data
        up = qrpay("up", "--detach", "--json", *HERE, *words, *FREE_PORTS, data=data)
        assert up.returncode == 0, up.stderr
        self.told: Json = json.loads(up.stdout)
        self.lan: Json = self.told["lan"]
        self.believing = HttpTransport(authority=Path(self.lan["authority"]))

    def at(self, door: str, path: str) -> Response:
        """Ask at a door, as a device that believes the authority."""
        return self.believing.request("GET", self.told[door]["url"] + path, {}, b"")

    def at_till(self, path: str, body: Json) -> Json:
        """Ring up on the machine itself."""
        answer = self.believing.request(
            "POST",
            self.told["pos"]["url"] + path,
            {"Content-Type": "application/json"},
            json.dumps(body).encode(),
        )
        return dict(json.loads(answer.body))

    def close(self) -> None:
        """Stop all of it."""
        assert qrpay("down", data=self.data).returncode == 0


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """By https only, for the shop's own devices, tablets too."""
    data = tmp_path_factory.mktemp("strict")
    with nothing_left_running(data):
        opened = Opened(data, "--till-too", "--lan-name", "kiosk")
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """For strangers' phones."""
    data = tmp_path_factory.mktemp("guests")
    with nothing_left_running(data):
        opened = Opened(data, "--plain-http")
        yield opened
        opened.close()


def test_by_https_the_wallet_is_reached_and_its_name_is_certified(strict: Opened) -> None:
    answer = strict.at("wallet-door", "/api/wallets")
    assert json.loads(answer.body)["wallets"]
    assert strict.lan["wallet_url"].startswith("https://kiosk.local:")


def test_a_device_that_does_not_believe_the_authority_gets_nothing(strict: Opened) -> None:
    with pytest.raises(ServiceUnavailable, match="certificate verify failed"):
        HttpTransport().request("GET", strict.told["wallet-door"]["url"] + "/health", {}, b"")


def test_without_encryption_only_the_certificate_is_given(strict: Opened) -> None:
    given = strict.at("guest-door", "/ca.crt")
    assert given.headers["content-type"] == "application/x-x509-ca-cert"
    refused = strict.at("guest-door", "/api/wallets")
    assert (refused.status, json.loads(refused.body)["code"]) == (403, "CLOSED_TO_NETWORK")


def test_tablets_reach_the_till_when_it_was_asked_for(strict: Opened, guests: Opened) -> None:
    assert strict.at("till-door", "/api/catalogue").status == 200
    assert "till-door" not in guests.told


def test_the_controls_of_the_sandbox_stay_on_the_machine(strict: Opened) -> None:
    for door in ("wallet-door", "till-door"):
        assert strict.at(door, "/_sandbox/v1/clock").status == 403


def test_links_lead_strangers_to_the_address_and_believers_to_the_name(
    strict: Opened, guests: Opened
) -> None:
    for opened, base in (
        (strict, strict.lan["wallet_url"]),
        (guests, guests.told["guest-door"]["url"]),
    ):
        sale = opened.at_till("/api/sales", {"amount_minor": 1295})
        shown = opened.at_till(
            f"/api/sales/{sale['sale_id']}/collect", {"mode": "show", "profile": "L"}
        )
        assert shown["collection"]["code"].startswith(f"{base}/p#")


def test_strangers_reach_the_wallet_in_plain_http_when_that_was_asked_for(guests: Opened) -> None:
    assert guests.at("guest-door", "/api/wallets").status == 200
    assert guests.at("guest-door", "/api/sales").status == 404  # the wallet has no such thing


def test_the_status_lists_the_doors_and_whether_they_answer(guests: Opened) -> None:
    status = json.loads(qrpay("status", "--json", data=guests.data).stdout)
    assert status["guest-door"]["healthy"]
    assert status["wallet-door"]["healthy"]


def test_a_restart_renews_the_certificate_and_keeps_the_authority(tmp_path: Path) -> None:
    with nothing_left_running(tmp_path):
        seen = []
        for _ in range(2):
            opened = Opened(tmp_path)
            seen.append((opened.lan["fingerprint"], (tmp_path / "lan/tls.crt").read_bytes()))
            opened.close()
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] != seen[1][1]


@pytest.mark.parametrize("party", ["ledger", "pos", "wallet"])
def test_a_service_does_not_listen_to_other_machines_without_tls(
    party: str, tmp_path: Path
) -> None:
    told = subprocess.run(  # noqa: S603 (the product's own module)
        [sys.executable, "-m", party, "serve"],
        env={
            **os.environ,
            "QRPAY_HOME": str(tmp_path),
            f"QRPAY_{party.upper()}_HOST": "0.0.0.0",  # noqa: S104 (what is refused)
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_WITHIN_S,
    )
    assert told.returncode == 1
    assert "TLS_REQUIRED: 0.0.0.0" in told.stderr
    assert "PLAIN_HTTP=1" in told.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lan", "--lan-address", "8.8.8.8"), "ADDRESS_NOT_PRIVATE"),
        (("--lan", "--lan-address", "kiosk"), "Expected 4 octets"),
        (("--lan", "--lan-name", "Kiosk!"), "--lan-name is made of"),
        (("--plain-http",), "need --lan"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_before_anything_starts(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    with nothing_left_running(tmp_path):
        refused = qrpay("up", "--detach", *words, *FREE_PORTS, data=tmp_path)
    assert refused.returncode != 0
    assert said in refused.stderr
    assert not (tmp_path / "running.json").exists()
