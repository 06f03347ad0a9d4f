"""``kill -9`` at each site of the table: started again, everything is there once and the same.

The short form plays every site on SQLite, and on PostgreSQL a third of those in the ledger. The
long form plays all on both, with several seeds, which choose payers, sequence and writes.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.durability.at_rest import require_agreement
from tests.durability.conftest import SHORT, Campaign
from tests.durability.fleet import Fleet, require_kept
from tests.durability.scenes import (
    IN_EURO,
    PAYERS,
    SHORT_STEPS,
    STEPS,
    Scene,
    day_passes,
    fall_silent,
    statement,
)
from tests.durability.sites import RECOVERIES, SITES, Site
from tests.processes.acknowledged import Slips
from tests.processes.services import PARTIES, nothing_left_running
from tests.stores.databases import Databases

FILE, DATABASE = "sqlite", "postgres"
WRITES_IN_A_COMMIT = 8
"""At which of its first writes a commit is cut off; it has more."""

SERVICES = [site for site in SITES if site.step in {*STEPS, *SHORT_STEPS}]
OTHERS = [site for site in SITES if site not in SERVICES]


def _chosen(config: pytest.Config) -> Iterator[tuple[str, int, Site]]:
    """Give store, seed and site of each cycle; the quick ones of a store first."""
    rounds, only = config.getoption("--campaign") // SHORT, config.getoption("--seed")
    is_long = rounds > 1
    seeds = range(1, rounds + 1) if is_long and only is None else [only or 1]
    for store in (FILE, DATABASE):
        for seed in seeds:
            dice = Random(f"{store} {seed}")  # noqa: S311 (foreseeable)
            sites = SERVICES
            if store == DATABASE and not is_long:
                ledgers = [site for site in SERVICES if site.party == "ledger"]
                sites = dice.sample(ledgers, len(ledgers) // 3)
            yield from ((store, seed, site) for site in dice.sample(sites, len(sites)))
            if store == FILE or is_long:
                yield from ((store, seed, site) for site in OTHERS)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each cycle."""
    if "site" in metafunc.fixturenames:
        cases = list(_chosen(metafunc.config))
        names = [f"{store}-{seed}-{site.id}" for store, seed, site in cases]
        metafunc.parametrize(("store", "seed", "site"), cases, ids=names)


@pytest.fixture(scope="module")
def fleets(databases: Databases) -> Iterator[dict[str, Fleet]]:
    """Three services with traps on each store; they are started by the first who needs them."""
    data = Path(tempfile.mkdtemp(prefix="qrpay-kill-"))
    made = {
        FILE: Fleet(data / FILE),
        DATABASE: Fleet(data / DATABASE, books=databases.url(databases.empty())),
    }
    with nothing_left_running(data / FILE), nothing_left_running(data / DATABASE):
        try:
            yield made
        finally:
            for each in made.values():
                each.end()
    shutil.rmtree(data)


@pytest.fixture
def fleet(fleets: dict[str, Fleet], store: str) -> Fleet:
    """The services on the store of the case."""
    if not fleets[store].urls:
        fleets[store].begin()
    fleets[store].revive(*PARTIES)  # whatever an earlier case has left
    fleets[store].tell_all()
    return fleets[store]


@pytest.fixture
def slips(fleet: Fleet) -> Slips:
    """What clients of these services were told."""
    return Slips(fleet.data / "slips.jsonl")


def test_a_process_killed_there_goes_on_and_all_is_there_once(
    fleet: Fleet, seed: int, site: Site, slips: Slips, campaign: Campaign
) -> None:
    dice = Random(f"{seed} {site.id}")  # noqa: S311 (foreseeable)
    scene = Scene(fleet, slips, dice.choice(PAYERS))
    if site.step not in STEPS and site.step in SHORT_STEPS:
        scene = Scene(fleet, slips, IN_EURO, steps=SHORT_STEPS)
    {"settle": day_passes, "fall silent": fall_silent, "write": statement}.get(site.step, _killed)(
        scene, site, dice
    )
    _require_whole(scene)
    campaign.count(f"killed at a site and whole again, {fleet.name}")


def _require_whole(scene: Scene) -> None:
    scene.require_once()
    scene.slips.require_in_books(scene.fleet.place)
    assert scene.fleet.findings() == []


def _killed(scene: Scene, site: Site, dice: Random) -> None:
    for step in scene.steps:
        if step == site.step:
            _die(scene, site, dice)
        else:
            scene.play(step)


def _die(scene: Scene, site: Site, dice: Random, again: Site | None = None) -> None:
    """Play a step during which a process dies, and perhaps again while it recovers."""
    fleet = scene.fleet
    before = fleet.count(site)
    fleet.arm(site, write=dice.randint(1, WRITES_IN_A_COMMIT))
    playing = threading.Thread(target=scene.attempt, args=(site.step,))
    playing.start()
    try:
        fleet.await_death(site, scene.require_no_failure)
        require_kept(site, before, fleet.count(site))
        if again is not None:
            before = fleet.count(again)
            fleet.arm(again)
            fleet.restart(again.party)
            fleet.await_death(again)
            require_kept(again, before, fleet.count(again))
    finally:
        fleet.revive(site.party)
        playing.join()
    scene.require_no_failure()


@pytest.mark.parametrize("first", RECOVERIES)
@pytest.mark.parametrize("store", [FILE, DATABASE])
def test_a_process_killed_again_while_it_recovers_goes_on_all_the_same(
    fleet: Fleet, first: str, slips: Slips, campaign: Campaign
) -> None:
    scene, again = Scene(fleet, slips, PAYERS[0]), RECOVERIES[first]
    site = next(each for each in SITES if each.id == first)
    for step in STEPS:
        if step == site.step:
            _die(scene, site, Random(first), again)  # noqa: S311 (foreseeable)
        else:
            scene.play(step)
    _require_whole(scene)
    campaign.count(f"killed again in recovery and whole, {fleet.name}")


@pytest.mark.parametrize("store", [FILE, DATABASE])
def test_all_three_killed_when_the_ledger_has_committed_and_told_nobody(
    fleet: Fleet, slips: Slips, campaign: Campaign
) -> None:
    scene, site = Scene(fleet, slips, PAYERS[1]), next(each for each in SITES if each.id == "P8")
    for step in ("ring up", "show", "scan"):
        scene.play(step)
    fleet.arm(site)
    playing = threading.Thread(target=scene.attempt, args=("approve",))
    playing.start()
    try:
        fleet.await_death(site, scene.require_no_failure)
        fleet.kill("wallet")
        fleet.kill("pos")
    finally:
        fleet.revive(*PARTIES)
        playing.join()
    scene.require_no_failure()
    scene.play("give back")
    _require_whole(scene)
    campaign.count(f"all three killed at once and whole, {fleet.name}")


@pytest.mark.parametrize("store", [FILE, DATABASE])
def test_at_rest_till_wallets_and_ledger_agree_and_every_receipt_proves_itself(
    fleet: Fleet, slips: Slips, campaign: Campaign
) -> None:
    agreed = require_agreement(fleet, slips)
    campaign.tell(f"{fleet.name}: {agreed}")
