"""Tell the network where ``NAME.local`` is: multicast DNS (RFC 6762), by the package zeroconf.

It is an extra (``qrpay[lan]``). Without it the name is known to nobody but a router
that somebody tells, and phones use the address.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import IPv4Address

from ledger.kit.terminal import installing
from ledger.protocol.errors.service import ServiceUnavailable

try:
    from zeroconf import Error, ServiceInfo, Zeroconf
except ImportError:
    _INSTALLED = False
else:
    _INSTALLED = True

SERVICE_TYPE = "_http._tcp.local."


def is_installed() -> bool:
    """Tell whether the extra is there, so that names can be announced."""
    return _INSTALLED


def announce(name: str, address: str, port: int) -> Callable[[], None]:
    """Answer for ``NAME.local`` until the function that is given is called.

    Raises ``ServiceUnavailable`` when the network takes no multicast or does not carry it in time,
    or the extra is missing.
    """
    if not _INSTALLED:
        raise ServiceUnavailable(f"names need zeroconf: {installing('lan')}")
    try:
        network = _network(address)
    except OSError as error:
        raise ServiceUnavailable(f"multicast at {address}: {error}") from error
    service = ServiceInfo(
        SERVICE_TYPE,
        _called(name),
        port=port,
        addresses=[IPv4Address(address).packed],
        server=f"{name}.local.",
    )
    try:
        network.register_service(service, allow_name_change=True)
    except Error as error:
        with suppress(Error):
            network.close()
        raise ServiceUnavailable(f"multicast at {address}: {type(error).__name__}") from error
    return network.close


def locate(name: str, address: str, within_s: float) -> str:
    """Ask the network at ``address`` where the qrpay called ``NAME.local`` is; empty if unknown."""
    if not _INSTALLED:
        return ""
    try:
        network = _network(address)
    except OSError:
        return ""
    try:
        found = network.get_service_info(
            SERVICE_TYPE, _called(name), timeout=round(within_s * 1000)
        )
        return found.parsed_addresses()[0] if found else ""
    finally:
        network.close()


def _network(address: str) -> Zeroconf:
    """Open the sockets, with an event loop that is nobody else's.

    Made in a thread that runs an event loop, zeroconf takes that one, and it stands still as long
    as its caller waits here. So it is made in a thread that runs none.
    """
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(Zeroconf, interfaces=[address]).result()


def _called(name: str) -> str:
    return f"qrpay at {name}.{SERVICE_TYPE}"
