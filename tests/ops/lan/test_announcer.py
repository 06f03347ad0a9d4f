"""Other devices learn where the name is, for as long as it is announced."""

from __future__ import annotations

import pytest
from zeroconf import Zeroconf

from ledger.ops.lan import announcer
from ledger.protocol.errors.checkout import ServiceUnavailable

HERE = "127.0.0.1"


def looked_up(name: str) -> list[str]:
    """Browse like a phone would; multicast on the loopback interface only."""
    phone = Zeroconf(interfaces=[HERE])
    try:
        found = phone.get_service_info(
            announcer.SERVICE_TYPE, f"qrpay at {name}.{announcer.SERVICE_TYPE}", timeout=3000
        )
        return [f"{found.server} {each}" for each in found.parsed_addresses()] if found else []
    finally:
        phone.close()


def test_a_name_is_found_while_it_is_announced_and_not_afterwards() -> None:
    stop = announcer.announce("kiosk-of-a-test", HERE, 8410)
    try:
        assert looked_up("kiosk-of-a-test") == [f"kiosk-of-a-test.local. {HERE}"]
    finally:
        stop()
    assert looked_up("kiosk-of-a-test") == []


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcer, "_INSTALLED", False)
    with pytest.raises(ServiceUnavailable, match=r"pip install 'qrpay\[lan\]'"):
        announcer.announce("kiosk", HERE, 8410)


# The library leaves its listening socket to the garbage collector when it fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_address_that_is_not_ours_can_not_be_announced() -> None:
    with pytest.raises(ServiceUnavailable, match="multicast"):
        announcer.announce("kiosk", "192.0.2.7", 8410)
