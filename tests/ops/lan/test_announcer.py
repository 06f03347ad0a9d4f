"""Other devices learn where the name is, for as long as it is announced."""

from __future__ import annotations

import asyncio
import gc
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address

import pytest
import zeroconf

from ledger.kit.terminal import installing
from ledger.ops.lan import announcer
from ledger.protocol.errors.service import ServiceUnavailable

HERE = "127.0.0.1"
GROUP = "224.0.0.251"
ARRIVES_WITHIN_S = 5.0
FOUND_WITHIN_S = 30.0


@pytest.fixture
def multicast() -> None:
    """Skip where this machine's own network takes no letter to a group, or does not bring it."""
    here, group = IPv4Address(HERE).packed, IPv4Address(GROUP).packed
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker,
    ):
        try:
            listener.bind(("", 0))
            listener.settimeout(ARRIVES_WITHIN_S)
            listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + here)
            speaker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
            speaker.sendto(b"hello", (GROUP, listener.getsockname()[1]))
            listener.recv(16)
        except OSError as error:
            pytest.skip(f"the network at {HERE} carries no multicast: {error!r}")


def announced_and_withdrawn(name: str) -> tuple[str, str]:
    """Where the name is while it is announced, and where it is afterwards."""
    stop = announcer.announce(name, HERE, 8410)
    try:
        found = announcer.locate(name, HERE, FOUND_WITHIN_S)
    finally:
        stop()
    return found, announcer.locate(name, HERE, 0.5)


@pytest.mark.usefixtures("multicast")
def test_a_name_is_found_while_it_is_announced_and_not_afterwards() -> None:
    assert announced_and_withdrawn("kiosk-of-a-test") == (HERE, "")


@pytest.mark.usefixtures("multicast")
def test_whoever_runs_an_event_loop_can_announce_as_well() -> None:
    async def announced() -> tuple[str, str]:
        return announced_and_withdrawn("kiosk-of-a-loop")

    with ThreadPoolExecutor(1) as apart:  # pytest's own thread may run a browser's loop already
        assert apart.submit(lambda: asyncio.run(announced())).result() == (HERE, "")


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcer, "_INSTALLED", False)
    with pytest.raises(ServiceUnavailable, match=re.escape(installing("lan"))):
        announcer.announce("kiosk", HERE, 8410)


# The library leaves its listening socket to the garbage collector when it fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_address_that_is_not_ours_can_not_be_announced() -> None:
    with pytest.raises(ServiceUnavailable, match="multicast"):
        announcer.announce("kiosk", "192.0.2.7", 8410)
    gc.collect()


def test_a_network_that_carries_nothing_in_time_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def blocked(*_: object, **__: object) -> None:
        raise zeroconf.EventLoopBlocked

    monkeypatch.setattr(zeroconf.Zeroconf, "register_service", blocked)
    with pytest.raises(ServiceUnavailable, match="EventLoopBlocked"):
        announcer.announce("kiosk", HERE, 8410)
