"""A shop written with PyPI's senweaver-pay, unmodified, from its own README.

Run under the SDK's own interpreter. What it is told comes as JSON on its standard input. It reads
its keys from files, and fetches the platform's certificate itself.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from senweaver_pay import Pay

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


def configure(folder: Path) -> None:
    """Give the SDK its keys as files, as the vendor's portal gives them."""
    for name in ("private_key", "certificate", "public_key"):
        (folder / f"{name}.pem").write_text(TOLD[name])
    by_public_key = {
        "wechat_public_cert_key": TOLD["public_key_id"],
        "wechat_public_cert_path": str(folder / "public_key.pem"),
    }
    shop = {
        "mch_id": TOLD["mchid"],
        "mch_secret_key": TOLD["apiv3_key"],
        "mch_secret_cert": str(folder / "private_key.pem"),
        "mch_public_cert_path": str(folder / "certificate.pem"),
        "mp_app_id": TOLD["appid"],
        "notify_url": TOLD["shop"] + "/notify",
        **by_public_key,
    }
    Pay.config({"wechat": {"default": shop}})


def notified() -> Seen:
    """Wait for a notification."""
    for _ in range(600):
        came: list[Seen] = ask("/notified")
        if came:
            return came[0]
        time.sleep(0.05)
    raise SystemExit("no notification")


def main() -> None:
    """Sell, look, give back, and be told."""
    configure(Path(TOLD["folder"]))
    shop = Pay.wechat()
    tea = {"out_trade_no": "sen-0001", "description": "tea 茶", "amount": {"total": 1295}}
    seen: Seen = {"code_url": shop.scan(tea).qr_code}
    ask("/pay", {"code": seen["code_url"]})
    seen["paid"] = shop.query({"out_trade_no": "sen-0001"}).raw_data
    back = {"refund": 300, "total": 1295, "currency": "CNY"}
    refund = {"out_trade_no": "sen-0001", "out_refund_no": "sen-back-1", "amount": back}
    seen["refund"] = shop.refund(refund).raw_data
    told = notified()
    seen["told"] = shop.callback(told["headers"], told["body"]).data
    try:
        shop.callback(told["headers"], told["body"].replace("id", "ID", 1))
    except Exception as error:
        seen["altered"] = type(error).__name__
    json.dump(seen, sys.stdout)


main()
