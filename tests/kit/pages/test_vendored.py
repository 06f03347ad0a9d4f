"""What was written by others is what they published, and says under which licence."""

from __future__ import annotations

import hashlib

from tests.kit.pages.make_decoder import VENDORED

DECODER_SHA256 = "6daa5378afd10a39edd08300e109392d91aa00b8cb62031c0319805c86cdd746"


def test_the_decoder_is_the_published_one() -> None:
    content = (VENDORED / "qr-decode.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == DECODER_SHA256


def test_the_decoder_brings_its_licence_and_names_it() -> None:
    assert b"MIT OR Apache-2.0" in (VENDORED / "qr-decode.js").read_bytes()[:200]
    assert "Permission is hereby granted" in (VENDORED / "qr-LICENSE.txt").read_text("utf-8")
