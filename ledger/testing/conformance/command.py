"""``qrpay conformance``: starts a provider, tries a till with everything that goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from ledger.cli import Exit, NotRunning
from ledger.core.books import issuance
from ledger.faces import Provider
from ledger.kit.clock import SharedClock
from ledger.kit.terminal import PORT, FileToWrite, json_option, tell
from ledger.kit.transport import HttpTransport, Transport
from ledger.kit.web import request_log
from ledger.protocol.errors import QrpayError
from ledger.protocol.money import Money, currency
from ledger.testing.conformance import pace, report, run
from ledger.testing.conformance.dialects import Dialect
from ledger.testing.conformance.dialects.alipay import AlipayDialect
from ledger.testing.conformance.dialects.native import NativeDialect
from ledger.testing.conformance.dialects.wechatpay import WechatPayDialect
from ledger.testing.conformance.own_till import OwnTill
from ledger.testing.conformance.run import Outcome, Verdict
from ledger.testing.conformance.scenarios import Scenario
from ledger.testing.conformance.stage import Stage
from ledger.testing.conformance.tills import AdapterTill, Till
from ledger.testing.play import Play, playing

DIALECTS: Final = ("alipay", "wechatpay", "wechatpay-euro", "native")
_POCKET: Final = {
    "Anna": Money(2_000_00, currency("EUR")),
    "Li Wei": Money(2_000_00, currency("CNY")),
}
_HYPHENS: Final = {"alipay": "_"}
"""Alipay's numbers of orders have no hyphen."""

_LOOK_EVERY_S: Final = 0.2
_TILL_ANSWERS_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Wishes:
    """What was typed."""

    till_url: str
    dialect: str
    names: Sequence[str]
    port: int
    notify_url: str
    patience_s: float
    settle_s: float
    start_s: float
    as_json: bool

    def say(self, line: str) -> None:
        """Tell people; beside what programs read where a program asked."""
        click.echo(line, err=self.as_json)


@click.command()
@click.option("--till", "till_url", help="Where the till's four addresses are.")
@click.option("--dialect", type=click.Choice(DIALECTS), default="alipay", show_default=True)
@click.option("--own-till", is_flag=True, help="The till is qrpay's own, spoken to by its API.")
@click.option("--port", type=PORT, default=8490, show_default=True)
@click.option("--notify-url", default="", help="Natively: where the till is told.")
@click.option("--patience", "patience_s", default=20.0, show_default=True, metavar="SECONDS")
@click.option("--settle", "settle_s", default=1.0, show_default=True, metavar="SECONDS")
@click.option("--start-within", "start_s", default=60.0, show_default=True, metavar="SECONDS")
@click.option("--only", "names", multiple=True, metavar="NAME", help="Play this scenario; again.")
@click.option("--junit", type=FileToWrite(), help="Write JUnit XML.")
@click.option("--html", type=FileToWrite(), help="Write a page.")
@click.option("--list", "only_list", is_flag=True, help="Say what is tried, and end.")
@json_option
def conformance(
    *,
    till_url: str | None,
    dialect: str,
    own_till: bool,
    port: int,
    notify_url: str,
    patience_s: float,
    settle_s: float,
    start_s: float,
    names: tuple[str, ...],
    junit: Path | None,
    html: Path | None,
    only_list: bool,
    as_json: bool,
) -> None:
    """Try a till with everything that goes wrong at tills.

    Starts a provider with published keys, says how to set the till up for it, waits until the till
    answers, and plays customers, broken lines and thieves. Ends with exit code 1 where the till did
    wrong. The till's four addresses: docs/use/conformance.md.
    """
    if only_list:
        tried = [{"name": x.name, "title": x.title, "costs": x.costs} for x in run.ALL]
        lines = ["{name:24} {title}; else: {costs}".format(**each) for each in tried]
        tell({"scenarios": tried}, "\n".join(lines), as_json=as_json)
        return
    if not till_url:
        raise click.UsageError("--till says where the till is")
    wishes = Wishes(
        *(till_url, dialect, names, port, notify_url, patience_s, settle_s, start_s, as_json)
    )
    request_log.LOGGER.setLevel(logging.CRITICAL)
    transport = HttpTransport(answer_timeout_s=_TILL_ANSWERS_WITHIN_S)
    till: Till = AdapterTill(till_url, transport)
    if own_till:
        till = OwnTill(till_url, transport, _HYPHENS.get(dialect, "-"))
    verdicts = list(_judged(wishes, till, transport))
    tell(report.told(verdicts, dialect), report.summary(verdicts), as_json=as_json)
    if junit:
        junit.write_bytes(report.junit(verdicts, dialect))
    if html:
        html.write_text(report.page(verdicts, dialect), encoding="utf-8")
    if any(verdict.outcome is not Outcome.PASSED for verdict in verdicts):
        raise click.exceptions.Exit(Exit.FAILED)


def _judged(wishes: Wishes, till: Till, transport: Transport) -> Iterator[Verdict]:
    with _provider(wishes) as play:
        provider = play.alipay.provider
        dialect = _dialect(wishes.dialect, play, provider)
        scenarios = _scenarios(dialect, wishes.names)
        _tell_settings(dialect, wishes)
        fill_pockets(provider)
        _wait_for(till, dialect, wishes)
        stage = Stage(
            *(play, provider, till, dialect, transport), wishes.patience_s, wishes.settle_s
        )
        for verdict in run.play(stage, scenarios):
            wishes.say(f"{verdict.outcome:7} {verdict.scenario.name:24} {verdict.seen}".rstrip())
            yield verdict


@contextmanager
def _provider(wishes: Wishes) -> Iterator[Play]:
    with TemporaryDirectory(prefix="qrpay-conformance-") as name:
        folder = Path(name)
        with playing(
            folder,
            _set_nothing,
            clock=SharedClock(folder / "clock"),
            port=wishes.port,
            notify_url=wishes.notify_url,
        ) as play:
            yield play


def _set_nothing(_name: str, _text: str) -> None:
    """Leave this process's variables: the till under test is another one, and not redirected."""


def _scenarios(dialect: Dialect, names: Sequence[str]) -> list[Scenario]:
    try:
        return run.chosen(dialect, names)
    except ValueError as error:
        raise click.UsageError(f"nothing is called {error}; --list says what there is") from error


def _dialect(name: str, play: Play, provider: Provider) -> Dialect:
    if name == "alipay":
        return AlipayDialect(play.alipay)
    if name.startswith("wechatpay"):
        return WechatPayDialect(play.wechatpay, overseas=name != "wechatpay")
    return NativeDialect(provider, play.ledger_url)


def _tell_settings(dialect: Dialect, wishes: Wishes) -> None:
    wishes.say("The till is set up with:")
    for name, value in dialect.settings().items():
        wishes.say(f"  {name:22} {value}")


def fill_pockets(provider: Provider) -> None:
    """Give customers enough for all scenarios."""
    with provider.store.transaction() as books:
        for payer in books.directory.payers():
            amount = _POCKET.get(payer.display_name)
            if amount is not None:
                issuance.issue(
                    books,
                    payer_id=payer.payer_id,
                    amount=amount,
                    reason="conformance",
                    now=provider.clock.now(),
                    ids=provider.ids,
                )


def _wait_for(till: Till, dialect: Dialect, wishes: Wishes) -> None:
    """Wait until the till can sell; its last words are told where it never can."""
    deadline = pace.seconds() + wishes.start_s
    while True:
        try:
            till.sell(1, dialect.currency)
        except QrpayError as error:
            if pace.seconds() > deadline:
                raise NotRunning(
                    f"no sale at {wishes.till_url} within {wishes.start_s:g} s:"
                    f" {error.code} {error.detail}"
                ) from error
            pace.pause(_LOOK_EVERY_S)
        else:
            return
