"""An order string is known by its method, and leads to the code that the provider answers."""

from __future__ import annotations

import pytest

from wallet.codes import app_orders

ORDER_STRING = "app_id=2021&biz_content=%7B%7D&method=alipay.trade.app.pay&sign=YQ%3D%3D"


@pytest.mark.parametrize(
    "text",
    [
        "https://qr.alipay.com/bax0?method=alipay.trade.app.pay",
        ORDER_STRING.replace("app.pay", "refund"),
        ORDER_STRING.replace("app_id=2021", "app_id=20\u00e921"),
        "280000000000000000",
        "",
        "&".join(f"a{n}=1" for n in range(150)),
    ],
)
def test_what_an_app_does_not_hand_over_is_no_order_string(text: str) -> None:
    assert not app_orders.is_one(text)


def test_an_order_string_is_known_wherever_its_method_stands() -> None:
    assert app_orders.is_one(ORDER_STRING)
    assert app_orders.is_one("&".join(reversed(ORDER_STRING.split("&"))))
