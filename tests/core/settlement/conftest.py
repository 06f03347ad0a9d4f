"""The core's world, also for the tests of settlement."""

from __future__ import annotations

from tests.core.conftest import world

__all__ = ["world"]
