"""Work that takes processor time, and nothing else."""

import time


def busy(seconds: float) -> None:
    """Keep a processor busy for so long."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
