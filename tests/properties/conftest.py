"""Two depths: as many examples as a change can wait for, and `--hypothesis-profile=long` (`make properties`)."""

from hypothesis import HealthCheck, settings

settings.register_profile("short", max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("short")
