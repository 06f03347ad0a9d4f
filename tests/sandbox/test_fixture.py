"""The ``qrpay`` fixture: a whole provider in one test, which knows what was said and done."""

from __future__ import annotations

import os
import urllib.error
from pathlib import Path

import pytest

from ledger.protocol.errors.sandbox import BooksNotSound, NobodyOfThatName, NothingAsked, NotSeen
from ledger.store import BooksFile
from ledger.testing.play import Play, playing
from tests.sandbox.merchant import Till, Told
from tests.stores.raw import change


def test_a_shown_code_is_paid_told_and_balanced(qrpay: Play, till: Till, told: Told) -> None:
    code = till.shown("A-1")
    assert till.status("A-1") == "ACQ.TRADE_NOT_EXIST"
    before = qrpay.wallet("anna").balance
    qrpay.wallet("anna").pay(code)
    assert till.status("A-1") == "TRADE_SUCCESS"
    assert (before - qrpay.wallet("anna").balance).minor_units == 1295
    arrived = qrpay.notifications.wait("payment.paid", order_no="A-1")
    assert (arrived.status, arrived.answer) == (200, b"success")
    assert [form["trade_status"] for form in told.forms] == ["TRADE_SUCCESS"]
    qrpay.requests.assert_called("alipay.trade.query", times=2, order_no="A-1")
    qrpay.assert_books_balanced()


def test_a_payer_who_shows_a_code_is_asked_above_the_limit(qrpay: Play, till: Till) -> None:
    anna, asked = qrpay.wallet("anna"), {"scene": "bar_code", "subject": "Tea"}

    def pay(order_no: str, amount: str) -> str:
        digits = anna.payment_code("alipay")
        found = till.call(
            "alipay.trade.pay",
            out_trade_no=order_no,
            total_amount=amount,
            auth_code=digits,
            **asked,
        )
        return str(found["code"])

    assert [pay("A-1", "12.95"), pay("A-2", "60.00"), pay("A-3", "61.00")] == [
        "10000",
        "10003",
        "10003",
    ]
    assert anna.question().decline().payment_id != anna.question().approve().payment_id
    assert till.status("A-2") == "TRADE_SUCCESS"
    with pytest.raises(NothingAsked):
        anna.question()


def test_each_account_has_its_keys_as_files(qrpay: Play) -> None:
    for account in (qrpay.alipay, qrpay.antom, qrpay.wechatpay):
        assert all(file.read_bytes() for file in account.files.iterdir())
        assert {"example.py", "Example.java"} < {file.name for file in account.files.iterdir()}
    assert qrpay.alipay.platform_public_key in (
        qrpay.alipay.files / "alipay-public-key.pem"
    ).read_text("utf-8")


def test_who_is_nobody_has_no_wallet(qrpay: Play) -> None:
    with pytest.raises(NobodyOfThatName):
        qrpay.wallet("mallory")


def test_what_was_not_asked_is_not_found(qrpay: Play, till: Till) -> None:
    till.status("A-1")
    with pytest.raises(NotSeen, match=r"1 of 2.*alipay\.trade\.query A-1"):
        qrpay.requests.assert_called("alipay.trade.query", times=2)


def test_the_same_seed_at_the_same_time_is_the_same_provider(tmp_path: Path) -> None:
    def shown(seed: str, folder: str) -> str:
        begun = playing(tmp_path / folder, os.putenv, seed=seed, now="2026-11-22T12:00:00.000Z")
        with begun as play:
            assert play.clock.text() == "2026-11-22T12:00:00.000Z"
            return Till(play).shown("A-1")

    assert shown("7", "one") == shown("7", "two") != shown("8", "three")


def test_an_audit_tells_what_is_wrong(qrpay: Play, till: Till) -> None:
    qrpay.wallet().pay(till.shown("A-1"))
    assert isinstance(qrpay._store, BooksFile)
    change(qrpay._store, "UPDATE account SET balance_minor = balance_minor + 1")
    with pytest.raises(BooksNotSound, match="balance"):
        qrpay.assert_books_balanced()


@pytest.mark.qrpay(faults=["call.failed"])
def test_faults_can_be_there_from_the_beginning(qrpay: Play, till: Till) -> None:
    found = till.call("alipay.trade.query", out_trade_no="A-1")
    assert found["code"] == "20000"
    qrpay.faults.clear()
    assert till.status("A-1") == "ACQ.TRADE_NOT_EXIST"


def test_nothing_listens_any_more_when_the_test_is_over(tmp_path: Path) -> None:
    with playing(tmp_path, os.putenv) as play:
        assert Till(play).status("A-1")
    with pytest.raises(urllib.error.URLError):
        Till(play).status("A-1")
