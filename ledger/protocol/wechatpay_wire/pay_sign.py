r"""What a shop's page or app hands to the wallet, signed with the merchant's key.

Four lines, each ended by a line feed: appid, time, nonce, and what is to be paid. A page and a
mini-program name it ``prepay_id=wx…`` and send the signature as ``paySign``; an app names the
bare prepay id and sends it as ``sign``. Source: pay.weixin.qq.com, JSAPI and App payment,
"invoking the payment".

    >>> page_text("wx8888888888888888", "1414561699", "5K8264", "wx201410272009395522")
    b'wx8888888888888888\n1414561699\n5K8264\nprepay_id=wx201410272009395522\n'
    >>> app_text("wx8888888888888888", "1414561699", "5K8264", "wx201410272009395522")
    b'wx8888888888888888\n1414561699\n5K8264\nwx201410272009395522\n'
"""

from __future__ import annotations


def page_text(appid: str, timestamp: str, nonce: str, prepay_id: str) -> bytes:
    """Spell what a page or a mini-program signs."""
    return app_text(appid, timestamp, nonce, f"prepay_id={prepay_id}")


def app_text(appid: str, timestamp: str, nonce: str, prepay_id: str) -> bytes:
    """Spell what an app signs."""
    return f"{appid}\n{timestamp}\n{nonce}\n{prepay_id}\n".encode()
