"""Running the services: addresses, certificates, what is open to whom."""

from __future__ import annotations

from ledger.protocol.errors import Forbidden, ServiceError


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
