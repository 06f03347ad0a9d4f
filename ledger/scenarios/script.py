"""A story as a TOML file: a title, why it matters, and steps that each do one thing.

    [[steps]]
    call = "alipay.trade.precreate"              a call of a shop's, named as journals name it,
    body = {out_trade_no = "{order}", …}         with its content
    keep = {code = "qr_code"}                    keeps a member of the answer for later steps
    expect = {code = "10000"}                    members of the answer, by dotted names
    lost = true                                  or: no answer comes

    payer = "anna"       act = "pay"             a payer does something (the control API's acts)
    fault = "answer.lost"                        something shall go wrong with this order
    clock = "10m"                                time passes
    told = "payment.paid"  times = 2             that many attempts to tell the shop are waited for

Texts may name what was kept, and ``{order}``, a number of its own for each playing.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import msgspec

from ledger.protocol.errors.sandbox import ScenarioUnknown

STORIES: Final = "stories"
EVENTS: Final = "events"
_ENDING: Final = ".toml"

Json = dict[str, object]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is done, and what must be seen then."""

    call: str = ""
    payer: str = ""
    act: str = ""
    fault: str = ""
    clock: str = ""
    told: str = ""
    body: Json = {}
    headers: dict[str, str] = {}
    keep: dict[str, str] = {}
    expect: Json = {}
    lost: bool = False
    times: int = 1

    def sentence(self) -> str:
        """Say what is done."""
        if self.call:
            return self.call + (" (no answer comes)" if self.lost else "")
        if self.payer:
            return f"{self.payer}: {self.act}"
        if self.fault:
            return f"fault {self.fault}"
        if self.clock:
            return f"{self.clock} pass"
        return f"told of {self.told}" + (f", {self.times} times" if self.times > 1 else "")


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A story; ``why`` says what it is good for, in one line.

    ``about`` tells what happens and ``end`` how it ends, for readers.
    """

    title: str
    why: str
    steps: list[Step]
    about: str = ""
    end: str = ""

    def told(self, name: str) -> Json:
        """Tell what it is about, by its name."""
        return {"scenario": name, "title": self.title, "why": self.why}


def names(shelf: str = STORIES) -> list[str]:
    """Name the stories."""
    return sorted(
        file.name.removesuffix(_ENDING)
        for file in _shelf(shelf).iterdir()
        if file.name.endswith(_ENDING)
    )


def load(name: str, shelf: str = STORIES) -> Script:
    """Read a story by its name, or one of a user's by its file's; raises ``ScenarioUnknown``."""
    own = Path(name)
    if name.endswith(_ENDING) and own.is_file():
        return _read(own.read_text("utf-8"), name)
    return load_own(name, shelf)


def load_own(name: str, shelf: str = STORIES) -> Script:
    """Read one of the stories that come with qrpay; raises ``ScenarioUnknown``."""
    if name not in names(shelf):
        raise ScenarioUnknown(f"{name[:60]!r} is none of {', '.join(names(shelf))}")
    return _read(_shelf(shelf).joinpath(name + _ENDING).read_text("utf-8"), name)


def _read(text: str, name: str) -> Script:
    try:
        return msgspec.convert(tomllib.loads(text), Script)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioUnknown(f"{name}: {error}") from error


def _shelf(shelf: str) -> Traversable:
    return resources.files("ledger.scenarios").joinpath(shelf)
