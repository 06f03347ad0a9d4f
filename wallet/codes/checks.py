"""A shop's code, verified step by step: which checks it passes, and at which one it is refused.

``ledger.protocol.merchant_qr`` makes the checks and raises at the first that fails. For a person
who wants to see it, this gives every check a name and says of each whether it passed, refused the
code, or was not reached. The verdict is the protocol's own: a code is good exactly when ``verify``
there gives it back.

    >>> from ledger.protocol.signing import KeyDirectory
    >>> result = verify("000201", KeyDirectory(), now=Instant(1795300180123))
    >>> [(check.name, check.outcome.value) for check in result.checks][:4]
    [('length', 'ok'), ('data objects', 'ok'), ('places', 'refused'), ('crc', 'not reached')]
    >>> result.refusal
    QrTagOrder('the code begins with ID 00 and ends with ID 00 (4.6.1)')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from ledger.protocol import merchant_qr
from ledger.protocol.emvco.structure import MerchantPresented
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.codes import (
    QrCrcMismatch,
    QrDuplicateTag,
    QrExpired,
    QrField,
    QrForeign,
    QrIssuedInFuture,
    QrLifetimeTooLong,
    QrLinkFormat,
    QrSignatureInvalid,
    QrSyntax,
    QrTagOrder,
    QrTooLong,
    QrUnsigned,
    QrVersionUnsupported,
)
from ledger.protocol.errors.trust import (
    AlgMismatch,
    KeyExpired,
    KeyNotAllowedForMerchant,
    KeyNotYetValid,
    KeyRevoked,
    KeyUnknown,
    KidFormat,
)
from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import SignedCode, profile_l, profile_s, profile_t, seal
from ledger.protocol.merchant_qr.read import CodeKind
from ledger.protocol.records import record
from ledger.protocol.signing import KeyDirectory

CLAIMS_TO_BE_OURS = frozenset(
    {
        CodeKind.QRPAY_DYNAMIC,
        CodeKind.QRPAY_STICKER,
        CodeKind.QRPAY_LINK,
        CodeKind.QRPAY_UNSIGNED,
        CodeKind.EMV_DAMAGED,
    }
)
"""The kinds of codes that these checks have something to say about."""


class Outcome(StrEnum):
    """What one check said."""

    OK = "ok"
    REFUSED = "refused"
    NOT_REACHED = "not reached"


@record(frozen=True, slots=True)
class Check:
    """One step: its name, what it asks, what it said."""

    name: str
    asks: str
    outcome: Outcome


@record(frozen=True, slots=True)
class Verification:
    """All checks in their sequence; either the code, when it is good, or why it is not."""

    checks: tuple[Check, ...]
    code: SignedCode | None
    refusal: QrpayError | None

    def accepted(self) -> SignedCode:
        """Give the code, or raise its refusal."""
        if self.code is None:
            raise self.refusal or QrForeign()
        return self.code

    def by_name(self) -> dict[str, str]:
        """Give the outcome of each check by its name."""
        return {check.name: check.outcome.value for check in self.checks}


@record(frozen=True, slots=True)
class _Step:
    name: str
    asks: str
    refuses_as: tuple[type[QrpayError], ...] = (QrpayError,)


_KEY_RULES = (
    KidFormat,
    KeyUnknown,
    KeyNotAllowedForMerchant,
    AlgMismatch,
    KeyRevoked,
    KeyNotYetValid,
    KeyExpired,
)
_KEY = _Step("key", "is the key known, this merchant's, and good now?", _KEY_RULES)
_SIGNATURE = _Step("signature", "did that key sign exactly this?", (QrSignatureInvalid,))
_TIME = _Step(
    "time",
    "was it issued before now, is it still valid, does it live for 300 seconds at most?",
    (QrIssuedInFuture, QrExpired, QrLifetimeTooLong),
)
_FIELDS = _Step("fields", "does every field keep its rule?")

_FORM = (
    _Step("length", "is it at most 512 bytes?", (QrTooLong,)),
    _Step("data objects", "is it all identifier, length, value?", (QrSyntax,)),
    _Step(
        "places",
        "is 00 first, are 80, 81, 63 last, and is nothing there twice?",
        (QrTagOrder, QrDuplicateTag, QrField),
    ),
    _Step("crc", "does the checksum fit?", (QrCrcMismatch,)),
    _Step("signed", "is it of this scheme, and signed at all?", (QrForeign, QrUnsigned)),
)
_TRUST = (
    _Step("scheme", "are the templates 26, 80 and 81 of this scheme?", (QrForeign,)),
    _Step("version", "are version, algorithm and layout known?", (QrVersionUnsupported, QrField)),
    _KEY,
    _SIGNATURE,
)
_LINK = (
    _Step("link", "is it a link http(s)://WALLET/p#TOKEN?", (QrForeign,)),
    _Step("token", "is the token 99 bytes in canonical base64url?", (QrLinkFormat,)),
    _Step("version", "is the version known?", (QrVersionUnsupported,)),
    _KEY,
    _SIGNATURE,
    _TIME,
    _FIELDS,
)

_Phase = tuple[tuple[_Step, ...], Callable[[], object]]


def verify(text: str, directory: KeyDirectory, *, now: Instant) -> Verification:
    """Make every check that ``merchant_qr.verify`` makes, and say what each one said."""
    checks: list[Check] = []
    refusal: QrpayError | None = None
    for steps, run in _phases(text, directory, now):
        if refusal is None:
            refusal = _refusal_of(run)
            checks += _told(steps, refusal)
        else:
            checks += (Check(step.name, step.asks, Outcome.NOT_REACHED) for step in steps)
    code = merchant_qr.verify(text, directory, now=now) if refusal is None else None
    return Verification(tuple(checks), code, refusal)


def _phases(text: str, directory: KeyDirectory, now: Instant) -> list[_Phase]:
    """Cut the protocol's one sequence where the same error would stand for two steps."""
    if profile_l.looks_like(text):
        return [(_LINK, lambda: profile_l.verify(text, directory, now=now))]
    is_sticker = _is_sticker(text)
    profile = profile_t.PROFILE if is_sticker else profile_s.PROFILE
    return [
        (_FORM, lambda: _parsed(text)),
        (_TRUST, lambda: seal.open_(_parsed(text), profile, directory, now=now)),
        (
            (_FIELDS,) if is_sticker else (_TIME, _FIELDS),
            lambda: merchant_qr.verify(text, directory, now=now),
        ),
    ]


def _parsed(text: str) -> MerchantPresented:
    return seal.parse_signed(text)


def _is_sticker(text: str) -> bool:
    try:
        return _parsed(text).get("01") == profile_t.PROFILE.initiation
    except QrpayError:
        return False


def _refusal_of(run: Callable[[], object]) -> QrpayError | None:
    try:
        run()
    except QrpayError as refusal:
        return refusal
    return None


def _told(steps: tuple[_Step, ...], refusal: QrpayError | None) -> Iterator[Check]:
    """Say of each step what it said; a refusal nobody claims is the last step's."""
    refused_at = len(steps)
    if refusal is not None:
        claims = (at for at, step in enumerate(steps) if isinstance(refusal, step.refuses_as))
        refused_at = next(claims, len(steps) - 1)
    for at, step in enumerate(steps):
        outcomes = (Outcome.OK, Outcome.REFUSED, Outcome.NOT_REACHED)
        yield Check(step.name, step.asks, outcomes[(at >= refused_at) + (at > refused_at)])
