"""Reading a stranger's picture in a process of its own, with limits that the system enforces.

A picture of 12 kB can keep the reader of QR codes busy for minutes (4000 x 4000 pixels tiled with
the smallest finder patterns), and a decoder written in C may crash. So a service hands the bytes to
a child process: whatever happens there, the answer here is the codes or one of this project's
errors.

Limits: 3 seconds of processor time, which a busy machine does not use up by waiting; 20 seconds by
the clock; 1 GiB of address space; two pictures at a time, the others wait. A picture of a telephone
takes about half a second.

The child gets the picture on standard input and writes one JSON object: ``{"codes": [[text,
symbology], ...]}`` or ``{"refused": [code, detail]}``.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.codes import (
    ImagePixels,
    ImageTooLarge,
    ImageTypeUnsupported,
    ImageUnreadable,
)
from wallet import scan_image
from wallet.scan_image import FoundCode

_PROCESSOR_S = 3
_CLOCK_S = 20
_ADDRESS_SPACE_BYTES = 1024**3
_AT_ONCE = threading.BoundedSemaphore(2)

_REFUSALS = {
    rule.code: rule for rule in (ImagePixels, ImageTooLarge, ImageTypeUnsupported, ImageUnreadable)
}


def read_one(photo: bytes) -> FoundCode:
    """Read the one code of the picture; raises what ``scan_image.read_one`` raises."""
    return scan_image.only(read_all(photo))


def read_all(photo: bytes) -> list[FoundCode]:
    """Read every code of the picture; raises what ``scan_image.read_all`` raises.

    A picture on which the limits are used up is ``ImageUnreadable``.
    """
    scan_image.check_size(photo)
    try:
        with _AT_ONCE:
            child = subprocess.run(
                [sys.executable, "-m", "wallet.codes.confined"],
                input=photo,
                capture_output=True,
                timeout=_CLOCK_S,
                check=True,
            )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as ended:
        raise ImageUnreadable("reading the picture took too much time or memory") from ended
    answer = json.loads(child.stdout)
    if "refused" in answer:
        code, detail = answer["refused"]
        raise _REFUSALS[code](detail)
    return [FoundCode(text, symbology) for text, symbology in answer["codes"]]


def _answer(photo: bytes) -> dict[str, list[list[str]] | list[str]]:
    try:
        return {"codes": [[code.text, code.symbology] for code in scan_image.read_all(photo)]}
    except QrpayError as refusal:
        return {"refused": [refusal.code, refusal.detail]}


def _be_the_child() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_S, _PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE_BYTES, _ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    _be_the_child()
