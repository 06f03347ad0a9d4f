"""The scenes of the demo: each is one way to pay, or to cheat, between the till and a phone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger.cli.checkout import PAID, Document, Phone, Service, Till
from ledger.cli.demo.story import Story, money
from ledger.protocol.emvco import merchant_presented
from ledger.protocol.errors.codes import QrError
from ledger.protocol.errors.service import InvariantBroken

GOODS = {"hand-cream-100ml": 1, "face-mask-sheet": 2}
CODE_MINOR = 4250
STICKER_MINOR = 450
REFUND_MINOR = 325
FORGED_AMOUNT = "0.01"


@dataclass(frozen=True)
class Stage:
    """Where the scenes play: till and wallet, a folder for pictures, and who tells the story."""

    till: Till
    wallet: Service
    pictures: Path
    story: Story

    def phone(self, name: str) -> Phone:
        """Give somebody's phone."""
        return Phone(self.wallet, name)

    def photograph(self, name: str, picture: bytes) -> bytes:
        """Save a picture as a file and give back what the file holds."""
        path = self.pictures / name
        path.write_bytes(picture)
        return path.read_bytes()


def play(stage: Stage) -> dict[str, str]:
    """Play all scenes; gives what each left behind."""
    scanned = scan_at_the_till(stage)
    return {
        "merchant_presented": scanned["collection"]["payment_id"],
        "consumer_presented": show_a_payment_code(stage)["collection"]["payment_id"],
        "sticker": pay_at_a_sticker(stage)["collection"]["payment_id"],
        "refund": give_some_back(stage, scanned)["refund_id"],
        "forged_code_refused_as": try_a_forged_code(stage),
    }


def scan_at_the_till(stage: Stage) -> Document:
    """Li Wei, with yuan, scans what the till shows and agrees."""
    story, till, phone = stage.story, stage.till, stage.phone("li-wei")
    story.chapter("The shop shows a code")
    sale = till.ring_up(lines=[{"sku": sku, "quantity": count} for sku, count in GOODS.items()])
    count = sum(GOODS.values())
    story.tell("till", f"rings up {count} articles: {money(sale['total_minor'], sale['currency'])}")
    code, picture = till.show_code(sale)
    story.tell("till", f"shows a signed EMVCo code of {len(code)} characters: scan-me.png")
    review = phone.scan(stage.photograph("scan-me.png", picture))["review"]
    story.tell("wallet", f"reads the picture: {_wanted(review)}; the signature holds")
    paid = phone.approve(review)
    story.tell("wallet", f"Li Wei types the PIN, the approval is signed: {paid['state']}")
    settled = _settled_as_paid(till, sale)
    _tell_receipt(stage, phone, "till", "was told by a signed notification")
    return settled


def show_a_payment_code(stage: Stage) -> Document:
    """Anna shows the digits on her phone, the till reads them."""
    story, till, phone = stage.story, stage.till, stage.phone("anna")
    story.chapter("The payer shows a code")
    sale = till.ring_up(amount_minor=CODE_MINOR)
    digits = phone.payment_code()
    story.tell("wallet", f"Anna shows {digits[:6]}… ({len(digits)} digits, good for a minute)")
    till.read_code(sale, digits)
    amount = money(CODE_MINOR, sale["currency"])
    story.tell("till", f"reads the digits and asks for {amount}: no PIN needed up to 50.00 EUR")
    settled = _settled_as_paid(till, sale)
    story.tell("till", f"the provider answers at once: {settled['state']}")
    return settled


def pay_at_a_sticker(stage: Stage) -> Document:
    """Anna scans the printed sticker and types the amount herself."""
    story, till, phone = stage.story, stage.till, stage.phone("anna")
    story.chapter("A sticker on the counter")
    _, picture = till.sticker()
    scanned = phone.scan(stage.photograph("sticker.png", picture))
    story.tell("wallet", f"Anna scans sticker.png: it is {scanned['sticker_of']['name']}'s")
    review = phone.scan_text(scanned["text"], amount_minor=STICKER_MINOR)["review"]
    story.tell("wallet", f"Anna types the amount: {_wanted(review)}")
    paid = phone.approve(review)
    story.tell("wallet", f"Anna types the PIN: {paid['state']}")
    sale = till.wait_for_sticker_sale(paid["payment_id"])
    story.tell("till", f"nobody rang this up; the notification opens the sale: {sale['state']}")
    return sale


def give_some_back(stage: Stage, sale: Document) -> Document:
    """Let the shop take the hand cream back."""
    story, till, phone = stage.story, stage.till, stage.phone("li-wei")
    story.chapter("A refund")
    refund = till.refund(sale, REFUND_MINOR)
    amount = money(refund["amount_minor"], sale["currency"])
    story.tell("till", f"takes the hand cream back: {amount}, {refund['state']}")
    _tell_receipt(stage, phone, "wallet", "at the rate of the day it was paid")
    return refund


def try_a_forged_code(stage: Stage) -> str:
    """Somebody changes the amount of a genuine code and makes its checksum fit again."""
    story, till, phone = stage.story, stage.till, stage.phone("chen-jing")
    story.chapter("A forged code")
    sale = till.ring_up(amount_minor=CODE_MINOR)
    genuine, _ = till.show_code(sale)
    forged = with_amount(genuine, FORGED_AMOUNT)
    story.tell("forger", f"turns the price into {FORGED_AMOUNT} EUR and recomputes the checksum")
    try:
        phone.scan_text(forged)
    except QrError as refusal:
        story.tell("wallet", f"refuses: {refusal.code} ({refusal.title()})")
        till.abandon(sale)
        return refusal.code
    raise InvariantBroken("the wallet accepted a forged code")


def with_amount(code: str, amount: str) -> str:
    """Change the amount in a code's text and give it a checksum that fits."""
    return merchant_presented.assemble(merchant_presented.decode(code).values() | {"54": amount})


def _wanted(review: Document) -> str:
    asked = money(review["amount_minor"], review["currency"])
    taken = money(review["payer_amount_minor"], review["payer_currency"])
    own = "" if asked == taken else f", {taken} from the wallet"
    return f"{review['payee']['name']}, {review['payee']['city']}, wants {asked}{own}"


def _settled_as_paid(till: Till, sale: Document) -> Document:
    settled = till.wait_until_settled(sale)
    if settled["state"] != PAID:
        raise InvariantBroken(f"the till says {settled['state']}")
    return settled


def _tell_receipt(stage: Stage, phone: Phone, actor: str, how: str) -> None:
    receipt = phone.history()[0]
    if not receipt["verifies"]:
        raise InvariantBroken(f"receipt {receipt['receipt_id']} does not verify")
    states = receipt["states"]
    amount = money(states["payer_amount_minor"], states["payer_currency"])
    stage.story.tell(actor, f"{how}; receipt {receipt['receipt_id']} over {amount} verifies")
