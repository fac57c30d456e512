"""How long the tests go on that could go on for ever: briefly for each change, longer with ``make chaos``."""

import os

CHAOS = os.environ.get("MINPING_CHAOS") == "1"


def times(usually: int, chaos: int) -> int:
    """Return how often to do something."""
    return chaos if CHAOS else usually
