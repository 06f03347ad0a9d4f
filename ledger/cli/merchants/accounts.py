"""A shop's account with a vendor as its console hands it out: an id, a key, settings, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.core.records.vendors import VendorAccount
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.kit.secrets import SecretFolder
from ledger.protocol import rsa

SECRET, PUBLIC = 0o600, 0o644
EXAMPLES: Final = ("example.py", "example.cjs", "example.php", "Example.java")
_PRICED_IN: Final = '"EUR"'


@dataclass(frozen=True)
class KeyFile:
    """A file: its name, what is in it, what it is, and who may read it."""

    name: str
    content: str | bytes
    what: str
    mode: int = PUBLIC


@dataclass(frozen=True)
class Held:
    """An account, the private key whose other half it has registered, and the shop's currency."""

    account: VendorAccount
    key: RSAPrivateKey
    currency: str


@dataclass(frozen=True)
class Keeper:
    """What the provider keeps its own keys with, as its faces do."""

    vendor_keys: SecretFolder
    clock: Clock
    entropy: Entropy


@dataclass(frozen=True)
class Wishes:
    """What only some vendors let a merchant choose."""

    appid: str = ""
    sp_mchid: str = ""
    by_public_key: bool = False
    md5: bool = False


@dataclass(frozen=True)
class Console:
    """A vendor's console: the settings of a new account, and the files of any.

    ``noun`` is what an account is called; ``draw`` makes an id of one from random bytes.
    """

    noun: str
    draw: Callable[[Entropy], str]
    settings: Callable[[str, RSAPrivateKey, Wishes, Keeper], dict[str, str]]
    files: Callable[[Held, Keeper], list[KeyFile]]


def digits(entropy: Entropy, count: int) -> str:
    """Draw digits."""
    return f"{int.from_bytes(entropy(count), 'big') % 10**count:0{count}d}"


def key_forms(key: RSAPrivateKey, names: dict[str, str]) -> list[KeyFile]:
    """Write a private key in each form that some SDK wants, under these names by form."""
    said = {
        "pkcs1": "private key, PKCS #1 in PEM (Python)",
        "pkcs1-line": "the same on one line (Python, Node, PHP)",
        "pkcs8": "the same as PKCS #8 in PEM",
        "pkcs8-line": "and that on one line (Java)",
    }
    spelled = rsa.forms(key)
    return [KeyFile(name, spelled[form], said[form], SECRET) for form, name in names.items()]


def public_forms(name: str, pem: str, what: str) -> list[KeyFile]:
    """Write a public key in PEM and on one line."""
    return [
        KeyFile(f"{name}.pem", pem, f"{what}, PEM"),
        KeyFile(f"{name}.txt", rsa.one_line(pem), f"{what}, on one line"),
    ]


def examples(vendor: str, currency: str) -> list[KeyFile]:
    """Give a program for each language, its price in the shop's currency."""
    folder = resources.files("ledger.cli.merchants") / "templates" / vendor
    return [
        KeyFile(
            name,
            (folder / f"{name}.txt").read_text("utf-8").replace(_PRICED_IN, f'"{currency}"'),
            "a program that shows a code to pay",
        )
        for name in EXAMPLES
    ]


def write(folder: Path, files: Iterable[KeyFile]) -> None:
    """Write files."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        path = folder / file.name
        path.touch(mode=file.mode)
        raw = file.content.encode() if isinstance(file.content, str) else file.content
        path.write_bytes(raw)
