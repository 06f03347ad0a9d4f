"""The addresses by which stories are listed and played at the books that are running.

Who plays them stands above this package and is handed in: a shop's calls go through the faces like
anybody's, so what a story leaves in the record is what a program would have left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import flask

from ledger.kit import web
from ledger.sandbox.control import bodies
from ledger.sandbox.control.views import Json


class Storyteller(Protocol):
    """Knows stories, and plays them at this ledger."""

    def told(self) -> list[Json]:
        """Tell each story's name, title and use."""

    def tell(self, name: str) -> Json:
        """Tell one with its steps; raises ``ScenarioUnknown``."""

    def play(self, name: str, *, host: str, notify_url: str) -> Json:
        """Play one and tell how it went; ``host`` is by what name this ledger is known."""


@dataclass(frozen=True)
class Stories:
    """What is answered at these addresses."""

    storyteller: Storyteller

    def scenarios(self) -> Json:
        """List the stories."""
        return {"scenarios": self.storyteller.told()}

    def scenario(self, name: str) -> Json:
        """Tell a story with its steps."""
        return self.storyteller.tell(name)

    def run(self, name: str) -> Json:
        """Play a story, and answer how it went when it is over."""
        notify_url = web.read_json(bodies.Run).notify_url
        return self.storyteller.play(name, host=flask.request.host, notify_url=notify_url)

    def addresses(self) -> Mapping[str, Callable[..., object]]:
        """Name all addresses with their methods."""
        return {
            "GET scenarios": self.scenarios,
            "GET scenarios/<name>": self.scenario,
            "POST scenarios/<name>/run": self.run,
        }
