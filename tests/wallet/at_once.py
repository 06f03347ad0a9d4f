"""Paying at once, as the tests say it: a till that shows codes without asking, a payer who pays."""

from __future__ import annotations

from tests.wallet.shop import DROGERIE
from tests.wallet.world import Answer, Json, World

PRICE = 1295
NAME = "Demo Drogerie"


def code(world: World, minor: int = PRICE) -> str:
    """Show a code of which the provider has not heard; the till's key must be enrolled."""
    now = world.clock.now()
    return DROGERIE.dynamic(minor, request_id=world.ids.body(now), issued_at=now)


def pay(world: World, text: str, minor: int = PRICE, name: str = "anna", **said: Json) -> Answer:
    """Pay a code at once, having seen what it says."""
    seen = {"amount_minor": minor, "currency": "EUR", "payee_name": NAME}
    return world.post("/api/payments", {"wallet": name, "text": text, **seen, **said})


def look(world: World, text: str, name: str = "anna") -> Answer:
    """Ask what a code would cost, before agreeing to it."""
    return world.post(f"/api/wallets/{name}/look", {"text": text})


def consents(world: World) -> list[bytes]:
    """Give the bodies of the calls that brought consents with their codes."""
    return world.network.bodies("POST", "/v1/authorisations")
