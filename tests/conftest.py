"""Property tests say what holds, not how fast: a busy machine must not fail them. The kinds of sources are listed."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

import aggregator.collect.kinds  # noqa: F401 - sources may be of these kinds

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
