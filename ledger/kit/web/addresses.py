"""Addresses that are looked up, and spelled only when somebody asks.

For each address werkzeug compiles two functions that spell it (``flask.url_for``). Services here
spell none; of the time in which a ledger with its 144 addresses was built, that was the half. So
these functions are compiled when they are called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class Address(Rule):
    """A route whose address is spelled as any other's, and costs nothing until then."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 (werkzeug's)
        compiled = super()._compile_builder

        def spell(address: Rule, **values: Any) -> tuple[str, str]:  # noqa: ANN401 (any converter's)
            return compiled(append_unknown)(address, **values)

        return spell
