"""docs/use/ledger.md names every setting and everybody in the demo world, as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ledger.config import Settings, from_environment
from ledger.core.books.fx import SANDBOX_RATES
from ledger.ops import seed
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "use" / "ledger.md").read_text("utf-8")


class Asked(Mapping[str, str]):
    """An empty environment that remembers which variables were asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_every_setting_is_on_the_page_and_no_other() -> None:
    asked = Asked()
    from_environment(asked)
    read = {name for name in asked.names if name.startswith("QRPAY_LEDGER_")}
    assert set(re.findall(r"QRPAY_LEDGER_\w+", PAGE)) == read


def test_the_defaults_are_those_of_the_code() -> None:
    defaults = {
        "STREAMS_MAX": Settings.streams_max,
        "STREAMS_PER_OWNER_MAX": Settings.streams_per_owner_max,
        "STREAM_LIFE_S": Settings.stream_life_s,
        "FX_SPREAD_BPS": Settings.fx_spread_bps,
    }
    for name, value in defaults.items():
        assert f"| `QRPAY_LEDGER_{name}` | `{value}` |" in PAGE
    assert f"`{Settings.host}`, `{Settings.port}`" in PAGE


def test_everybody_of_the_demo_world_is_on_the_page() -> None:
    for payer in seed.PAYERS:
        row = f"| {payer.display_name} | {payer.balance} {payer.currency} | `{payer.token}` |"
        assert row in PAGE
    for till in seed.TILLS:
        merchant_id, terminal_id = till.terminal.merchant_id, till.terminal.terminal_id
        assert f"`{merchant_id}` | `{terminal_id}` | `{till.token}` |" in PAGE
    assert PAGE.count("`demo-") == len(seed.PAYERS) + len(seed.TILLS)


def test_the_rates_are_those_of_the_code() -> None:
    told = {"CNY": "7.8125 yuan", "JPY": "162.50 yen", "BHD": "0.4 dinar"}
    for code, words in told.items():
        numerator, denominator = SANDBOX_RATES.per_euro[code]
        assert words in PAGE
        assert float(words.split()[0]) == numerator / denominator
