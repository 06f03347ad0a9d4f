"""V2: one address, ``/gateway.do``, GET and POST; form parameters in, one signed node out.

The parameters of query and body are one set, decoded by the charset that one of them names. They
are checked in this order: what must be there, the charset and the kind of signature, the app, the
signature, the method, the content. Every answer has status 200 and is signed, refusals too, under
the name of the method that was called; only where there is none it is ``error_response``. A browser
that a shop sends here (``alipay.trade.page.pay``) is led on to the cashier, or shown a page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors.alipay import ENCRYPT_KEY
from ledger.faces import Provider
from ledger.faces.alipay import apps
from ledger.faces.alipay.apps import Platform
from ledger.faces.alipay.calls import content, desk, refusals
from ledger.faces.alipay.calls.call import NO_LENGTH, Method, Outcome, Sent
from ledger.faces.alipay.calls.content import Content
from ledger.faces.alipay.calls.refusals import MESSAGES, Refusal, gateway
from ledger.faces.alipay.cashier import Cashier
from ledger.faces.alipay.methods import METHODS
from ledger.kit.web import Answer, asked, require_flask
from ledger.protocol.alipay_wire import charsets, envelopes, explanations, keys, nodes, spelling
from ledger.protocol.alipay_wire.keys import SignType
from ledger.protocol.alipay_wire.nodes import Value
from ledger.protocol.alipay_wire.parameters import SIGN, SIGN_TYPE, call_texts
from ledger.protocol.errors import QrpayError, ServiceError
from ledger.protocol.errors.trust import SignatureEncoding, SignatureInvalid

PATH: Final = "/gateway.do"
AES: Final = "AES"
_NEEDED: Final = {
    "app_id": "isv.missing-app-id",
    "method": "isv.missing-method",
    SIGN_TYPE: "isv.missing-signature-type",
    SIGN: "isv.missing-signature",
    "timestamp": "isv.missing-timestamp",
    "version": "isv.missing-version",
}
_WITHOUT_VERSION: Final = "alipay.open.app.alipaycert.download"
"""The call that the SDK for PHP makes by itself, and in which it leaves out ``version``."""

_METHOD_NAME = re.compile(r"[a-zA-Z]+(\.[a-zA-Z]+)*", re.ASCII)
_URL_LENGTH = 256
_HINT = "建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为："


@dataclass
class Received:
    """A call as it arrived; ``charset`` and ``account`` are found out on the way."""

    parameters: Mapping[str, str]
    charset: str = charsets.UTF_8
    account: VendorAccount | None = None

    def text(self, name: str) -> str:
        """Give a parameter, empty if it is missing."""
        return self.parameters.get(name, "")

    @property
    def is_encrypted(self) -> bool:
        """Whether the content is."""
        return bool(self.text("encrypt_type"))


class Gateway:
    """V2's address of one ledger; ``platform`` is asked for when the first answer is signed."""

    def __init__(
        self, provider: Provider, platform: Callable[[], Platform], cashier: Cashier
    ) -> None:
        self._provider = provider
        self._platform = platform
        self._cashier = cashier

    def answer(self) -> Answer | Response:
        """Answer the request at hand: a call by a node with status 200, a browser by a page."""
        received = Received({})
        try:
            received = _received()
            method = METHODS.get(received.text("method"))
            if method is not None and method.is_page:
                require_flask()
                return self._page(received, method)
            node = self._served(received)
        except Refusal as refusal:
            node = _refused(received, refusal)
        return self._response(received, node)

    def refuse(self, error: QrpayError) -> Answer:
        """Tell what never got as far as a method, or failed on the way: the outcome is unknown."""
        is_ours = isinstance(error, ServiceError)
        refusal = gateway("aop.unknow-error" if is_ours else "isv.invalid-parameter", error.code)
        try:
            received = _received()
        except (Refusal, QrpayError, HTTPException):
            received = Received({})
        return self._response(received, _refused(received, refusal))

    def _page(self, received: Received, method: Method) -> Response:
        try:
            _require_parameters(received)
            self._require_signed(received)
            sent = _sent(received, method)
            outcome = desk.perform(self._provider, method, _account(received), sent)
        except Refusal as refusal:
            return self._cashier.refused(refusal)
        return self._cashier.lead_to(str(outcome.fields["qr_code"]))

    def _served(self, received: Received) -> bytes:
        _require_parameters(received)
        self._require_signed(received)
        method = METHODS.get(received.text("method"))
        if method is None:
            raise gateway("isv.invalid-method", received.text("method")[:80])
        sent = _sent(received, method)
        try:
            outcome = desk.perform(self._provider, method, _account(received), sent)
        except Refusal as refusal:
            return _failed(received, method, sent, refusal)
        return _encrypted(received, _succeeded(outcome))

    def _require_signed(self, received: Received) -> None:
        with self._provider.store.reading() as books:
            found = books.vendor_accounts.find(Vendor.ALIPAY, received.text("app_id"))
        if found is None:
            raise gateway("isv.invalid-app-id", received.text("app_id")[:32])
        received.account = found
        key = apps.key_of(found, received.text("app_cert_sn"))
        kind = _sign_type(received)
        for text in call_texts(received.parameters):
            try:
                raw = text.encode(received.charset, "replace")
                return keys.verify(key, raw, received.text(SIGN), kind)
            except (SignatureInvalid, SignatureEncoding):
                continue
        explained = explanations.explain(key, received.parameters, received.charset)
        said = html.escape(explained.expected, quote=False)
        raise refusals.unsigned(explained, f"{_HINT}{said} ({explained.text})")

    def _response(self, received: Received, node: bytes) -> Answer:
        platform, method = self._platform(), received.text("method")
        kind = SignType.RSA if received.text(SIGN_TYPE).upper() == "RSA" else SignType.RSA2
        body = nodes.envelope(
            method if _METHOD_NAME.fullmatch(method) else "error",
            node,
            keys.sign(platform.key, node, kind),
            cert_sn=platform.cert_sn if received.text("app_cert_sn") else "",
        )
        content_type = f"text/html;charset={received.charset}"
        return Answer(body, content_type=content_type, headers={"trace_id": asked().request_id})


def _received() -> Received:
    request = asked()
    is_form = request.media_type.endswith("urlencoded")
    forms = (request.query_string, request.body if is_form else b"")
    try:
        read = [charsets.parameters(form, charsets.UTF_8) for form in forms]
        named = read[0].get("charset") or read[1].get("charset") or charsets.UTF_8
        encoding = charsets.codec(named)
        if encoding != charsets.UTF_8:
            read = [charsets.parameters(form, encoding) for form in forms]
    except QrpayError as error:
        raise gateway("isv.invalid-charset", error.detail) from error
    parameters = {**read[0], **read[1]}
    return Received(parameters, encoding)


def _require_parameters(received: Received) -> None:
    for name, refusal in _NEEDED.items():
        may_lack = name == "version" and received.text("method") == _WITHOUT_VERSION
        if not received.text(name) and not may_lack:
            raise gateway(refusal)
    _sign_type(received)
    try:
        spelling.from_beijing(received.text("timestamp"))
    except QrpayError as error:
        raise gateway("isv.invalid-timestamp", error.detail) from error
    if received.text("format").lower() not in ("", "json"):
        raise gateway("isv.invalid-format", received.text("format")[:40])


def _sign_type(received: Received) -> SignType:
    try:
        return keys.sign_type(received.text(SIGN_TYPE))
    except QrpayError as error:
        raise gateway("isv.invalid-signature-type", error.detail) from error


def _account(received: Received) -> VendorAccount:
    if received.account is None:
        raise gateway("isv.invalid-app-id")
    return received.account


def _encrypt_key(received: Received) -> bytes:
    if received.text("encrypt_type").upper() != AES:
        raise gateway("isv.invalid-encrypt-type", received.text("encrypt_type")[:16])
    registered = _account(received).settings.get(ENCRYPT_KEY, "")
    if not registered:
        raise gateway("isv.decryption-error-unknown", "no encryptKey is registered")
    return envelopes.encrypt_key(registered)


def _sent(received: Received, method: Method) -> Sent:
    text = received.text("biz_content").encode("utf-8", "replace")
    if received.is_encrypted:
        try:
            text = envelopes.decrypt(_encrypt_key(received), received.text("biz_content"))
        except QrpayError as error:
            raise gateway("isv.decryption-error-unknown", error.detail) from error
    for name in ("notify_url", "return_url"):
        if len(received.text(name)) > _URL_LENGTH:
            raise gateway("isv.invalid-parameter", f"{name} is too long")
    return Sent(
        method=method.name,
        content=content.read(text),
        notify_url=received.text("notify_url"),
        return_url=received.text("return_url"),
    )


def _succeeded(outcome: Outcome) -> dict[str, Value]:
    return {"code": outcome.code, "msg": MESSAGES[outcome.code], **outcome.fields}


def _encrypted(received: Received, fields: Mapping[str, Value]) -> bytes:
    node = nodes.node(fields, received.charset)
    if not received.is_encrypted:
        return node
    return nodes.encrypted(envelopes.encrypt(_encrypt_key(received), node))


def _failed(received: Received, method: Method, sent: Sent, refusal: Refusal) -> bytes:
    """Spell a refusal of a method, with the fields callers read before they look at the code."""
    fields: dict[str, Value] = {**method.failed, **_refusal_fields(refusal)}
    out_no = _named_out_no(sent.content)
    if out_no and method.failed:
        fields["out_trade_no"] = out_no
    asked().code = refusal.sub_code
    return _encrypted(received, fields)


def _named_out_no(sent: Content) -> str:
    value = sent.members.get("out_trade_no")
    return value[:NO_LENGTH] if isinstance(value, str) else ""


def _refused(received: Received, refusal: Refusal) -> bytes:
    asked().code = refusal.sub_code
    return nodes.node(_refusal_fields(refusal), received.charset)


def _refusal_fields(refusal: Refusal) -> dict[str, Value]:
    return {
        "code": refusal.code,
        "msg": refusal.message,
        "sub_code": refusal.sub_code,
        "sub_msg": refusal.sub_msg,
    }
