"""Stands before an app as a sandbox does and asks for a vendor's code with every call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledger.kit.web.on_demand import WANTED_CODE

if TYPE_CHECKING:
    import flask
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Asking:
    """Asks for ``code``, for none while that is empty."""

    def __init__(self, app: flask.Flask) -> None:
        self.code = ""
        self._behind = app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let a call through."""
        return self._behind({**environ, WANTED_CODE: self.code}, start_response)
