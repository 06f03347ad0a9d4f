"""A wallet with its own key takes the provider's newer key, and refuses one that was revoked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, Route, expect

from ledger.protocol import signing
from ledger.protocol.instants import from_text
from ledger.protocol.signing import LEDGER, Algorithm, KeyRecord, KeyStatus, PrivateKey
from ledger.protocol.signing.http_messages import sign_response
from tests.browser import chromium
from tests.browser.wallet_pages import OWN_KEY, Visit, visiting
from tests.kit.answered import Json
from tests.processes.services import FREE_PORTS, Services, nothing_left_running, wait_for
from tests.processes.test_key_rotation import both_have_asked, told

LIAR = PrivateKey.from_seed(Algorithm.ED25519, b"l" * 32)
LONG_AGO = from_text("2026-01-01T00:00:00.000Z")
FAR_OFF = from_text("2036-01-01T00:00:00.000Z")
KEYS = "/v1/keys"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services of one test alone: what becomes of their key nobody else should meet."""
    chromium.program()
    with nothing_left_running(tmp_path):
        made = Services(tmp_path)
        try:
            made.up(*FREE_PORTS)
            yield made
        finally:
            made.down()


@contextmanager
def stopped(services: Services) -> Iterator[None]:
    """The services are stopped for the time of a block."""
    ports = services.ports()
    services.down()
    yield
    services.up(*ports)


def pay(visit: Visit, services: Services) -> None:
    _, link = services.till.new_code(500, "L")
    visit.open_link(link)
    visit.agree()
    visit.expect_outcome("paid")


def expect_standing(visit: Visit, number: int, stands: str) -> None:
    """See how a receipt is told, by its place in the list."""
    visit.page.goto("about:blank")
    visit.go("history")
    visit.tap(visit.page.locator(".list a").nth(number))
    shown = visit.page.locator("[data-standing]")
    expect(shown).to_have_attribute("data-standing", stands)


def asks_for_keys(request: Request) -> bool:
    return f'"target":"{KEYS}"' in (request.post_data or "")


def test_a_newer_key_is_taken_and_what_a_revoked_one_signed_is_told_as_such(
    browser: Browser, services: Services
) -> None:
    (older,) = told(services, "ledger", "keys", "list")
    with visiting(browser, services, OWN_KEY, may_fail=True) as visit:
        pay(visit, services)
        visit.page.goto("about:blank")
        with stopped(services):
            told(services, "ledger", "keys", "announce")
        wait_for("till and wallet to ask for keys", lambda: both_have_asked(services))
        with visit.page.expect_response(lambda answer: asks_for_keys(answer.request)):
            visit.go("")  # the page is opened once between the two steps
        expect(visit.page.locator("#balance")).to_have_text("€95.00")
        visit.page.goto("about:blank")
        told(services, "clock", "--advance", "1d")
        with stopped(services):
            told(services, "ledger", "keys", "rotate")
            told(services, "ledger", "keys", "retire", older["key_id"])
        pay(visit, services)
        for number in range(2):
            expect_standing(visit, number, "holds")
        visit.page.goto("about:blank")
        with stopped(services):
            told(services, "ledger", "keys", "revoke", older["key_id"])
        expect_standing(visit, 0, "holds")
        expect_standing(visit, 1, "revoked")
        told_so = visit.page.get_by_text("the provider has revoked: it proves nothing any more.")
        expect(told_so).to_be_visible()


def test_a_list_of_keys_that_no_known_key_signed_changes_nothing(
    browser: Browser, services: Services
) -> None:
    """Whoever stands in the wallet service's place adds a key of their own and revokes the true."""
    with visiting(browser, services, OWN_KEY) as visit:
        pay(visit, services)
        published = services.ask("ledger", KEYS).json["keys"]
        (true,) = [each for each in published if each["owner"] == LEDGER]
        keys = [*_jwks_of_liar(), {**true, "status": KeyStatus.REVOKED}]
        lies: list[str] = []

        def lie(route: Route) -> None:
            if asks_for_keys(route.request):
                lies.append(KEYS)
                route.fulfill(json=_signed_by_liar(route, keys))
            else:
                route.continue_()

        page = visit.page
        page.route("**/api/browser/relay", lie)
        page.route("**/api/keys", lambda route: route.fulfill(json={"keys": [*_jwks_of_liar()]}))
        with page.expect_request("**/api/keys"):  # by whose word alone the signer is let in
            expect_standing(visit, 0, "holds")
        assert lies
        kept = page.evaluate("Object.entries(JSON.parse(localStorage['qrpay-provider-keys']))")
        assert [(name, key["status"]) for name, key in kept] == [(true["kid"], KeyStatus.ACTIVE)]


def _jwks_of_liar() -> list[Json]:
    public = LIAR.public
    record = KeyRecord(public.key_id, public, LEDGER, KeyStatus.ACTIVE, LONG_AGO, FAR_OFF)
    made: Json = signing.to_jwks([record])
    return list(made["keys"])


def _signed_by_liar(route: Route, keys: list[Json]) -> Json:
    asked = json.loads(route.request.post_data or "{}")
    body = json.dumps({"keys": keys})
    signature = asked["headers"]["signature"]
    signed = sign_response(200, body.encode(), request_signature=signature, key=LIAR, now=LONG_AGO)
    headers = {name.lower(): value for name, value in signed.items()}
    return {"status": 200, "headers": headers, "body": body}
