"""Who signed what: calls checked in sequence and explained, answers by the key asked for."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import NoReturn

import pytest

from ledger.core.vendors.wechatpay import Platform, PlatformKey
from ledger.kit import vendor_certificates
from ledger.kit.vendor_certificates import Subject
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.wechatpay_wire import authorization, certificates, seals, signatures, times
from ledger.protocol.wechatpay_wire.authorization import Authorization
from tests.faces.wechat_merchants import MCHID
from tests.faces.wechatpay.shop_world import (
    API_V3_KEY,
    PLATFORM_KEY,
    PUBLIC_KEY,
    PUBLIC_KEY_ID,
    WechatWorld,
)
from tests.protocol.wechatpay import vectors
from tests.protocol.wechatpay.vectors import MERCHANT, MERCHANT_KEY, PLATFORM

CERTIFICATES = "/v3/certificates"
NATIVE = "/v3/pay/transactions/native"


def _refused(world: WechatWorld, header: str) -> tuple[int, object, str]:
    answer = world.call_as_is("GET", CERTIFICATES, b"", {"Authorization": header})
    return answer.status, answer.code, str(answer.body["message"])


def test_a_call_is_checked_in_the_documented_sequence_and_words(world: WechatWorld) -> None:
    good = world.authorize("GET", CERTIFICATES, b"")
    garbled = "Http头Authorization值格式错误"
    assert _refused(world, "") == (401, "SIGN_ERROR", garbled)
    assert _refused(world, good.replace(",", ";")) == (401, "SIGN_ERROR", garbled)
    other_scheme = good.replace("SHA256-RSA2048", "SM2-WITH-SM3").replace(MERCHANT.serial_no, "0")
    assert _refused(world, other_scheme)[2] == "Http头Authorization认证类型不正确"
    unknown = good.replace(MERCHANT.serial_no, PLATFORM.serial_no)
    assert _refused(world, unknown) == (401, "SIGN_ERROR", "商户证书序列号有误")
    assert _refused(world, good.replace(MCHID, "1900000099"))[2] == "商户证书序列号有误"
    world.wait(301 * SECOND)
    wrong = good.replace('signature="', 'signature="AAAA')
    assert "timestamp与发起请求的时间不得超过5分钟" in _refused(world, wrong)[2]
    world.wait(-SECOND)
    assert _refused(world, wrong) == (401, "SIGN_ERROR", "错误的签名，验签失败")


def test_a_certificate_that_is_over_signs_nothing(world: WechatWorld) -> None:
    world.now = MERCHANT.not_after
    expired = world.authorize("GET", CERTIFICATES, b"")
    assert _refused(world, expired)[2] == "商户证书已过期"


@pytest.mark.parametrize("name", ["Accept", "User-Agent"])
def test_a_call_names_its_program_and_what_it_accepts(world: WechatWorld, name: str) -> None:
    answer = world.call("GET", CERTIFICATES, b"", headers={name: ""})
    assert (answer.status, answer.body["message"]) == (400, "Http头缺少Accept或User-Agent")


def test_a_serial_number_may_be_written_in_either_case(world: WechatWorld) -> None:
    header = world.authorize("GET", CERTIFICATES, b"").replace(
        MERCHANT.serial_no, MERCHANT.serial_no.lower()
    )
    assert world.call_as_is("GET", CERTIFICATES, b"", {"Authorization": header}).status == 200


def test_a_wrong_signature_is_answered_as_the_platform_does_and_explained(
    world: WechatWorld,
) -> None:
    raw = b'{"mchid": "1900000001", "appid": "wx"}'
    header = world.authorize("POST", NATIVE, raw.replace(b": ", b":").replace(b", ", b","))
    answer = world.call_as_is("POST", NATIVE, raw, {"Authorization": header})
    assert (answer.status, answer.code) == (401, "SIGN_ERROR")
    assert answer.headers["Request-ID"].endswith("-268443699")
    detail = answer.body["detail"]
    assert isinstance(detail, dict)
    expected = detail["explanation"]["expected_message"]
    timestamp, nonce = expected.split("\n")[2:4]
    assert detail["detail"] == {"issue": "sign not match"}
    assert detail["sign_information"] == {
        "method": "POST",
        "sign_message_length": len(expected),
        "truncated_sign_message": f'POST\n{NATIVE}\n{timestamp}\n{nonce}\n{{"mchid"\n',
        "url": NATIVE,
    }
    assert detail["explanation"]["issue"] == (
        "The JSON was spelled anew; sign the very bytes that are sent."
    )
    assert detail["explanation"]["first_difference"]["line"] == 5


@pytest.mark.parametrize("spelled", ["a|b*c-1", "a%7Cb*c-1", "a%7Cb%2Ac-1"])
def test_an_address_may_be_signed_in_each_spelling_of_its_number(
    world: WechatWorld, spelled: str
) -> None:
    world.post(NATIVE, world.wanted("a|b*c-1"))
    target = f"/v3/pay/transactions/out-trade-no/{spelled}?mchid={MCHID}"
    header = {"Authorization": world.authorize("GET", target, b"")}
    # Our own server hands its path over decoded, and says nothing of how it was sent.
    response = world.http.get(
        target,
        headers={**header, "Accept": "*/*", "User-Agent": "test"},
        environ_overrides={"RAW_URI": "", "REQUEST_URI": ""},
    )
    assert response.status_code == 200


def test_answers_are_signed_by_the_key_that_the_call_asks_for(
    world: WechatWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "qrpay.request.wechatpay")
    asked = {
        "": PLATFORM_KEY.name,
        PUBLIC_KEY_ID: PUBLIC_KEY_ID,
        PLATFORM_KEY.name.lower(): PLATFORM_KEY.name,
        "5157F09EFDC096DE15EBE81A47057A7232F1B8E1": PLATFORM_KEY.name,
    }
    for serial, signed_by in asked.items():
        assert world.get(CERTIFICATES, serial=serial).headers["Wechatpay-Serial"] == signed_by
    world.use_public_key()
    assert world.get(CERTIFICATES).headers["Wechatpay-Serial"] == PUBLIC_KEY_ID
    older = world.get(CERTIFICATES, serial=PLATFORM_KEY.name)
    assert older.headers["Wechatpay-Serial"] == PLATFORM_KEY.name
    said = [
        json.loads(record.getMessage())
        for record in caplog.records
        if record.name == "qrpay.request.wechatpay"
    ]
    assert said[1]["signed_by"] == PUBLIC_KEY_ID
    assert said[1]["because"] == f"Wechatpay-Serial asked for {PUBLIC_KEY_ID}"
    assert said[4]["because"] == (
        "no Wechatpay-Serial came with the call; the merchant is registered with public_key"
    )


def test_refusals_are_signed_too_by_the_key_of_whoever_seems_to_call(world: WechatWorld) -> None:
    world.use_public_key()
    header = {"Authorization": f'WECHATPAY2-SHA256-RSA2048 mchid="{MCHID}"'}
    refused = world.call_as_is("GET", CERTIFICATES, b"", header)
    assert (refused.status, refused.headers["Wechatpay-Serial"]) == (401, PUBLIC_KEY_ID)
    nobody = world.call_as_is("GET", CERTIFICATES, b"", {})
    assert (nobody.status, nobody.headers["Wechatpay-Serial"]) == (401, PLATFORM_KEY.name)


def _open(entry: dict[str, object]) -> str:
    sealed = entry["encrypt_certificate"]
    assert isinstance(sealed, dict)
    return seals.unseal(
        sealed["ciphertext"], API_V3_KEY, nonce=sealed["nonce"], data=sealed["associated_data"]
    ).decode()


def test_the_platforms_certificate_comes_sealed_with_the_merchants_key(
    world: WechatWorld,
) -> None:
    [entry] = _entries(world)
    assert _open(entry) == PLATFORM.pem
    assert entry["serial_no"] == PLATFORM.serial_no
    assert entry["effective_time"] == times.to_text(PLATFORM.not_before)
    assert entry["expire_time"] == times.to_text(PLATFORM.not_after)


def _entries(world: WechatWorld) -> list[dict[str, object]]:
    data = world.get(CERTIFICATES).body["data"]
    assert isinstance(data, list)
    return data


def _next_certificate(now: Instant) -> PlatformKey:
    key = vectors.PLATFORM_PUBLIC_KEY
    serial = certificates.serial_number(bytes(range(20)))
    subject = Subject("QRPay sandbox", "platform", key.public_key())
    pem = vendor_certificates.issue(
        subject, issuer="sandbox", key=key, serial=serial, begins=now, days=1825
    )
    return PlatformKey(f"{serial:X}", key, vendor_certificates.read(pem))


def test_a_certificate_is_followed_by_another_and_both_hold_for_a_while(
    world: WechatWorld,
) -> None:
    begins = Instant(world.now + 3_600_000)
    newer = _next_certificate(begins)
    world.platform = Platform((PLATFORM_KEY, newer), PUBLIC_KEY)
    assert len(_entries(world)) == 1
    assert world.get(CERTIFICATES).headers["Wechatpay-Serial"] == PLATFORM_KEY.name
    world.now = begins
    assert [entry["serial_no"] for entry in _entries(world)] == [PLATFORM_KEY.name, newer.name]
    assert world.get(CERTIFICATES).headers["Wechatpay-Serial"] == newer.name
    old = world.get(CERTIFICATES, serial=PLATFORM_KEY.name)
    assert old.headers["Wechatpay-Serial"] == PLATFORM_KEY.name


def test_a_merchant_of_the_newer_kind_has_no_platform_certificate(world: WechatWorld) -> None:
    world.register(platform_certificate="no", regime="public_key")
    answer = world.get(CERTIFICATES)
    assert (answer.status, answer.code) == (404, "RESOURCE_NOT_EXISTS")
    assert str(answer.body["message"]).startswith("无可用的平台证书")


def test_a_merchant_signs_by_either_of_its_own_certificates(world: WechatWorld) -> None:
    key = vectors.PLATFORM_PUBLIC_KEY
    serial = certificates.serial_number(bytes(range(1, 21)))
    subject = Subject("Cha", MCHID, key.public_key())
    pem = vendor_certificates.issue(
        subject, issuer="sandbox", key=key, serial=serial, begins=PLATFORM.not_before, days=1825
    )
    world.register(certificates=MERCHANT.pem + pem)
    assert world.get(CERTIFICATES).status == 200
    given = authorization.parse(world.authorize("GET", CERTIFICATES, b""))
    text = f"GET\n{CERTIFICATES}\n{given.timestamp}\n{given.nonce}\n\n".encode()
    signed = replace(given, serial_no=f"{serial:X}", signature=signatures.sign(key, text))
    header = {"Authorization": authorization.spell(signed)}
    assert world.call_as_is("GET", CERTIFICATES, b"", header).status == 200


def test_an_echo_comes_back_and_what_was_hidden_is_hidden_for_the_merchant(
    world: WechatWorld,
) -> None:
    hidden = seals.hide("张三", PUBLIC_KEY.private_key.public_key())
    body = {"echo_message": "hello", "encrypted_echo_message": hidden}
    answer = world.post("/v3/security/echo", body, serial=PUBLIC_KEY_ID)
    assert answer.body["echo_message"] == "hello"
    assert seals.reveal(str(answer.body["encrypted_echo_message"]), MERCHANT_KEY) == "张三"
    assert world.post("/v3/security/echo", body, serial=PLATFORM_KEY.name).code == "PARAM_ERROR"


def test_a_header_is_read_however_its_values_are_ordered() -> None:
    given = Authorization("1", "n", "1", "A", "s")
    scheme, _, pairs = authorization.spell(given).partition(" ")
    assert authorization.parse(f"{scheme} {','.join(reversed(pairs.split(',')))}") == given


class Unreadable:
    """Books that can't be opened, for a reason that nobody outside has to know."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self, *_args: object) -> NoReturn:
        raise self._error


@pytest.mark.parametrize("method", ["reading", "transaction"])
@pytest.mark.parametrize("error", [RuntimeError("planted"), ServiceUnavailable("planted")])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_store_that_fails_is_told_in_the_vendors_form_and_signed(
    world: WechatWorld,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    error: Exception,
    accept: str,
) -> None:
    monkeypatch.setattr(type(world.store), method, Unreadable(error))
    wanted = world.wanted()
    told = world.post(NATIVE, wanted, headers={"Accept": accept}, serial=PUBLIC_KEY_ID)
    assert (told.status, told.code) == (500, "SYSTEM_ERROR")
    assert "planted" not in str(told.body)
    assert told.headers["Wechatpay-Serial"] == PUBLIC_KEY_ID
    monkeypatch.undo()
    assert world.post(NATIVE, wanted).status == 200


@pytest.mark.parametrize(
    "target", ["/v3/billdownload/file?token=x", "/v3/global/statements?date=20261122", "/v3/pay/no"]
)
def test_so_it_is_at_addresses_for_files_and_at_none(
    world: WechatWorld, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setattr(type(world.store), "reading", Unreadable(RuntimeError("planted")))
    code = "RESOURCE_NOT_EXISTS" if target.endswith("no") else "SYSTEM_ERROR"
    assert world.get(target).code == code
