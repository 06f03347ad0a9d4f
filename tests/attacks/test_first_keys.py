"""Somebody is in between when a wallet fetches the provider's keys for the first time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ledger.app import ledger_of
from ledger.kit.transport import Response, Stream, Transport
from ledger.ops.keys import pinned
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.instants import DAY, Instant
from ledger.protocol.signing import (
    LEDGER,
    Algorithm,
    KeyRecord,
    KeyStatus,
    PrivateKey,
    to_jwks,
)
from tests.wallet.world import World

THIEF = PrivateKey.from_seed(Algorithm.ED25519, b"t" * 32).public
ENROL = {"name": "anna", "token": "demo-wallet-anna", "pin": "280601"}


class AddsAKey:
    """Lets everything through, and adds a key of his own to the keys that are fetched unsigned."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        answer = self._inner.request(method, url, headers, body)
        if not url.endswith("/v1/keys") or "Signature" in headers:
            return answer
        forever = (Instant(0), Instant(100 * 365 * DAY))
        record = KeyRecord(THIEF.key_id, THIEF, LEDGER, KeyStatus.ACTIVE, *forever)
        added = json.loads(json.dumps(to_jwks([record])))["keys"]
        keys = json.loads(answer.body)["keys"] + added
        return Response(answer.status, answer.headers, json.dumps({"keys": keys}).encode())

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        return self._inner.stream(url, headers)


def test_beside_a_pinned_key_no_other_is_believed_on_first_use(tmp_path: Path) -> None:
    world = World(tmp_path, is_cut=True, demo_world=False)
    provider_key = ledger_of(world.ledger).provider.signing_key.public
    world.restart(ledger_key=pinned(provider_key))
    world.network.is_cut = False
    world.network.inner = AddsAKey(world.network.inner)  # type: ignore[assignment]
    till = world.till()
    code = till.code()
    assert world.post("/api/wallets", ENROL).status == 201

    believed = world.phones.knowledge.remembered()
    now = world.clock.now()
    assert believed.require(provider_key.key_id, at=now, owner=LEDGER).public_key == provider_key
    with pytest.raises(KeyUnknown):
        believed.require(THIEF.key_id, at=now)
    # The shops' keys come in an answer that the pinned key has signed.
    assert world.scan("anna", code).status == 200
    world.close()
