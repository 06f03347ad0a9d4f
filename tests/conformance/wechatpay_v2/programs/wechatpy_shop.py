"""A shop written with PyPI's wechatpy, unmodified; it says on its standard output what it saw.

Run under the SDK's own interpreter. What it is told comes as JSON on its standard input. The only
thing that leads it here is the class attribute ``API_BASE_URL``, which the SDK has for that.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

Seen = dict[str, Any]

TOLD: Seen = json.load(sys.stdin)
IN_CHINA = dt.timezone(dt.timedelta(hours=8))
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


class LocalPay(WeChatPay):  # type: ignore[misc]
    """The SDK's client at another base address."""

    API_BASE_URL = TOLD["base_url"]


def ask(path: str, body: Seen | None = None) -> Any:
    """Ask the stage: the shop's own address, the payer's wallet."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(TOLD["shop"] + path, data)  # noqa: S310 - the test's own
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def seen_by(pay: WeChatPay, call: Callable[[], Any]) -> Any:
    """Give what a call gives, its sign checked by the SDK, or the exception that it raises."""
    try:
        answer = call()
    except WeChatPayException as error:
        return {"return_code": error.return_code, "code": error.errcode, "words": error.errmsg}
    if isinstance(answer, dict):
        return {**answer, "sign_holds": pay.check_signature(answer)}
    return answer


def notified(count: int) -> list[str]:
    """Wait for so many notifications."""
    for _ in range(300):
        came: list[str] = ask("/notified")
        if len(came) >= count:
            return came
        time.sleep(0.05)
    raise SystemExit(f"not {count} notifications")


def order(pay: WeChatPay, number: str, trade_type: str = "NATIVE", **told: Any) -> Any:
    """Ask for an order of tea."""
    said = {"total_fee": 1295, "attach": "table 7", "client_ip": "127.0.0.1", **told}
    url = TOLD["shop"] + "/notify"
    return seen_by(
        pay,
        lambda: pay.order.create(trade_type, "tea 茶", notify_url=url, out_trade_no=number, **said),
    )


def sell(pay: WeChatPay) -> Seen:
    """Play every call of an order, on the way where all goes well."""
    seen: Seen = {"native": order(pay, "tea-0001")}
    seen["unpaid"] = seen_by(pay, lambda: pay.order.query(out_trade_no="tea-0001"))
    ask("/pay", {"code": seen["native"]["code_url"]})
    seen["paid"] = seen_by(pay, lambda: pay.order.query(out_trade_no="tea-0001"))
    number = seen["paid"]["transaction_id"]
    seen["by_id"] = seen_by(pay, lambda: pay.order.query(transaction_id=number))
    url = TOLD["shop"] + "/notify"
    seen["refund"] = seen_by(
        pay, lambda: pay.refund.apply(1295, 300, "back-1", transaction_id=number, notify_url=url)
    )
    seen["refund_again"] = seen_by(
        pay, lambda: pay.refund.apply(1295, 300, "back-1", out_trade_no="tea-0001")
    )
    seen["refunds"] = [
        seen_by(pay, lambda: pay.refund.query(**by))  # noqa: B023 - called at once
        for by in (
            {"out_refund_no": "back-1"},
            {"refund_id": seen["refund"]["refund_id"]},
            {"out_trade_no": "tea-0001"},
            {"transaction_id": number},
        )
    ]
    paid, refunded = notified(2)
    seen["told_paid"] = pay.parse_payment_result(paid)
    seen["told_whose"] = pay.get_payment_data(paid)
    seen["told_refunded"] = pay.parse_refund_notify_result(refunded)
    seen["jsapi"] = order(pay, "tea-jsapi", "JSAPI", user_id=OPENID)
    seen["jsapi_params"] = pay.jsapi.get_jsapi_params(seen["jsapi"]["prepay_id"])
    seen["app"] = order(pay, "tea-app", "APP")
    seen["app_params"] = pay.order.get_appapi_params(seen["app"]["prepay_id"])
    seen["h5"] = order(pay, "tea-h5", "MWEB", scene_info={"h5_info": {"type": "Wap"}})
    seen["close"] = seen_by(pay, lambda: pay.order.close("tea-h5"))
    seen["closed"] = seen_by(pay, lambda: pay.order.query(out_trade_no="tea-h5"))
    return seen


def collect(pay: WeChatPay) -> Seen:
    """Collect by the code on a phone: at once, with the payer asked, refused, and undone."""

    def scan(number: str, total: int, digits: str | None = None) -> Any:
        digits = digits or ask("/digits", {})["digits"]
        told = {"client_ip": "127.0.0.1", "out_trade_no": number, "attach": "table 7"}
        return seen_by(pay, lambda: pay.micropay.create("tea", total, digits, **told))

    seen: Seen = {"small": scan("code-small", 1295), "large": scan("code-large", 100_001)}
    seen["asked"] = seen_by(pay, lambda: pay.micropay.query(out_trade_no="code-large"))
    ask("/approve", {})
    seen["agreed"] = seen_by(pay, lambda: pay.micropay.query(out_trade_no="code-large"))
    scan("code-no", 100_001)
    ask("/decline", {})
    seen["refused"] = seen_by(pay, lambda: pay.order.query(out_trade_no="code-no"))
    shown = ask("/digits", {})["digits"]
    seen["whose"] = seen_by(pay, lambda: pay.tools.auto_code_to_openid(shown))
    seen["guessed"] = scan("code-guess", 1295, "134567890123456789")
    seen["foreign"] = scan("code-foreign", 1295, "284567890123456789")
    for name in ("small", "large"):
        number = f"code-{name}"
        seen[f"reversed_{name}"] = seen_by(pay, lambda: pay.order.reverse(out_trade_no=number))  # noqa: B023
    seen["revoked"] = seen_by(pay, lambda: pay.order.query(out_trade_no="code-small"))
    seen["again"] = scan("code-small", 1295)
    return seen


def bills(pay: WeChatPay) -> Seen:
    """Sell, give back, let the day pass, and download its bills."""
    for number in ("bill-1", "bill-2"):
        ask("/pay", {"code": order(pay, number)["code_url"]})
    seen_by(pay, lambda: pay.refund.apply(1295, 300, "back-1", out_trade_no="bill-1"))
    today = dt.datetime.now(tz=IN_CHINA).date()
    seen: Seen = {"early": seen_by(pay, lambda: pay.tools.download_bill(today))}
    ask("/tomorrow", {})
    for kind in ("ALL", "SUCCESS", "REFUND"):
        seen[kind] = seen_by(pay, lambda: pay.tools.download_bill(today, kind))  # noqa: B023
    seen["flow"] = seen_by(pay, lambda: pay.tools.download_fundflow(today))
    before = today - dt.timedelta(days=1)
    seen["none"] = seen_by(pay, lambda: pay.tools.download_bill(before))
    return seen


def ask_by_md5(pay: WeChatPay) -> Any:
    """Ask once, which this SDK always does by MD5."""
    return seen_by(pay, lambda: pay.order.query(out_trade_no="nothing"))


PLAYS = {"sell": sell, "collect": collect, "bills": bills, "md5": ask_by_md5}


def main() -> None:
    """Play what is asked for, in the vendor's sandbox where that is asked for."""
    sandbox = bool(TOLD.get("sandbox"))
    pay = LocalPay(TOLD["appid"], TOLD["api_key"], TOLD["mch_id"], sandbox=sandbox)
    json.dump({name: PLAYS[name](pay) for name in TOLD["plays"]}, sys.stdout)


main()
