"""One app's line to Alipay's V2 gateway: signed parameters go out, a signed node comes back.

Every answer is signed, refusals too, and has status 200; what does not hold is no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from ledger.kit.clock import Clock
from ledger.kit.transport import Response, Transport
from ledger.protocol import rsa, strict_json
from ledger.protocol.alipay_wire import keys
from ledger.protocol.alipay_wire.nodes import cut
from ledger.protocol.alipay_wire.parameters import SIGN, joined, notice_text
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import AnswerLost, ResponseSignatureInvalid
from pos.acquirers.vendor import read_file

GATEWAY: Final = "/gateway.do"
DONE, IN_PROCESS = "10000", "10003"
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Account:
    """What an app was given: its id and key, and the platform's key."""

    app_id: str
    key: RSAPrivateKey
    platform_key: RSAPublicKey


def read(folder: Path) -> Account:
    """Read the files in a folder; raises ``KeyFormat`` or ``WeakKey``."""
    return Account(
        app_id=read_file(folder, "app-id.txt").strip(),
        key=rsa.private_key(read_file(folder, "app-private-key-pkcs8.pem")),
        platform_key=rsa.public_key(read_file(folder, "alipay-public-key.pem")),
    )


@dataclass(frozen=True, slots=True)
class Node:
    """A believed answer. ``refusal`` is the platform's code for one, without ``ACQ.``."""

    code: str
    refusal: str
    fields: Mapping[str, object]

    def text(self, name: str) -> str:
        """Give a field, empty if there is none."""
        return str(self.fields.get(name, ""))


@dataclass(frozen=True)
class AlipayClient:
    """Calls the gateway for one app; safe to share between threads."""

    base_url: str
    transport: Transport
    account: Account
    clock: Clock

    def call(self, method: str, content: Mapping[str, object], *, notify_url: str = "") -> Node:
        """Call a method; raises what an ``OutcomeUnknown`` is, and ``ServiceUnavailable``."""
        common = {
            "app_id": self.account.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": keys.SignType.RSA2.value,
            "timestamp": to_beijing(self.clock.now()),
            "version": "1.0",
        }
        if notify_url:
            common["notify_url"] = notify_url
        body = {"biz_content": strict_json.dumps(dict(content)).decode()}
        common[SIGN] = keys.sign(self.account.key, joined({**common, **body}).encode())
        url = f"{self.base_url}{GATEWAY}?{urlencode(common)}"
        answer = self.transport.request("POST", url, _FORM, urlencode(body).encode())
        return _node(self._believed(method, answer))

    def download(self, url: str) -> Response:
        """Fetch a file from the address that an answer gave."""
        return self.transport.request("GET", url, {}, b"")

    def believe(self, parameters: Mapping[str, str]) -> None:
        """Check a notification's signature.

        Raises ``SignatureMissing``, ``SignatureEncoding``, ``SignatureInvalid``, ``FieldFormat``.
        """
        kind = keys.sign_type(parameters.get("sign_type", ""))
        text = notice_text(parameters).encode()
        keys.verify(self.account.platform_key, text, parameters.get(SIGN, ""), kind)

    def _believed(self, method: str, answer: Response) -> bytes:
        try:
            node, signature = cut(method, answer.body)
            keys.verify(self.account.platform_key, node, signature)
        except QrpayError as error:
            raise ResponseSignatureInvalid(f"{error.code}: {error.detail}") from error
        return node


def _node(raw: bytes) -> Node:
    try:
        fields = strict_json.load_object(raw)
    except QrpayError as error:
        raise AnswerLost("the signed node is no JSON") from error
    refusal = str(fields.get("sub_code", "")).removeprefix("ACQ.")
    return Node(str(fields.get("code", "")), refusal, fields)
