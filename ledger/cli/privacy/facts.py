"""The facts that are followed, and the words by which they are recognised.

Names, reasons, tokens and PINs are made up anew for each report (canaries), so that whatever turns
up comes from it. Ids and secrets are read from the books afterwards. The goods are those of the
shop's price list: numbers and names that nothing else in here is called by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger.cli.privacy.scan import Word, is_alone_in, is_in
from ledger.core.parties import pairwise
from ledger.core.ports import Books
from ledger.core.records.parties import Device, Payer
from ledger.ops.seed import DROGERIE, KIOSK
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.money import Currency, currency

GOODS = {"hand-cream-100ml": 1, "face-mask-sheet": 2}
KIOSK_GOODS = {"shampoo-300ml": 1}


@dataclass(frozen=True)
class Shopper:
    """A payer made up for one report; all but the wallet's name are words found nowhere else."""

    wallet: str
    display_name: str
    locale: str
    currency: Currency
    token: str
    pin: str


@dataclass(frozen=True)
class Fact:
    """One fact and its words; PINs count as found where all of them stand alone.

    Six digits turn up in a megabyte of numbers by chance; those of two payers in one place do not.
    """

    name: str
    words: tuple[Word, ...]
    digits: bool = False

    def is_in(self, content: bytes) -> bool:
        """Tell whether the fact can be read from these bytes."""
        if self.digits:
            return all(is_alone_in(str(word), content) for word in self.words)
        return any(is_in(word, content) for word in self.words)


@dataclass(frozen=True)
class Known:
    """What the flows brought to light that is not in the books."""

    reason: str
    goods: tuple[str, ...]
    salts: tuple[bytes, ...]
    hashes: tuple[str, ...]
    payment_codes: tuple[str, ...]
    order_numbers: tuple[str, ...]


def shoppers(entropy: Callable[[int], bytes]) -> tuple[Shopper, Shopper]:
    """Make two payers up: one who stays in euro, one who changes money."""
    return (
        _shopper("first", currency("EUR"), entropy),
        _shopper("second", currency("CNY"), entropy),
    )


def _shopper(wallet: str, money: Currency, entropy: Callable[[int], bytes]) -> Shopper:
    return Shopper(
        wallet=wallet,
        display_name=f"Müller {word(entropy)}",
        locale=f"de-x-{word(entropy)[:8]}",
        currency=money,
        token=f"token-{word(entropy)}",
        pin=f"{int.from_bytes(entropy(4), 'big') % 900_000 + 100_000}",
    )


def word(entropy: Callable[[int], bytes]) -> str:
    """Make a word up that stands nowhere."""
    return entropy(8).hex()


def facts(books: Books, people: tuple[Shopper, ...], known: Known) -> list[Fact]:
    """List what is followed, when everything has happened."""
    payers = [_payer_of(books, person) for person in people]
    devices = [device for payer in payers for device in books.personal.devices(payer.payer_id)]
    return [
        Fact("goods bought here", known.goods),
        Fact("goods bought at the other shop", tuple(KIOSK_GOODS)),
        Fact("salt of a basket", known.salts),
        Fact("hash of a basket", known.hashes),
        Fact("number of an order", known.order_numbers),
        Fact("reason of a refund", (known.reason,)),
        Fact("payment code", known.payment_codes),
        Fact("payer's name", tuple(person.display_name for person in people)),
        Fact("payer's language", tuple(person.locale for person in people)),
        Fact("payer's account id", tuple(payer.payer_id for payer in payers)),
        Fact("phone's id", tuple(device.device_id for device in devices)),
        Fact("phone's public key", tuple(_public_key(books, device) for device in devices)),
        Fact("secret of payment codes", tuple(device.code_secret for device in devices)),
        Fact("secret of pseudonyms", tuple(payer.pairwise_secret for payer in payers)),
        Fact("pseudonym for this shop", _ppids(payers, DROGERIE.merchant_id)),
        Fact("pseudonym for the other shop", _ppids(payers[:1], KIOSK.merchant_id)),
        Fact("enrolment token", tuple(person.token for person in people)),
        Fact("PIN", tuple(person.pin for person in people), digits=True),
    ]


def cells(facts: list[Fact], places: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Look for each fact in each place: the places where it stands, by fact."""
    return {
        fact.name: [place for place, content in places.items() if fact.is_in(content)]
        for fact in facts
    }


def _payer_of(books: Books, person: Shopper) -> Payer:
    for payer in books.directory.payers():
        if payer.display_name == person.display_name:
            return payer
    raise InvariantBroken(f"{person.wallet} was never registered")


def _ppids(payers: list[Payer], merchant_id: str) -> tuple[str, ...]:
    return tuple(pairwise.ppid(payer, merchant_id) for payer in payers)


def _public_key(books: Books, device: Device) -> bytes:
    record = books.directory.key(device.key_id)
    if record is None:
        raise InvariantBroken(f"{device.device_id} has no key")
    return record.public_key.raw
