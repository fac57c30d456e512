"""Work that ends in time and leaves clock and limits as they were."""

import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from survey.documents.statements.bounded_work import WorkTooMuch, bounded_work
from tests.documents.statements.busy import busy


def test_it_ends_in_time_and_leaves_all_as_it_was() -> None:
    before = signal.getsignal(signal.SIGPROF), resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(WorkTooMuch), bounded_work(0.05, 1 << 30):
        busy(5)
    with bounded_work(60, 1 << 30):
        pass
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert (signal.getsignal(signal.SIGPROF), resource.getrlimit(resource.RLIMIT_AS)) == before


def carelessly() -> None:
    for _ in range(2):
        with suppress(Exception):
            busy(5)


def test_nothing_that_catches_failures_goes_on_without_an_end() -> None:
    begun = time.process_time()
    with pytest.raises(WorkTooMuch), bounded_work(0.05, 1 << 30):
        carelessly()
    assert time.process_time() - begun < 4


def test_a_ring_that_is_lost_is_followed_by_another() -> None:
    """What is raised in a callback of the garbage collector, or as an object ends, reaches nobody."""
    lost: list[object] = []
    before = sys.unraisablehook
    sys.unraisablehook = lost.append
    try:

        class Ending:
            def __del__(self) -> None:
                busy(0.3)

        def work() -> None:
            with bounded_work(0.1, 1 << 30):
                Ending()
                busy(30)

        with pytest.raises(WorkTooMuch):
            work()
    finally:
        sys.unraisablehook = before
    assert lost


def test_waiting_for_a_busy_machine_is_no_work() -> None:
    with bounded_work(0.02, 1 << 30):
        time.sleep(0.1)


_EATING = """
from survey.documents.statements.bounded_work import bounded_work
try:
    with bounded_work(30, 64 << 20):
        bytearray(256 << 20)
except MemoryError:
    print("refused")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say how much there was")
def test_it_takes_no_more_memory() -> None:
    """In a process of its own: what threads of others give back meanwhile (stacks, arenas) may be taken."""
    run = subprocess.run([sys.executable, "-c", _EATING], capture_output=True, text=True, check=True)
    assert run.stdout == "refused\n"
