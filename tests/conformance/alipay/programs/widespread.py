"""Calls by ``python-alipay-sdk``: reads what to call as JSON, writes what came of each.

Whatever the SDK raises, a forged answer for one, is told by its class's name.
"""

from __future__ import annotations

import json
import sys

from alipay import AliPay, AliPayConfig, DCAliPay


def shop(said):
    keys = {
        "appid": said["app_id"],
        "app_notify_url": None,
        "app_private_key_string": said["private_key"],
        "sign_type": said.get("sign_type", "RSA2"),
    }
    if "app_cert" in said:
        made = DCAliPay(
            app_public_key_cert_string=said["app_cert"],
            alipay_public_key_cert_string=said["alipay_cert"],
            alipay_root_cert_string=said["root_cert"],
            **keys,
        )
    else:
        made = AliPay(
            alipay_public_key_string=said["alipay_public_key"],
            config=AliPayConfig(timeout=said.get("timeout", 15)),
            **keys,
        )
    made._gateway = said["gateway"]
    return made


def outcome(made, name, arguments):
    try:
        return getattr(made, name)(**arguments)
    except Exception as error:
        return {"raised": type(error).__name__, "said": str(error)}


def verified(made, notification):
    sent = dict(notification)
    return made.verify(sent, sent.pop("sign"))


said = json.load(sys.stdin)
made = shop(said)
if "notification" in said:
    answers = [verified(made, said["notification"])]
elif "notifications" in said:
    answers = [verified(made, each) for each in said["notifications"]]
else:
    answers = [outcome(made, name, arguments) for name, arguments in said["calls"]]
json.dump(answers, sys.stdout)
