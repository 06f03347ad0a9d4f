"""SHA-256 with RSA: the one signature of API v3, and the probes that must not hold.

Keys and the signatures themselves are those of ``ledger.protocol.rsa``.
"""

from __future__ import annotations

from ledger.protocol.rsa import sign, verify

__all__ = ["PROBE_PREFIX", "probe", "sign", "verify"]

PROBE_PREFIX = "WECHATPAY/SIGNTEST/"


def probe(signature: str) -> str:
    """Make a signature that cannot hold, as the platform sends now and then to try a merchant.

    It keeps its length and begins with ``PROBE_PREFIX`` (pay.weixin.qq.com, 4016241880); the exact
    bytes behind the prefix are not documented, so those of the true signature stay.
    """
    return PROBE_PREFIX + signature[len(PROBE_PREFIX) :]
