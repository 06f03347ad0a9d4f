"""Plays a story at a sandbox, wherever it runs: by the vendors' APIs and the control API alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from ledger.ops import demo_apps
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.sandbox import FaultUnknown, ScenarioBroken
from ledger.protocol.instants import Instant, from_text
from ledger.sandbox.durations import milliseconds
from ledger.scenarios.script import Json, Script, Step
from ledger.scenarios.tills import OWN, Tills

WITHIN_S: Final = 30


class Steered(Protocol):
    """A sandbox's control API (``control_api``)."""

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """Ask."""

    def post(self, path: str, **body: object) -> dict[str, Any]:
        """Have something done."""

    def delete(self, path: str, **query: object) -> dict[str, Any]:
        """Take something away."""


class Player:
    """One playing of one story; ``order_no`` is the number of its order.

    ``public_key_id`` is the name of WeChat Pay's platform key here.
    """

    def __init__(self, sandbox: Steered, tills: Tills, public_key_id: str) -> None:
        self._sandbox = sandbox
        self._tills = tills
        # Where the clock stands still, what was asked so far tells two playings apart.
        asked = sandbox.get("requests")["requests"]
        self.order_no = f"S{self._now()}{asked[-1]['number'] if asked else 0:03}"
        self.kept = {
            "order": self.order_no,
            "mchid": demo_apps.wechatpay_mchid().mchid,
            "public_key_id": public_key_id,
        }
        self._faults: list[int] = []
        self._is_forwarded = False

    def play(self, script: Script) -> Iterator[tuple[Step, Json]]:
        """Do each step and give what was seen.

        Raises ``ScenarioBroken`` where that is something else than what the story is about.
        """
        try:
            for number, step in enumerate(script.steps, 1):
                where = f"step {number}, {step.sentence().format_map(self.kept)}"
                seen = self._done(step, where)
                for path, wanted in _filled(step.expect, self.kept).items():
                    if _at(seen, path) != wanted:
                        raise ScenarioBroken(
                            f"{where}: {path} is {_at(seen, path)!r}, not {wanted!r}"
                        )
                self.kept |= {name: str(_at(seen, path)) for name, path in step.keep.items()}
                yield step, seen
        finally:
            for fault in self._faults:
                with suppress(FaultUnknown):  # it happened as often as it should
                    self._sandbox.delete(f"faults/{fault}")
            if self._is_forwarded:
                self._sandbox.delete("forward", order_no=self.order_no)

    def _done(self, step: Step, where: str) -> Json:
        body = _filled(step.body, self.kept)
        if step.call:
            return self._called(step, body, where)
        if step.payer:
            return self._sandbox.post(f"payers/{step.payer}/{step.act}", **body)
        if step.fault:
            about = {"order_no": self.order_no, "kind": step.fault, **body}
            if step.fault.startswith(("payer.", "wallet.")):
                del about["order_no"]
            fault = self._sandbox.post("faults", **about)
            self._faults.append(fault["number"])
            return fault
        if step.clock:
            return self._sandbox.post("clock", advance_ms=milliseconds(step.clock))
        return self._told(step)

    def _called(self, step: Step, body: Json, where: str) -> Json:
        name = step.call.format_map(self.kept)
        headers = {each: text.format_map(self.kept) for each, text in step.headers.items()}
        if f" {OWN}" in name and not self._is_forwarded:
            self._be_told_here()
        try:
            answer = self._tills.call(name, body, headers, self._now())
        except QrpayError as error:
            if step.lost:
                return {"lost": error.code}
            raise ScenarioBroken(f"{where}: {error.code} {error.detail}") from error
        if step.lost:
            raise ScenarioBroken(f"{where}: an answer came")
        return answer

    def _be_told_here(self) -> None:
        """Have news of this order come to the story's address: natively a call names none."""
        self._sandbox.post("forward", url=self._tills.notify_url, order_no=self.order_no)
        self._is_forwarded = True

    def _told(self, step: Step) -> Json:
        named = {"event": step.told, "order_no": self.order_no, "lost_too": "yes"}
        attempts: list[dict[str, Any]] = self._sandbox.get("notifications", **named)[
            "notifications"
        ]
        while len(attempts) < step.times:
            after = attempts[-1]["number"] if attempts else 0
            attempts.append(self._sandbox.get("wait", **named, after=after, within_s=WITHIN_S))
        last = attempts[step.times - 1]
        seen = {name: last[name] for name in ("status", "taken", "faults")}
        [about] = [each for each in last["about"] if each["order_no"] == self.order_no]
        return {**about, **seen}

    def _now(self) -> Instant:
        return from_text(self._sandbox.get("clock")["now"])


def _filled(body: Mapping[str, object], kept: Mapping[str, str]) -> Json:
    """Put what was kept in its places."""
    return {name: _fill(value, kept) for name, value in body.items()}


def _fill(value: object, kept: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return value.format_map(kept)
    if isinstance(value, dict):
        return {name: _fill(each, kept) for name, each in value.items()}
    return value


def _at(seen: object, path: str) -> object:
    """Give a member by its dotted name; None where there is none."""
    for name in path.split("."):
        if isinstance(seen, dict):
            seen = seen.get(name)
        elif isinstance(seen, list) and name.isdecimal() and int(name) < len(seen):
            seen = seen[int(name)]
        else:
            return None
    return seen
