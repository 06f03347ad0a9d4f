"""A service's own failures, and what it takes to run one: stores, addresses, certificates."""

from __future__ import annotations

from ledger.protocol.errors import Forbidden, OutcomeUnknown, ServiceError

# Our own failures


class InvariantBroken(ServiceError):
    """A rule that always holds was about to be broken; nothing was booked."""


class Internal(ServiceError):
    """Something unexpected went wrong here; the operator's log says what."""


class StorageFull(ServiceError):
    """There is no room left to store the payment."""

    status = 507


class StorageFailed(ServiceError):
    """The store's disk failed; whether the last change was stored is not known."""


class StoreInUse(ServiceError):
    """Another process already keeps these books."""

    status = 503


class PortTaken(ServiceError):
    """Something else already listens at this address."""

    status = 503


class StoreSchemaMismatch(ServiceError):
    """The store was made by another version of this program."""

    status = 503


class StoreDamaged(ServiceError):
    """The store's file is damaged; restore it from a backup."""

    status = 503


class FileDamaged(ServiceError):
    """A small file that qrpay keeps beside its stores does not say what it should."""

    status = 503


class StoreUnfit(ServiceError):
    """The database lacks something that the books rely on."""

    status = 503


class StoreDriverMissing(ServiceError):
    """What speaks to this kind of database is not installed."""

    status = 503


class CommitUnknown(OutcomeUnknown):
    """The database fell silent during a commit; the same request again tells what became of it."""


class SqliteTooOld(ServiceError):
    """SQLite before 3.51.3 can lose committed writes and is not used."""

    status = 503


class KeyFileUnusable(ServiceError):
    """The file with the secret key is damaged, or others than its owner may read it."""

    status = 503


class TillNotEnrolled(ServiceError):
    """The till is not enrolled with the provider yet."""

    status = 503


class ServiceUnavailable(ServiceError):
    """The service can't answer at present."""

    status = 503


# Whom a service is open to


class TlsRequired(ServiceError):
    """Beyond this machine a service speaks https, unless plain http is asked for by name."""


class CertificateUnusable(ServiceError):
    """A certificate or its key can't be used."""


class AddressNotPrivate(ServiceError):
    """The demo is opened only at a private address of a local network."""


class ClosedToNetwork(Forbidden):
    """This part of the service answers on its own machine only."""


class ExtraMissing(ServiceError):
    """This needs an optional part that is not installed."""

    status = 501


class StaffPinNeeded(Forbidden):
    """Only staff may do this; the till asks for their PIN first."""
