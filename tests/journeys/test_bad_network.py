"""Whatever the network does, at rest everybody agrees, nobody paid twice, nothing is forgotten.

An afternoon in the shop (``afternoon``) is played over a network that loses, doubles, delays and
holds back calls on all three hops (``weather``), with till and wallet losing their power now and
then. Everything follows from a seed.

    pytest tests/journeys/test_bad_network.py --campaign 5000     more afternoons
    pytest tests/journeys/test_bad_network.py --seed 4711         this one again, with its diary
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from tests.journeys.afternoon import Afternoon
from tests.journeys.agreement import ENDS_ALIKE, payments_of, require_agreement, reviews_of
from tests.journeys.network import Fault, Hop
from tests.journeys.world import World

DIARY_LINES_SHOWN = 60

AFTERNOONS = 60

met: Counter[str] = Counter()
"""In how many afternoons so far a fault struck on a hop, or a payment ended in a state."""

ends: dict[int, set[str]] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each seed its own test."""
    if "seed" in metafunc.fixturenames:
        one = metafunc.config.getoption("--seed")
        many = range(metafunc.config.getoption("--campaign"))
        metafunc.parametrize("seed", many if one is None else [one])


def endings_of(world: World) -> set[str]:
    """How payments, sales and reviews of an afternoon ended."""
    payments = payments_of(world).values()
    sales = world.desk.store.sales.latest(100)
    return {
        *(f"payment {each.state}" for each in payments),
        *(f"presented by {each.presented}" for each in payments),
        *(f"sale {each.state}" for each in sales),
        *(f"review {each.state}" for each in reviews_of(world)),
    }


def play(seed: int, folder: Path) -> World:
    """Play one afternoon to its end and check everything."""
    world = World(folder, f"afternoon {seed}")
    afternoon = Afternoon(world, seed)
    try:
        afternoon.play()
        world.network.mend()
        world.settle()
        require_agreement(world)
        afternoon.journal.require_kept(world)
        ends[seed] = endings_of(world)
    except Exception as error:
        diary = "\n".join(world.network.diary[-DIARY_LINES_SHOWN:])
        again = f"python -m pytest tests/journeys/test_bad_network.py --seed {seed}"
        raise AssertionError(f"{error}\n{diary}\nto see it again: {again}") from error
    finally:
        world.close()
    return world


def test_at_rest_all_three_agree_and_nobody_was_debited_twice(seed: int, tmp_path: Path) -> None:
    world = play(seed, tmp_path)
    met.update(f"{hop}: {fault}" for hop, fault in world.network.met)
    met.update(ends[seed])
    met["afternoons"] += 1


def test_an_afternoon_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = (play(7, tmp_path / name).network.diary for name in "ab")
    assert first == second
    assert len(first) > len(Hop) * len(Fault), "an afternoon in which hardly anything happened"


def test_the_afternoons_met_every_fault_on_every_hop_and_every_ending() -> None:
    if met["afternoons"] < AFTERNOONS:
        pytest.skip("only after as many afternoons as a normal run has")
    faults = {f"{hop}: {fault}" for hop in Hop for fault in Fault}
    endings = {f"payment {state}" for state in ENDS_ALIKE if state is not PaymentState.FINISHED}
    endings |= {f"sale {state}" for state in ("PAID", "REFUNDED", "OPEN", "ABANDONED")}
    endings |= {f"review {state}" for state in ("PAID", "REFUSED", "DECLINED", "SHOWN")}
    endings |= {f"presented by {who}" for who in Presented}
    assert (faults | endings) - set(met) == set()
