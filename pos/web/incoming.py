"""What others call: the provider notifies, and a payer's browser comes back from a wallet.

The two could not differ more. A notification is signed and is checked against all that the till
knows; it is answered ``success``, or ``fail`` with the rule's name in a header. A browser says what
its address bar says, which anybody can type: the page it gets tells nothing but to wait.
"""

from __future__ import annotations

import flask

from ledger.kit import web
from ledger.protocol.errors import CallerError
from ledger.protocol.messages import Signed
from ledger.protocol.native_wire import NotificationDelivery, SignedText
from pos.counter import notifications
from pos.counter.desk import Desk
from pos.receipts import BANNER

REFUSED_BECAUSE = "Refused-Because"
"""The header that names the rule a refused notification broke, for whoever debugs the sender."""

WAITING_PAGE = f"""<!doctype html>
<html lang="de">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>qrpay · DEMO</title>
<p>{BANNER}</p>
<h1>Warten auf Bestätigung …</h1>
<h1 lang="en">Waiting for confirmation …</h1>
<h1 lang="zh-CN">等待确认…</h1>
<p>Die Kasse zeigt, ob bezahlt ist. <span lang="en">The till shows whether it is paid.</span>
<span lang="zh-CN">是否支付成功以收银台显示为准。</span></p>
</html>
"""


def calls(desk: Desk) -> flask.Blueprint:
    """Make the addresses that others call."""
    blueprint = flask.Blueprint("incoming", __name__)

    @blueprint.post("/notify")
    def take_notification() -> flask.Response:
        try:
            delivery = web.read_json(NotificationDelivery)
            receipt = None if delivery.receipt is None else _signed(delivery.receipt)
            notifications.receive(desk, _signed(delivery.notification), receipt)
        except CallerError as error:
            flask.g.code = error.code
            answer = flask.Response("fail", error.status, mimetype="text/plain")
            answer.headers[REFUSED_BECAUSE] = error.code
            return answer
        return flask.Response("success", mimetype="text/plain")

    @blueprint.get("/return")
    def show_waiting() -> flask.Response:
        return flask.Response(WAITING_PAGE, mimetype="text/html")

    return blueprint


def _signed(text: SignedText) -> Signed:
    return Signed(text.text, text.key_id, text.signature)
