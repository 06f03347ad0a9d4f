"""Settings come from the environment, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.config import Settings, from_environment
from ledger.kit.settings import SettingInvalid


def test_without_any_variable_everything_has_its_default() -> None:
    settings = from_environment({"HOME": "/home/anna"})
    folder = Path("/home/anna/.local/share/qrpay/ledger")
    assert settings == Settings(data_dir=folder, hosts=settings.hosts)
    assert set(settings.hosts) == {"127.0.0.1", "localhost"}
    assert settings.books_path == folder / "books.db"


def test_each_variable_is_read() -> None:
    settings = from_environment(
        {
            "QRPAY_LEDGER_DATA": "/srv/ledger",
            "QRPAY_LEDGER_HOST": "10.0.0.7",
            "QRPAY_LEDGER_PORT": "0",
            "QRPAY_LEDGER_BACKGROUND": "0",
            "QRPAY_LEDGER_DEMO_WORLD": "0",
            "QRPAY_LEDGER_DEMO_NOTIFY_URL": "http://till/notify",
            "QRPAY_LEDGER_STREAMS_MAX": "7",
            "QRPAY_LEDGER_STREAMS_PER_OWNER_MAX": "2",
            "QRPAY_LEDGER_STREAM_LIFE_S": "60",
            "QRPAY_LEDGER_FX_SPREAD_BPS": "50",
            "QRPAY_LEDGER_HOSTS": "ledger.example,10.0.0.7",
            "QRPAY_LEDGER_NOTIFY_HOSTS": "shop.example",
        }
    )
    assert settings == Settings(
        data_dir=Path("/srv/ledger"),
        host="10.0.0.7",
        port=0,
        background=False,
        demo_world=False,
        demo_notify_url="http://till/notify",
        streams_max=7,
        streams_per_owner_max=2,
        stream_life_s=60,
        fx_spread_bps=50,
        hosts=("ledger.example", "10.0.0.7"),
        notify_hosts=("shop.example",),
    )


def test_the_folder_and_the_till_are_shared_with_the_other_parties() -> None:
    settings = from_environment({"QRPAY_HOME": "/srv", "QRPAY_POS_URL": "http://127.0.0.1:9001"})
    assert settings.data_dir == Path("/srv/ledger")
    assert settings.demo_notify_url == "http://127.0.0.1:9001/notify"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "65536"), ("PORT", "-1"), ("PORT", "８４００"), ("BACKGROUND", "yes"),
     ("STREAMS_MAX", "many"), ("FX_SPREAD_BPS", "10001")],
)  # fmt: skip
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=f"QRPAY_LEDGER_{name}"):
        from_environment({f"QRPAY_LEDGER_{name}": value})
