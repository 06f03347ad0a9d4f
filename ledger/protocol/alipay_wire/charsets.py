"""The charset of a call: Alipay takes utf-8 and gbk, and answers in the one it was asked in.

The parameter ``charset`` decides how the other parameters are decoded, how the text to sign becomes
bytes, and how the answer is written. GBK is a real choice of shops in China, not a leftover.

    >>> codec("GBK"), codec("utf-8"), codec("gb2312")
    ('gbk', 'utf-8', 'gbk')
    >>> codec("latin-1")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.FieldFormat: charset is utf-8, gbk or gb2312, not 'latin-1'
    >>> [parameters(b"charset=gbk&subject=%B2%CB", charset) for charset in ("gbk", "utf-8")]
    [{'charset': 'gbk', 'subject': '菜'}, {'charset': 'gbk', 'subject': '\ufffd\ufffd'}]
"""

from __future__ import annotations

from urllib.parse import unquote, unquote_to_bytes

from ledger.protocol.errors.content import FieldFormat

UTF_8 = "utf-8"

_CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gbk", "gb2312": "gbk", "gb18030": "gb18030"}
_FIELDS_MOST = 200


def codec(charset: str) -> str:
    """Give Python's codec for a charset as a call names it; another one raises ``FieldFormat``.

    Callers write it in any case. GBK contains GB 2312, so one codec reads both.
    """
    found = _CODECS.get(charset.lower())
    if found is None:
        raise FieldFormat(f"charset is utf-8, gbk or gb2312, not {charset[:24]!r}")
    return found


def parameters(form: bytes, encoding: str) -> dict[str, str]:
    """Read a query or a form body; of a name that comes twice the last value counts.

    Bytes that are no text of the encoding become U+FFFD, so that the signature, and not the
    decoder, says what is wrong. More than 200 fields raise ``FieldFormat``.
    """
    fields = form.decode("latin-1").split("&")
    if len(fields) > _FIELDS_MOST:
        raise FieldFormat(f"a call has at most {_FIELDS_MOST} parameters")
    pairs = [field.partition("=") for field in fields if field]
    return {_decoded(name, encoding): _decoded(value, encoding) for name, _, value in pairs}


def _decoded(text: str, encoding: str) -> str:
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    if not text.isascii():  # what was sent bare stays as it is
        return unquote(text, encoding, "replace")
    return unquote_to_bytes(text).decode(encoding, "replace")
