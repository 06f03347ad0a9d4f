"""A story as a page for readers: what it is about, its steps, how to play it, how it ends.

The steps are told from the very file that is played, so a page can't promise another story.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from ledger.scenarios.script import Json, Script, Step

_MADE: Final = "<!-- Made by docs/generate.py from ledger/scenarios/stories; `make docs` does. -->"
_ACTS: Final = {
    "scan": "scans the code",
    "pay": "scans the code and agrees",
    "approve": "agrees to what is asked",
    "decline": "says no to what is asked",
    "payment-code": "shows a payment code",
}


def page(name: str, story: Script) -> str:
    """Give a story's page, in Markdown."""
    parts = (
        _MADE,
        f"# {story.title}",
        f"`{name}`: {story.why}.",
        story.about.strip(),
        "## Step by step",
        "\n".join(_steps(story)),
        "## How it ends",
        story.end.strip(),
        "## Play it",
        _played(name),
        _faults(story),
        "[All stories](../scenarios.md)",
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _steps(story: Script) -> Iterator[str]:
    yield "| | what is done | what must be seen |\n|---|---|---|"
    for number, step in enumerate(story.steps, 1):
        yield f"| {number} | {_done(step)} | {_seen(step)} |"


def _done(step: Step) -> str:
    if step.call:
        headers = "".join(f", header `{name}: {text}`" for name, text in step.headers.items())
        return f"the shop calls `{step.call}`{_with(step.body)}{headers}"
    if step.payer:
        who = step.payer.replace("-", " ").title()
        return f"{who} {_ACTS[step.act]}"
    if step.fault:
        return f"the sandbox is told to break something: `{step.fault}`{_with(step.body)}"
    if step.clock:
        return f"{step.clock} pass on the sandbox's clock"
    if step.times > 1:
        return f"the shop is told of `{step.told}`, attempt {step.times}"
    return f"the shop is told of `{step.told}`"


def _with(body: Json) -> str:
    return f" with {_spelled(body)}" if body else ""


def _spelled(body: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}` {_value(value)}" for name, value in body.items())


def _value(value: object) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _seen(step: Step) -> str:
    if step.lost:
        return "no answer comes"
    wanted = dict(step.expect)
    if step.told and wanted.get("status") == 0:
        return "it does not arrive"
    kept = [f"`{path}` is kept as `{{{name}}}`" for name, path in step.keep.items()]
    expected = [f"`{path}` is {_value(value)}" for path, value in wanted.items()]
    return ", ".join(expected + kept)


def _played(name: str) -> str:
    return f"""\
```sh
qrpay up --detach
qrpay scenario run {name}
qrpay logs tail --no-follow
```

From any language, at the [control API](../sandbox.md#from-any-language):

```sh
curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{{}}' http://127.0.0.1:8400/_sandbox/v1/scenarios/{name}/run
```

To see it at your own address, give `{{"notify_url": "http://127.0.0.1:3000/notify"}}`, or have
`qrpay listen --forward-to` run meanwhile. To write it down and play it again to the byte:
`qrpay scenario record session.json --play {name}`."""


def _faults(story: Script) -> str:
    kinds = list(dict.fromkeys(step.fault for step in story.steps if step.fault))
    if not kinds:
        return ""
    of_it = next(step for step in story.steps if step.fault)
    call = f" --call {of_it.body['call']}" if "call" in of_it.body else ""
    delay = of_it.body.get("delay_ms")
    late = f" --delay {delay}ms" if delay else ""
    return f"""\
In front of your own program, let the same go wrong with its next order
([faults](../faults.md)):

```sh
qrpay fault add {kinds[0]}{call}{late} --times 1
```"""
