"""What the commands about codes tell, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from ledger.protocol.errors import QrpayError
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.merchant_qr import DynamicCode, LinkCode, SignedCode, StickerCode
from ledger.protocol.merchant_qr.read import read
from ledger.protocol.signing import KeyDirectory
from wallet import scan, scan_image
from wallet.codes import checks, explained
from wallet.web import views
from wallet.web.views import CheckView, FactView, FieldView, RefusalView, WhatItIs

_SIGNS = {"ok": "ok     ", "refused": "REFUSED", "not reached": "-      "}


class FoundView(Struct, frozen=True):
    """One code in a picture."""

    text: str
    symbology: str
    what_it_is: WhatItIs


class PictureTold(Struct, frozen=True):
    """The codes of one picture, or why none was read."""

    file: str
    codes: list[FoundView]
    refusal: RefusalView | None

    def lines(self) -> Iterator[str]:
        """Tell it to a person."""
        yield f"{self.file}:"
        for code in self.codes:
            yield f"  {code.symbology}: {code.text}"
            yield from (f"  {line}" for line in _what_it_is(code.what_it_is))
        yield from _refusal(self.refusal)


class VerdictTold(Struct, frozen=True):
    """Every check of a code; what it says, if it is genuine, else why it is refused."""

    what_it_is: WhatItIs
    checks: list[CheckView]
    says: list[FactView]
    refusal: RefusalView | None

    def lines(self) -> Iterator[str]:
        """Tell it to a person."""
        yield self.what_it_is.title
        yield from (f"  {_SIGNS[each.outcome]} {each.name}: {each.asks}" for each in self.checks)
        yield from _refusal(self.refusal)
        if self.refusal is None:
            yield "genuine; it says:"
            yield from (f"  {fact.name}: {fact.value}" for fact in self.says)


class ExplanationTold(Struct, frozen=True):
    """What a text is, and its fields."""

    what_it_is: WhatItIs
    fields: list[FieldView]

    def lines(self) -> Iterator[str]:
        """Tell it to a person."""
        yield from _what_it_is(self.what_it_is)
        if self.fields:
            yield "fields:"
        for field in self.fields:
            defined = f" ({field.section})" if field.section else ""
            yield f"  {field.path} {field.name}{defined}: {field.value}"
            if field.note:
                yield f"      {field.note}"


def picture(file: Path) -> PictureTold:
    """Read the codes of a picture."""
    try:
        found = scan_image.read_all(file.read_bytes())
    except QrpayError as error:
        return PictureTold(str(file), [], views.refusal(error))
    codes = [
        FoundView(code.text, code.symbology, views.what_it_is(read(code.text))) for code in found
    ]
    return PictureTold(str(file), codes, None)


def verdict(text: str, directory: KeyDirectory, *, now: Instant) -> VerdictTold:
    """Verify a text as a shop's code; what asks nobody to pay is refused for what it is."""
    reading = read(text)
    try:
        scan.require_payable_kind(reading)
    except QrpayError as error:
        return VerdictTold(views.what_it_is(reading), [], [], views.refusal(error))
    made = checks.verify(text, directory, now=now)
    return VerdictTold(
        what_it_is=views.what_it_is(reading),
        checks=[views.check(each) for each in made.checks],
        says=[] if made.code is None else list(_says(made.code)),
        refusal=None if made.refusal is None else views.refusal(made.refusal),
    )


def explanation(text: str) -> ExplanationTold:
    """Say what a text is and take it apart."""
    fields = [views.field(line) for line in explained.fields(text)]
    return ExplanationTold(views.what_it_is(read(text)), fields)


def say(told: Sequence[PictureTold | VerdictTold | ExplanationTold], *, as_json: bool) -> None:
    """Print what was found: lines for people, or one JSON document each, one a line."""
    for each in told:
        if as_json:
            click.echo(msgspec.json.encode(each))
        else:
            click.echo("\n".join(each.lines()))


def _says(code: SignedCode) -> Iterator[FactView]:
    yield FactView("Merchant id", code.merchant_id)
    if not isinstance(code, LinkCode):
        yield FactView("Name, as the code spells it", code.merchant_name)
        yield FactView("Terminal", code.terminal_label)
    if isinstance(code, StickerCode):
        yield FactView("Amount", f"typed by the payer, in {code.currency.code}")
    else:
        yield FactView("Amount", str(code.amount))
        yield FactView("Request id", code.request_id)
    if isinstance(code, DynamicCode):
        yield FactView("Issued at", to_text(code.issued_at))
    if not isinstance(code, StickerCode):
        yield FactView("Expires at", to_text(code.expires_at))
    yield FactView("Key id", code.key_id)


def _what_it_is(told: WhatItIs) -> Iterator[str]:
    yield told.title
    yield f"  {told.sentence}"
    yield f"  {told.wallet}"
    yield from (f"  {fact.name}: {fact.value}" for fact in told.facts)


def _refusal(refusal: RefusalView | None) -> Iterator[str]:
    if refusal is not None:
        yield f"{refusal.code}: {refusal.title}"
        if refusal.detail and refusal.detail != refusal.title:
            yield f"  found: {refusal.detail}"
