"""A wallet service learns of the provider's next key, though nobody scans or pays meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from ledger import app as ledger_app
from ledger import config as ledger_config
from ledger.app import ledger_of
from ledger.core.parties import keys
from ledger.kit.entropy import SeededEntropy
from ledger.kit.transport import Response, Stream
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.instants import DAY, MINUTE
from ledger.protocol.signing import LEDGER, Algorithm, PrivateKey
from tests.wallet.world import LEDGER_URL, World
from wallet.device.key_watch import KeyWatch

NEXT_SEED = bytes(range(32))
NEXT = PrivateKey.from_seed(Algorithm.ED25519, NEXT_SEED)


@pytest.fixture
def watch(world: World) -> KeyWatch:
    phones = world.phones
    return KeyWatch(phones.knowledge, phones.connect, world.clock, SeededEntropy("watch"))


def announce(world: World) -> None:
    with ledger_of(world.ledger).store.transaction() as books:
        keys.admit_ledger_key(books, public_key=NEXT.public, now=world.clock.now())


def rotate(world: World) -> None:
    """The provider is started again with the announced key."""
    settings = ledger_config.Settings(data_dir=world.folder / "ledger", background=False)
    settings.signing_key_path.write_text(f"{NEXT_SEED.hex()}\n")
    world.ledger = ledger_app.create_app(
        settings,
        store=ledger_of(world.ledger).store,  # type: ignore[arg-type]
        clock=world.clock,
        entropy=SeededEntropy("ledger again"),
    )
    world.network.inner = WsgiTransport({LEDGER_URL: world.ledger})


def asked(world: World) -> int:
    return len(world.network.bodies("GET", "/v1/keys"))


def is_online(world: World) -> bool:
    return bool(world.get("/api/wallets/anna").json["is_online"])


def knows(world: World) -> bool:
    return world.phones.knowledge.remembered().find(NEXT.public.key_id) is not None


def test_who_asks_once_a_day_believes_the_next_key(world: World, watch: KeyWatch) -> None:
    watch.look()
    announce(world)
    assert not knows(world)
    world.clock.advance(DAY)
    watch.look()
    rotate(world)
    assert is_online(world)
    paid = world.approve("anna", world.scan("anna", world.till().code(1295)))
    assert paid.json["outcome"] == "paid"
    (receipt,) = paid.json["receipts"]
    assert (receipt["signed"]["key_id"], receipt["verifies"]) == (NEXT.public.key_id, True)


def test_who_has_not_asked_in_time_believes_no_answer(world: World, watch: KeyWatch) -> None:
    watch.look()
    announce(world)
    world.clock.advance(DAY)
    rotate(world)
    watch.look()
    assert not is_online(world)
    assert not knows(world)


def test_it_asks_at_the_start_and_then_once_a_day(world: World, watch: KeyWatch) -> None:
    before = asked(world)
    for _ in range(3):
        watch.look()
        world.clock.advance(MINUTE)
    assert asked(world) == before + 1
    world.clock.advance(DAY)
    for _ in range(3):
        watch.look()
    assert asked(world) == before + 2


def test_who_gets_no_answer_asks_again(world: World, watch: KeyWatch) -> None:
    announce(world)
    world.network.is_cut = True
    watch.look()
    world.network.is_cut = False
    watch.look()
    assert knows(world)


def test_wallets_that_are_locked_are_no_hindrance(world: World) -> None:
    world.restart(demo_world=False)
    assert world.get("/api/wallets/anna").json["is_locked"]
    announce(world)
    phones = world.phones
    KeyWatch(phones.knowledge, phones.connect, world.clock, SeededEntropy("watch")).look()
    assert knows(world)


@dataclass
class Liar:
    """Puts a key of its own among the provider's."""

    inner: WsgiTransport

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        answer = self.inner.request(method, url, headers, body)
        theirs = answer.body.replace(b'{"keys":[', b'{"keys":[' + self._own(answer.body))
        return Response(answer.status, answer.headers, theirs)

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        return self.inner.stream(url, headers)

    def _own(self, body: bytes) -> bytes:
        first = body.removeprefix(b'{"keys":[').partition(b"}")[0].decode()
        assert LEDGER in first
        known = first.partition('"kid":"')[2][:8]
        return first.replace(known, NEXT.public.key_id).encode() + b"},"


def test_a_key_that_no_known_key_tells_of_is_not_believed(world: World, watch: KeyWatch) -> None:
    world.network.inner = Liar(world.network.inner)  # type: ignore[assignment]
    before = world.phones.knowledge.fetched_at()
    watch.look()
    assert not knows(world)
    assert world.phones.knowledge.fetched_at() == before
