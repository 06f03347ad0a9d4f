"""The vendor's own sandbox: its key is asked for once, then every call is signed with it.

What is sold in the sandbox is sold here like everything else, since all of it is play money.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.vendors.wechatpay.registration import sandbox_key
from ledger.faces import Provider
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.faces.wechatpay_v2.mapping import Told


def sign_key(_provider: Provider, _books: Books, call: Call) -> Told:
    """Give the key of the sandbox."""
    return {"sandbox_signkey": sandbox_key(call.key)}
