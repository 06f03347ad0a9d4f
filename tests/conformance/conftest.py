"""Programs that run under an SDK's own interpreter are no modules of these tests."""

from __future__ import annotations

collect_ignore_glob = ["*/programs/*"]
