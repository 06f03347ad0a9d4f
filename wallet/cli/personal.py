"""``qrpay wallet export`` and ``erase``: a payer's own data, and its end.

    qrpay wallet export anna > anna.json       all that provider and wallet hold about Anna
    qrpay wallet erase anna                    forget her; asks for the PIN

Both ask the wallet service that runs, as its screen would. Exit codes: 0 done, 1 refused (the
refusal says what stands in the way), 2 the command line was wrong, 3 the service does not answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import click

from ledger.kit.terminal import json_option, tell, understood
from ledger.protocol.errors.service import ServiceUnavailable
from wallet import config
from wallet.cli.codes import NotRunning

Command = TypeVar("Command", bound=Callable[..., object])

_REFUSED_FROM = 400


def _service_option(command: Command) -> Command:
    return click.option(
        "--url",
        default=_url,
        help="Where the wallet service answers.  [default: as QRPAY_WALLET_HOST and _PORT say, or"
        " where `qrpay up` has started one]",
    )(command)


def _url() -> str:
    return understood(config.running_url)


@click.command()
@click.argument("name")
@_service_option
@json_option
def export(name: str, *, url: str, as_json: bool) -> None:
    """Print everything that is held about the payer of wallet NAME.

    It is JSON in either case: set out for the payer to read, or in one line for programs.
    """
    held = json.loads(_call(url, "GET", f"/api/wallets/{name}/export", b""))
    tell(held, json.dumps(held, ensure_ascii=False, indent=2), as_json=as_json)


@click.command()
@click.argument("name")
@click.option("--pin", prompt=True, hide_input=True, help="The wallet's PIN; asked for if missing.")
@_service_option
@json_option
def erase(name: str, *, pin: str, url: str, as_json: bool) -> None:
    """Forget the payer of wallet NAME, at the provider and here, for good.

    Refused while there is money in the wallet, a deposit is held or a payment is not settled.
    """
    _call(url, "POST", f"/api/wallets/{name}/erase", json.dumps({"pin": pin}).encode())
    sentence = f"Forgotten: {name}. The entries of the books stay, without a name."
    tell({"forgotten": name}, sentence, as_json=as_json)


def _call(url: str, method: str, path: str, body: bytes) -> bytes:
    # The line to a service takes a while to load, which --help need not wait for.
    from ledger.client.refusals import refusal  # noqa: PLC0415
    from ledger.kit.transport import HttpTransport  # noqa: PLC0415

    headers = {"Content-Type": "application/json"} if body else {}
    try:
        answer = HttpTransport().request(method, f"{url}{path}", headers, body)
    except ServiceUnavailable as error:
        raise NotRunning(f"no wallet service at {url}. `qrpay up` starts one.") from error
    if answer.status >= _REFUSED_FROM:
        raise refusal(answer.status, answer.body)
    return answer.body
