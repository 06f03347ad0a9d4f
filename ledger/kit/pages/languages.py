"""The languages of the pages, and which one a person gets.

A person who has chosen (``?lang=``, kept in a cookie) gets the choice, otherwise what the browser
says it prefers (``Accept-Language``, RFC 9110, section 12.5.4), otherwise the page's default. A
language that we don't speak is no error: links are passed on by people.

    >>> Language.ZH.value, Language.ZH.short, Language.ZH.own_name
    ('zh-CN', 'zh', '简体中文')
    >>> spoken("zh-cn"), spoken("fr")
    (<Language.ZH: 'zh-CN'>, None)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import flask

COOKIE_AGE_S: Final = 180 * 24 * 3600


class Language(StrEnum):
    """A language tag as HTML and ``Intl`` know it (RFC 5646)."""

    DE = "de"
    EN = "en"
    ZH = "zh-CN"

    @property
    def short(self) -> str:
        """Give the two letters by which the shop's data names it."""
        return self.value[:2]

    @property
    def own_name(self) -> str:
        """Give its name as those who speak it write it."""
        return {Language.DE: "Deutsch", Language.EN: "English", Language.ZH: "简体中文"}[self]


def spoken(text: str | None) -> Language | None:
    """Read a tag in any case, ``zh`` for short; None for what we don't speak."""
    wanted = (text or "").lower()
    return next((each for each in Language if wanted in (each.value.lower(), each.short)), None)


def chosen(cookie: str, default: Language) -> Language:
    """Find the language for the request in hand; ``cookie`` is where a choice is kept."""
    request = flask.request
    choice = spoken(request.args.get("lang")) or spoken(request.cookies.get(cookie))
    if choice is not None:
        return choice
    # ``zh-Hans-CN`` and ``de-AT`` are wishes for Chinese and German: the first subtag decides.
    wishes = (spoken(tag.partition("-")[0]) for tag, _ in request.accept_languages)
    return next((each for each in wishes if each is not None), default)


def remember(response: flask.Response, cookie: str) -> None:
    """Keep a choice that was made with this request."""
    choice = spoken(flask.request.args.get("lang"))
    if choice is not None:
        response.set_cookie(
            cookie,
            choice.value,
            max_age=COOKIE_AGE_S,
            secure=flask.request.is_secure,
            httponly=True,
            samesite="Lax",
        )
