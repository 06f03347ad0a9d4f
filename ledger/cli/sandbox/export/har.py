"""A payment's story as an HTTP archive, which browsers and proxies open (HAR 1.2).

The record keeps no durations: each ``time`` is 0, and what is not known is -1, as HAR says it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from ledger.cli.sandbox.export.found import Exchange
from ledger.protocol.instants import to_text

Json = dict[str, object]


def archive(exchanges: Sequence[Exchange], version: str) -> str:
    """Write it."""
    log = {
        "version": "1.2",
        "creator": {"name": "qrpay", "version": version},
        "entries": [_entry(each) for each in exchanges],
    }
    return json.dumps({"log": log}, indent=1, ensure_ascii=False) + "\n"


def _entry(each: Exchange) -> Json:
    return {
        "startedDateTime": to_text(each.at),
        "time": 0,
        "request": _request(each),
        "response": _response(each),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": ", ".join([each.name, *each.faults]),
    }


def _request(each: Exchange) -> Json:
    asked: Json = {
        "method": each.method,
        "url": each.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(each.headers),
        "queryString": _pairs(dict(parse_qsl(urlsplit(each.url).query))),
        "headersSize": -1,
        "bodySize": len(each.body.encode()),
    }
    if each.body:
        asked["postData"] = {"mimeType": _media_type(each.headers), "text": each.body}
    return asked


def _response(each: Exchange) -> Json:
    return {
        "status": each.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(each.answer_headers),
        "content": {
            "size": len(each.answer.encode()),
            "mimeType": _media_type(each.answer_headers),
            "text": each.answer,
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _pairs(members: Mapping[str, str]) -> list[Json]:
    return [{"name": name, "value": text} for name, text in members.items()]


def _media_type(headers: Mapping[str, str]) -> str:
    found = {name.lower(): text for name, text in headers.items()}
    return found.get("content-type", "")
