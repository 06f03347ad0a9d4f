"""What is kept for how long, and why: a table, and the one way to go through it.

The General Data Protection Regulation wants personal data kept no longer than its purpose needs
(article 5 (1)(e)), and bookkeeping wants its records for years (in Germany eight: § 147 (3) AO,
§ 257 (4) HGB). So each row of ``RETENTION`` names what is kept, for how long after what, what then
happens to it, and why. Rows without a period are what stays, named so that nobody has to guess.

``forget_batch`` does a bounded part of one row's work. What it finds it finds by its age alone, so
going through the table again does nothing new, and whoever begins after a crash goes on where it
happened.

    >>> print(*(rule.what for rule in RETENTION if rule.kept_ms is None), sep=", ")
    entries, receipts, payments, grants, unused handles, decisions about a payer, public keys
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.core import idempotency, spending
from ledger.core.ports import Books
from ledger.protocol.instants import DAY, HOUR, MINUTE, Instant, later
from ledger.protocol.records import record

Forget = Callable[[Books, Instant, int], int]
"""Forgets what is from before an instant, at most so many; tells how many."""

BATCH = 200


@record(frozen=True, slots=True)
class Retention:
    """``what`` is kept for ``kept_ms`` ``since`` something; ``then`` it is forgotten, ``because``.

    ``kept_ms`` and ``forget`` are None for what stays as long as the books.
    """

    what: str
    kept_ms: int | None
    since: str
    then: str
    because: str
    forget: Forget | None = None


RETENTION: tuple[Retention, ...] = (
    Retention(
        "nonces",
        0,
        "the signature became too old to be accepted twice over",
        "deleted",
        "a nonce guards against replay, which its signature's age rules out from then on",
        lambda books, before, _: books.nonces.prune(before),
    ),
    Retention(
        "used payment codes",
        10 * MINUTE,
        "the payment was opened",
        "deleted",
        "the handle ties a phone to a shop; the payment knows all the books need of it",
        lambda books, before, limit: books.personal.forget_used_codes(before, limit),
    ),
    Retention(
        "wrong payment codes",
        HOUR,
        "they were presented",
        "deleted",
        "guesses are counted over a minute for a merchant, over an hour for a handle",
        lambda books, before, _: books.codes.prune_misses(before),
    ),
    Retention(
        "live events",
        7 * DAY,
        "they happened",
        "deleted",
        "a screen that was away for longer asks for the payments themselves",
        lambda books, before, _: books.events.prune(before),
    ),
    Retention(
        "replies under an Idempotency-Key",
        30 * DAY,
        "they were given",
        "deleted; the SHA-256 of the key stays",
        "nobody repeats a call for a month; business numbers go on keeping it from happening twice",
        idempotency.forget_old,
    ),
    Retention(
        "digests of Idempotency-Keys",
        400 * DAY,
        "the reply was given",
        "deleted",
        "a key stands for one request while anything can happen to a payment: refunds, 365 days",
        lambda books, before, limit: books.idempotency.prune_spent(before, limit),
    ),
    Retention(
        "used invitations",
        30 * DAY,
        "they were made",
        "deleted",
        "an enrolment whose answer was lost is repeated within days",
        lambda books, before, limit: books.personal.forget_invitations(before, limit),
    ),
    Retention(
        "sums of what was spent in a day",
        spending.KEPT_MS,
        "the day",
        "deleted",
        "limits are for a day and a month",
        lambda books, before, _: books.spending.prune(before),
    ),
    Retention(
        "texts of notifications",
        35 * DAY,
        "they were taken or given up",
        "emptied, with all answers; that there was one stays",
        "a merchant closes its month and asks again within days after",
        lambda books, before, limit: books.personal.forget_notifications(before, limit),
    ),
    Retention(
        "the payer of a payment that was never paid",
        180 * DAY,
        "the payment was opened",
        "detached, with claim and quote",
        "no money moved, so there is nothing to prove; a complaint comes within half a year",
        lambda books, before, limit: books.personal.forget_unpaid(before, limit),
    ),
    Retention(
        "reasons of refunds",
        180 * DAY,
        "the refund",
        "emptied",
        "free text can name people and goods; amount and number say what was booked",
        lambda books, before, limit: books.personal.forget_reasons(before, limit),
    ),
    Retention(
        "what only vendors' faces need",
        180 * DAY,
        "the order or the refund",
        "emptied; numbers and amounts stay",
        "subjects and attachments can name people and goods; what was booked needs none of them",
        lambda books, before, limit: books.personal.forget_vendor_facts(before, limit),
    ),
    Retention(
        "signed consents",
        397 * DAY,
        "the payment",
        "emptied; that there was one stays",
        "a payer may dispute a debit for 13 months, and we must prove the consent until then"
        " (Directive (EU) 2015/2366, articles 71 (1) and 72)",
        lambda books, before, limit: books.personal.forget_consents(before, limit),
    ),
    Retention(
        "entries",
        None,
        "",
        "kept; they name accounts by id, never people",
        "they are the books; retained by law and never edited",
    ),
    Retention(
        "receipts",
        None,
        "",
        "kept until the payer is erased; they name the payer by a pseudonym for one merchant",
        "they are vouchers of the books, and what payer and merchant can prove",
    ),
    Retention(
        "payments",
        None,
        "",
        "kept, with the payer's account id once paid",
        "a refund has to find the account, and the entries name it in any case",
    ),
    Retention(
        "grants",
        None,
        "",
        "kept, under the account id",
        "coupons and points say who paid for a payment beside the payer",
    ),
    Retention(
        "unused handles",
        None,
        "",
        "kept while the phone may show them; deleted with the payer",
        "a phone without a network pays with what it fetched long ago",
    ),
    Retention(
        "decisions about a payer",
        None,
        "",
        "kept, under the account id",
        "who blocked whom and why is evidence for as long as somebody may go to court about it",
    ),
    Retention(
        "public keys",
        None,
        "",
        "kept, revoked when the payer is erased",
        "a key that is unknown could be registered again by somebody else",
    ),
)


def forget_batch(books: Books, rule: Retention, *, now: Instant) -> int:
    """Forget at most a batch of what a rule says; how many, 0 when there is nothing left."""
    if rule.forget is None or rule.kept_ms is None:
        return 0
    return rule.forget(books, later(now, -rule.kept_ms), BATCH)
