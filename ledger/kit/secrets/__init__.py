"""Secrets that are made at first use and kept on disk: texts, seeds of keys, RSA keys."""

from __future__ import annotations

from ledger.kit.secrets.files import SecretFolder, keep_text, take_over

__all__ = ["SecretFolder", "keep_text", "take_over"]
