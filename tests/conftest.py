"""How property tests run: the same examples everywhere, and never against a stopwatch.

``pytest --hypothesis-profile=explore`` looks for new examples instead, ten times as many.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "explore", settings.get_profile("same"), derandomize=False, max_examples=1000
)
settings.load_profile("same")
