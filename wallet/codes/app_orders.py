"""Order strings: what a shop's app hands to a wallet app instead of a code.

``sdkExecute`` of Alipay's SDKs gives a query that the shop's server has signed:

    app_id=2021…&biz_content=%7B…%7D&method=alipay.trade.app.pay&…&sign=…

It goes to the provider as it is, who checks it and says by which code the order is paid; from there
on it is a code like any other. What passes between Alipay's own SDK and app is not published.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

from ledger.protocol.errors.codes import QrNotPayable
from ledger.protocol.errors.trust import AnswerLost
from wallet.codes.page_orders import Post

GATEWAY = "/gateway.do"
METHODS = frozenset({"alipay.trade.app.pay", "alipay.fund.auth.order.app.freeze"})

_FIELDS = re.compile(r"[A-Za-z_]+=", re.ASCII)


def is_one(text: str) -> bool:
    """Tell whether a text is an order string.

    >>> is_one("app_id=2021&method=alipay.trade.app.pay&sign=YQ%3D%3D")
    True
    >>> is_one("https://qr.alipay.com/bax?method=alipay.trade.app.pay")
    False
    """
    if not _FIELDS.match(text) or not text.isascii():
        return False
    return any(each in METHODS for each in parse_qs(text).get("method", []))


def code_of(post: Post, text: str) -> str:
    """Ask the provider by which code an order string is paid.

    Raises ``QrNotPayable`` for one that it refuses, ``AnswerLost``, ``ServiceUnavailable``.
    """
    answer = post(GATEWAY, text.encode("ascii"))
    try:
        envelope = json.loads(answer)
        node = next(node for name, node in envelope.items() if name.endswith("_response"))
        said = {name: value for name, value in node.items() if isinstance(value, str)}
    except (ValueError, AttributeError, StopIteration) as error:
        raise AnswerLost("the answer to an order string is none") from error
    code = said.get("qr_code") or said.get("code_value")
    if code is None:
        raise QrNotPayable(f"{said.get('sub_code', 'paid already')} {said.get('sub_msg', '')}")
    return code
