"""Other devices learn where the name is, for as long as it is announced."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import zeroconf

from ledger.ops.lan import announcer
from ledger.protocol.errors.checkout import ServiceUnavailable

HERE = "127.0.0.1"
ATTEMPTS = 3


def announced(name: str) -> Callable[[], None]:
    """Announce, again where the machine stood still for longer than the library waits."""
    for _ in range(ATTEMPTS - 1):
        try:
            return announcer.announce(name, HERE, 8410)
        except ServiceUnavailable as error:
            if "EventLoopBlocked" not in str(error):
                raise
    return announcer.announce(name, HERE, 8410)


def test_a_name_is_found_while_it_is_announced_and_not_afterwards() -> None:
    stop = announced("kiosk-of-a-test")
    try:
        assert announcer.locate("kiosk-of-a-test", HERE, 3) == HERE
    finally:
        stop()
    assert announcer.locate("kiosk-of-a-test", HERE, 0.5) == ""


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcer, "_INSTALLED", False)
    with pytest.raises(ServiceUnavailable, match=r"pip install 'qrpay\[lan\]'"):
        announcer.announce("kiosk", HERE, 8410)


# The library leaves its listening socket to the garbage collector when it fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_address_that_is_not_ours_can_not_be_announced() -> None:
    with pytest.raises(ServiceUnavailable, match="multicast"):
        announcer.announce("kiosk", "192.0.2.7", 8410)


def test_a_network_that_carries_nothing_in_time_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def blocked(*_: object, **__: object) -> None:
        raise zeroconf.EventLoopBlocked

    monkeypatch.setattr(zeroconf.Zeroconf, "register_service", blocked)
    with pytest.raises(ServiceUnavailable, match="EventLoopBlocked"):
        announcer.announce("kiosk", HERE, 8410)
