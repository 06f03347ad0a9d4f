"""A documented failure as data: what is done before it, which call fails, by which code.

    Failure("the number again, once it is paid", "native", "ORDER_PAID", 400,
            before=("native", "pay"))

A step is a call like the failing one, or something that happens beside the shop: a payer pays, the
shop is blocked (``stage.py`` has them by name). What a call says is in the vendor's own names; a
table's ``Calls`` tells what each says when nothing is wrong, a failure only what it says instead.
Texts may hold ``{no}``, a number that each failure has for itself, the days and numbers that the
stage knows (``{old}``, ``{sold}``, ``{today}``, ``{never}``), and ``<name>``: what the answer
before it said under that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]


class Step(NamedTuple):
    """Something that is done, and what it says in place of the usual."""

    name: str
    said: Json = {}  # noqa: RUF012 - never written to


class SdkCall(NamedTuple):
    """A call: its address as the journal of requests names it, what it says, who offers it."""

    address: str
    said: Json
    sdks: tuple[str, ...]


class Failure(NamedTuple):
    """One way to be refused. ``client`` is another shop that calls, ``after`` undoes the cause."""

    cause: str
    call: str
    code: str
    status: int = 200
    said: Json = {}  # noqa: RUF012 - never written to
    before: tuple[str | Step, ...] = ()
    after: tuple[str, ...] = ()
    client: str = ""


def seen_by(failure: Failure, calls: Mapping[str, SdkCall]) -> tuple[str, ...]:
    """Give the SDKs that can meet a failure: those that offer its call and those before it."""
    names = [_step(step).name for step in failure.before]
    known = [set(calls[name].sdks) for name in names if name in calls]
    return tuple(sdk for sdk in calls[failure.call].sdks if all(sdk in each for each in known))


def script(
    failures: Iterable[Failure], calls: Mapping[str, SdkCall], sdk: str, told: Mapping[str, str]
) -> list[Json]:
    """Spell out for a program what it has to do, failure by failure."""
    return [
        {
            "client": failure.client,
            "before": [_spelled(_step(step), calls, number, told) for step in failure.before],
            "call": _spelled(Step(failure.call, failure.said), calls, number, told),
            "after": failure.after,
        }
        for number, failure in enumerate(failures)
        if sdk in seen_by(failure, calls)
    ]


def on_demand(calls: Mapping[str, SdkCall], codes: Mapping[str, Iterable[str]]) -> list[Failure]:
    """List every call by every code of its page, each asked for by the fault ``call.refused``."""
    return [
        Failure("on demand", name, code, before=(Step("refuse", {"code": code}),))
        for name in calls
        for code in sorted(codes[name])
    ]


def _step(step: str | Step) -> Step:
    return Step(step) if isinstance(step, str) else step


def _spelled(
    step: Step, calls: Mapping[str, SdkCall], number: int, told: Mapping[str, str]
) -> Json:
    usual = calls[step.name].said if step.name in calls else {}
    filled = _filled({**usual, **step.said}, {**told, "no": f"F-{number:04}"})
    return {"name": step.name, "said": filled, "is_call": step.name in calls}


def _filled(value: object, told: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {name: _filled(each, told) for name, each in value.items()}
    return value.format(**told) if isinstance(value, str) else value
