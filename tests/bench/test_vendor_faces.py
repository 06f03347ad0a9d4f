"""``qrpay bench vendors`` runs in a tiny form; how long anything takes is nobody's promise."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from ledger.cli.bench.faces import command, openssl
from ledger.cli.bench.faces.calls import CROWD, TERMS, contestants, desk
from ledger.cli.bench.faces.openssl import Rsa
from ledger.protocol.errors.service import InvariantBroken


def test_every_call_is_held_against_the_signatures_of_the_same_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # OpenSSL's own measurement takes seconds, and is its own matter.
    monkeypatch.setattr(openssl, "speed", lambda _: Rsa(500.0, 25.0))
    words = ["--rounds", "2", "--calls", "2", "--json"]
    done = CliRunner().invoke(command.vendors, words, catch_exceptions=False)
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["rsa_sign_us"], told["rsa_verify_us"]) == (500.0, 25.0)
    for name in ("signatures_in_python", "v2_precreate", "v2_query", "v3_query", "wechat_query"):
        assert told[f"{name}_per_rsa"] == pytest.approx(told[f"{name}_us"] / 525, abs=0.01)
    assert told["antom_inquirypayment_us"] > 0
    assert "V2 query" in done.stdout
    assert told["orders_proved"] == 2 * (1 + 5 + 3 * CROWD)  # asked about, code by code, crowds


def test_an_order_that_nobody_acknowledged_ends_the_measurement() -> None:
    with desk() as here:
        contestants(here, at_most=1)
        assert here.prove() == 2
        here.v2("alipay.trade.precreate", out_trade_no="C9", **TERMS)()
        with pytest.raises(InvariantBroken, match="C9"):
            here.prove()


def test_what_tells_nothing_of_rsa_is_no_measurement() -> None:
    assert openssl.read("+F2:2:2048:2000.0:40000.0:1.0:1.0\n") == Rsa(500.0, 25.0)
    with pytest.raises(click.ClickException):
        openssl.read("+F2:2:4096:2000.0:40000.0\n")
