"""The three ways in which SDKs call a method: V2 by Python and by Node, V3 by Node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ledger.faces.alipay.methods import METHODS
from tests.conformance.environments import node, node_program, play, python
from tests.kit.answered import Json

OFFICIAL, NODE = "alipay-sdk-python==3.7.1411", "alipay-sdk@4.14.0"
PROGRAMS = Path(__file__).parents[1] / "programs"

Call = tuple[str, Json]
"""A method, and its content."""

Leg = Callable[[Json, Sequence[Call], Mapping[str, str]], list[str]]
"""Calls as an app that knows ``said``, in an environment; by which code each was refused."""


def by_python(said: Json, calls: Sequence[Call], environment: Mapping[str, str]) -> list[str]:
    """Call V2 by ``alipay-sdk-python``, which takes no port and so calls its real host."""
    told = said | {"gateway": "", "calls": calls}
    command = [python(OFFICIAL), PROGRAMS / "official.py"]
    answers = play(command, told, environment=environment)
    assert isinstance(answers, list)
    return [_code(answer, "sub_code") for answer in answers]


def by_node(said: Json, calls: Sequence[Call], environment: Mapping[str, str]) -> list[str]:
    """Call V2 by npm's ``alipay-sdk``."""
    return [_code(answer, "subCode") for answer in _by_node(said | {"calls": calls}, environment)]


def by_rest(said: Json, calls: Sequence[Call], environment: Mapping[str, str]) -> list[str]:
    """Call V3 by npm's ``alipay-sdk``."""
    sent = []
    for name, content in calls:
        verb, path = METHODS[name].rest, METHODS[name].path
        sent.append((verb, path, {"query" if verb == "GET" else "body": content}))
    return [_code(answer, "code") for answer in _by_node(said | {"rest": sent}, environment)]


LEGS: Mapping[str, Leg] = {"python": by_python, "node": by_node, "rest": by_rest}


def _by_node(said: Json, environment: Mapping[str, str]) -> list[Any]:
    command: Sequence[str | Path] = [node_program(), PROGRAMS / "node.cjs"]
    answers = play(command, said, folder=node(NODE), environment=environment)
    assert isinstance(answers, list)
    return answers


def _code(answer: Json, name: str) -> str:
    return str(answer.get(name) or answer)


def offered(leg: str, method: str) -> bool:
    """Tell whether a leg can call a method: pages are for browsers, V3 lacks some."""
    known = METHODS[method]
    return not known.is_page and (leg != "rest" or bool(known.rest))


def spelled(leg: str, code: str) -> str:
    """Spell a code as a leg reads it: V3's gateway has no prefix."""
    if leg != "rest":
        return code
    return code.removeprefix("isv.").removeprefix("aop.").removeprefix("isp.")
