r"""The exact texts that API v3 signs: five lines for a request, three for everything that answers.

Each line ends with a line feed, the last one too, and an absent body is an empty line. Path and
query stand as they were sent, so nothing may be decoded, and the body is bytes: two programs seldom
spell the same JSON alike. Source: pay.weixin.qq.com, API v3 interface rules, "signature generation"
and "signature verification".

    >>> request_text("GET", "/v3/certificates", "1554208460", "593BEC0C930BF1AFEB40B4A08C8FB242")
    b'GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n'
    >>> answer_text("1722850421", "d824f2e086d3c1df967785d13fcd22ef", b"")
    b'1722850421\nd824f2e086d3c1df967785d13fcd22ef\n\n'
"""

from __future__ import annotations


def request_text(method: str, target: str, timestamp: str, nonce: str, body: bytes = b"") -> bytes:
    """Spell what the caller signs; ``target`` is path and query as sent, undecoded."""
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def answer_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """Spell what the platform signs of an answer or a notification."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def statement_body(sha1: str) -> bytes:
    """Spell what stands for the body of a statement's file in the overseas API: its SHA-1.

    >>> statement_body("dcd7ceb3d382a1181798368bb15d8437de46c00f")
    b'{"sha1":"dcd7ceb3d382a1181798368bb15d8437de46c00f"}'
    """
    return f'{{"sha1":"{sha1}"}}'.encode()
