"""A code explained: what it is, every check by name, every field with the section that defines it.

Any text can be explained; nothing of it has to be good. Checks are made where a text is, or claims
to be, a shop's code of this scheme; fields are told where the form can be taken apart at all.

    >>> told = explain("weixin://wxpay/bizpayurl?pr=p4lpSuKzz", KeyDirectory(), now=Instant(0))
    >>> told.reading.title, told.verification, told.fields
    ('WeChat Pay code of a shop', None, ())
"""

from __future__ import annotations

from ledger.protocol.emvco.explain import Explained
from ledger.protocol.errors import QrpayError
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import explain as fields_of
from ledger.protocol.merchant_qr.read import Reading, read
from ledger.protocol.records import record
from ledger.protocol.signing import KeyDirectory
from wallet.codes import checks
from wallet.codes.checks import CLAIMS_TO_BE_OURS, Verification


@record(frozen=True, slots=True)
class ExplainedCode:
    """What a text is; its checks, if it claims to be ours; its fields, if it has any."""

    reading: Reading
    verification: Verification | None
    fields: tuple[Explained, ...]


def explain(text: str, directory: KeyDirectory, *, now: Instant) -> ExplainedCode:
    """Explain any text; raises nothing."""
    reading = read(text)
    verification = None
    if reading.kind in CLAIMS_TO_BE_OURS:
        verification = checks.verify(text, directory, now=now)
    return ExplainedCode(reading, verification, fields(text))


def fields(text: str) -> tuple[Explained, ...]:
    """Take a text apart; one that has no readable fields has none."""
    try:
        return tuple(fields_of.explain(text))
    except QrpayError:
        return ()
