"""The parts lean on each other only as the tables in ``arrows.py`` say."""

from __future__ import annotations

import pytest

from tests.tidy.arrows import forbidden_arrows, used_elsewhere
from tests.tidy.source import CODE, Source, expect_nothing

BREAKS = [
    ("pos/till.py", "from ledger.core import payments"),
    ("pos/till.py", "import ledger.store"),
    ("pos/till.py", "import wallet"),
    ("wallet/scan.py", "from pos.till import Sale"),
    ("ledger/__init__.py", "from ledger.protocol import money"),
    ("ledger/protocol/money.py", "from ledger.kit.clock import Clock"),
    ("ledger/kit/web.py", "from ledger.core import ports"),
    ("ledger/client.py", "from ledger.core import ports"),
    ("ledger/core/payments.py", "from ledger import store"),
    ("ledger/faces/native/routes.py", "from ledger.store import embedded"),
    ("ledger/app.py", "import pos.app"),
]

USED_ELSEWHERE = [
    ("pos/web/routes.py", "import qrcode"),
    ("pos/web/routes.py", "from PIL import Image"),
    ("ledger/core/payments.py", "import time"),
    ("ledger/cli/up.py", "from time import time"),
    ("ledger/kit/transport.py", "import time\ntime.time()"),
    ("pos/till.py", "import datetime\ndatetime.datetime.now()"),
    ("pos/till.py", "from datetime import datetime\ndatetime.now()"),
    ("pos/till.py", "from datetime import datetime as d\nclock = d.now"),
    ("pos/till.py", "import os\nos.environ['HOME']"),
    ("pos/till.py", "from os import environ"),
    ("ledger/kit/entropy.py", "import random"),
    ("wallet/vault.py", "import secrets"),
    ("wallet/vault.py", "import os\nos.urandom(16)"),
    ("ledger/store/books.py", "import sqlite3"),
    ("ledger/core/journal.py", "import apsw"),
    ("ledger/client.py", "import urllib.request"),
]

ALLOWED = [
    ("pos/till.py", "from ledger.protocol.money import Money\nfrom ledger.kit import clock"),
    ("wallet/store.py", "import apsw\nfrom wallet import vault"),
    ("ledger/app.py", "from ledger.store import open_store\nimport ledger.faces.native.routes"),
    ("ledger/kit/entropy.py", "import secrets"),
    ("ledger/kit/clock.py", "import time\ntime.time_ns()"),
    ("ledger/cli/up.py", "import time\ntime.sleep(1)"),
    ("ledger/config.py", "import os\nos.environ"),
    ("ledger/core/limits.py", "import datetime\nfrom datetime import timedelta"),
]


def test_no_part_imports_what_it_may_not() -> None:
    expect_nothing(forbidden_arrows, CODE)


def test_what_has_one_place_is_used_only_there() -> None:
    expect_nothing(used_elsewhere, CODE)


@pytest.mark.parametrize(("path", "text"), BREAKS)
def test_a_forbidden_arrow_is_found(path: str, text: str) -> None:
    assert forbidden_arrows(Source(path, text)) != []


@pytest.mark.parametrize(("path", "text"), USED_ELSEWHERE)
def test_a_use_in_the_wrong_place_is_found(path: str, text: str) -> None:
    assert used_elsewhere(Source(path, text)) != []


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_an_allowed_import_is_left_alone(path: str, text: str) -> None:
    source = Source(path, text)
    assert forbidden_arrows(source) + used_elsewhere(source) == []


def test_a_new_part_of_the_provider_needs_a_row() -> None:
    with pytest.raises(AssertionError, match=r"ledger\.novelty has no row"):
        forbidden_arrows(Source("ledger/novelty.py", ""))
