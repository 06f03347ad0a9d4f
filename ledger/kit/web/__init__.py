"""The manners of a Flask service: strict bodies, errors with names, careful headers, one log line.

    app = Flask("till")
    web.install(app, "till", health=store.facts)

    @app.post("/v1/payments/<payment_id>/refunds")
    def create_refund(payment_id: str) -> ResponseReturnValue:
        wanted = web.read_json(CreateRefund)

After ``install`` every error becomes a problem document (``ledger.kit.problems``), also those of
the framework and those nobody foresaw; ``GET /health`` answers; each request leaves one line in the
log (``request_log``). A service with pages for people passes ``page``, which draws the same problem
for a browser. Bodies are read up to ``BODY_MAX_BYTES``; a view that takes pictures says
``@web.reads_up_to(web.IMAGE_BODY_MAX_BYTES)``. The few addresses that everything waits for are
answered in front of Flask, with the same manners (``hot_routes``).
"""

from __future__ import annotations

from ledger.kit.web.at_hand import Answer, Asked, asked, require_flask
from ledger.kit.web.bodies import decode, json_body, parse, read_json
from ledger.kit.web.hot_routes import hot, hot_post
from ledger.kit.web.manners import (
    BODY_MAX_BYTES,
    IMAGE_BODY_MAX_BYTES,
    SECURITY_HEADERS,
    believe_door,
    draw_under,
    install,
    reads_up_to,
)

__all__ = [
    "BODY_MAX_BYTES",
    "IMAGE_BODY_MAX_BYTES",
    "SECURITY_HEADERS",
    "Answer",
    "Asked",
    "asked",
    "believe_door",
    "decode",
    "draw_under",
    "hot",
    "hot_post",
    "install",
    "json_body",
    "parse",
    "read_json",
    "reads_up_to",
    "require_flask",
]
