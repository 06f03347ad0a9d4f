"""Calls by ``alipay-sdk-python``, Alipay's own: reads what to call as JSON, writes what came of it.

``calls`` are the method and its content; the model's class is found by the method's name, as the
SDK's own demonstrations spell it out.
"""

from __future__ import annotations

import base64
import importlib
import json
import logging
import sys
import urllib.request

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa

logging.disable(logging.CRITICAL)


def client(said):
    config = AlipayClientConfig()
    if said["gateway"]:
        config.server_url = said["gateway"]
    config.app_id = said["app_id"]
    config.app_private_key = said["private_key"]
    config.alipay_public_key = said["alipay_public_key"]
    config.sign_type = said.get("sign_type", "RSA2")
    config.charset = said.get("charset", "utf-8")
    return DefaultAlipayClient(alipay_client_config=config)


def named(method):
    return "".join(part.capitalize() for part in method.split("."))


def requested(method, content):
    domain = f"alipay.aop.api.domain.{named(method)}Model"
    model = getattr(importlib.import_module(domain), f"{named(method)}Model")()
    for name, value in content.items():
        setattr(model, name, value)
    module = importlib.import_module(f"alipay.aop.api.request.{named(method)}Request")
    return getattr(module, f"{named(method)}Request")(biz_model=model)


def page(made, method, verb, content, return_url):
    request = requested(method, content)
    if verb == "APP":
        return made.sdk_execute(request)
    request.return_url = return_url
    return made.page_execute(request, http_method=verb)


def outcome(made, method, content, notify_url=None):
    request = requested(method, content)
    if notify_url:
        request.notify_url = notify_url
    try:
        text = made.execute(request)
    except Exception as error:
        return {"raised": type(error).__name__, "said": str(error)}
    module = importlib.import_module(f"alipay.aop.api.response.{named(method)}Response")
    response = getattr(module, f"{named(method)}Response")()
    response.parse_response_content(text)
    return {**json.loads(text), "is_success": response.is_success()}


def downloaded(answer):
    """What the SDK leaves to its caller: fetch the file of a bill."""
    with urllib.request.urlopen(answer["bill_download_url"]) as file:  # noqa: S310 - as it came
        return base64.b64encode(file.read()).decode()


said = json.load(sys.stdin)
if "notification" in said:
    sent = dict(said["notification"])
    sign, _ = sent.pop("sign"), sent.pop("sign_type")
    text = get_sign_content(sent).encode()
    answers = [verify_with_rsa(said["alipay_public_key"], text, sign)]
elif "pages" in said:
    made = client(said)
    answers = [page(made, *each) for each in said["pages"]]
else:
    made = client(said)
    answers = [outcome(made, *call) for call in said["calls"]]
    answers += [downloaded(each) for each in answers if "bill_download_url" in each]
json.dump(answers, sys.stdout)
