r"""Why the signature of a call does not hold: the texts that are signed by mistake.

The real service says at most that a signature is wrong. What is tried here is what callers sign
instead: the other of the two paths (an SDK rewrites the path for a client id of the sandbox), a
body spelled anew, the text without one of its parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger.protocol.alipay_wire.explanations import Explanation, explain_bytes, spelled_anew
from ledger.protocol.antom_wire.signatures import Signature

_LIVE, _SANDBOX = b"POST /ams/api/", b"POST /ams/sandbox/api/"


def explain(key: RSAPublicKey, signature: Signature, expected: bytes, body: bytes) -> Explanation:
    """Say why the signature of this text, which ends with the body, does not hold."""
    return explain_bytes(key, signature.value, expected, _mistakes(expected, body))


def _mistakes(expected: bytes, body: bytes) -> Iterator[tuple[str, bytes]]:
    head = expected[: len(expected) - len(body)]
    for here, other in ((_LIVE, _SANDBOX), (_SANDBOX, _LIVE)):
        if head.startswith(here):
            sentence = "Another path was signed than the one that was called."
            yield sentence, other + expected.removeprefix(here)
    for spelled in spelled_anew(body):
        yield "The body was spelled anew after signing; sign what is sent.", head + spelled
    yield "The body was not signed.", head
    yield "The body alone was signed.", body
    yield "POST and the path were not signed.", expected.partition(b"\n")[2]
    yield "The first line was signed without POST.", expected.removeprefix(b"POST ")
    yield "The line ends with a line feed alone.", expected.replace(b"\n", b"\r\n", 1)
