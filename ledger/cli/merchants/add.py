"""``qrpay ledger merchant add``: let a shop be known by a vendor's number, and write its key files.

    qrpay ledger merchant add --alipay                               the demo shop's own
    qrpay ledger merchant add --antom --merchant M2088DEMO000002     of a shop that there is
    qrpay ledger merchant add --wechatpay --name "Tee & Co" --currency CNY     of a new one

A new account is drawn an id, unless told one, and a key, whose private half is written into the
folder and told nowhere else. Of the demo shop's account, whose key is published, nothing is
changed. The provider's keys are those its ledger signs with, made if there are none yet.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import click
import msgspec

from ledger import config
from ledger.cli.books import books_options
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.cli.merchants import alipay, antom, wechatpay
from ledger.cli.merchants.accounts import Console, Held, Keeper, KeyFile, Wishes, digits, write
from ledger.core.parties.register import register_merchant, register_terminal, require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, Names, Terminal
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.kit.entropy import SystemEntropy
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.kit.terminal import tell
from ledger.ops import demo_apps
from ledger.protocol.money import currency

CONSOLES: Final[dict[Vendor, Console]] = {
    Vendor.ALIPAY: alipay.CONSOLE,
    Vendor.ANTOM: antom.CONSOLE,
    Vendor.WECHATPAY: wechatpay.CONSOLE,
}
Command = TypeVar("Command", bound=Callable[..., object])
_DEMO_CURRENCY: Final = {Vendor.WECHATPAY: "CNY"}


@dataclass(frozen=True)
class NewShop:
    """A shop that there is not yet."""

    name: str
    city: str
    country: str
    mcc: str
    currency_code: str


@dataclass(frozen=True)
class Wanted:
    """A new account: its id unless it shall be drawn, whose it is and where, and what else."""

    vendor: Vendor
    account_id: str | None
    owner: str | NewShop
    terminal_id: str
    wishes: Wishes


def shop_options(command: Command) -> Command:
    """Add the options that say whose an account is."""
    for option in (
        click.option("--terminal", default="T01", show_default=True, help="Where it sells."),
        click.option("--currency", "code", default="EUR", show_default=True, help="Of a new shop."),
        click.option("--mcc", default="5999", show_default=True, help="Category of a new shop."),
        click.option("--country", default="DE", show_default=True, help="Of a new shop."),
        click.option("--city", default="Berlin", show_default=True, help="Of a new shop."),
        click.option("--name", help="Whose it is: a new shop of this name (printable ASCII)."),
        click.option("--merchant", help="Whose it is.  [default: the demo shop's]"),
        click.option("--account-id", help="The new app id, client id, mchid.  [default: drawn]"),
    ):
        command = option(command)
    return command


def wechatpay_options(command: Command) -> Command:
    """Add what only merchants of WeChat Pay choose."""
    for option in (
        click.option("--md5", is_flag=True, help="WeChat Pay: let API v2 sign by MD5."),
        click.option(
            "--public-key",
            is_flag=True,
            help="WeChat Pay: sign to it by the platform public key, never by a certificate.",
        ),
        click.option("--sp-mchid", default="", help="WeChat Pay: who acts for it."),
        click.option("--appid", default="", help="WeChat Pay: its app id."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--alipay", "vendor", flag_value=Vendor.ALIPAY.value, help="An app of Alipay's.")
@click.option("--antom", "vendor", flag_value=Vendor.ANTOM.value, help="A client of Antom's.")
@click.option("--wechatpay", "vendor", flag_value=Vendor.WECHATPAY.value, help="A merchant number.")
@shop_options
@wechatpay_options
@books_options
def add(
    folder: Path | None,
    *,
    vendor: str | None,
    books: str,
    as_json: bool,
    **said: str | bool | None,
) -> None:
    """Write the keys of a shop's account with a vendor into FOLDER, in every form SDKs want.

    Without --merchant and --name it is the demo shop's account, and nothing is changed. FOLDER is
    a new one, or empty; keys for the eyes of their owner only are written so.
    """
    if vendor is None:
        raise click.UsageError("which vendor? --alipay, --antom or --wechatpay")
    folder = folder or Path(f"{vendor}-keys")
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty: keys are never written over")
    keeper, wanted = _keeper(), _wanted(Vendor(vendor), msgspec.convert(said, Said))
    console = CONSOLES[Vendor(vendor)]
    if wanted is None:
        held = _demo(Vendor(vendor), keeper)
        files = _written(folder, console, held, keeper)
    else:
        with _registered(books, wanted, keeper) as held:
            files = _written(folder, console, held, keeper)
    tell(_facts(held, folder, files), *_sentences(console, held, folder, files), as_json=as_json)


class Said(msgspec.Struct, frozen=True):
    """What the options say."""

    account_id: str | None
    merchant: str | None
    name: str | None
    city: str
    country: str
    mcc: str
    code: str
    terminal: str
    appid: str
    sp_mchid: str
    public_key: bool
    md5: bool


def _wanted(vendor: Vendor, said: Said) -> Wanted | None:
    """Read what is wanted; None for the demo shop's account."""
    if said.merchant and said.name:
        raise click.UsageError("--merchant is a shop that there is, --name a new one")
    owner: str | NewShop | None = said.merchant
    if said.name:
        owner = NewShop(said.name, said.city, said.country, said.mcc, said.code)
    if owner is not None:
        wishes = Wishes(said.appid, said.sp_mchid, by_public_key=said.public_key, md5=said.md5)
        return Wanted(vendor, said.account_id, owner, said.terminal, wishes)
    if said.account_id or said.appid or said.sp_mchid or said.public_key or said.md5:
        raise click.UsageError("a new account needs the --merchant whose it is, or a --name")
    return None


def write_demo(folder: Path, vendor: Vendor, keeper: Keeper) -> None:
    """Write the files of the demo shop's account without a word."""
    write(folder, CONSOLES[vendor].files(_demo(vendor, keeper), keeper))


def _demo(vendor: Vendor, keeper: Keeper) -> Held:
    sells = demo_apps.account(vendor, now=keeper.clock.now())
    return Held(sells.account, sells.key, _DEMO_CURRENCY.get(vendor, "EUR"))


def _keeper() -> Keeper:
    kept = SecretFolder(config.from_environment().vendor_keys_path)
    return Keeper(kept, operators_clock(), SystemEntropy())


@contextmanager
def _registered(place: str, wanted: Wanted, keeper: Keeper) -> Iterator[Held]:
    """Register an account, if what follows succeeds: its private key is in those files alone."""
    console, key = CONSOLES[wanted.vendor], rsa_keys.draw()
    named = wanted.account_id or console.draw(keeper.entropy)
    settings = console.settings(named, key, wanted.wishes, keeper)
    terminal_id, owner = wanted.terminal_id, wanted.owner
    with writing(place) as (books, now):
        if isinstance(owner, NewShop):
            owner = _opened(books, owner, terminal_id, keeper)
        account = VendorAccount(wanted.vendor, named, owner, terminal_id, now, settings)
        accounts.register(books, account=account)
        yield Held(account, key, require_merchant(books, owner).currency.code)


def _written(folder: Path, console: Console, held: Held, keeper: Keeper) -> list[KeyFile]:
    files = console.files(held, keeper)
    try:
        write(folder, files)
    except OSError as error:
        raise click.UsageError(f"{folder} can't be written to: {error.strerror}") from error
    return files


def _opened(books: Books, shop: NewShop, terminal_id: str, keeper: Keeper) -> str:
    merchant_id = f"M2088{digits(keeper.entropy, 10)}"
    register_merchant(
        books,
        merchant=Merchant(
            merchant_id=merchant_id,
            name=shop.name,
            names=Names(shop.name, shop.name, shop.name),
            city=shop.city,
            country=shop.country,
            mcc=shop.mcc,
            postal_code="",
            currency=currency(shop.currency_code),
        ),
    )
    terminal = Terminal(merchant_id, terminal_id, terminal_id, shop.city)
    register_terminal(books, terminal=terminal)
    return merchant_id


def _facts(held: Held, folder: Path, files: Sequence[KeyFile]) -> dict[str, object]:
    return {
        "vendor": held.account.vendor,
        "account_id": held.account.account_id,
        "merchant_id": held.account.merchant_id,
        "terminal_id": held.account.terminal_id,
        "folder": str(folder),
        "files": {file.name: file.what for file in files},
    }


def _sentences(
    console: Console, held: Held, folder: Path, files: Sequence[KeyFile]
) -> Iterator[str]:
    sells = held.account
    yield f"{console.noun} {sells.account_id}  of {sells.merchant_id}, {sells.terminal_id}"
    yield f"{folder}:"
    width = max(len(file.name) for file in files)
    for file in files:
        yield f"  {file.name:<{width}}  {file.what}"
    example = shlex.quote(str(folder / "example.py"))
    yield f"Then `qrpay up`, and for instance `qrpay run -- python {example}`."
