"""Guests: strangers with play money, let in without anybody asking who they are.

A *guest pass* is a token that lets in many: whoever shows it with a key of their own becomes a new
payer with that device, nothing but play money to their name. Books have passes only where an
operator gave them out (``qrpay ledger guests``, the demo world); without one this module lets
nobody in, tops nothing up and takes nothing back, so it can't make money in books that are not a
sandbox's.

How much there can be of it is bounded three times: each pass lets in ``guests_most``, for ever;
each guest begins with its ``amount``; and a payer is filled up to that amount again, never above,
at most ``TOP_UPS_A_DAY`` times a day (UTC).

Like an invitation a pass is kept as its SHA-256, and like with an invitation the same token with
the same key again is the same answer: each entry leaves an invitation that is used already, under a
digest of token and key together (``enrolment``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from ledger.core import queries
from ledger.core.books import accounts, issuance, journal
from ledger.core.parties import enrolment, register
from ledger.core.parties.enrolment import DeviceEnrolment
from ledger.core.parties.register import SECRET_BYTES, require_payer
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.parties import GuestPass, Payer
from ledger.protocol.errors.guests import GuestPassUsedUp, NoPlayMoney, TooManyTopUps
from ledger.protocol.identifiers import IdSource, Kind, PayerId
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.money import Money, payable
from ledger.protocol.signing import Algorithm

TOP_UPS_A_DAY = 20
GUEST = "Guest"
NO_LOCALE = "en"
GREETING = "play money for a guest"
TOP_UP = "play money, filled up"
TAKEN_BACK = "play money, given back"


def give_out(
    books: Books, *, token: str, amount: Money, guests_most: int, now: Instant
) -> GuestPass:
    """Let a token let in guests, each with ``amount``; one that is there already stays."""
    known = books.directory.guest_pass(_digest(token))
    if known is not None:
        return known
    given = GuestPass(
        token_digest=_digest(token),
        currency=amount.currency,
        amount_minor=payable(amount).minor_units,
        guests_most=guests_most,
        guests=0,
        created_at=now,
    )
    books.directory.add_guest_pass(given)
    return given


def is_pass(books: Books, token: str) -> bool:
    """Tell whether a token is a guest pass."""
    return books.directory.guest_pass(_digest(token)) is not None


def let_in(
    books: Books,
    *,
    token: str,
    algorithm: Algorithm,
    public_key: bytes,
    entropy: Callable[[int], bytes],
    now: Instant,
    ids: IdSource,
) -> DeviceEnrolment:
    """Make the holder of a key a payer with play money; the same key again is the same payer.

    Raises ``NoPlayMoney`` (the token is no pass), ``GuestPassUsedUp``, ``KeyFormat``, ``WeakKey``,
    ``KeyAlreadyRegistered``.
    """
    shown = books.directory.guest_pass(_digest(token))
    if shown is None:
        raise NoPlayMoney("no such pass")
    entry = f"{token}\0{algorithm}\0{public_key.hex()}"
    if not enrolment.is_known(books, token=entry):
        if not books.directory.use_guest_pass(shown.token_digest):
            raise GuestPassUsedUp(f"{shown.guests_most} guests")
        payer = _new_payer(books, shown, entropy=entropy, now=now, ids=ids)
        enrolment.invite_device(books, token=entry, payer_id=payer.payer_id, now=now)
    return enrolment.enrol_device(
        books,
        token=entry,
        algorithm=algorithm,
        public_key=public_key,
        code_secret=entropy(SECRET_BYTES),
        now=now,
        ids=ids,
    )


def top_up(books: Books, *, payer_id: PayerId, now: Instant, ids: IdSource) -> Money:
    """Fill a payer's play money up to what guests begin with; the new balance.

    Raises ``PayerNotFound``, ``NoPlayMoney``, ``TooManyTopUps``.
    """
    payer = require_payer(books, payer_id)
    shown = _require_pass(books, payer)
    has = queries.balance(books, payer_id=payer_id)
    missing = Money(shown.amount_minor, shown.currency) - has
    if missing.minor_units <= 0:
        return has
    _require_not_too_often(books, payer_id, now)
    issuance.issue(books, payer_id=payer_id, amount=missing, reason=TOP_UP, now=now, ids=ids)
    return has + missing


def take_back(books: Books, *, payer_id: PayerId, now: Instant, ids: IdSource) -> Money:
    """Take all play money of a payer back, as before they are forgotten; how much it was.

    Raises ``PayerNotFound``, ``NoPlayMoney``.
    """
    payer = require_payer(books, payer_id)
    _require_pass(books, payer)
    has = queries.balance(books, payer_id=payer_id)
    if has.minor_units > 0:
        journal.book(
            books,
            kind=EntryKind.ISSUANCE,
            lines=journal.move(
                has,
                source=accounts.payer_account(payer_id, payer.currency),
                target=accounts.issuance_account(payer.currency),
            ),
            event_at=now,
            now=now,
            ids=ids,
            note=TAKEN_BACK,
        )
    return has


def _new_payer(
    books: Books,
    shown: GuestPass,
    *,
    entropy: Callable[[int], bytes],
    now: Instant,
    ids: IdSource,
) -> Payer:
    payer_id = PayerId(ids.new(Kind.PAYER, now))
    payer = register.register_payer(
        books,
        payer=Payer(
            payer_id=payer_id,
            display_name=f"{GUEST} {payer_id[-4:]}",
            currency=shown.currency,
            locale=NO_LOCALE,
            pairwise_secret=entropy(SECRET_BYTES),
        ),
    )
    amount = Money(shown.amount_minor, shown.currency)
    issuance.issue(books, payer_id=payer_id, amount=amount, reason=GREETING, now=now, ids=ids)
    return payer


def _require_pass(books: Books, payer: Payer) -> GuestPass:
    shown = books.directory.guest_pass_in(payer.currency.code)
    if shown is None:
        raise NoPlayMoney(payer.currency.code)
    return shown


def _require_not_too_often(books: Books, payer_id: PayerId, now: Instant) -> None:
    given_today = sum(
        movement.kind is EntryKind.ISSUANCE
        and movement.amount_minor > 0
        and movement.booked_at // DAY == now // DAY
        for movement in books.personal.movements(payer_id)
    )
    if given_today > TOP_UPS_A_DAY:
        raise TooManyTopUps(f"{TOP_UPS_A_DAY} times today")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
