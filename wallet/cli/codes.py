"""``qrpay qr decode``, ``verify`` and ``explain``: any code, read and taken apart in a terminal.

    qrpay qr decode photo.jpg                  what codes does the picture show, and what are they?
    qrpay qr verify "$(cat code.txt)"          each check by name, with the provider's keys
    qrpay qr verify CODE --key PUBLIC_KEY      ... with the key that `qrpay qr make` has printed
    qrpay qr explain CODE                      field by field, with the section that defines each

Exit codes: 0 done (for ``verify``: the code is genuine), 1 refused, 2 the command line was wrong,
3 the provider, whose keys are needed, does not answer. ``--json`` prints the same for programs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.kit.terminal import json_option, understood

if TYPE_CHECKING:
    from ledger.protocol.instants import Instant
    from ledger.protocol.signing import KeyDirectory

_FAILED = 1


class NotRunning(click.ClickException):
    """The provider is needed and does not answer."""

    exit_code = 3


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE...",
)
@json_option
@click.pass_context
def decode(context: click.Context, files: tuple[Path, ...], *, as_json: bool) -> None:
    """Read every code in pictures (PNG or JPEG), and say what each is."""
    # Pictures and codes take a while to load, which --help need not wait for.
    from wallet.cli import told  # noqa: PLC0415

    pictures = [told.picture(file) for file in files]
    told.say(pictures, as_json=as_json)
    if any(picture.refusal for picture in pictures):
        context.exit(_FAILED)


@click.command()
@click.argument("text")
@click.option(
    "--keys",
    "keys_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON Web Key Set, as GET /v1/keys gives it.",
)
@click.option("--ledger", "ledger_url", help="The provider to fetch the keys from.")
@click.option("--key", "public_key", help="One public key, as `qrpay qr make` prints it.")
@click.option(
    "--merchant",
    default="M2088DEMO000001",
    show_default=True,
    help="The merchant that --key is the key of.",
)
@click.option("--at", "at_text", help="The moment to verify for, like 2026-11-21T23:03:00.000Z.")
@json_option
@click.pass_context
def verify(
    context: click.Context,
    text: str,
    *,
    keys_path: Path | None,
    ledger_url: str | None,
    public_key: str | None,
    merchant: str,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Verify TEXT as a shop's code: each check by its name, passed or refused.

    Without --keys and --key the keys come from --ledger, or else from the provider that this
    machine's wallet uses: the one of QRPAY_WALLET_LEDGER_URL, or that `qrpay up` has started.
    """
    from wallet.cli import directories, told  # noqa: PLC0415 (as above)

    if sum(given is not None for given in (keys_path, ledger_url, public_key)) > 1:
        raise click.UsageError("give one of --keys, --ledger and --key")
    now = _moment(at_text)
    if public_key is not None:
        directory = directories.of_one_key(public_key, merchant)
    elif keys_path is not None:
        directory = directories.of_file(keys_path)
    else:
        directory = _fetched(ledger_url)
    verdict = told.verdict(text, directory, now=now)
    told.say([verdict], as_json=as_json)
    if verdict.refusal:
        context.exit(_FAILED)


@click.command()
@click.argument("text")
@json_option
def explain(text: str, *, as_json: bool) -> None:
    """Say what TEXT is, and take it apart field by field: any code of any scheme."""
    from wallet.cli import told  # noqa: PLC0415 (as above)

    told.say([told.explanation(text)], as_json=as_json)


def _moment(text: str | None) -> Instant:
    from ledger.kit.clock import SystemClock  # noqa: PLC0415 (as above)
    from ledger.protocol import instants  # noqa: PLC0415 (as above)
    from ledger.protocol.errors.content import MessageFormat  # noqa: PLC0415 (as above)

    try:
        return SystemClock().now() if text is None else instants.from_text(text)
    except MessageFormat as error:
        raise click.UsageError(f"--at: {error.detail}") from error


def _fetched(url: str | None) -> KeyDirectory:
    from ledger.protocol.errors.service import ServiceUnavailable  # noqa: PLC0415 (as above)
    from wallet import config  # noqa: PLC0415 (as above)
    from wallet.cli import directories  # noqa: PLC0415 (as above)

    url = url or understood(config.running_ledger_url)
    try:
        return directories.of_ledger(url)
    except ServiceUnavailable as error:
        raise NotRunning(f"{url} does not answer; start it, or give --keys or --key") from error
