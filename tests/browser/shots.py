"""What a walk through a party's screens gives to the gallery (``tests.browser.gallery``)."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser import chromium


@dataclass(frozen=True)
class Taste:
    """In which language and scheme a walk is done."""

    language: str
    scheme: chromium.Scheme


@dataclass(frozen=True)
class Shot:
    """A state that is on the screen now: ``part`` heads its group, ``name`` is its file's."""

    page: Page
    part: str
    name: str
    title: str
    text: str
