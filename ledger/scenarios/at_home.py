"""Stories that a ledger plays at itself, because its control API was told to.

Shop and payers reach it by its own doors (PEP 3333), so faces, faults and record see them like
anybody's; only no network lies between. One story is played at a time: they move the same clock.
"""

from __future__ import annotations

import threading

import flask

from ledger.kit.secrets import SecretFolder
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.scenarios import script
from ledger.scenarios.control_api import ControlApi
from ledger.scenarios.playing import play_all
from ledger.scenarios.script import Json


class OwnStories:
    """The stories that come with qrpay, at one app; ``token`` steers it."""

    def __init__(self, app: flask.Flask, token: str, vendor_keys: SecretFolder) -> None:
        self._app = app
        self._token = token
        self._vendor_keys = vendor_keys
        self._turn = threading.Lock()

    def told(self) -> list[Json]:
        """Tell each story's name, title and use."""
        return [script.load(name).told(name) for name in script.names()]

    def tell(self, name: str) -> Json:
        """Tell one with its steps; raises ``ScenarioUnknown``."""
        story = script.load_own(name)
        return {**story.told(name), "steps": [step.sentence() for step in story.steps]}

    def play(self, name: str, *, host: str, notify_url: str) -> Json:
        """Play one and tell how it went; raises ``ScenarioUnknown``.

        ``host`` is by what name this ledger is known; the shop is told at ``notify_url``, or at an
        address of its own.
        """
        script.load_own(name)  # refused before anything is begun
        url = f"http://{host}"
        sandbox = ControlApi(url, self._token, WsgiTransport({url: self._app}))
        with self._turn:
            told = play_all(sandbox, self._vendor_keys, [name], notify_url=notify_url)
            [played] = told
        return played.as_json()
