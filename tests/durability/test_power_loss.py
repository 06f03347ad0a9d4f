"""Power fails at every operation of the embedded store: what was acknowledged is there, exactly.

The disk is a recording one, so every state it may have been in can be made again (``images``).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.durability.conftest import Campaign
from tests.durability.power import DAMAGED, GOOD, LOST, cut_power, record, record_first_start

SHORT_ROUNDS, LONG_ROUNDS = 4, 48
SHORT_SHARE = 0.25


def _told(campaign: Campaign, what: str, verdicts: Counter[str]) -> None:
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items()))
    campaign.tell(f"power loss, {what}: {verdicts.total():,} images: {told}")


def test_whenever_power_fails_the_books_hold_what_was_acknowledged_and_nothing_else(
    memory: Path, campaign: Campaign
) -> None:
    recording = record(memory, LONG_ROUNDS if campaign.is_long else SHORT_ROUNDS)
    share = 1 if campaign.is_long else SHORT_SHARE
    verdicts = cut_power(recording, memory, campaign.seeds[0], share=share)
    _told(campaign, "synchronous=FULL", verdicts)
    assert set(verdicts) == {GOOD}


def test_whenever_power_fails_during_the_first_start_the_next_one_goes_on(
    memory: Path, campaign: Campaign
) -> None:
    share = 1 if campaign.is_long else SHORT_SHARE / 2
    verdicts = cut_power(record_first_start(memory), memory, campaign.seeds[0], share=share)
    _told(campaign, "during the first start", verdicts)
    assert set(verdicts) == {GOOD}


def test_books_that_do_not_wait_for_the_disk_are_caught_losing(
    memory: Path, campaign: Campaign
) -> None:
    """The same morning and the same judge, so what they would miss above they would miss here."""
    share = 0.2 if campaign.is_long else SHORT_SHARE / 4
    verdicts = cut_power(record(memory, 4, synchronous="OFF"), memory, 1, share=share)
    _told(campaign, "control: synchronous=OFF", verdicts)
    assert verdicts[LOST] > 0


def test_books_that_wait_at_checkpoints_only_are_sound_and_caught_losing(
    memory: Path, campaign: Campaign
) -> None:
    share = 0.2 if campaign.is_long else SHORT_SHARE / 4
    verdicts = cut_power(record(memory, 4, synchronous="NORMAL"), memory, 1, share=share)
    _told(campaign, "control: synchronous=NORMAL", verdicts)
    assert verdicts[LOST] > 0
    assert verdicts[DAMAGED] == 0
