"""Receivers of shares (分账关系): bound, unbound and listed by ``alipay.trade.royalty.relation.*``.

A receiver is another merchant of these books. It is named by its sixteen digits (``userId``), or by
the login name that the platform made up for it (``loginName``), and then by its name, too. Up to
twenty are bound by one call, all or none; to bind or unbind what is so already is a success.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.core.ports import Books
from ledger.core.records.parties import Merchant
from ledger.core.sharing import receivers
from ledger.faces.alipay import numbers, wording
from ledger.faces.alipay.calls.call import Call, Outcome
from ledger.faces.alipay.calls.content import Content
from ledger.faces.alipay.calls.refusals import business
from ledger.protocol.alipay_wire.nodes import Value

USER_ID: Final = "userId"
LOGIN_NAME: Final = "loginName"
ACCOUNT_LENGTH: Final = 100
_MOST: Final = 20
_REQUEST_NO_LENGTH: Final = 32
_NAME_LENGTH: Final = 256
_PAGE: Final = 20
_LONGEST_PAGE: Final = 100
_SUCCESS: Final[Mapping[str, Value]] = {"result_code": "SUCCESS"}


def bind(call: Call) -> Outcome:
    """Bind receivers."""
    for each in _listed(call):
        receiver = _meant(call, each)
        name = each.text("name", _NAME_LENGTH)
        if not name and each.text("type", 32) == LOGIN_NAME:
            raise business("INVALID_PARAMETER", "name is needed beside a loginName")
        names = receiver.names
        if name and name not in (receiver.name, names.de, names.en, names.zh):
            raise business("INVALID_PARAMETER", "name is not the receiver's")
        receivers.bind(
            call.books,
            merchant_id=call.merchant.merchant_id,
            receiver_id=receiver.merchant_id,
            memo=each.text("memo", receivers.MEMO_LENGTH),
            now=call.now,
        )
    return Outcome(_SUCCESS)


def unbind(call: Call) -> Outcome:
    """Unbind receivers."""
    for each in _listed(call):
        receiver_id = _meant(call, each).merchant_id
        call.books.sharing.unbind(call.merchant.merchant_id, receiver_id)
    return Outcome(_SUCCESS)


def query(call: Call) -> Outcome:
    """List the receivers, a page of them."""
    call.content.needed("out_request_no", _REQUEST_NO_LENGTH)
    page, size = _number(call, "page_num", 1), _number(call, "page_size", _PAGE)
    if size > _LONGEST_PAGE:
        raise business("INVALID_PARAMETER", f"page_size is at most {_LONGEST_PAGE}")
    bound = call.books.sharing.receivers(call.merchant.merchant_id)
    shown = bound[(page - 1) * size : page * size]
    return Outcome(
        {
            **_SUCCESS,
            "receiver_list": [_told(each.receiver_id, each.memo) for each in shown],
            "total_page_num": str(-(-len(bound) // size)),
            "total_record_num": str(len(bound)),
            "current_page_num": str(page),
            "current_page_size": str(len(shown)),
        }
    )


def called(books: Books, *, kind: str, account: str) -> Merchant | None:
    """Find the merchant that an account names, None for nobody's.

    Nothing keeps these numbers, so every merchant is asked; a sandbox has few.
    """
    spell = {USER_ID: numbers.seller_id, LOGIN_NAME: numbers.seller_login}[kind]
    found = (each for each in books.directory.merchants() if spell(each.merchant_id) == account)
    return next(found, None)


def _listed(call: Call) -> Sequence[Content]:
    call.content.needed("out_request_no", _REQUEST_NO_LENGTH)
    listed = call.content.objects("receiver_list")
    if not 1 <= len(listed) <= _MOST:
        raise business("INVALID_PARAMETER", f"receiver_list has 1 to {_MOST} receivers")
    return listed


def _meant(call: Call, named: Content) -> Merchant:
    kind = named.text("type", 32) or USER_ID
    if kind not in (USER_ID, LOGIN_NAME):
        raise business("INVALID_PARAMETER", f"type is {USER_ID} or {LOGIN_NAME} here")
    account = named.needed("account", ACCOUNT_LENGTH)
    found = called(call.books, kind=kind, account=account)
    if found is None:
        raise business("INVALID_PARAMETER", f"account: nobody is {account}")
    return found


def _number(call: Call, name: str, otherwise: int) -> int:
    text = call.content.text(name, 4)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise business("INVALID_PARAMETER", f"{name} is a whole number from 1 on")
    return int(text)


def _told(receiver_id: str, memo: str) -> wording.Fields:
    login = numbers.seller_login(receiver_id)
    return {
        "type": USER_ID,
        "account": numbers.seller_id(receiver_id),
        "memo": memo,
        "login_name": login,
        "bind_login_name": login,
    }
