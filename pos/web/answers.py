"""How the till's API answers: JSON of the records that ``views`` and the reports define."""

from __future__ import annotations

import flask
import msgspec


def json_answer(content: object, status: int = 200) -> flask.Response:
    """Answer with a record as JSON."""
    return flask.Response(msgspec.json.encode(content), status, mimetype="application/json")
