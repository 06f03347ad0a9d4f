"""The files that pages are made with: style, modules, fonts, words, under one address each version.

    /static/5f0c2a91be47/kit/js/live.js      of this package
    /static/5f0c2a91be47/pos/js/kiosk.js     of a party
    /static/5f0c2a91be47/words/zh-CN.json    what pages say, for JavaScript

The twelve digits are a hash over all of them, so a browser may keep each for ever, and an ES module
finds its neighbours by relative paths without a build step. Files are read once, at start; whoever
asks with another version's digits holds an old page and gets "not found".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Final, NamedTuple

import flask
import msgspec

from ledger.kit.pages.languages import Language
from ledger.kit.pages.words import OWN_PACKAGE, Words
from ledger.protocol.errors.content import RouteNotFound

MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What may stand in a folder ``static``; another kind of file stops the service at its start."""

VERSION_DIGITS: Final = 12
FOR_EVER: Final = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """One file."""

    content: bytes
    media_type: str


class Assets:
    """All files of one service, by the path below their version."""

    def __init__(self, party: str, package: str, words: Mapping[Language, Words]) -> None:
        self._files = {
            **dict(_tree("kit", resources.files(OWN_PACKAGE) / "static")),
            **dict(_tree(party, resources.files(package) / "static")),
            **{f"words/{each}.json": _as_json(words[each]) for each in words},
        }
        digest = hashlib.sha256()
        for path, asset in sorted(self._files.items()):
            digest.update(path.encode() + b"\0" + hashlib.sha256(asset.content).digest())
        self.version = digest.hexdigest()[:VERSION_DIGITS]

    def address(self, path: str) -> str:
        """Give the address of a file; ``KeyError`` for one that is not there."""
        self._files[path]
        return f"/static/{self.version}/{path}"

    @property
    def root(self) -> str:
        """Give the address below which all files of this version stand."""
        return f"/static/{self.version}/"

    def answer(self, version: str, path: str) -> flask.Response:
        """Answer with a file; raises ``RouteNotFound``."""
        asset = self._files.get(path) if version == self.version else None
        if asset is None:
            raise RouteNotFound
        response = flask.Response(asset.content, mimetype=asset.media_type)
        response.headers["Cache-Control"] = FOR_EVER
        return response


def _as_json(words: Words) -> Asset:
    return Asset(msgspec.json.encode(words.sentences), MEDIA_TYPES[".json"])


def _tree(path: str, folder: Traversable) -> Iterator[tuple[str, Asset]]:
    if not folder.is_dir():  # a party whose pages need nothing of its own
        return
    for entry in folder.iterdir():
        below = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _tree(below, entry)
        else:
            yield below, Asset(entry.read_bytes(), MEDIA_TYPES[PurePosixPath(entry.name).suffix])
