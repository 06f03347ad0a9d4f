"""A shop written with PyPI's wechatpayv3, unmodified; it says on its standard output what it saw.

Run under the SDK's own interpreter. What it is told comes as JSON on its standard input.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import time
import urllib.request
from typing import Any

from wechatpayv3 import WeChatPay, WeChatPayType

Seen = dict[str, Any]

TOLD: Seen = json.load(sys.stdin)


def ask(path: str, body: Seen | None = None) -> Any:
    """Ask the stage: the shop's own address, the payer's phone."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(TOLD["shop"] + path, data)  # noqa: S310 - the test's own
    request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer:
        return json.load(answer)


def pay_by(*, public_key: bool) -> WeChatPay:
    """Build the SDK's client for one key regime, and for a service provider where told."""
    keys = {"public_key": TOLD["public_key"], "public_key_id": TOLD["public_key_id"]}
    return WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=TOLD["mchid"],
        private_key=TOLD["private_key"],
        cert_serial_no=TOLD["serial_no"],
        apiv3_key=TOLD["apiv3_key"],
        appid=TOLD["appid"],
        notify_url=TOLD["shop"] + "/notify",
        partner_mode=TOLD.get("partner", False),
        **(keys if public_key else {}),
    )


def read(answer: tuple[int, str]) -> list[Any]:
    """Give status and body of an answer that the SDK has verified."""
    status, message = answer
    return [status, json.loads(message) if message else {}]


def notified(shop: WeChatPay, count: int) -> list[Any]:
    """Wait for so many notifications and let the SDK verify and open each."""
    for _ in range(200):
        came = ask("/notified")
        if len(came) >= count:
            return [shop.callback(each["headers"], each["body"]) for each in came]
        time.sleep(0.05)
    raise SystemExit(f"not {count} notifications")


def sell(shop: WeChatPay) -> Seen:
    """Play every call, on the way where all goes well."""
    sub = {"sub_mchid": TOLD["sub_mchid"]} if TOLD.get("partner") else {}
    amount = {"total": 1295, "currency": "CNY"}
    seen: Seen = {}
    seen["native"] = read(shop.pay("tea 茶", "tea-0001", amount, attach="table 7", **sub))
    seen["unpaid"] = read(shop.query(out_trade_no="tea-0001", **sub))
    ask("/pay", {"code": seen["native"][1]["code_url"]})
    seen["paid"] = read(shop.query(out_trade_no="tea-0001", **sub))
    number = seen["paid"][1]["transaction_id"]
    seen["by_id"] = read(shop.query(transaction_id=number, **sub))
    seen["close_paid"] = read(shop.close("tea-0001", **sub))
    back = {"refund": 300, "total": 1295, "currency": "CNY"}
    seen["refund"] = read(shop.refund("back-1", back, transaction_id=number, reason="cold", **sub))
    seen["refund_again"] = read(shop.refund("back-1", back, out_trade_no="tea-0001", **sub))
    seen["refunded"] = read(shop.query_refund("back-1", **sub))
    seen["notified"] = notified(shop, 2)
    for name, kind in (("jsapi", WeChatPayType.JSAPI), ("app", WeChatPayType.APP)):
        payer = {"payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}} if name == "jsapi" else {}
        made = shop.pay("tea", f"tea-{name}", amount, pay_type=kind, **payer, **sub)
        seen[name] = read(made)
    scene = {"payer_client_ip": "14.23.150.211", "h5_info": {"type": "Wap"}}
    seen["h5"] = read(
        shop.pay("tea", "tea-h5-1", amount, pay_type=WeChatPayType.H5, scene_info=scene, **sub)
    )
    seen["close"] = read(shop.close("tea-h5-1", **sub))
    seen["closed"] = read(shop.query(out_trade_no="tea-h5-1", **sub))
    return seen


def collect(shop: WeChatPay) -> Seen:
    """Collect by the code on a phone: at once, with the payer asked, and undone."""
    sub = {"sub_mchid": TOLD["sub_mchid"]} if TOLD.get("partner") else {}
    store = {"store_info": {"id": "1"}}
    seen: Seen = {}
    for name, total in (("small", 1295), ("large", 100_001)):
        seen[name] = read(
            shop.pay(
                "tea",
                f"code-{name}",
                {"total": total, "currency": "CNY"},
                payer={"auth_code": ask("/digits", {})["digits"]},
                scene_info=store,
                pay_type=WeChatPayType.CODEPAY,
                **sub,
            )
        )
    seen["asked"] = read(shop.query(out_trade_no="code-large", **sub))
    ask("/approve", {})
    seen["agreed"] = read(shop.query(out_trade_no="code-large", **sub))
    for name in ("small", "large"):
        seen[f"reversed_{name}"] = read(shop.codepay_reverse(f"code-{name}", **sub))
    seen["revoked"] = read(shop.query(out_trade_no="code-small", **sub))
    return seen


def order(shop: WeChatPay) -> Seen:
    """Make one order."""
    return order_as(shop, TOLD["number"])


def order_as(shop: WeChatPay, number: str) -> Seen:
    """Make an order, and tell what the SDK thought of the answer."""
    try:
        return {"answer": read(shop.pay("tea", number, {"total": 1295}))}
    except Exception as error:
        return {"stopped": type(error).__name__}


def rotate(shop: WeChatPay) -> Seen:
    """Go on selling while the platform's certificate changes, and be probed now and then."""
    seen: Seen = {"before": order_as(shop, "rotate-1")}
    ask("/rotate", {})
    seen["after"] = order_as(shop, "rotate-2")
    ask("/pay", {"code": seen["after"]["answer"][1]["code_url"]})
    seen["notified"] = notified(shop, 1)
    ask("/probe", {})
    seen["probed"] = order_as(shop, "rotate-3")
    return seen


def bills(shop: WeChatPay) -> Seen:
    """Download yesterday's bills in both packings, each against the hash it was announced with."""
    seen: Seen = {}
    asked = {
        "all": shop.trade_bill(TOLD["days"]["day"], tar_type="GZIP"),
        "refunds": shop.trade_bill(TOLD["days"]["day"], bill_type="REFUND", tar_type=""),
        "flow": shop.fundflow_bill(TOLD["days"]["day"]),
    }
    for name, answer in asked.items():
        told = read(answer)[1]
        status, content = shop.download_bill(told["download_url"])
        raw = content if isinstance(content, bytes) else content.encode()
        plain = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
        holds = hashlib.sha1(plain).hexdigest() == told["hash_value"]  # noqa: S324 - the vendor's
        seen[name] = {"status": status, "holds": holds, "text": plain.decode()}
    seen["today"] = read(shop.trade_bill(TOLD["days"]["today"]))
    seen["before"] = read(shop.trade_bill("2026-01-01"))
    return seen


def elsewhere(shop: WeChatPay) -> Seen:
    """Ask to send a refund elsewhere, with name and account encrypted by the SDK."""
    ask("/pay", {"code": read(shop.pay("tea", "lost-1", {"total": 1295}))[1]["code_url"]})
    refund = read(shop.refund("lost-1", {"refund": 1, "total": 1295}, out_trade_no="lost-1"))[1]
    where = {"bank_type": "ICBC_DEBIT", "bank_account": "6222020200012345678", "real_name": "张三"}
    asked = shop.abnormal_refund(refund["refund_id"], "lost-1", "USER_BANK_CARD", **where)
    return {"asked": read(asked), "refund": read(shop.query_refund("lost-1"))}


def main() -> None:
    """Play what is asked for, by the key regime that is asked for, if the SDK can begin."""
    try:
        shop = pay_by(public_key=TOLD["public_key_mode"])
    except Exception as error:
        json.dump({"stopped": str(error)}, sys.stdout)
        return
    json.dump({name: PLAYS[name](shop) for name in TOLD["plays"]}, sys.stdout)


PLAYS = {
    "sell": sell,
    "collect": collect,
    "order": order,
    "rotate": rotate,
    "bills": bills,
    "elsewhere": elsewhere,
}


main()
