"""How a sandbox's things are told as JSON; bytes as text, and what is no text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from ledger.core.records.notices import KeptAttempt
from ledger.protocol.instants import to_text
from ledger.sandbox.checklist.judging import Checklist
from ledger.sandbox.faults import Fault
from ledger.sandbox.record.deliveries import Delivery, Standing
from ledger.sandbox.record.journal import Exchange
from ledger.sandbox.wallets import PlayWallet, Question

Json = dict[str, object]


def fault(told: Fault) -> Json:
    """Tell a fault, its kind by its name."""
    return {**asdict(told), "kind": told.kind.label}


def exchange(told: Exchange, *, whole: bool = False) -> Json:
    """Tell a request and its answer; with all bytes if ``whole``."""
    short = {
        "number": told.number,
        "at": to_text(told.at),
        **asdict(told.called),
        "method": told.method,
        "target": told.target,
        "status": told.status,
        "faults": list(told.faults),
    }
    if not whole:
        return short
    return {
        **short,
        "headers": dict(told.headers),
        "body": _text(told.body),
        "answer_headers": dict(told.answer_headers),
        "answer": _text(told.answer),
    }


def delivery(told: Delivery, *, whole: bool = False) -> Json:
    """Tell an attempt to tell a merchant; with all bytes if ``whole``."""
    short = {
        "number": told.number,
        "at": to_text(told.at),
        "about": [asdict(each) for each in told.about],
        "url": told.url,
        "status": told.status,
        "answer": _text(told.answer),
        "taken": told.is_taken,
        "faults": list(told.faults),
    }
    if not whole:
        return short
    return {**short, "headers": dict(told.headers), "body": _text(told.body)}


def standing(told: Sequence[Standing]) -> Json:
    """Tell how notifications stand, each attempt, and when the next one is."""
    stands = [
        {
            "notification_id": each.notification_id,
            "state": each.state.value,
            "attempts": each.attempts,
            "next_attempt_at": None if each.next_at is None else to_text(each.next_at),
            "tried": [_tried(made) for made in each.tried],
        }
        for each in told
    ]
    return {"stands": stands}


def _tried(made: KeptAttempt) -> Json:
    return {"number": made.number, "made_at": to_text(made.made_at), "answer": made.answer}


def checklist(told: Checklist) -> Json:
    """Tell how a merchant's program stands."""
    points = [
        {
            "name": line.point.label,
            "right": line.point.right,
            "verdict": line.verdict.value,
            "evidence": line.evidence,
            "what": line.what,
            "provoke": line.point.provoke,
        }
        for line in told.lines
    ]
    return {"merchant": told.merchant, "face": told.face, "points": points}


def payer(wallet: PlayWallet) -> Json:
    """Tell who a payer is and what they are asked."""
    balance = wallet.balance
    return {
        "name": wallet.name,
        "balance_minor": balance.minor_units,
        "currency": balance.currency.code,
        "questions": [question(each) for each in wallet.questions()],
    }


def question(asked: Question) -> Json:
    """Tell what a payer is asked."""
    return {
        "payment_id": asked.offer.payment.payment_id,
        "payee": asked.payee,
        "amount_minor": asked.amount.minor_units,
        "currency": asked.amount.currency.code,
        "payer_amount_minor": asked.payer_amount.minor_units,
        "payer_currency": asked.payer_amount.currency.code,
    }


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")
