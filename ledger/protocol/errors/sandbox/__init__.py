"""Rules of a sandbox: what can be asked of one, and of the people who act in it."""

from __future__ import annotations

from ledger.protocol.errors import (
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    OutcomeUnknown,
    ServiceError,
    Unprocessable,
)


class NothingCame(OutcomeUnknown):
    """What was waited for did not come in time."""


class NotSeen(Conflict):
    """The journal does not have what a test says there was."""


class NotRemembered(NotFound):
    """The record has nothing of this number: it never was, or it was too long ago."""


class NobodyOfThatName(NotFound):
    """No demo payer has this name."""


class WalletOffline(ServiceError):
    """The payer's phone has no network; payment codes can still be shown."""

    status = 503


class NothingAsked(Conflict):
    """The payer is not being asked about anything."""


class FaultUnknown(NotFound):
    """There is no fault of this name or number."""


class FaultMeaningless(Unprocessable):
    """This fault can't be told in that way."""


class BooksNotSound(ServiceError):
    """The audit found something in the books that is not as it must be."""


class TokenNeeded(Forbidden):
    """The sandbox is steered by those who know its token, from this machine."""


class TimeGoesOn(Conflict):
    """Time does not pass backwards."""


class Played(ServiceError):
    """The sandbox was told to fail here."""

    status = 503


class TillRefuses(ServiceError):
    """The till under test refused what it was asked for."""


class TillSpeaksOtherwise(ServiceError):
    """The till under test answers in another form than conformance asks for."""


class TapeUnreadable(Malformed):
    """This is no recorded session, or one of another form."""


class ReplayDiffers(Conflict):
    """The session, played again with its seed and its times, gave other bytes."""


class ScenarioUnknown(NotFound):
    """There is no scenario of this name."""


class EventUnknown(NotFound):
    """There is no event of this name to be had, or none that this face tells."""


class ScenarioBroken(Conflict):
    """A scenario saw something else than what it is about."""


class NotToBeAskedAgain(Conflict):
    """This can't be asked a second time by a test."""


class SnapshotUnknown(NotFound):
    """There is no snapshot of this name."""


class SnapshotNameTaken(Conflict):
    """There is a snapshot of this name already, and none is ever written over."""


class SnapshotsNeedAFile(Conflict):
    """Snapshots are of books in a file or in memory, not of those in a database."""


class ServicesRunning(Conflict):
    """This is done while the services are down: end them with `qrpay down`."""
