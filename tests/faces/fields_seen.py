"""What vendors' calls were seen to read and to answer, while tests made them.

Hooked into the faces' desks, so it sees every call that any test makes, by name of the operation:
the fields that were looked for (also where a call had none), and those of answers that are no
refusals. Lists are spelled ``fund_bill_list[].amount``, numbered names of API v2 ``refund_fee_$n``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec
import msgspec.inspect

from ledger.faces.alipay.calls import desk as alipay
from ledger.faces.alipay.calls.content import Content
from ledger.faces.antom import desk as antom
from ledger.faces.antom import fields as antom_fields
from ledger.faces.wechatpay.calls import call as wechatpay_call
from ledger.faces.wechatpay.calls import desk as wechatpay
from ledger.faces.wechatpay_v2.calls import desk as wechatpay_v2
from ledger.kit.web import asked
from tests.tidy.source import ROOT

RECORD: Final = ROOT / "tests" / "faces" / "fields_seen.json"
READ, ANSWERED = "read", "answered"

Fields = dict[str, dict[str, dict[str, list[str]]]]
"""By face, operation, and whether read or answered: names in the order of the alphabet."""

_FACES: Final = ("alipay", "antom", "wechatpay", "wechatpay_v2")
_NUMBER: Final = re.compile(r"_\d+(?=_|$)", re.ASCII)

seen: set[tuple[str, str, str, str]] = set()
"""Face, operation, read or answered, name."""


class Looked(dict[str, Any]):
    """Notes which names are looked for."""

    def __init__(self, said: Mapping[str, Any], note: Callable[[str], None]) -> None:
        super().__init__(said)
        self._note = note

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """Give a value."""
        self._note(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return super().__contains__(name)


def names(value: object, head: str = "") -> Iterator[str]:
    """List the names of an answer's fields, with those inside of them."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            path = f"{head}.{name}" if head else name
            yield path
            yield from names(inner, path)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from names(inner, f"{head}[]")


def _note(face: str, operation: str, kind: str) -> Callable[[str], None]:
    return lambda name: seen.add((face, operation, kind, name))


def _answered(face: str, operation: str, told: object) -> None:
    for name in names(told):
        seen.add((face, operation, ANSWERED, _NUMBER.sub("_$n", name)))


def install() -> None:
    """Look at every call from now on; a second time does nothing."""
    if hasattr(alipay.perform, "looks"):
        return
    _look_at_alipay()
    _look_at_antom()
    _look_at_wechatpay()
    _look_at_wechatpay_v2()


def _look_at_alipay() -> None:
    real = alipay.perform

    def perform(provider: Any, method: Any, account: Any, sent: Any) -> Any:  # noqa: ANN401
        looked = Looked(sent.content.members, _note("alipay", method.name, READ))
        outcome = real(provider, method, account, replace(sent, content=Content(looked)))
        _answered("alipay", method.name, outcome.fields)
        return outcome

    perform.looks = True  # type: ignore[attr-defined]
    alipay.perform = perform


def _look_at_antom() -> None:
    real = antom.respond

    def respond(provider: Any, told: Any) -> Any:  # noqa: ANN401
        if told.get("result", {}).get("resultStatus") != "F":
            _answered("antom", asked().path.rpartition("/")[2], told)
        return real(provider, told)

    antom.respond = respond
    real_read = antom_fields.read

    def read(body: Any, kind: Any) -> Any:  # noqa: ANN401
        for name in members(kind):
            seen.add(("antom", asked().path.rpartition("/")[2], READ, name))
        return real_read(body, kind)

    antom_fields.read = read


def members(kind: Any, head: str = "") -> Iterator[str]:  # noqa: ANN401
    """List the fields of a kind of body, with those inside of them."""
    for field in msgspec.inspect.type_info(kind).fields:  # type: ignore[attr-defined]
        path = f"{head}{field.encode_name}"
        yield path
        inner = [field.type, *getattr(field.type, "types", ())]
        for each in inner:
            if isinstance(each, msgspec.inspect.StructType):
                yield from members(each.cls, f"{path}.")


def _look_at_wechatpay() -> None:
    perform, sent = wechatpay._perform, wechatpay_call.Call.sent
    at = [""]

    def performed(face: Any, route: Any, call: Any) -> Any:  # noqa: ANN401
        at[0] = f"{route.method} {route.path}"
        if route.method == "GET":
            looked = Looked(call.raw_query, _note("wechatpay", at[0], READ))
            call = replace(call, raw_query=looked)
        outcome = perform(face, route, call)
        _answered("wechatpay", at[0], outcome.body)
        return outcome

    def said(self: Any, kind: Any) -> Any:  # noqa: ANN401
        for name in msgspec.structs.fields(kind):
            seen.add(("wechatpay", at[0], READ, name.encode_name))
        return sent(self, kind)

    wechatpay._perform = performed
    wechatpay_call.Call.sent = said  # type: ignore[method-assign]


def _look_at_wechatpay_v2() -> None:
    real = wechatpay_v2.Desk._perform

    def performed(self: Any, call: Any) -> Any:  # noqa: ANN401
        for rule in self.route.rules:
            for name in getattr(rule, "names", None) or (rule.name,):
                seen.add(("wechatpay_v2", self.route.path, READ, name))
        done = real(self, call)
        _answered("wechatpay_v2", self.route.path, done)
        return done

    wechatpay_v2.Desk._perform = performed  # type: ignore[method-assign]


def recorded() -> Fields:
    """Give what was seen when the record was made."""
    found: Fields = json.loads(RECORD.read_text("utf-8"))
    return found


def unknown() -> set[tuple[str, str, str, str]]:
    """Give what was seen and is not in the record."""
    record = recorded()
    return {
        each for each in seen if each[3] not in record[each[0]].get(each[1], {}).get(each[2], ())
    }


def keep(*, anew: bool) -> None:
    """Write down what was seen, in place of what is in the record or beside it."""
    record: Fields = {} if anew or not RECORD.exists() else recorded()
    for face, operation, kind, name in sorted(seen):
        known = record.setdefault(face, {}).setdefault(operation, {READ: [], ANSWERED: []})
        known[kind] = sorted({*known[kind], name})
    for face in _FACES:
        record.setdefault(face, {})
    RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
