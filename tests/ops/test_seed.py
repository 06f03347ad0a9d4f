"""The demo world is there after the first start, and only once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.core.parties import enrolment
from ledger.core.queries import balance
from ledger.kit.entropy import SeededEntropy
from ledger.ops import seed
from ledger.ops.audit import audit
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.money import to_decimal
from ledger.protocol.signing import Algorithm, PrivateKey
from ledger.store import MEMORY, BooksFile, open_store

NOW = Instant(1_795_348_800_000)
NOTIFY_URL = "http://127.0.0.1:8401/notify"


@pytest.fixture
def store() -> Iterator[BooksFile]:
    made = open_store(MEMORY)
    assert plant(made)
    yield made
    assert audit(made) == []
    made.close()


def plant(store: BooksFile) -> bool:
    """Let the demo world in."""
    entropy = SeededEntropy("seed")
    with store.transaction() as books:
        return seed.seed(
            books, notify_url=NOTIFY_URL, now=NOW, ids=IdSource(entropy), entropy=entropy
        )


def test_five_people_have_what_the_demo_says(store: BooksFile) -> None:
    with store.reading() as books:
        found = {
            payer.display_name: (
                payer.currency.code,
                to_decimal(balance(books, payer_id=payer.payer_id)),
            )
            for payer in books.directory.payers()
        }
    assert found == {
        "Li Wei": ("CNY", "5000.00"),
        "Anna": ("EUR", "200.00"),
        "Chen Jing": ("CNY", "80.00"),
        "Yuki": ("JPY", "30000"),
        "Omar": ("BHD", "50.000"),
    }


def test_the_drugstore_has_two_tills_and_listens_where_it_was_said(store: BooksFile) -> None:
    with store.reading() as books:
        drogerie = books.directory.merchant("M2088DEMO000001")
        assert drogerie is not None
        assert (drogerie.name, drogerie.city, drogerie.mcc) == ("Demo Drogerie", "Berlin", "5912")
        assert drogerie.notify_url == NOTIFY_URL
        tills = [till.terminal_id for till in books.directory.terminals("M2088DEMO000001")]
        kiosk = books.directory.merchant("M2088DEMO000002")
        assert kiosk is not None
        assert kiosk.notify_url == ""
    assert tills == ["T01", "T02"]


def test_seeding_again_changes_nothing(store: BooksFile) -> None:
    with store.reading() as books:
        before = books.directory.payers()
    assert not plant(store)
    with store.reading() as books:
        assert books.directory.payers() == before


def test_every_token_lets_its_own_party_in(store: BooksFile) -> None:
    entropy = SeededEntropy("keys")
    ids = IdSource(entropy)
    with store.transaction() as books:
        for till in seed.TILLS:
            key = PrivateKey.from_seed(Algorithm.ED25519, entropy(32)).public
            enrolled = enrolment.enrol_terminal(
                books, token=till.token, algorithm=key.algorithm, public_key=key.raw, now=NOW
            )
            assert enrolled.terminal == till.terminal
        for payer in seed.PAYERS:
            key = PrivateKey.from_seed(Algorithm.ED25519, entropy(32)).public
            device = enrolment.enrol_device(
                books,
                token=payer.token,
                algorithm=key.algorithm,
                public_key=key.raw,
                code_secret=entropy(32),
                now=NOW,
                ids=ids,
            )
            assert device.payer.display_name == payer.display_name


def test_two_worlds_share_no_secret() -> None:
    secrets = set()
    for name in ("one", "two"):
        store = open_store(MEMORY)
        entropy = SeededEntropy(name)
        with store.transaction() as books:
            seed.seed(books, notify_url="", now=NOW, ids=IdSource(entropy), entropy=entropy)
            secrets |= {payer.pairwise_secret for payer in books.directory.payers()}
        store.close()
    assert len(secrets) == 2 * len(seed.PAYERS)
