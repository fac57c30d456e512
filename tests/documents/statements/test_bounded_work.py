"""Work that ends in time and leaves clock and limits as they were."""

import resource
import signal
import sys
import time

import pytest

from survey.documents.statements.bounded_work import WorkTooMuch, bounded_work


def test_it_ends_in_time_and_leaves_all_as_it_was() -> None:
    before = signal.getsignal(signal.SIGALRM), resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(WorkTooMuch), bounded_work(0.05, 1 << 30):
        time.sleep(5)
    with bounded_work(60, 1 << 30):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert (signal.getsignal(signal.SIGALRM), resource.getrlimit(resource.RLIMIT_AS)) == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say how much there was")
def test_it_takes_no_more_memory() -> None:
    with pytest.raises(MemoryError), bounded_work(30, 64 << 20):
        bytearray(256 << 20)
