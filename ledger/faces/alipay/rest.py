"""V3: an address for each method, JSON in and out, signatures in headers.

The methods are V2's, and so are their fields; ``notify_url`` is one of them. A success has status
200 and no ``code``; a refusal has a status of its own and a document of ``code``, ``message`` and
``links``. Every answer is signed, refusals too. Where the production system's choice is not known:
waiting for the payer (V2's 10003) is 200 without ``gmt_payment``, or 202 for an app that has chosen
so (its setting ``v3_waiting``); gateway errors are 400, those of signature and app 401.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors.alipay import ENCRYPT_KEY, WAITING_STATUS, WaitingStatus
from ledger.faces import Provider
from ledger.faces.alipay import apps
from ledger.faces.alipay.apps import Platform
from ledger.faces.alipay.calls import content, desk, refusals
from ledger.faces.alipay.calls.call import Method, Sent
from ledger.faces.alipay.calls.content import Content
from ledger.faces.alipay.calls.refusals import BUSINESS, IN_PROCESS, Refusal, gateway
from ledger.kit.web import Answer, asked
from ledger.protocol.alipay_wire import charsets, envelopes, explanations, keys, nodes, rest
from ledger.protocol.alipay_wire.nodes import Value
from ledger.protocol.alipay_wire.rest import Credentials
from ledger.protocol.errors import QrpayError, ServiceError
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.errors.trust import SignatureEncoding, SignatureInvalid, SignatureMissing

PREFIX: Final = "/v3/alipay/"
ENCRYPT_TYPE: Final = "alipay-encrypt-type"
_HELP: Final = "https://opendocs.alipay.com/open-v3"
_URL_LENGTH = 256
_NONCE_BYTES = 16

_STATUS: Final = {
    "invalid-signature": HTTPStatus.UNAUTHORIZED,
    "missing-signature": HTTPStatus.UNAUTHORIZED,
    "missing-app-id": HTTPStatus.UNAUTHORIZED,
    "invalid-app-id": HTTPStatus.UNAUTHORIZED,
    "app-cert-not-exist": HTTPStatus.UNAUTHORIZED,
    "missing-app-cert-sn": HTTPStatus.UNAUTHORIZED,
    "app-auth-token-time-out": HTTPStatus.UNAUTHORIZED,
    "auth-token-time-out": HTTPStatus.UNAUTHORIZED,
    "invalid-app-auth-token": HTTPStatus.UNAUTHORIZED,
    "invalid-app-auth-token-no-api": HTTPStatus.UNAUTHORIZED,
    "invalid-auth-token": HTTPStatus.UNAUTHORIZED,
    "invalid-method": HTTPStatus.NOT_FOUND,
    "unknow-error": HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass
class Exchange:
    """What of a call shapes its answer: the mode of certificates, the key of contents."""

    cert_mode: bool = False
    encrypt_key: bytes | None = None


class Rest:
    """V3's addresses of one ledger."""

    def __init__(self, provider: Provider, platform: Callable[[], Platform]) -> None:
        self._provider = provider
        self._platform = platform

    def answer(self, method: Method) -> Answer:
        """Answer the request at hand, which is for this method."""
        exchange = Exchange()
        try:
            account = self._signed_by(exchange)
            sent = _sent(method, exchange, account)
            outcome = desk.perform(self._provider, method, account, sent)
        except Refusal as refusal:
            return self._refused(exchange, refusal)
        status = _waiting(account) if outcome.code == IN_PROCESS else HTTPStatus.OK
        return self._signed(exchange, status, outcome.fields)

    def refuse(self, error: QrpayError) -> Answer:
        """Tell what never got as far as a method, or failed on the way."""
        is_ours = isinstance(error, ServiceError)
        name = "aop.unknow-error" if is_ours else "isv.invalid-method"
        return self._refused(Exchange(), gateway(name, error.code))

    def _signed_by(self, exchange: Exchange) -> VendorAccount:
        try:
            credentials = rest.authorization(asked().header("Authorization"))
        except SignatureMissing as error:
            raise gateway("isv.missing-signature", error.detail) from error
        except FieldMissing as error:
            name = "isv.missing-app-id" if error.detail == "app_id" else "isv.missing-timestamp"
            raise gateway(name, error.detail) from error
        except FieldFormat as error:
            raise gateway("isv.invalid-timestamp", error.detail) from error
        with self._provider.store.reading() as books:
            account = books.vendor_accounts.find(Vendor.ALIPAY, credentials.app_id)
        if account is None:
            raise gateway("isv.invalid-app-id", credentials.app_id[:32])
        exchange.cert_mode = bool(credentials.app_cert_sn)
        _require_signed(account, credentials)
        return account

    def _refused(self, exchange: Exchange, refusal: Refusal) -> Answer:
        asked().code = refusal.sub_code
        status = HTTPStatus.BAD_REQUEST
        if refusal.code != BUSINESS:
            status = _STATUS.get(refusal.error, status)
        link: dict[str, Value] = {"link": f"{_HELP}?code={refusal.error}", "desc": "解决方案"}
        told: dict[str, Value] = {
            "code": refusal.error,
            "message": refusal.sub_msg,
            "links": [link],
        }
        return self._signed(exchange, status, told)

    def _signed(
        self, exchange: Exchange, status: HTTPStatus, fields: Mapping[str, Value]
    ) -> Answer:
        platform, body = self._platform(), nodes.plain(fields)
        media_type = "application/json"
        if exchange.encrypt_key is not None and status < HTTPStatus.BAD_REQUEST:
            body = envelopes.encrypt(exchange.encrypt_key, body).encode("ascii")
            media_type = "text/plain; charset=utf-8"
        nonce = self._provider.entropy(_NONCE_BYTES).hex()
        timestamp = str(self._provider.clock.outside())
        headers = {
            "alipay-timestamp": timestamp,
            "alipay-nonce": nonce,
            "alipay-signature": keys.sign(platform.key, rest.answer_text(timestamp, nonce, body)),
            "alipay-trace-id": asked().request_id,
        }
        if exchange.cert_mode:
            headers["alipay-sn"] = platform.cert_sn
        return Answer(body, status, media_type, headers)


def _waiting(account: VendorAccount) -> HTTPStatus:
    return HTTPStatus(int(account.settings.get(WAITING_STATUS, WaitingStatus.OK)))


def _require_signed(account: VendorAccount, credentials: Credentials) -> None:
    request = asked()
    query = request.query_string.decode("latin-1")
    target = f"{request.path}?{query}" if query else request.path
    token = request.header("alipay-app-auth-token")
    body = request.body
    text = rest.call_text(credentials, request.method, target, body, token)
    key = apps.key_of(account, credentials.app_cert_sn)
    try:
        keys.verify(key, text, credentials.signature)
    except (SignatureInvalid, SignatureEncoding) as error:
        explained = explanations.explain_rest(key, credentials.signature, text, body)
        raise refusals.unsigned(explained, explained.text) from error


def _sent(method: Method, exchange: Exchange, account: VendorAccount) -> Sent:
    request = asked()
    if request.method == "GET":
        fields = Content(charsets.parameters(request.query_string, charsets.UTF_8))
    else:
        fields = content.read(_body(exchange, account))
    notify_url = fields.members.get("notify_url", "")
    if not isinstance(notify_url, str) or len(notify_url) > _URL_LENGTH:
        raise gateway("isv.invalid-parameter", "notify_url is a text of at most 256 characters")
    return Sent(method.name, fields, notify_url=notify_url)


def _body(exchange: Exchange, account: VendorAccount) -> bytes:
    encrypt_type, body = asked().header(ENCRYPT_TYPE), asked().body
    if not encrypt_type:
        return body
    if encrypt_type.upper() != "AES":
        raise gateway("isv.invalid-encrypt-type", encrypt_type[:16])
    registered = account.settings.get(ENCRYPT_KEY, "")
    if not registered:
        raise gateway("isv.decryption-error-unknown", "no encryptKey is registered")
    exchange.encrypt_key = envelopes.encrypt_key(registered)
    try:
        return envelopes.decrypt(exchange.encrypt_key, body.decode("latin-1"))
    except QrpayError as error:
        raise gateway("isv.decryption-error-unknown", error.detail) from error
