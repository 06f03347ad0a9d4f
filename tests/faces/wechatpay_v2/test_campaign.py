"""Odd calls by the hundred: never a failure of ours, and nothing changes without a sign (v2).

    pytest tests/faces/wechatpay_v2/test_campaign.py --campaign 2000    ten thousand calls

Half of them are rightly signed. The other half was altered after signing, is signed by a key that
is none of the merchant's, or is a document that no merchant writes.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ledger.faces.wechatpay_v2.routes import ROUTES
from ledger.protocol.errors.content import TextCharacter
from ledger.protocol.instants import MINUTE, Instant
from ledger.protocol.wechatpay_v2_wire import documents, signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from tests.faces.mutations import TEXTS, broken
from tests.faces.wechat_merchants import APPID, MCHID, NOTIFY_URL
from tests.faces.wechatpay_v2.xml_shop import KEY, TEA, V3_KEY, Answer, XmlShop

CALLS_EACH = 5
PATHS = [route.path for route in ROUTES]
SANDBOXES = ("", "", "", "/sandboxnew", "/xdc/apiv2sandbox")
REFUSED = {
    *("SIGNERROR", "XML_FORMAT_ERROR", "NOT_UTF8", "POST_DATA_EMPTY", "MCHID_NOT_EXIST"),
    *("LACK_PARAMS", "20001"),
}

ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "a file": '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><id>&x;</id></xml>',
    "a server": '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><mch_id>1</mch_id></xml>',
    "a parameter": '<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><xml/>',
    "laughs": f'<!DOCTYPE xml [<!ENTITY l0 "lol">{ENTITIES}]><xml><mch_id>&l9;</mch_id></xml>',
    "nesting": f"<xml>{'<a>' * 9000}{'</a>' * 9000}</xml>",
    "twice": f"<xml><mch_id>{MCHID}</mch_id><mch_id>1</mch_id></xml>",
    "twice with blanks": f"<xml><mch_id>{MCHID}</mch_id ><mch_id\n>1</mch_id></xml>",
    "an instruction": "<?php echo 1 ?><xml><mch_id>1</mch_id></xml>",
    "an unknown entity": "<xml><mch_id>&nothing;</mch_id></xml>",
    "a null": "<xml><mch_id>\x00</mch_id></xml>",
    "another root": "<html><mch_id>1</mch_id></html>",
    "two roots": "<xml/><xml/>",
    "text beside": "<xml>abc<mch_id>1</mch_id></xml>",
    "much": f"<xml><mch_id>{'9' * 70_000}</mch_id></xml>",
    "another encoding": '<?xml version="1.0" encoding="UTF-7"?><xml>+ADw-mch_id+AD4-1</xml>',
}


INCLUSION = '<xml xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd"/></xml>'


def test_a_document_that_no_merchant_writes_is_refused(shop: XmlShop) -> None:
    for name, document in ATTACKS.items():
        for raw in (document.encode(), document.encode("utf-16")):
            answer = shop.post("/pay/micropay", raw)
            assert answer["return_code"] == "FAIL"
            assert answer["err_code"] in ("XML_FORMAT_ERROR", "NOT_UTF8"), name


def test_an_inclusion_is_a_field_like_others_and_includes_nothing(shop: XmlShop) -> None:
    answer = shop.post("/pay/micropay", INCLUSION.encode())
    assert answer["err_code"] == "LACK_PARAMS"
    assert "root:" not in str(answer)


def _fields(shop: XmlShop, number: str, draw: random.Random) -> dict[str, str]:
    """What an operation or another could want."""
    kind = {"trade_type": draw.choice(["NATIVE", "JSAPI", "APP", "MWEB"]), "openid": "o1"}
    code = {"auth_code": shop.show_code("li-wei", "wechatpay")} if draw.random() < 0.2 else {}
    back = {"out_refund_no": number, "refund_fee": "1", "notify_url": NOTIFY_URL}
    bill = {"bill_date": "20261120", "bill_type": "ALL", "account_type": "Basic"}
    sold = draw.choice([number, number, "sold-1"])
    return {**TEA, "out_trade_no": sold, **kind, **code, **back, **bill}


def _mutated(fields: dict[str, str], draw: random.Random) -> dict[str, str]:
    for _ in range(draw.randint(0, 4)):
        name = draw.choice([*fields])
        if draw.random() < 0.3:
            fields.pop(name)
        else:
            fields[name] = draw.choice(TEXTS)
    return fields


def _signed(shop: XmlShop, fields: dict[str, str], key: str, draw: random.Random) -> bytes:
    by = draw.choice([*SignType])
    who = {"appid": APPID, "mch_id": MCHID, "nonce_str": shop.entropy(16).hex()}
    said = {**who, **fields, "sign_type": by.value}
    return documents.write(said | {"sign": signatures.sign(said, key, by)})


def _code(answer: Answer) -> str:
    return answer.get("err_code", answer.get("error_code", ""))


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> random.Random:
    seed = request.config.getoption("--seed")
    return random.Random(20261122 if seed is None else seed)  # noqa: S311 - the same calls


@pytest.fixture
def calls(request: pytest.FixtureRequest) -> int:
    return CALLS_EACH * int(request.config.getoption("--campaign")) // 2


def test_no_signed_call_is_a_failure_of_ours(
    shop: XmlShop, draw: random.Random, calls: int
) -> None:
    shop.sold("sold-1")
    for number in range(calls):
        path, fields = draw.choice(PATHS), _fields(shop, f"odd-{number:06}", draw)
        try:
            raw = _signed(shop, _mutated(fields, draw), KEY, draw)
        except TextCharacter:
            continue
        answer = shop.post(path, raw)
        assert _code(answer) not in ("SYSTEMERROR", "20100", "SIGNERROR"), (path, raw)
        shop.now = Instant(shop.now + MINUTE)  # wrong payment codes count for a minute


def _refusing(*_args: object) -> Callable[..., object]:
    raise AssertionError("a call that nobody signed came to the books")


def test_no_unsigned_call_reaches_the_books(
    shop: XmlShop, draw: random.Random, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.sold("sold-1")
    shown = [_fields(shop, f"odd-{number:06}", draw) for number in range(calls)]
    monkeypatch.setattr(type(shop.store), "transaction", _refusing)
    for fields in shown:
        key = draw.choice(["", V3_KEY, KEY.lower(), KEY[:-1]])
        right = draw.random() < 0.4
        raw = _signed(shop, fields, KEY if right else key, draw)
        if right:
            raw = _altered(raw, draw)
        answer = shop.post(draw.choice(SANDBOXES) + draw.choice(PATHS), raw)
        assert (answer["return_code"], _code(answer) in REFUSED) == ("FAIL", True), (raw, answer)
    monkeypatch.undo()


def _altered(raw: bytes, draw: random.Random) -> bytes:
    """Something else than was signed, and be it one digit."""
    changes = (
        (b"1295", b"1296"),
        (b"sold-1", b"sold-2"),
        (b"odd-", b"odd_"),
        (MCHID.encode(), b"19"),
    )
    changed = raw.replace(*draw.choice(changes))
    while changed == raw:
        changed = broken(raw, draw)
    return changed
