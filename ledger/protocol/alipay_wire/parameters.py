"""V2's string to sign: all parameters but the signature, sorted, joined as ``name=value&…``.

The values are those that arrived, decoded from their percent signs and nothing else: a
``biz_content`` is the very text that was sent, never JSON written anew. Sorting goes by the name's
bytes. What arrived and is not known counts as well, so that an SDK may add what it likes.

Empty values are the one point in which SDKs differ: those for Java leave them out, a recent one for
PHP signs what it sends. So a call holds if either does (``call_texts``).

A notification, and the parameters a browser brings back from the cashier, leave ``sign_type`` out
as well (``notice_text``); a genuine notification of the production system holds only so.

    >>> call_texts({"b": "2", "sign": "…", "a": "", "B": "1=&"})
    ('B=1=&&b=2', 'B=1=&&a=&b=2')
    >>> notice_text({"trade_no": "1", "sign_type": "RSA2", "sign": "…", "body": ""})
    'trade_no=1'
"""

from __future__ import annotations

from collections.abc import Mapping

SIGN = "sign"
SIGN_TYPE = "sign_type"


def joined(parameters: Mapping[str, str]) -> str:
    """Join parameters in the order of their names' bytes."""
    # Text sorts as its bytes in UTF-8 do.
    return "&".join([f"{name}={parameters[name]}" for name in sorted(parameters)])


def call_texts(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Give what a caller may have signed: without empty values, and with them if there are any."""
    signed = {name: value for name, value in parameters.items() if name != SIGN}
    filled = joined({name: value for name, value in signed.items() if value})
    return (filled,) if all(signed.values()) else (filled, joined(signed))


def notice_text(parameters: Mapping[str, str]) -> str:
    """Give what is signed of a notification or a return."""
    return joined(
        {
            name: value
            for name, value in parameters.items()
            if value and name not in (SIGN, SIGN_TYPE)
        }
    )
