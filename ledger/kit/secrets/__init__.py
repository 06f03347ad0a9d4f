"""Secrets that are made at first use and kept on disk: texts, and RSA keys among them."""

from __future__ import annotations

from ledger.kit.secrets.files import SecretFolder, keep_text, take_over

__all__ = ["SecretFolder", "keep_text", "take_over"]
