"""Page orders: what a shop's page, mini-program or app hands to the wallet instead of a code.

A JSON object with WeChat Pay's signed parameters (``ledger.protocol.wechatpay_wire.page_orders``):

    {"appId": "wx88…", "timeStamp": "1414561699", "nonceStr": "5K82…", "signType": "RSA",
     "package": "prepay_id=wx2014…", "paySign": "oR9d…"}

They go to the provider as they are, who checks the shop's signature and says by which code the
order is paid; from there on it is a code like any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

from ledger.protocol import strict_json
from ledger.protocol.errors.trust import AnswerLost

ADDRESS = "/wechatpay/page-orders"

Post = Callable[[str, bytes], bytes]
"""Posts a form to an address of the provider and gives the answer, or raises its refusal."""


def code_of(post: Post, text: str) -> str:
    """Ask the provider by which code a page order is paid.

    Raises ``OrderNotFound``, ``AppidNotBound``, ``SignatureInvalid``, ``TimestampSkew``,
    ``FieldFormat``, ``AnswerLost``, ``ServiceUnavailable``.
    """
    given = strict_json.load_object(text.encode())
    answer = post(ADDRESS, urlencode({name: str(value) for name, value in given.items()}).encode())
    try:
        return str(json.loads(answer)["prepay_id"])
    except (ValueError, LookupError, TypeError) as error:
        raise AnswerLost("the answer to a page order is none") from error
