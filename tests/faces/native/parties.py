"""A till and a phone that speak to the ledger in bytes, correctly unless told not to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from ledger.protocol import messages, payment_code
from ledger.protocol.identifiers import DeviceId, Kind, PayerId, PaymentId, RequestId
from ledger.protocol.instants import MINUTE, SECOND, Instant, later
from ledger.protocol.merchant_qr import DynamicCode, StickerCode, profile_s, profile_t
from ledger.protocol.messages import Authorisation, Intent, PaymentRequest, Presented, Signed
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import b64url
from tests.faces.native.wire import Party
from tests.kit.answered import Answer, Json

EUR = currency("EUR")


@dataclass
class Till(Party):
    """A shop's till."""

    merchant: Json = field(default_factory=dict)
    terminal: Json = field(default_factory=dict)

    def request(
        self,
        amount_minor: int,
        *,
        order_no: str | None = None,
        presented: Presented = Presented.MERCHANT,
        subject: str | None = None,
    ) -> PaymentRequest:
        """A fresh payment request."""
        now = self.line.clock.now()
        request_id = RequestId(self.line.ids.body(now))
        number = order_no or f"K{request_id}"
        return PaymentRequest(
            request_id=request_id,
            merchant_id=self.merchant["merchant_id"],
            terminal_id=self.terminal["terminal_id"],
            merchant_order_no=number,
            amount=Money(amount_minor, EUR),
            subject=f"Order {number}" if subject is None else subject,
            basket_hash="",
            created_at=now,
            expires_at=later(now, 3 * MINUTE),
            presented=presented,
        )

    def seal(self, request: PaymentRequest) -> Json:
        """A request as it stands in a body."""
        return messages.seal(request, self.key).to_json()

    def seal_text(self, request: PaymentRequest, alter: Callable[[str], str]) -> Json:
        """A request whose text was altered before the till signed it."""
        text = alter(messages.encode(request))
        signature = self.key.sign(PaymentRequest.DOMAIN, text.encode())
        return Signed(text, self.key.public.key_id, b64url(signature)).to_json()

    def ask(self, amount_minor: int, *, order_no: str | None = None) -> Json:
        """Ask to be paid; the payment."""
        body = {"request": self.seal(self.request(amount_minor, order_no=order_no))}
        answer = self.post("/v1/payments", body)
        assert answer.status == 201, answer.body
        return dict(answer.json["payment"])

    def code(
        self, payment: Json, change: Callable[[DynamicCode], DynamicCode] = lambda code: code
    ) -> str:
        """The code that the till shows for a payment."""
        now = self.line.clock.now()
        code = DynamicCode(
            merchant_id=self.merchant["merchant_id"],
            merchant_name=self.merchant["name"],
            merchant_city=self.merchant["city"],
            country=self.merchant["country"],
            mcc=self.merchant["mcc"],
            terminal_label=self.terminal["terminal_id"],
            key_id=self.key.public.key_id,
            amount=Money(payment["amount_minor"], EUR),
            request_id=RequestId(payment["payment_id"].removeprefix("pay_")),
            issued_at=Instant(now - now % SECOND),
            expires_at=later(Instant(now - now % SECOND), 2 * MINUTE),
            nonce=self.line.entropy(12),
        )
        return profile_s.encode(change(code), self.key)

    def sticker(self) -> str:
        """The sticker on the counter."""
        code = StickerCode(
            merchant_id=self.merchant["merchant_id"],
            merchant_name=self.merchant["name"],
            merchant_city=self.merchant["city"],
            country=self.merchant["country"],
            mcc=self.merchant["mcc"],
            terminal_label=self.terminal["terminal_id"],
            key_id=self.key.public.key_id,
            currency=EUR,
        )
        return profile_t.encode(code, self.key)

    def collect(self, amount_minor: int, shown: str) -> Answer:
        """Present a payer's payment code."""
        request = self.request(amount_minor, presented=Presented.CONSUMER)
        return self.post("/v1/payments", {"request": self.seal(request), "payment_code": shown})

    def refund(self, payment: Json, amount_minor: int, number: str) -> Answer:
        """Give a part back."""
        body = {"merchant_refund_no": number, "amount_minor": amount_minor, "currency": "EUR"}
        return self.post(f"/v1/payments/{payment['payment_id']}/refunds", body)


@dataclass
class Wallet(Party):
    """A payer's phone."""

    payer: Json = field(default_factory=dict)
    device_id: str = ""
    code_secret: bytes = b""

    def scan(self, payment: Json, code: str) -> Answer:
        """Scan a payment's code."""
        return self.post(f"/v1/payments/{payment['payment_id']}/claim", {"code": code})

    def consent(self, offer: Json, code: str) -> Authorisation:
        """What the payer agrees to, after having been shown an offer."""
        now = self.line.clock.now()
        payer_currency = currency(offer["payer_currency"])
        return Authorisation(
            authorisation_id=self.line.ids.new(Kind.AUTHORISATION, now),
            payment_id=PaymentId(offer["payment"]["payment_id"]),
            payer_id=PayerId(self.payer["payer_id"]),
            device_id=DeviceId(self.device_id),
            merchant_id=offer["payee"]["merchant_id"],
            payee_name=offer["payee"]["name"],
            amount=Money(offer["amount_minor"], currency(offer["currency"])),
            payer_amount=Money(offer["payer_amount_minor"], payer_currency),
            quote_id=offer["quote"]["quote_id"] if offer["quote"] else "",
            code_digest=hashlib.sha256(code.encode()).hexdigest() if code else "",
            authorised_at=now,
            intent=Intent(offer["payment"].get("intent", Intent.SALE)),
        )

    def agree(self, authorisation: Authorisation, *, idempotency_key: str | None = None) -> Answer:
        """Sign a consent and bring it to the ledger."""
        address = f"/v1/payments/{authorisation.payment_id}/authorise"
        body = self.authorise_body(authorisation)
        return self.post(address, body, idempotency_key=idempotency_key)

    def authorise_body(self, authorisation: Authorisation) -> bytes:
        """Sign a consent as it stands in a body."""
        sealed = messages.seal(authorisation, self.key)
        return json.dumps({"authorisation": sealed.to_json()}).encode()

    def pay(self, till: Till, payment: Json) -> Json:
        """Scan and agree; the payment afterwards, and its receipt."""
        code = till.code(payment)
        offer = self.scan(payment, code)
        assert offer.status == 200, offer.body
        paid = self.agree(self.consent(offer.json, code))
        assert paid.status == 201, paid.body
        return paid.json

    def shown_code(self) -> str:
        """Show a payment code from a fresh pool."""
        answer = self.post("/v1/me/payment-codes", {})
        assert answer.status == 201, answer.body
        handle = answer.json["handles"][0]
        return payment_code.make(handle, self.code_secret, self.line.clock.now()).text

    def balance(self) -> int:
        """What the payer has, in minor units."""
        return int(self.get("/v1/me").json["balance_minor"])


def signed_of(body: Json) -> Signed:
    """A signed text as it stands in an answer."""
    return Signed.from_json(body)
