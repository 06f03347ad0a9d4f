"""Faults in a file, as the control API tells them, with how often each happened.

>>> kept = spell([Fault(FaultKind.ANSWER_LOST, times=2, number=1, fitted=1, struck=1)])
>>> read(kept)[0].kind.label, read(kept)[0].struck
('answer.lost', 1)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ledger.sandbox.faults.kinds import FaultKind, kind_of
from ledger.sandbox.faults.registry import Fault

__all__ = ["Fault", "FaultKind", "read", "spell"]


def spell(faults: Sequence[Fault]) -> str:
    """Spell faults for a file."""
    return json.dumps([{**asdict(fault), "kind": fault.kind.label} for fault in faults], indent=1)


def read(text: str) -> list[Fault]:
    """Read what ``spell`` gave, or the control API's list; raises ``FaultUnknown``."""
    told: list[dict[str, Any]] = json.loads(text)
    return [Fault(**{**each, "kind": kind_of(each["kind"])}) for each in told]
