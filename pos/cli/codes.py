"""``qrpay qr make`` and ``qrpay qr show``: codes made and drawn without any service or network."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.kit.terminal import json_option, tell
from pos.cli.settings import settings

PROFILES = ["S", "L", "T"]


@click.command()
@click.argument("amount")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="S",
    show_default=True,
    help="S: signed EMVCo code; L: signed link; T: sticker, for any amount.",
)
@click.option(
    "--key",
    "key_path",
    type=click.Path(path_type=Path),
    help="A till's key file; made if there is none. Without it, a key for this one code.",
)
@click.option("--merchant", default="M2088DEMO000001", show_default=True, help="The merchant's id.")
@click.option("--name", default="Demo Drogerie", show_default=True, help="The merchant's name.")
@click.option("--city", default="Berlin", show_default=True, help="The merchant's city.")
@click.option("--terminal", default="T01", show_default=True, help="The terminal's id.")
@click.option("--wallet-url", default=None, help="Where the link of profile L leads.")
@click.option("--life", default=180, show_default=True, help="Seconds until it expires, up to 300.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A .png, .svg or .txt file to draw it in.",
)
@json_option
def make(
    amount: str,
    *,
    profile: str,
    key_path: Path | None,
    merchant: str,
    name: str,
    city: str,
    terminal: str,
    wallet_url: str | None,
    life: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Make a signed code for AMOUNT euro (like 12.95), offline, and print its text.

    It is to look at, to verify and to break: nobody can pay it, unless it is made with the key of
    a till that the provider knows. The public key is printed with it, since without that nobody can
    verify it either.
    """
    # Keys, codes and pictures take a while to load, which --help need not wait for.
    from pos.codes import offline  # noqa: PLC0415

    shop = offline.Shop(merchant, name, city, terminal)
    made = offline.make(
        amount,
        profile=profile,
        shop=shop,
        key_path=key_path,
        wallet_url=wallet_url or settings().wallet_url,
        life_s=life,
    )
    told = {"code": made.text, "key_id": made.key_id, "public_key": made.public_key}
    tell(told, made.text, as_json=as_json)
    click.echo(f"signed with {made.key_id}, public key {made.public_key}", err=True)
    if key_path is None:
        click.echo("this key was made for this one code and is gone now", err=True)
    if out is not None:
        offline.draw(made.text, out)
        click.echo(f"drawn in {out}", err=True)


@click.command()
@click.argument("text")
@click.option("--light", is_flag=True, help="For a terminal that writes dark on light.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A .png, .svg or .txt file to draw it in instead.",
)
def show(text: str, *, light: bool, out: Path | None) -> None:
    """Draw TEXT as a QR code in the terminal."""
    from pos import qr_image  # noqa: PLC0415 (as above)
    from pos.codes import offline  # noqa: PLC0415 (as above)

    if out is None:
        click.echo(qr_image.terminal(text, dark_background=not light), nl=False)
    else:
        offline.draw(text, out)
