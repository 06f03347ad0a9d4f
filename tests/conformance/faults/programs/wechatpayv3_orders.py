"""Orders by PyPI's wechatpayv3, unmodified: makes each, queries each, tells what it saw.

Notifications given to it are verified and opened by the SDK; one that it refuses is null.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import requests
from wechatpayv3 import WeChatPay, WeChatPayType

Seen = dict[str, Any]

TOLD: Seen = json.load(sys.stdin)

SHOP = WeChatPay(
    wechatpay_type=WeChatPayType.NATIVE,
    mchid=TOLD["mchid"],
    private_key=TOLD["private_key"],
    cert_serial_no=TOLD["serial_no"],
    apiv3_key=TOLD["apiv3_key"],
    appid=TOLD["appid"],
    notify_url=TOLD["notify_url"],
    public_key=TOLD["public_key"],
    public_key_id=TOLD["public_key_id"],
    timeout=(60, TOLD["timeout"]),
)


def seen(call: Any) -> Seen:
    """Call, and tell the answer or what the SDK raised."""
    try:
        status, message = call()
    except requests.ConnectionError:  # by way of a proxy it has other names, too
        return {"raised": "ConnectionError"}
    except Exception as error:
        return {"raised": type(error).__name__}
    return {"status": status, **(json.loads(message) if message else {})}


def main() -> None:
    """Make and query each order, verify each notification."""
    orders = [
        (
            seen(lambda number=number: SHOP.pay("tea", number, {"total": 1295, "currency": "CNY"})),
            seen(lambda number=number: SHOP.query(out_trade_no=number)),
        )
        for number in TOLD["orders"]
    ]
    opened = [SHOP.callback(each["headers"], each["body"]) for each in TOLD["notifications"]]
    json.dump({"orders": orders, "opened": opened}, sys.stdout)


main()
