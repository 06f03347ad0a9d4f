"""Pages for people, in three languages, for any service: the front end that all parties share.

    site = pages.Site("pos", "pos.web")                    # pos/web/{templates,static,words}
    web.install(app, SERVICE, page=site.problem, …)        # errors as pages for browsers
    site.install(app)                                      # /static/<version>/…

    @app.get("/kiosk")
    def kiosk() -> flask.Response:
        return site.show("kiosk.html", shop=shop)

A template extends ``base.html`` (blocks ``title``, ``head``, ``main``; ``body_class``) and has
``say(key, …)``, ``amount_text(money)``, ``asset("pos/js/kiosk.js")``, ``language``, ``languages``
and ``in_language(language)``. The base brings the DEMO band in three languages, the style, and
``data-assets`` on ``<html>``, by which modules find their words. ``{% import "parts.html" as
parts %}`` has small pieces. Words stand in ``words/{de,en,zh-CN}.json`` (``words``). Ordinary
pages carry no script; one that does names its module: ``<script type="module" src=…>``.

The modules, all under ``kit/js/``, are plain ES modules without a build step:

* ``dom.js``: ``element(tag, {attributes}, ...children)``, ``show(place, ...children)``, ``icon``;
* ``words.js``: ``await loadWords(language?)``, ``say(key, values)``, ``has(key)``, ``language()``;
* ``figures.js``: ``amountText(minor, currency)``, ``timeText(instant)``, ``clockText(seconds)``;
* ``ask.js``: ``getJson``, ``postJson(url, body, {key})``; a refusal becomes a ``Refused`` whose
  ``sentence`` is in words (``problem.<CODE>`` where there are any); ``newKey()``;
* ``live.js``: ``follow(url, {onState, onLine})``: a ``pages.Feed``, snapshot then stream, watchdog,
  polling when there is no stream; ``serverNow()``;
* ``countdown.js``: ``countdown(place, expiresAt, {onEnd})``, colour and announcements included;
* ``keypad.js``: a keypad for amounts or PINs; ``sound.js``: ``unlockSound``,
  ``chime``, ``buzz``, ``speak``, ``setVolume``;
* ``scanner.js``: ``scan(place, {onText, accept})``: camera, picture file, typing; ``readPicture``;
* ``wedge.js``: ``listenToScanner(onText)``: a USB scanner types like a keyboard.

Style: ``kit/css/tokens.css`` (colours, sizes; light, dark, forced colours), ``base.css``,
``components.css`` (``.button`` ``.card`` ``.amount`` ``.keypad`` ``.notice`` ``.countdown`` ``.qr``
``.sheet`` ``.result`` ``.list``). Scripts set ``hidden`` and classes, never ``style``: the policy
refuses it in HTML, and the rest would hide from who reads the style sheets.

Python: ``languages``, ``words``, ``figures`` (money and time by Babel), ``assets``, ``live``
(``Feed``, the server's end of ``live.js``), ``site``. ``make font`` after new Chinese words.
"""

from __future__ import annotations

from ledger.kit.pages.languages import Language
from ledger.kit.pages.live import Feed
from ledger.kit.pages.site import HEADERS, POLICY, Site
from ledger.kit.pages.words import Words

__all__ = ["HEADERS", "POLICY", "Feed", "Language", "Site", "Words"]
