"""Plays stories one after the other at one sandbox, and tells how each went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.faces.wechatpay.keys import PUBLIC_KEY, public_key_id
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.protocol import rsa
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.sandbox import ScenarioBroken
from ledger.scenarios import script
from ledger.scenarios.control_api import ControlApi
from ledger.scenarios.letterbox import letterbox
from ledger.scenarios.player import Player
from ledger.scenarios.tills import Tills


@dataclass
class Played:
    """How a story went: its steps so far, the number of its order, and what it broke on."""

    name: str
    order_no: str
    steps: list[str] = field(default_factory=list)
    broken: str = ""

    def as_json(self) -> dict[str, object]:
        """Tell it to a program."""
        went = "broken" if self.broken else "played"
        return {
            "scenario": self.name,
            "order_no": self.order_no,
            "went": went,
            "steps": self.steps,
            "seen": self.broken,
        }


def play_all(
    sandbox: ControlApi,
    vendor_keys: SecretFolder,
    names: Sequence[str],
    *,
    shelf: str = script.STORIES,
    notify_url: str = "",
) -> Iterator[Played]:
    """Play stories, and give each when it is over; raises ``ScenarioUnknown`` before the first.

    ``vendor_keys`` are the provider's, to know the name of one. The shops are told at
    ``notify_url``, or at an address of their own.
    """
    stories = [(name, script.load(name, shelf)) for name in names]
    key = rsa_keys.keep(vendor_keys, PUBLIC_KEY)
    key_id = public_key_id(rsa.spell_public(key.public_key()))
    with letterbox() as address:
        tills = Tills(sandbox.url, sandbox.transport, notify_url or address)
        for name, story in stories:
            player = Player(sandbox, tills, key_id)
            played = Played(name, player.order_no)
            try:
                for step, _ in player.play(story):
                    played.steps.append(step.sentence().format_map(player.kept))
            except ScenarioBroken as seen:
                played.broken = seen.detail
            except QrpayError as refused:
                said = f"{refused.code}: {refused.detail}"
                played.broken = f"step {len(played.steps) + 1}: {said}"
            yield played
