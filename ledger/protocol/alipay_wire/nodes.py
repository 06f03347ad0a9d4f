r"""V2's answer: one JSON node and its signature, spliced so that every SDK cuts out the same bytes.

    {"alipay_trade_query_response":{"code":"10000","msg":"Success",…},"sign":"…"}

What is signed are the bytes of the node as they are sent, and each SDK has its own way of finding
them in the answer. So the envelope is put together by hand, in the one shape all of them cut right:

* the node first, ``sign`` straight behind it; no blank anywhere in the envelope (the SDK for PHP
  counts characters, the official one for Python looks for ``},"sign":"``);
* in certificate mode ``alipay_cert_sn`` between the two, and otherwise not at all;
* a slash is written ``\/``, as the real gateway does;
* a brace inside a text is written ``\u007b`` or ``\u007d``: ``python-alipay-sdk`` counts braces
  without looking at quotes, and takes such an answer of the real gateway for a forgery;
* a sign that the charset lacks is written as ``\uXXXX``.

Values are texts, or lists and objects of texts. The keys ``code, msg, sub_code, sub_msg`` come
first, the others by the alphabet, as in answers captured from the real gateway.

    >>> node({"qr_code": "https://qr.alipay.com/bax1", "code": "10000", "msg": "{ok"}, "utf-8")
    b'{"code":"10000","msg":"\\u007bok","qr_code":"https:\\/\\/qr.alipay.com\\/bax1"}'
    >>> envelope("alipay.trade.close", b'{"code":"10000"}', "c2ln")
    b'{"alipay_trade_close_response":{"code":"10000"},"sign":"c2ln"}'
    >>> envelope("alipay.trade.close", b'{"code":"10000"}', "c2ln", cert_sn="ab")
    b'{"alipay_trade_close_response":{"code":"10000"},"alipay_cert_sn":"ab","sign":"c2ln"}'
    >>> cut("alipay.trade.close", b'{"alipay_trade_close_response":{"code":"10000"},"sign":"c2ln"}')
    (b'{"code":"10000"}', 'c2ln')
    >>> envelope("alipay.trade.close", encrypted("AAECAw=="), "c2ln")
    b'{"alipay_trade_close_response":"AAECAw==","sign":"c2ln"}'
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring, encode_basestring_ascii

from ledger.protocol.errors.trust import SignatureMissing

Value = str | Sequence["Value"] | Mapping[str, "Value"]
"""What a node holds: texts, in lists and objects."""

_FIRST = ("code", "msg", "sub_code", "sub_msg")
_ESCAPES = {"/": r"\/", "{": r"\u007b", "}": r"\u007d"}
_ESCAPED = re.compile(r"[/{}]")


def node(fields: Mapping[str, Value], charset: str) -> bytes:
    """Write an answer's node; these bytes are signed and sent."""
    first = [name for name in _FIRST if name in fields]
    names = [*first, *sorted(fields.keys() - set(first))]
    spelled = _object([(name, fields[name]) for name in names])
    return _encoded(spelled, charset)


def plain(fields: Mapping[str, Value]) -> bytes:
    """Write a V3 answer: the same spelling without an order of its own, in UTF-8."""
    return _spell(fields).encode()


def encrypted(cipher_text: str) -> bytes:
    """Write a node that was encrypted: the base64 with its two quotes, which are signed, too."""
    return f'"{cipher_text}"'.encode("ascii")


def node_name(method: str) -> str:
    """Give the name of a method's answer: ``alipay.trade.pay`` → ``alipay_trade_pay_response``."""
    return f"{method.replace('.', '_')}_response"


def envelope(method: str, signed: bytes, signature: str, *, cert_sn: str = "") -> bytes:
    """Put a node and its signature together."""
    name = json.dumps(node_name(method)).encode()
    middle = f'"alipay_cert_sn":"{cert_sn}",' if cert_sn else ""
    return b"{" + name + b":" + signed + f',{middle}"sign":"{signature}"}}'.encode()


def cut(method: str, raw: bytes) -> tuple[bytes, str]:
    """Cut an answer into the node that is signed and its signature.

    Anything but the one shape in which ``envelope`` writes it raises ``SignatureMissing``.
    """
    head, middle, tail = json.dumps(node_name(method)).encode() + b":", b',"sign":"', b'"}'
    node_and, found, signature = raw.strip().rpartition(middle)
    if not (found and node_and.startswith(b"{" + head) and signature.endswith(tail)):
        raise SignatureMissing("the answer is no node with a signature behind it")
    return node_and.removeprefix(b"{" + head), signature.removesuffix(tail).decode("latin-1")


def _spell(value: Value) -> str:
    if isinstance(value, str):
        text = encode_basestring(value)
        return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text)
    if isinstance(value, Mapping):
        return _object(list(value.items()))
    return f"[{','.join(_spell(item) for item in value)}]"


def _object(members: Sequence[tuple[str, Value]]) -> str:
    return (
        "{"
        + ",".join(f"{encode_basestring_ascii(name)}:{_spell(value)}" for name, value in members)
        + "}"
    )


def _encoded(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return "".join(_in_charset(character, charset) for character in text).encode(charset)


def _in_charset(character: str, charset: str) -> str:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return json.dumps(character)[1:-1]
    return character
