"""A provider to be refused by, and what happens beside a shop while its program walks a table.

The program says at ``/do`` which step is due, with the answer that it got before; the steps are the
methods of ``Stage`` by their names. One payment is eight days old, and its day has a bill.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask
import pytest

from ledger.core.notices import notifications
from ledger.core.parties import register
from ledger.core.privacy import erasure
from ledger.core.records.parties import PartyStatus
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts
from ledger.kit.clock import SystemClock
from ledger.ops import demo_apps
from ledger.protocol.instants import DAY, SECOND, Instant, to_text
from ledger.protocol.wechatpay_wire import times
from ledger.testing.play import Play, playing
from tests.conformance.stages import serve
from tests.conformance.wechatpay_failures.failure import Json
from tests.sandbox.test_magic_codes import PAID, wechatpay_v2

OLD = "old-0001"
AGE = 8
STRANGERS_SERIAL = "0" * 39 + "1"


class Stage:
    """What a program reaches, and what it is told."""

    def __init__(self, play: Play) -> None:
        self.play = play
        shop = flask.Flask("shop")

        @shop.post("/do")
        def do() -> Json:
            asked: Json = flask.request.get_json()
            step = getattr(self, asked["name"].replace(" ", "_"))
            return step(asked["said"], asked["last"]) or {}

        self.server = serve(shop)
        day = times.to_text(play.clock.now())[:10]
        assert wechatpay_v2(play, OLD, PAID) == "SUCCESS"  # the shop's certificate may be younger
        play.clock.advance(f"{AGE}d")
        today = times.to_text(play.clock.now())[:10]
        self.days = {"old": OLD, "sold": day, "today": today, "never": "2026-01-01"}

    def told(self) -> Json:
        """Tell a program who it is: the shop, and under other names those that it is not."""
        account = self.play.wechatpay
        shop = {
            "appid": account.appid,
            "mchid": account.mchid,
            "serial_no": account.serial_no,
            "private_key": account.private_key,
            "certificate": account.certificate,
            "apiv3_key": account.apiv3_key,
            "public_key": account.platform_public_key,
            "public_key_id": account.platform_public_key_id,
        }
        others = {
            "stranger": {**shop, "serial_no": STRANGERS_SERIAL},
            "other": {**shop, "mchid": account.overseas_mchid},
        }
        address = f"http://127.0.0.1:{self.server.server_port}"
        return {"shop": address, "clients": {"": shop, **others}}

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()

    # the steps

    def refuse(self, said: Json, _: Json) -> None:
        """Have the next call that lists a code be refused by it."""
        self.play.faults.add("call.refused", code=said["code"], times=1)

    def hurry(self, *_: Json) -> None:
        """Put the platform's clock ahead."""
        self.play.faults.add("clock.skew", delay="10m")

    def clear(self, *_: Json) -> None:
        """Take out what was set."""
        self.play.faults.clear()

    def wait(self, *_: Json) -> None:
        """Let a minute pass, so that wrong payment codes count no more."""
        self.play.clock.advance("61s")

    def show_code(self, *_: Json) -> Json:
        """Li Wei's phone shows a payment code."""
        return {"digits": self.play.wallet("li-wei").payment_code("wechatpay")}

    def pay(self, _: Json, last: Json) -> None:
        """Li Wei pays the code that was shown."""
        self.play.wallet("li-wei").pay(last["code_url"])

    def she_pays(self, _: Json, last: Json) -> None:
        """Chen Jing pays the code, by all that she has."""
        self.play.wallet("chen-jing").pay(last["code_url"])

    def she_leaves(self, *_: Json) -> None:
        """Chen Jing has everything forgotten that is known of her."""
        provider = self.play.wechatpay.provider
        now = provider.clock.now()
        with provider.store.transaction() as books:
            told = [row.notification_id for row in books.outbox.due(Instant(now + DAY), 1000)]
            notifications.delivered(books, notification_ids=told)
            erasure.erase(books, payer_id=self.play.wallet("chen-jing").payer_id, now=now)

    def block_shop(self, *_: Json) -> None:
        """The provider blocks the shop."""
        self._shop_is(PartyStatus.BLOCKED)

    def unblock_shop(self, *_: Json) -> None:
        """The provider lets the shop sell again."""
        self._shop_is(PartyStatus.ACTIVE)

    def _shop_is(self, status: PartyStatus) -> None:
        with self.play.wechatpay.provider.store.transaction() as books:
            register.set_merchant_status(
                books, merchant_id=demo_apps.TEA_HOUSE.merchant_id, status=status
            )

    def change(self, **settings: str) -> None:
        """Let the shop have registered something else."""
        with self.play.wechatpay.provider.store.transaction() as books:
            account = accounts.require(
                books, vendor=Vendor.WECHATPAY, account_id=self.play.wechatpay.mchid
            )
            accounts.change_settings(books, account=account, settings=settings)


@contextmanager
def staged(folder: Path, environment: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Begin eight days ago, sell, and be there today; the books must be sound at the end."""
    now = SystemClock().now()
    begun = to_text(Instant(now - now % SECOND - AGE * DAY))
    with playing(folder, environment.setenv, now=begun) as play:
        stage = Stage(play)
        yield stage
        stage.close()
        play.assert_books_balanced()
