"""The places at which a process dies, as one table: which, where, and what must be there then.

``step`` is what people were doing (``scenes``); ``moment`` and ``what`` say when, in the words of
``killing/sitecustomize.py``. ``of`` counts something in the store of the process that died; when it
lies dead it must have the count of before (NOTHING), one more (ALL), or either of the two.

Statements are matched by their beginning, and calls by their address: whoever rewrites one finds
the sites that watched it by a failing test, which says that the process did not die there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kept(StrEnum):
    """What the process that died has kept of what it was doing."""

    NOTHING = "nothing"
    ALL = "all"
    EITHER = "all or nothing"


@dataclass(frozen=True)
class Site:
    """A place to die."""

    id: str
    party: str
    step: str
    moment: str
    what: str
    kept: Kept
    of: str
    within: str = ""
    by: str = ""
    nth: int = 1
    meaning: str = ""


ATTEMPTS = "SELECT count(*) FROM attempt"
WAITING = "SELECT count(*) FROM attempt WHERE told IS NOT NULL"
PAYMENTS = "SELECT count(*) FROM payment"
CLAIMS = "SELECT count(*) FROM claim"
REVIEWS = "SELECT count(*) FROM review"
CONSENTS = "SELECT count(*) FROM review WHERE consent IS NOT NULL"
PAID_REVIEWS = "SELECT count(*) FROM review WHERE state = 'PAID'"
TRIES = "SELECT sum(failures) FROM vault"
CAPTURES = "SELECT count(*) FROM entry WHERE kind = 'CAPTURE'"
LEASES = "SELECT sum(attempts) FROM outbox"
DELIVERED = "SELECT count(*) FROM outbox WHERE state = 'DELIVERED'"
DEAD = "SELECT count(*) FROM outbox WHERE state = 'DEAD'"
TOLD = "SELECT count(*) FROM notification"
WANTED_BACK = "SELECT count(*) FROM refund"
GIVEN_BACK = "SELECT count(*) FROM refund WHERE state = 'SUCCEEDED'"
CLOSED_DAYS = "SELECT count(*) FROM batch WHERE closed_at IS NOT NULL"
PAYOUTS = "SELECT count(*) FROM batch WHERE settled_at IS NOT NULL"
NONE = "SELECT 0"
UNTOLD = "SELECT count(*) FROM outbox WHERE state = 'PENDING'"

_BEGIN = r"^BEGIN (IMMEDIATE|ISOLATION LEVEL READ COMMITTED)"
_COMMIT = "^COMMIT$"
_REQUEST = r"^POST /v1/payments$"
_AUTHORISE = r"^POST /v1/payments/\w+/authorise$"
_CODES = r"^POST /v1/authorisations$"
_REFUND = r"^POST /v1/payments/\w+/refunds$"
_NOTIFY = r"^POST /notify$"
_POSTING = r"^\s*(INSERT INTO posting|WITH moved AS)\b"  # in a file; in PostgreSQL, the whole entry


def _into(table: str) -> str:
    return rf"^\s*INSERT INTO {table}\b"


def _change(table: str) -> str:
    return rf"^\s*UPDATE {table}\b"


SITES = (
    # A code is shown.
    Site("I1", "pos", "show", "before", _into("attempt"), Kept.NOTHING, ATTEMPTS,
         meaning="before the intent to collect is stored"),
    Site("I2", "pos", "show", "before", _REQUEST, Kept.ALL, ATTEMPTS,
         meaning="the intent is stored, nothing was sent"),
    Site("I3", "ledger", "show", "before", _COMMIT, Kept.NOTHING, PAYMENTS, _into("payment"),
         meaning="payment and reply are written, before the commit"),
    Site("I4", "ledger", "show", "after", _COMMIT, Kept.ALL, PAYMENTS, _into("payment"),
         meaning="after the commit, before the answer"),
    Site("I5", "pos", "show", "answered", _REQUEST, Kept.NOTHING, WAITING,
         meaning="the answer was read, and not stored"),
    Site("I6", "pos", "show", "after", _COMMIT, Kept.ALL, WAITING, _change("attempt"),
         meaning="all is stored, before the code is on the screen"),
    # It is scanned, and agreed to.
    Site("A1", "wallet", "scan", "before", _into("review"), Kept.NOTHING, REVIEWS,
         meaning="the code was verified, and nothing stored"),
    Site("C1", "ledger", "scan", "before", _COMMIT, Kept.NOTHING, CLAIMS, _into("claim"),
         meaning="the claim is written, before the commit"),
    Site("C2", "ledger", "scan", "after", _COMMIT, Kept.ALL, CLAIMS, _into("claim"),
         meaning="the payment is claimed, before the answer"),
    Site("A2", "wallet", "approve", "before", _into("vault"), Kept.ALL, TRIES, nth=2,
         meaning="the PIN was compared, and what came of it not stored: the try counts"),
    Site("A3", "wallet", "approve", "before", _AUTHORISE, Kept.ALL, CONSENTS,
         meaning="the consent is stored, nothing was sent"),
    Site("A4", "ledger", "approve", "before", _BEGIN, Kept.NOTHING, CAPTURES,
         meaning="the request was read, before the transaction"),
    # The money moves.
    Site("P1", "ledger", "approve", "after", _BEGIN, Kept.NOTHING, CAPTURES,
         meaning="the transaction has begun"),
    Site("P2", "ledger", "approve", "after", _into("reply"), Kept.NOTHING, CAPTURES,
         meaning="the reply under the key is written"),
    Site("P3", "ledger", "approve", "after", _change("payment"), Kept.NOTHING, CAPTURES,
         meaning="the payment is marked as paid"),
    Site("P4", "ledger", "approve", "after", _POSTING, Kept.NOTHING, CAPTURES,
         meaning="the first posting is written, the other side is not"),
    Site("P5", "ledger", "approve", "before", _into("receipt"), Kept.NOTHING, CAPTURES,
         meaning="all postings are written"),
    Site("P6", "ledger", "approve", "before", _COMMIT, Kept.NOTHING, CAPTURES, _into("outbox"),
         meaning="receipt and notification are written, before the commit"),
    Site("P7", "ledger", "approve", "amid", _COMMIT, Kept.EITHER, CAPTURES, _into("outbox"),
         meaning="in the middle of the commit"),
    Site("P8", "ledger", "approve", "after", _COMMIT, Kept.ALL, CAPTURES, _into("outbox"),
         meaning="after the commit, before the answer"),
    Site("P9", "wallet", "approve", "answered", _AUTHORISE, Kept.NOTHING, PAID_REVIEWS,
         meaning="the answer was read, the receipt not stored"),
    # The till is told.
    Site("N1", "ledger", "approve", "before", _BEGIN, Kept.NOTHING, LEASES, by="notifier",
         meaning="before the notification is claimed"),
    Site("N2", "ledger", "approve", "before", _NOTIFY, Kept.ALL, LEASES, by="notif",
         meaning="the lease is stored, nothing was sent"),
    Site("N3", "ledger", "approve", "sent", _NOTIFY, Kept.NOTHING, DELIVERED, by="notif",
         meaning="it was sent, before the answer"),
    Site("N4", "pos", "approve", "before", _BEGIN, Kept.NOTHING, TOLD,
         meaning="it was read, before the transaction"),
    Site("N5", "pos", "approve", "before", _COMMIT, Kept.NOTHING, TOLD, _into("notification"),
         meaning="the sale is marked as paid, before the commit"),
    Site("N6", "pos", "approve", "after", _COMMIT, Kept.ALL, TOLD, _into("notification"),
         meaning="after the commit, before the answer"),
    Site("N7", "ledger", "approve", "answered", _NOTIFY, Kept.NOTHING, DELIVERED, by="notif",
         meaning="the answer was read, and not stored"),
    Site("N8", "ledger", "fall silent", "before", _COMMIT, Kept.NOTHING, DEAD,
         _change("outbox"), by="notifier", nth=2,
         meaning="the last attempt has failed, before that is stored"),
    # The short way: one request to the till, one to the wallet, one to the ledger.
    Site("Q1", "pos", "sell", "before", _COMMIT, Kept.NOTHING, ATTEMPTS, _into("attempt"),
         meaning="sale and code are written, before the commit"),
    Site("Q2", "pos", "sell", "after", _COMMIT, Kept.ALL, ATTEMPTS, _into("attempt"),
         meaning="sale and code are stored, nobody has seen them"),
    Site("Q3", "wallet", "pay", "before", r"^INSERT OR IGNORE INTO review\b", Kept.NOTHING, REVIEWS,
         meaning="the consent is signed, and not stored"),
    Site("Q4", "wallet", "pay", "before", _CODES, Kept.ALL, CONSENTS,
         meaning="the consent is stored with its code, nothing was sent"),
    Site("Q5", "ledger", "pay", "before", _COMMIT, Kept.NOTHING, CAPTURES, _into("outbox"),
         meaning="payment, claim and capture are written, before the commit"),
    Site("Q6", "ledger", "pay", "amid", _COMMIT, Kept.EITHER, CAPTURES, _into("outbox"),
         meaning="in the middle of that commit"),
    Site("Q7", "ledger", "pay", "after", _COMMIT, Kept.ALL, CAPTURES, _into("outbox"),
         meaning="after that commit, before the answer"),
    Site("Q8", "wallet", "pay", "answered", _CODES, Kept.NOTHING, PAID_REVIEWS,
         meaning="the answer was read, the receipt not stored"),
    Site("Q9", "wallet", "pay", "before", _COMMIT, Kept.NOTHING, PAID_REVIEWS,
         r"^INSERT OR IGNORE INTO receipt\b", meaning="the receipt is written, before the commit"),
    # A part goes back.
    Site("R1", "pos", "give back", "before", _REFUND, Kept.ALL, WANTED_BACK,
         meaning="the intent to refund is stored, nothing was sent"),
    Site("R2", "ledger", "give back", "after", _BEGIN, Kept.NOTHING, WANTED_BACK,
         meaning="the transaction has begun"),
    Site("R3", "ledger", "give back", "after", _change("payment"), Kept.NOTHING, WANTED_BACK,
         meaning="the refund counts on the payment"),
    Site("R4", "ledger", "give back", "after", _POSTING, Kept.NOTHING, WANTED_BACK,
         meaning="the first posting is written"),
    Site("R5", "ledger", "give back", "before", _COMMIT, Kept.NOTHING, WANTED_BACK,
         _into("outbox"), meaning="everything is written, before the commit"),
    Site("R6", "ledger", "give back", "after", _COMMIT, Kept.ALL, WANTED_BACK, _into("outbox"),
         meaning="after the commit, before the answer"),
    Site("R7", "pos", "give back", "answered", _REFUND, Kept.NOTHING, GIVEN_BACK,
         meaning="the answer was read, and not stored"),
    # A day is settled.
    Site("S1", "ledger", "settle", "before", _into("batch"), Kept.NOTHING, CLOSED_DAYS,
         by="settler", meaning="before there is a batch"),
    Site("S2", "ledger", "settle", "after", _into("batch"), Kept.NOTHING, CLOSED_DAYS,
         by="settler", meaning="the batch and its hours are fixed"),
    Site("S3", "ledger", "settle", "after", _into("batch_line"), Kept.NOTHING, CLOSED_DAYS,
         by="settler", meaning="the first line stands in it"),
    Site("S4", "ledger", "settle", "after", _POSTING, Kept.NOTHING, PAYOUTS,
         by="settler", meaning="the first posting of the payout is written"),
    Site("S5", "ledger", "settle", "before", _COMMIT, Kept.NOTHING, PAYOUTS, _POSTING,
         by="settler", meaning="the payout is written, before the commit"),
    Site("S6", "ledger", "settle", "after", _COMMIT, Kept.ALL, CLOSED_DAYS, _into("batch"),
         by="settler", meaning="after the commit, before anybody makes the statement"),
    Site("S7", "statement", "write", "before", r"^fsync \..*\.part$", Kept.NOTHING, NONE,
         meaning="the statement is written under another name, and not flushed"),
    Site("S8", "statement", "write", "before", "^fsync ", Kept.ALL, NONE, nth=2,
         meaning="it has its name, and its folder is not flushed"),
)  # fmt: skip

RECOVERIES = {
    "I2": Site("U1", "pos", "show", "before", _COMMIT, Kept.NOTHING, WAITING, _change("attempt"),
               meaning="a till starts and makes everything due that was under way"),
    "P8": Site("U2", "ledger", "approve", "before", _COMMIT, Kept.NOTHING, CAPTURES,
               meaning="a ledger starts and looks after its books"),
    "A3": Site("U3", "wallet", "approve", "answered", _AUTHORISE, Kept.NOTHING, PAID_REVIEWS,
               meaning="a wallet starts and has sent again what it had not"),
}  # fmt: skip
"""A second death while it recovers from the first, by the site of the first."""
