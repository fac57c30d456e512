"""How Hypothesis runs here: no deadline, since a busy machine is no fault."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "calm", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40
)
settings.load_profile("calm")
