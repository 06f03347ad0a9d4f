r"""V3's signatures: the Authorization header of a call, and three headers of an answer.

    Authorization: ALIPAY-SHA256withRSA app_id=…,app_cert_sn=…,nonce=…,timestamp=…,sign=…

A call signs, with a line feed after each: the header's values up to ``,sign=``, the method, path
and query exactly as they travel, the body exactly as it travels (an empty line for none), and the
``alipay-app-auth-token`` header if there is one. An answer signs its timestamp (milliseconds), its
nonce and its body, which is the encrypted text where it is encrypted. RSA2 always.

    >>> credentials = authorization(
    ...     "ALIPAY-SHA256withRSA app_id=2021,nonce=n1,timestamp=1795300180000,sign=YQ==")
    >>> credentials.app_id, credentials.timestamp, credentials.signature
    ('2021', 1795300180000, 'YQ==')
    >>> call_text(credentials, "GET", "/v3/alipay/trade/query?out_trade_no=1", b"")
    b'app_id=2021,nonce=n1,timestamp=1795300180000\nGET\n/v3/alipay/trade/query?out_trade_no=1\n\n'
    >>> answer_text("1795300180000", "n2", b'{}')
    b'1795300180000\nn2\n{}\n'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.errors.trust import SignatureMissing
from ledger.protocol.instants import Instant

SCHEME = "ALIPAY-SHA256withRSA"
_MILLISECONDS = re.compile(r"[0-9]{13}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signed a call, when, and by which certificate (empty in key mode).

    ``text`` is the header between the scheme and ``,sign=``, as it arrived.
    """

    text: str
    app_id: str
    nonce: str
    timestamp: Instant
    signature: str
    app_cert_sn: str = ""


def authorization(header: str) -> Credentials:
    """Read the header; raises ``SignatureMissing``, ``FieldMissing`` or ``FieldFormat``.

    A field that is missing is named by itself alone in the error's detail.
    """
    scheme, _, rest = header.strip().partition(" ")
    text, separator, signature = rest.rpartition(",sign=")
    if scheme != SCHEME or not separator or not signature:
        raise SignatureMissing(f"Authorization: {SCHEME} app_id=…,nonce=…,timestamp=…,sign=…")
    fields = dict(field.partition("=")[::2] for field in text.split(","))
    for name in ("app_id", "nonce", "timestamp"):
        if not fields.get(name):
            raise FieldMissing(name)
    if not _MILLISECONDS.fullmatch(fields["timestamp"]):
        raise FieldFormat("timestamp is milliseconds since 1970, 13 digits")
    return Credentials(
        text=text,
        app_id=fields["app_id"],
        nonce=fields["nonce"],
        timestamp=Instant(int(fields["timestamp"])),
        signature=signature,
        app_cert_sn=fields.get("app_cert_sn", ""),
    )


def call_text(
    credentials: Credentials, method: str, target: str, body: bytes, app_auth_token: str = ""
) -> bytes:
    """Give what a call signs; ``target`` is path and query with their percent signs."""
    token = [app_auth_token.encode()] if app_auth_token else []
    lines = [credentials.text.encode(), method.encode(), target.encode(), body, *token]
    return b"".join(line + b"\n" for line in lines)


def answer_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """Give what an answer signs."""
    return b"".join(line + b"\n" for line in (timestamp.encode(), nonce.encode(), body))
