"""Quiet again: till, wallets and ledger tell the same, and each receipt proves itself."""

from __future__ import annotations

from ledger.kit.transport import HttpTransport
from ledger.protocol import strict_json
from ledger.protocol.instants import HOUR
from ledger.protocol.messages import Signed, open_receipt
from ledger.protocol.signing import KeyDirectory, from_jwks
from tests.durability.fleet import Fleet
from tests.durability.scenes import PAYERS
from tests.durability.sites import UNTOLD
from tests.journeys.world import OPENING_BALANCES
from tests.processes.acknowledged import Slips
from tests.processes.services import wait_for

_RECEIPTS = "SELECT receipt_id, text, key_id, signature FROM receipt"
_PAID_SALES = "SELECT payment_id FROM attempt WHERE phase = 'PAID'"
_CAPTURED = "SELECT payment_id FROM entry WHERE kind = 'CAPTURE'"
_STILL_PAID = "SELECT payment_id FROM payment WHERE state IN ('PAID', 'FULLY_REFUNDED', 'FINISHED')"
_TWICE = "SELECT payment_id FROM entry WHERE kind = 'CAPTURE' GROUP BY 1 HAVING count(*) > 1"
_RUNNING = "SELECT count(*) FROM attempt WHERE phase IN ('REQUESTING', 'UNKNOWN', 'REVERSING')"


def require_agreement(fleet: Fleet, slips: Slips) -> str:
    """Fail unless all agree; what was compared, for people."""
    wait_for("nothing is untold", lambda: _is_quiet(fleet))
    assert fleet.findings() == []
    slips.require_in_books(fleet.place)
    captured = {str(row[0]) for row in fleet.rows("ledger", _CAPTURED)}
    assert fleet.rows("ledger", _TWICE) == []
    assert set(fleet.rows("pos", _PAID_SALES)) == set(fleet.rows("ledger", _STILL_PAID))
    assert {slip.payment_id for slip in slips.all()} == captured
    assert fleet.till.alarms() == []
    for name in PAYERS:
        _require_own_money(fleet, name)
    receipts = _require_receipts_prove_themselves(fleet)
    answers = fleet.answers_by_key()
    assert all(len(set(told)) == 1 for told in answers.values()), "two answers for one key"
    again = sum(len(told) > 1 for told in answers.values())
    return (
        f"{len(slips.all())} acknowledgements, 0 lost; {receipts} receipts verified offline; "
        f"{len(answers)} keys, {again} of them answered more than once, with the same bytes"
    )


def _is_quiet(fleet: Fleet) -> bool:
    if fleet.number("ledger", UNTOLD) == fleet.number("pos", _RUNNING) == 0:
        return True
    fleet.clock.advance(HOUR)
    return False


def _require_own_money(fleet: Fleet, name: str) -> None:
    """A phone's receipts add up to what its payer has left."""
    phone, moved = fleet.phone(name), 0
    balance = wait_for(f"the provider tells {name}'s balance", phone.try_balance)
    for receipt in phone.history():
        assert receipt["verifies"]
        sign = -1 if receipt["states"]["kind"] == "payment" else 1
        moved += sign * receipt["states"]["payer_amount_minor"]
    assert balance == OPENING_BALANCES[name].minor_units + moved


def published_keys(url: str) -> KeyDirectory:
    """The provider's keys as anybody gets them."""
    answer = HttpTransport().request("GET", f"{url}/v1/keys", {}, b"")
    return from_jwks(strict_json.load_object(answer.body))


def _require_receipts_prove_themselves(fleet: Fleet) -> int:
    """Each receipt of till and wallets verifies by published keys alone, and is the ledger's."""
    directory, verified = published_keys(fleet.urls["ledger"]), 0
    kept = {row[0]: row[1:] for row in fleet.rows("ledger", _RECEIPTS)}
    for party in ("pos", "wallet"):
        for receipt_id, *signed in fleet.rows(party, _RECEIPTS):
            assert open_receipt(Signed(*map(str, signed)), directory).receipt_id == receipt_id
            assert tuple(signed) == tuple(kept[receipt_id])
            verified += 1
    return verified
