"""Bad input to the wallet's API: each has its code, none changes anything, none is a failure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.wallet.conftest import PIN
from tests.wallet.shop import DROGERIE, Shop
from tests.wallet.test_checks import sealed_again
from tests.wallet.test_scan_image import GOOD as PHOTO
from tests.wallet.test_scan_image import header_only, qr, saved, side_by_side
from tests.wallet.world import Json, World
from wallet.device.phones import DEMO_WALLETS

SCAN = "/api/wallets/anna/scan"
NO_REVIEW = "/api/wallets/anna/reviews/rev_01KAK9Q3ZV7T2M5X8B4C6D0E"
NEW = "/api/wallets"
UNLOCK = "/api/wallets/anna/unlock"
GOOD = DROGERIE.dynamic()

STATUS = {
    "ALG_MISMATCH": 401,
    "AMOUNT_FORMAT": 400,
    "AMOUNT_OUT_OF_RANGE": 422,
    "BODY_TOO_LARGE": 413,
    "CONTENT_TYPE_UNSUPPORTED": 415,
    "ENCODING": 400,
    "ENROLMENT_TOKEN_INVALID": 403,
    "FIELD_FORMAT": 400,
    "FIELD_MISSING": 400,
    "IMAGE_PIXELS": 422,
    "IMAGE_TOO_LARGE": 413,
    "IMAGE_TYPE_UNSUPPORTED": 415,
    "IMAGE_UNREADABLE": 422,
    "JSON_DUPLICATE_KEY": 400,
    "JSON_SYNTAX": 400,
    "JSON_TOO_DEEP": 400,
    "KEY_NOT_ALLOWED_FOR_MERCHANT": 403,
    "KEY_UNKNOWN": 401,
    "KID_FORMAT": 400,
    "METHOD_NOT_ALLOWED": 405,
    "ORDER_NOT_FOUND": 404,
    "QR_AMBIGUOUS": 422,
    "QR_CRC_MISMATCH": 422,
    "QR_FOREIGN": 422,
    "QR_NOT_PAYABLE": 422,
    "QR_SIGNATURE_INVALID": 422,
    "QR_SYNTAX": 422,
    "QR_UNSIGNED": 422,
    "QR_VERSION_UNSUPPORTED": 422,
    "RECEIPT_NOT_FOUND": 404,
    "REVIEW_NOT_FOUND": 404,
    "ROUTE_NOT_FOUND": 404,
    "UNKNOWN_FIELD": 400,
    "WALLET_EXISTS": 409,
    "WALLET_NOT_FOUND": 404,
}


KID = DROGERIE.key.public.key_id
BAD_CODES = {
    "a link for what nobody asked for": (DROGERIE.link(), "ORDER_NOT_FOUND"),
    "another amount": (sealed_again(GOOD, "12.95", "02.95"), "QR_SIGNATURE_INVALID"),
    "another merchant": (sealed_again(GOOD, "00001", "00002"), "KEY_NOT_ALLOWED_FOR_MERCHANT"),
    "another algorithm": (sealed_again(GOOD, "01021E", "01021P"), "ALG_MISMATCH"),
    "a key of nobody": (Shop(seed=9).dynamic(), "KEY_UNKNOWN"),
    "a path as key id": (sealed_again(GOOD, KID, "../../x*"), "KID_FORMAT"),
    "SQL as key id": (sealed_again(GOOD, KID, "' or 1=1"), "KID_FORMAT"),
    "unsigned": (sealed_again(GOOD, GOOD[GOOD.index("8080") : -8], ""), "QR_UNSIGNED"),
    "another checksum": (GOOD[:-4] + "0000", "QR_CRC_MISMATCH"),
    "cut off": (GOOD[:-10], "QR_SYNTAX"),
    "Alipay": ("https://qr.alipay.com/bavh4wjlxf12tper3a", "QR_FOREIGN"),
    "WeChat Pay": ("weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "QR_FOREIGN"),
    "GiroCode": ("BCD\n002\n1\nSCT\n\nX\nDE89370400440532013000\nEUR1.00", "QR_FOREIGN"),
    "a payment code": ("281234567890123456", "QR_NOT_PAYABLE"),
    "a text": ("hello", "QR_NOT_PAYABLE"),
    "nothing": ("", "QR_NOT_PAYABLE"),
    "a link of zeros": ("http://evil.test/p#" + "A" * 132, "QR_VERSION_UNSUPPORTED"),
}


def problem(code: str) -> tuple[int, str]:
    return STATUS[code], code


@pytest.mark.parametrize(("text", "code"), BAD_CODES.values(), ids=BAD_CODES)
def test_a_code_that_can_not_be_paid_is_refused_by_name(world: World, text: str, code: str) -> None:
    world.till()
    before = world.state()
    assert world.scan("anna", text).problem == problem(code)
    after = world.state()
    after["key_set"] = before["key_set"]  # a key nobody knows makes the wallet look for it
    assert after == before


def test_a_code_shown_without_a_call_asks_for_its_payment_itself(world: World) -> None:
    world.till()
    review = world.scan("anna", GOOD).json["review"]
    assert (review["state"], review["amount_minor"]) == ("SHOWN", 12_95)


def test_a_refusal_is_a_plain_sentence(world: World) -> None:
    detail = world.scan("anna", "weixin://wxpay/bizpayurl?pr=p4lpSuKzz").json["detail"]
    assert detail.startswith("WeChat Pay code of a shop. ")
    assert "pays nothing" in detail


PNG = "image/png"
BAD_PICTURES = {
    "a bomb": (saved(Image.new("1", (12_000, 12_000))), PNG, "IMAGE_PIXELS"),
    "200 MP": (header_only(20_000, 10_000), PNG, "IMAGE_PIXELS"),
    "more than 2 MiB": (PHOTO + bytes(2 * 1024 * 1024), PNG, "IMAGE_TOO_LARGE"),
    "truncated": (PHOTO[:100], PNG, "IMAGE_UNREADABLE"),
    "a GIF that claims to be a PNG": (saved(qr("x"), "GIF"), PNG, "IMAGE_TYPE_UNSUPPORTED"),
    "a GIF": (saved(qr("x"), "GIF"), "image/gif", "CONTENT_TYPE_UNSUPPORTED"),
    "an SVG that claims to be a PNG": (b"<svg/>", PNG, "IMAGE_TYPE_UNSUPPORTED"),
    "an SVG": (b"<svg/>", "image/svg+xml", "CONTENT_TYPE_UNSUPPORTED"),
    "two codes": (saved(side_by_side(qr("a"), qr("b"))), PNG, "QR_AMBIGUOUS"),
    "a payment code": (PHOTO, PNG, "QR_NOT_PAYABLE"),
    "nothing": (b"", PNG, "IMAGE_TYPE_UNSUPPORTED"),
}


@pytest.mark.parametrize(("photo", "media_type", "code"), BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_bad_picture_is_refused_by_name(
    world: World, photo: bytes, media_type: str, code: str
) -> None:
    before = world.state()
    assert world.send("POST", SCAN, photo, media_type).problem == problem(code)
    assert world.state() == before


OUT_OF_RANGE: list[Json] = [0, -1, 10**11 + 1, 2**63]
NO_AMOUNT: list[Json] = [1.0, "1e3", "1_000", "１００", True, " 5\n", [1], {}]
BAD_AMOUNTS = [(bad, "AMOUNT_OUT_OF_RANGE") for bad in OUT_OF_RANGE]
BAD_AMOUNTS += [(bad, "AMOUNT_FORMAT") for bad in NO_AMOUNT]


@pytest.mark.parametrize(("amount", "code"), BAD_AMOUNTS)
def test_a_bad_amount_for_a_sticker_is_refused_by_name(
    world: World, amount: Json, code: str
) -> None:
    sticker = world.till("T02").sticker()
    world.scan("anna", sticker)
    before = world.state()
    assert world.scan("anna", sticker, amount_minor=amount).problem == problem(code)
    assert world.state() == before


def test_an_amount_for_a_code_that_has_one_is_refused(world: World) -> None:
    text = world.till().code()
    assert world.scan("anna", text, amount_minor=1).problem == (400, "FIELD_FORMAT")


FORM = "application/x-www-form-urlencoded"
BAD_BODIES = {
    "no text": (b"{}", "FIELD_MISSING"),
    "text is a number": (b'{"text": 1}', "FIELD_FORMAT"),
    "text is null": (b'{"text": null}', "FIELD_FORMAT"),
    "a field nobody knows": (b'{"text":"a","x":1}', "UNKNOWN_FIELD"),
    "a field twice": (b'{"text":"a","text":"b"}', "JSON_DUPLICATE_KEY"),
    "an array": (b"[1]", "FIELD_FORMAT"),
    "half an object": (b"{", "JSON_SYNTAX"),
    "no body": (b"", "JSON_SYNTAX"),
    "not UTF-8": (b'{"text":"\xff"}', "ENCODING"),
    "too deep": (b"[" * 100_000, "JSON_TOO_DEEP"),
    "too large": (b'"' + bytes(2 * 1024 * 1024), "BODY_TOO_LARGE"),
}


@pytest.mark.parametrize(("body", "code"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_bad_body_is_refused_by_name(world: World, body: bytes, code: str) -> None:
    before = world.state()
    assert world.send("POST", SCAN, body, "application/json").problem == problem(code)
    assert world.state() == before


@pytest.mark.parametrize("path", [SCAN, f"{NO_REVIEW}/approve", f"{NO_REVIEW}/decline", UNLOCK])
@pytest.mark.parametrize("media_type", ["text/plain", FORM, "multipart/form-data"])
def test_what_another_sites_form_can_send_is_refused(
    world: World, path: str, media_type: str
) -> None:
    before = world.state()
    refused = world.send("POST", path, b'{"pin":"280601"}', media_type)
    assert refused.problem == problem("CONTENT_TYPE_UNSUPPORTED")
    assert world.state() == before


@pytest.mark.parametrize("path", [SCAN, f"{NO_REVIEW}/approve", f"{NO_REVIEW}/decline", UNLOCK])
def test_nothing_is_decided_by_get(world: World, path: str) -> None:
    assert world.get(path).problem == problem("METHOD_NOT_ALLOWED")


BAD_REQUESTS: dict[str, tuple[str, Json, str]] = {
    "approve what is not there": (f"{NO_REVIEW}/approve", {}, "REVIEW_NOT_FOUND"),
    "decline what is not there": (f"{NO_REVIEW}/decline", {}, "REVIEW_NOT_FOUND"),
    "a PIN that is a number": (f"{NO_REVIEW}/approve", {"pin": 280601}, "FIELD_FORMAT"),
    "a short PIN": (UNLOCK, {"pin": "12345"}, "FIELD_FORMAT"),
    "no PIN": (UNLOCK, {}, "FIELD_MISSING"),
    "somebody else scans": ("/api/wallets/eve/scan", {"text": "a"}, "WALLET_NOT_FOUND"),
    "somebody else unlocks": ("/api/wallets/eve/unlock", {"pin": PIN}, "WALLET_NOT_FOUND"),
    "a bad name": (NEW, {"name": "A b", "token": "t", "pin": PIN}, "FIELD_FORMAT"),
    "a bad PIN": (NEW, {"name": "eve", "token": "t", "pin": "28"}, "FIELD_FORMAT"),
    "a bad token": (NEW, {"name": "eve", "token": "t", "pin": PIN}, "ENROLMENT_TOKEN_INVALID"),
    "a name that is taken": (NEW, {"name": "anna", "token": "t", "pin": PIN}, "WALLET_EXISTS"),
    "nothing to explain": ("/api/codes/explain", {}, "FIELD_MISSING"),
}


@pytest.mark.parametrize(("path", "body", "code"), BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_a_bad_request_is_refused_by_name(world: World, path: str, body: Json, code: str) -> None:
    before = world.state()
    assert world.post(path, body).problem == problem(code)
    assert world.state() == before


NOT_THERE = {
    "/api/wallets/eve": "WALLET_NOT_FOUND",
    "/api/wallets/eve/payment-code": "WALLET_NOT_FOUND",
    "/api/wallets/eve/history": "WALLET_NOT_FOUND",
    "/api/wallets/anna/receipts/rcp_x": "RECEIPT_NOT_FOUND",
    "/api/wallets/anna/payment-code.gif": "ROUTE_NOT_FOUND",
    "/api/nothing": "ROUTE_NOT_FOUND",
    NO_REVIEW: "REVIEW_NOT_FOUND",
}


@pytest.mark.parametrize(("path", "code"), NOT_THERE.items())
def test_what_is_not_there_is_told_by_name(world: World, path: str, code: str) -> None:
    assert world.get(path).problem == problem(code)


def test_one_wallets_review_is_not_anothers(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    assert world.approve("omar", scanned).problem == (404, "REVIEW_NOT_FOUND")


def test_without_a_network_nothing_is_claimed_or_signed(world: World) -> None:
    text = world.till().code()
    scanned = world.scan("anna", text)
    world.network.is_cut = True
    before = world.state()
    for answer in (
        world.scan("omar", text),
        world.approve("anna", scanned),
        world.post(f"/api/wallets/anna/reviews/{scanned.json['review_id']}/decline"),
        world.get("/api/wallets/anna/pending"),
    ):
        assert answer.problem == (503, "SERVICE_UNAVAILABLE")
    assert world.state() == before
    assert world.get("/api/wallets/anna").json["is_online"] is False


def test_any_text_can_be_explained(world: World) -> None:
    world.till()
    told = world.post("/api/codes/explain", {"text": GOOD}).json
    assert told["what_it_is"]["kind"] == "qrpay-dynamic"
    assert told["fields"][0]["path"] == "00"
    assert {each["name"] for each in told["checks"]} >= {"crc", "key", "signature"}
    foreign = world.post("/api/codes/explain", {"text": "weixin://wxpay/bizpayurl?pr=x"}).json
    assert (foreign["checks"], foreign["fields"], foreign["refusal"]) == ([], [], None)


def test_a_photograph_can_be_explained(world: World) -> None:
    told = world.send("POST", "/api/codes/explain", PHOTO, "image/png").json
    assert told["what_it_is"]["kind"] == "alipay-payment-code"


def test_what_people_must_not_keep_is_not_kept_by_browsers(world: World) -> None:
    for path in ("/api/wallets/anna/payment-code", "/api/wallets/anna/history"):
        answer = world.app.test_client().get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_host_name_that_is_not_ours_is_refused(world: World) -> None:
    world.restart(hosts=("127.0.0.1", "localhost"))
    client = world.app.test_client()
    assert client.get("/api/wallets", headers={"Host": "localhost"}).status_code == 200
    assert client.get("/api/wallets", headers={"Host": "evil.test"}).status_code == 400


@settings(max_examples=150)
@given(st.text(max_size=80), st.sampled_from(list(DEMO_WALLETS)))
def test_no_text_makes_the_wallet_fail(shared: World, text: str, name: str) -> None:
    answer = shared.scan(name, text)
    assert answer.status in (400, 422), answer.body
    assert shared.post("/api/codes/explain", {"text": text}).status == 200


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("shared"))


def test_no_secret_stands_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    scanned = world.scan("anna", world.till().code(6000))
    world.approve("anna", scanned, pin="000000")
    world.approve("anna", scanned, pin=PIN)
    digits = world.get("/api/wallets/anna/payment-code").json["digits"]
    for secret in (PIN, "000000", digits, scanned.json["text"]):
        assert secret not in caplog.text
