"""The addresses by which other devices of a local network reach this machine.

Only private addresses count (RFC 1918): a sandbox is nothing for the internet. The one that packets
to elsewhere leave from comes first; those of virtual networks (containers) come last, since no
phone is there.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

PRIVATE = tuple(IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_VIRTUAL = ("docker", "br-", "veth", "virbr", "lxc", "podman", "cni", "vbox", "vmnet")
_GET_ADDRESS = 0x8915
"""``SIOCGIFADDR`` of Linux (netdevice(7)); the address stands in bytes 20 to 23 of its answer."""

# Never sent to: connecting a datagram socket only chooses a route. RFC 5737 keeps it for examples.
_ELSEWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Interface:
    """A network that this machine is in, and its address there."""

    name: str
    address: str

    @property
    def is_virtual(self) -> bool:
        """Whether only containers and virtual machines are there."""
        return self.name.startswith(_VIRTUAL)


def lan_interfaces() -> list[Interface]:
    """List the private addresses of this machine, the likeliest for phones first."""
    return ordered(_all_interfaces(), _outgoing_address())


def ordered(found: Iterable[Interface], outgoing: str) -> list[Interface]:
    """Sort what was found and drop what is not private.

    >>> lan = Interface("wlan0", "192.168.1.20")
    >>> found = [Interface("docker0", "172.17.0.1"), Interface("ppp0", "81.3.7.1"), lan]
    >>> [each.name for each in ordered(found, "192.168.1.20")]
    ['wlan0', 'docker0']
    """
    private = [each for each in found if is_private(each.address)]
    return sorted(private, key=lambda each: (each.address != outgoing, each.is_virtual, each.name))


def is_private(address: str) -> bool:
    """Tell whether an address is one of a local network; ``ValueError`` if it is no IPv4 address.

    >>> is_private("192.168.1.20"), is_private("127.0.0.1"), is_private("8.8.8.8")
    (True, False, False)
    """
    return any(IPv4Address(address) in network for network in PRIVATE)


def _outgoing_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(_ELSEWHERE)
        address: str = probe.getsockname()[0]
        return address
    return ""


def _all_interfaces() -> Iterator[Interface]:
    if sys.platform == "linux":
        yield from _linux_interfaces()
    elif outgoing := _outgoing_address():
        yield Interface("", outgoing)


def _linux_interfaces() -> Iterator[Interface]:

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address
                asked = struct.pack("256s", name.encode()[:15])
                answer = fcntl.ioctl(probe.fileno(), _GET_ADDRESS, asked)
                yield Interface(name, socket.inet_ntoa(answer[20:24]))
