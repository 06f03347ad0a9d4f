"""The rate at which a foreign price is asked for in yuan."""

from __future__ import annotations

from dataclasses import replace

import flask
import pytest

from ledger.faces.wechatpay_v2 import routes
from ledger.kit import web
from ledger.protocol import records
from tests.faces.wechatpay_v2.xml_shop import Answer, XmlShop

TODAY = "20261122"


def rate(shop: XmlShop, fee_type: str = "EUR", date: str = TODAY) -> Answer:
    return shop.call("/pay/queryexchagerate", fee_type=fee_type, date=date)


@pytest.mark.parametrize(
    ("fee_type", "told"),
    [
        ("EUR", "781250000"),  # 7.8125 yuan
        ("JPY", "4807692"),  # 162.50 yen are a euro; a yen has no minor unit
        ("BHD", "1953125000"),  # 0.400 dinar are a euro; a dinar has three decimals
        ("CNY", "100000000"),
    ],
)
def test_a_whole_unit_of_any_currency_is_told_in_yuan(
    shop: XmlShop, fee_type: str, told: str
) -> None:
    answer = rate(shop, fee_type)
    assert answer["result_code"] == "SUCCESS"
    assert (answer["fee_type"], answer["rate_time"], answer["rate"]) == (fee_type, TODAY, told)


def test_what_exchanging_earns_is_in_it(shop: XmlShop) -> None:
    dearer, rates = flask.Flask("dearer"), records.replace(shop.rates, spread_bps=100)
    web.install(dearer, "dearer")
    routes.install(dearer, replace(shop.provider, rates=rates))
    shop.http = dearer.test_client()
    assert rate(shop)["rate"] == "789062500"


@pytest.mark.parametrize(
    ("fee_type", "date", "code"),
    [
        ("EUR", "20261123", "PARAM_ERROR"),
        ("EUR", "20261341", "PARAM_ERROR"),
        ("EUR", "2026-11-22", "PARAM_ERROR"),
        ("EUR", "", "LACK_PARAMS"),
        ("", TODAY, "LACK_PARAMS"),
        ("XXX", TODAY, "PARAM_ERROR"),
        ("SEK", TODAY, "PARAM_ERROR"),
    ],
)
def test_a_rate_that_nobody_can_tell_is_refused(
    shop: XmlShop, fee_type: str, date: str, code: str
) -> None:
    assert rate(shop, fee_type, date)["err_code"] == code


def test_the_nonce_is_not_needed(shop: XmlShop) -> None:
    answer = shop.call("/pay/queryexchagerate", fee_type="EUR", date=TODAY, nonce_str="")
    assert answer["rate"] == "781250000"
