"""How wallets of strangers are named: by chance, never by anything they said.

>>> is_guest(guest(bytes(8))), is_guest("anna")
(True, False)
"""

from __future__ import annotations

from typing import Final

_GUEST: Final = "guest-"
_BROWSER: Final = "browser-"


def guest(chance: bytes) -> str:
    """Name a guest's wallet."""
    return _GUEST + chance.hex()


def browser(chance: bytes) -> str:
    """Name a wallet whose key lives in a browser."""
    return _BROWSER + chance.hex()


def is_guest(name: str) -> bool:
    """Tell whether a wallet is a stranger's, which only the browser it was made for may use."""
    return name.startswith((_GUEST, _BROWSER))


def has_its_key_here(name: str) -> bool:
    """Tell whether a stranger's device key lies in this service."""
    return name.startswith(_GUEST)


def kind(name: str) -> str:
    """Tell what a session's wallet is: ``guest``, ``browser``, or empty for none."""
    return name.partition("-")[0]
