"""A device of the local network learns to believe the authority, and then gets a secure page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Playwright, expect

from ledger.kit.clock import SystemClock
from ledger.kit.entropy import SystemEntropy
from ledger.ops.lan.authority import certify, keep_authority
from tests.browser import chromium, inspection, lan


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A stand for strangers."""
    chromium.program()
    with lan.opened(tmp_path_factory.mktemp("lan"), "--plain-http") as told:
        yield told


@pytest.fixture(scope="module")
def believing(
    playwright: Playwright, network: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser whose owner has installed the certificate."""
    if shutil.which("certutil") is None:
        pytest.skip("certutil is not installed (sudo apt-get install libnss3-tools)")
    home = tmp_path_factory.mktemp("home")
    environment = lan.believing_home(home, Path(network["lan"]["authority"]))
    with chromium.launched(playwright, arguments=lan.MAPPED, environment=environment) as opened:
        yield opened


@pytest.fixture(scope="module")
def stranger(playwright: Playwright) -> Iterator[Browser]:
    """A browser that knows no authority of ours."""
    with chromium.launched(playwright, arguments=lan.MAPPED) as opened:
        yield opened


SECURE = (
    "[isSecureContext, !!navigator.mediaDevices, !!crypto.subtle, 'PublicKeyCredential' in window]"
)


def test_under_its_name_the_wallet_is_a_secure_place(
    believing: Browser, network: dict[str, Any]
) -> None:
    with chromium.watched(believing, chromium.PHONE) as seen:
        seen.page.goto(f"{network['lan']['wallet_url']}/trust")
        assert seen.page.evaluate(SECURE) == [True] * 4


def test_a_stranger_is_warned_by_https_and_let_in_without(
    stranger: Browser, network: dict[str, Any]
) -> None:
    with (
        chromium.watched(stranger, chromium.PHONE) as warned,
        pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"),
    ):
        warned.page.goto(f"{network['lan']['wallet_url']}/trust")
    with chromium.watched(stranger, chromium.PHONE) as seen:
        seen.page.goto(
            f"http://kiosk.local:{network['guest-door']['url'].rpartition(':')[2]}/trust"
        )
        assert seen.page.evaluate(SECURE)[0] is False


def test_the_browser_refuses_what_the_authority_may_not_certify(
    playwright: Playwright, tmp_path: Path
) -> None:
    authority = tmp_path / "authority"
    entropy, now = SystemEntropy(), SystemClock().now()
    files = certify(
        keep_authority(authority, entropy, now=now),
        authority,
        ("kiosk.local", "shop.example"),
        entropy,
        now=now,
    )
    home = lan.believing_home(tmp_path / "home", authority / "ca.crt")
    mapped = ("--host-resolver-rules=MAP * 127.0.0.1",)
    with (
        lan.tls_server(files) as port,
        chromium.launched(playwright, arguments=mapped, environment=home) as browser,
        chromium.watched(browser, chromium.PHONE) as seen,
        pytest.raises(Error, match="ERR_CERT_INVALID"),
    ):
        seen.page.goto(f"https://kiosk.local:{port}/")


@pytest.mark.parametrize("language", ["de", "en", "zh-CN"])
@pytest.mark.parametrize("device", [chromium.SMALL_PHONE, chromium.TABLET], ids=lambda d: d.name)
def test_the_page_about_the_certificate_is_for_everybody(
    browser: Browser,
    network: dict[str, Any],
    language: str,
    device: chromium.Device,
) -> None:
    with chromium.watched(browser, device) as seen:
        seen.page.goto(f"{network['guest-door']['url']}/trust?lang={language}")
        assert inspection.misfits(seen.page) == []
        assert inspection.barriers_in_every_light(seen.page) == []
        assert seen.complaints == []


def test_a_person_compares_the_same_digits_on_both_screens(
    browser: Browser, network: dict[str, Any]
) -> None:
    with chromium.watched(browser, chromium.PHONE) as seen:
        seen.page.goto(network["lan"]["trust_url"])
        expect(seen.page.locator(".fingerprint")).to_have_text(network["lan"]["fingerprint"])
        with seen.page.expect_download() as download:
            seen.page.get_by_role("link", name="Download the certificate").click()
        assert download.value.suggested_filename == "qrpay-demo-ca.crt"
