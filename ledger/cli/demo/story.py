"""Tell what happens, one line a step; and remember it for programs."""

from __future__ import annotations

import click

from ledger.protocol.money import Money, currency

ACTOR_WIDTH = 9


class Story:
    """A told sequence of steps. With ``aloud`` off nothing is printed, but all is remembered."""

    def __init__(self, *, aloud: bool) -> None:
        self._aloud = aloud
        self.steps: list[dict[str, str]] = []

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        if self._aloud:
            click.echo(f"\n{click.style(title, bold=True)}")

    def show(self, line: str) -> None:
        """Print a line of a table, which programs get in another form."""
        if self._aloud:
            click.echo(f"  {line}")

    def tell(self, actor: str, sentence: str) -> None:
        """Say who did what."""
        self.steps.append({"actor": actor, "step": sentence})
        if self._aloud:
            click.echo(f"  {actor:<{ACTOR_WIDTH}}{sentence}")


def money(minor_units: int, code: str) -> str:
    """Spell an amount that a service told in minor units."""
    return str(Money(minor_units, currency(code)))
