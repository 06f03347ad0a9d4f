"""The addresses of the wallet's API; each is: parse, one call, render.

    GET  /api/wallets                    POST /api/wallets {name, token, pin}
    GET  /api/wallets/{name}             POST /api/wallets/{name}/unlock {pin}
    POST /api/wallets/{name}/scan        {text[, amount_minor]}, image/png or image/jpeg
    POST /api/wallets/{name}/look {text}                     what it asks for, to be paid at once
    GET  /api/wallets/{name}/pending     GET  /api/wallets/{name}/reviews/{id}
    POST /api/wallets/{name}/reviews/{id}/approve {pin}      .../decline {}
    GET  /api/wallets/{name}/payment-code                    POST: the next one {}
    GET  /api/wallets/{name}/payment-code.png .svg           payment-code-128.png .svg
    GET  /api/wallets/{name}/history     GET  /api/wallets/{name}/receipts/{id}
    GET  /api/wallets/{name}/export      POST /api/wallets/{name}/erase {pin}
    POST /api/codes/explain              {text}, image/png or image/jpeg

The wallet of a browser's session is at ``/api/me`` (``session.mine``), by the same views. What
pays a code at once stands in ``paying``. Errors are problem documents (``ledger.kit.web``). A POST
reads JSON, if only ``{}``, or a picture: no other site's form can send either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import flask
import msgspec

from ledger.kit import web
from ledger.kit.clock import Clock
from ledger.protocol import native_api
from ledger.protocol.errors.checkout import WalletLocked
from ledger.protocol.errors.content import FieldFormat, RouteNotFound
from ledger.protocol.native_wire import PayerView
from ledger.protocol.payment_code import PREFIXES
from wallet import activity, authorise, code_image, personal, present, scan
from wallet.codes import explained
from wallet.device.knowledge import NO_ANSWER
from wallet.device.phone import Phone
from wallet.device.phones import Phones
from wallet.direct import screen
from wallet.review import Review
from wallet.visitors.names import is_guest
from wallet.web import bodies, held, views

_MEDIA_TYPES = {"png": "image/png", "svg": "image/svg+xml"}
_QR_CODE = {"png": code_image.qr_png, "svg": code_image.qr_svg}
_BAR_CODE = {"png": code_image.code128_png, "svg": code_image.code128_svg}


Find = Callable[[str], Phone]
"""Gives the wallet of a name."""


def api(phones: Phones, clock: Clock) -> list[flask.Blueprint]:
    """Make the API of a wallet service for named wallets; guests' wallets have no name in it."""
    service = flask.Blueprint("service", __name__, url_prefix="/api")
    _add_wallets(service, phones, clock)
    _add_explaining(service, phones, clock)
    named = flask.Blueprint("named", __name__, url_prefix="/api/wallets/<name>")

    def phone(name: str) -> Phone:
        return phones.named(name, now=clock.now())

    _add_one_wallet(named, phones, clock)
    add_paying(named, phone, clock)
    _add_erasing(named, phone, clock)
    return [service, named]


def add_paying(blueprint: flask.Blueprint, phone: Find, clock: Clock) -> None:
    """Add what a payer does with one wallet; each view is told the wallet's ``name``."""
    _add_scanning(blueprint, phone, clock)
    _add_deciding(blueprint, phone, clock)
    _add_looking(blueprint, phone, clock)
    _add_payment_code(blueprint, phone, clock)
    _add_activity(blueprint, phone)

    @blueprint.get("/export")
    def export_wallet(name: str) -> flask.Response:
        return as_json(held.held(personal.export(phone(name))))


def _add_wallets(blueprint: flask.Blueprint, phones: Phones, clock: Clock) -> None:
    @blueprint.get("/wallets")
    def list_wallets() -> flask.Response:
        found = phones.all(now=clock.now())
        return as_json(
            {
                "wallets": [
                    views.wallet_line(each) for each in found if not is_guest(each.wallet.name)
                ]
            }
        )

    @blueprint.post("/wallets")
    def enrol_wallet() -> flask.Response:
        wanted = web.read_json(bodies.NewWallet)
        phone = phones.enrol(wanted.name, wanted.token, wanted.pin, now=clock.now())
        return as_json(views.wallet(phone, payer_of(phone)), status=201)


def _add_one_wallet(blueprint: flask.Blueprint, phones: Phones, clock: Clock) -> None:
    @blueprint.get("")
    def show_wallet(name: str) -> flask.Response:
        phone = phones.named(name, now=clock.now())
        return as_json(views.wallet(phone, payer_of(phone)))

    @blueprint.post("/unlock")
    def unlock_wallet(name: str) -> flask.Response:
        pin = web.read_json(bodies.Unlocking).pin
        phone = phones.named(name, now=clock.now())
        phone.vault.unlock(name, pin, now=clock.now())
        return as_json(views.wallet(phone, payer_of(phone)))


def payer_of(phone: Phone) -> PayerView | None:
    """Ask the provider for the payer; None while the wallet is locked or nobody answers."""
    try:
        return phone.client.call(native_api.GET_ME)
    except (WalletLocked, *NO_ANSWER):
        return None


def _add_scanning(blueprint: flask.Blueprint, phone: Find, clock: Clock) -> None:
    @blueprint.post("/scan")
    @web.reads_up_to(web.IMAGE_BODY_MAX_BYTES)
    def scan_code(name: str) -> flask.Response:
        scanned, now, holder = bodies.scanned(), clock.now(), phone(name)
        made = scan.scan(holder, scanned.text, amount_minor=scanned.typed, now=now)
        receipts = _receipts(holder, made.review) if made.review else []
        return as_json(views.scanned(made, scanned.text, receipts, now))

    @blueprint.get("/pending")
    def list_pending(name: str) -> flask.Response:
        now, holder = clock.now(), phone(name)
        waiting = present.waiting_for_approval(holder, now=now)
        return as_json({"reviews": [views.review(each, [], now) for each in waiting]})


def _add_deciding(blueprint: flask.Blueprint, phone: Find, clock: Clock) -> None:
    @blueprint.get("/reviews/<review_id>")
    def show_review(name: str, review_id: str) -> flask.Response:
        now, holder = clock.now(), phone(name)
        review = authorise.resume(holder, holder.store.reviews.get(name, review_id), now=now)
        return _review(holder, review, clock, authorise.payment_state(holder, review))

    @blueprint.post("/reviews/<review_id>/approve")
    def approve_review(name: str, review_id: str) -> flask.Response:
        pin, holder = web.read_json(bodies.Approval).pin, phone(name)
        decided = authorise.approve(holder, review_id, pin=pin, now=clock.now())
        return _review(holder, decided, clock)

    @blueprint.post("/reviews/<review_id>/decline")
    def decline_review(name: str, review_id: str) -> flask.Response:
        web.read_json(bodies.Empty)
        holder = phone(name)
        return _review(holder, authorise.decline(holder, review_id), clock)


def _add_looking(blueprint: flask.Blueprint, phone: Find, clock: Clock) -> None:
    @blueprint.post("/look")
    def look_at_code(name: str) -> flask.Response:
        text, now = web.read_json(bodies.Text).text, clock.now()
        return as_json(views.at_once(screen.look(phone(name), text, now=now), now))


def _review(phone: Phone, review: Review, clock: Clock, payment_state: str = "") -> flask.Response:
    receipts = _receipts(phone, review)
    return as_json(views.review(review, receipts, clock.now(), payment_state))


def _receipts(phone: Phone, review: Review) -> list[activity.ShownReceipt]:
    return activity.of_payment(phone, review.shown.payment_id)


def _add_payment_code(blueprint: flask.Blueprint, phone: Find, clock: Clock) -> None:
    @blueprint.get("/payment-code")
    def show_payment_code(name: str) -> flask.Response:
        now = clock.now()
        shown = present.current(phone(name), now=now, prefix=_prefix())
        return as_json(views.payment_code(shown, now))

    @blueprint.post("/payment-code")
    def next_payment_code(name: str) -> flask.Response:
        web.read_json(bodies.Empty)
        now = clock.now()
        shown = present.refresh(phone(name), now=now, prefix=_prefix())
        return as_json(views.payment_code(shown, now))

    @blueprint.get("/payment-code.<form>")
    def draw_qr_code(name: str, form: str) -> flask.Response:
        return _picture(phone(name), _QR_CODE, form, clock)

    @blueprint.get("/payment-code-128.<form>")
    def draw_bar_code(name: str, form: str) -> flask.Response:
        return _picture(phone(name), _BAR_CODE, form, clock)


def _prefix() -> str:
    """Read for whose tills a code is asked for; ``FieldFormat`` for nobody's."""
    asked = flask.request.args.get("for", "native")
    if asked not in PREFIXES:
        raise FieldFormat(f"for: one of {', '.join(PREFIXES)}")
    return PREFIXES[asked]


def _picture(
    phone: Phone, draw: Mapping[str, code_image.Draw], form: str, clock: Clock
) -> flask.Response:
    if form not in draw:
        raise RouteNotFound("a payment code is drawn as png or svg")
    shown = present.current(phone, now=clock.now(), prefix=_prefix())
    return flask.Response(draw[form](shown.code.text), mimetype=_MEDIA_TYPES[form])


def _add_activity(blueprint: flask.Blueprint, phone: Find) -> None:
    @blueprint.get("/history")
    def list_history(name: str) -> flask.Response:
        shown = activity.history(phone(name))
        return as_json({"receipts": [views.receipt(each) for each in shown]})

    @blueprint.get("/receipts/<receipt_id>")
    def show_receipt(name: str, receipt_id: str) -> flask.Response:
        return as_json(views.receipt(activity.show(phone(name), receipt_id)))


def _add_erasing(blueprint: flask.Blueprint, phone: Find, clock: Clock) -> None:
    @blueprint.post("/erase")
    def erase_wallet(name: str) -> flask.Response:
        pin = web.read_json(bodies.Unlocking).pin
        personal.erase(phone(name), pin=pin, now=clock.now())
        return as_json({"erased": name})


def _add_explaining(blueprint: flask.Blueprint, phones: Phones, clock: Clock) -> None:
    @blueprint.post("/codes/explain")
    @web.reads_up_to(web.IMAGE_BODY_MAX_BYTES)
    def explain_code() -> flask.Response:
        text = bodies.scanned().text
        directory = phones.knowledge.remembered()
        return as_json(views.explained(explained.explain(text, directory, now=clock.now())))


def as_json(content: object, status: int = 200) -> flask.Response:
    """Answer with a view as JSON."""
    return flask.Response(msgspec.json.encode(content), status, mimetype="application/json")
