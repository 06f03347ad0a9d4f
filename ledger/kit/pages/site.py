"""A service's pages: templates with words in the reader's language, under a strict policy.

A page may load what the service itself serves, and nothing else: no script or style inside of the
HTML, no other host, no frame (Content Security Policy Level 3). The camera is allowed to the page
itself, everything else that a browser could ask a person for is not (Permissions Policy).
"""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlencode

import flask
import jinja2

from ledger.kit.pages import figures, languages, words
from ledger.kit.pages.assets import Assets
from ledger.kit.pages.languages import Language
from ledger.kit.problems import Problem

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; "  # blob: a picture that a person chose
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}
"""What every page carries besides the headers of ``ledger.kit.web``."""


class Site:
    """The pages of one party.

    ``party`` is its name in addresses; ``package`` holds its ``templates``, ``static`` and
    ``words``. ``default`` is the language of who has none of ours.
    """

    def __init__(self, party: str, package: str, *, default: Language = Language.DE) -> None:
        self._party = party
        self._words = words.load(package)
        self.assets = Assets(party, package, self._words)
        self._cookie = f"qrpay-{party}-language"
        self._default = default
        loaders = [jinja2.PackageLoader(each) for each in (package, words.OWN_PACKAGE)]
        self._templates = jinja2.Environment(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            party=party, asset=self.assets.address, assets=self.assets.root, default=default
        )

    def install(self, app: flask.Flask) -> None:
        """Serve the files that the pages need; one service may have several sites."""
        files = partial(self.assets.answer, self.assets.version)
        app.add_url_rule(f"{self.assets.root}<path:path>", f"{self._party}_file", files)

    @property
    def language(self) -> Language:
        """The language for the request in hand."""
        return languages.chosen(self._cookie, self._default)

    @property
    def words(self) -> words.Words:
        """The words for the request in hand."""
        return self._words[self.language]

    def show(self, template: str, status: int = 200, **values: object) -> flask.Response:
        """Answer the request in hand with a page; ``values`` are for the template."""
        response = flask.Response(self._draw(template, values), status, mimetype="text/html")
        response.headers.update(HEADERS)
        response.headers["Content-Language"] = self.language.value
        languages.remember(response, self._cookie)
        return response

    def problem(self, problem: Problem) -> str:
        """Draw an error as a page, for ``web.install(page=…)``."""
        return self._draw("problem.html", {"problem": problem})

    def _draw(self, template: str, values: dict[str, object]) -> str:
        return self._templates.get_template(template).render(
            language=self.language,
            languages=list(Language),
            say=self.words.say,
            amount_text=lambda amount: figures.amount_text(amount, self.language),
            in_language=_same_page,
            **values,
        )


def _same_page(language: Language) -> str:
    """Give the address of the page in hand in another language."""
    others = {name: value for name, value in flask.request.args.items() if name != "lang"}
    return "?" + urlencode({**others, "lang": language.value})
