"""A payment's story as a sequence diagram in Mermaid's language, which wikis draw."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ledger.cli.sandbox.export.found import Exchange

_WORD: Final = re.compile(
    r'"(?:trade_status|trade_state|resultStatus|state|code|sub_code)"\s*:\s*"([^"]{1,40})"'
)
_MEANS_SOMETHING_ELSE: Final = str.maketrans({";": ",", "#": " ", "\n": " "})


def diagram(exchanges: Sequence[Exchange]) -> str:
    """Write it."""
    lines = ["sequenceDiagram", "    participant Till", "    participant Provider"]
    if any(each.is_wallets for each in exchanges):
        lines.append("    participant Wallet")
    for each in exchanges:
        lines += [f"    {line}" for line in _arrows(each)]
    return "\n".join(lines) + "\n"


def _arrows(each: Exchange) -> Iterator[str]:
    other = "Wallet" if each.is_wallets else "Till"
    asks, answers = ("Provider", other) if each.tells else (other, "Provider")
    yield f"{asks}->>{answers}: {_plain(each.name)}"
    for fault in each.faults:
        yield f"Note over Provider: {fault}"
    if not each.status:
        yield f"{answers}--x{asks}: no answer"
        return
    said = _WORD.findall(each.answer)[:2] or [each.answer[:20] if each.tells else ""]
    yield f"{answers}-->>{asks}: {_plain(' '.join([str(each.status), *said]).strip())}"


def _plain(text: str) -> str:
    return text.translate(_MEANS_SOMETHING_ELSE)
