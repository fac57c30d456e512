"""Work on a stranger's file that ends: within so much processor time, and memory over what there was.

For the main thread of a process that works beside the server, where a clock and a limit concern nobody else;
elsewhere a test's main thread.
"""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_STATE = Path("/proc/self/statm")
_AGAIN = 0.1


class WorkTooMuch(BaseException):
    """What was to be done takes longer than it may.

    No ``Exception``: a library that catches any of those at one place of a file goes on with the next, and
    the clock rings once.
    """


@contextmanager
def bounded_work(seconds: float, memory: int) -> Iterator[None]:
    """Do what is in the block; raises ``WorkTooMuch`` after ``seconds`` of processor time.

    On a busy machine that takes longer by the clock, and nothing is refused for it.

    ``MemoryError`` is raised where it takes ``memory`` bytes more, where the system counts them.
    """

    within = True

    def end(_number: int, _frame: FrameType | None) -> None:
        if within:
            raise WorkTooMuch

    before = signal.signal(signal.SIGPROF, end)
    # Whoever started this process may have blocked it.
    blocked = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPROF})
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        # Again and again: what is raised while garbage is collected gets lost.
        signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
        _limit(memory, soft, hard)
        yield
    finally:
        within = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGPROF, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _limit(memory: int, soft: int, hard: int) -> None:
    if not _STATE.exists():
        return
    wanted = int(_STATE.read_text().split()[0]) * resource.getpagesize() + memory
    if soft == resource.RLIM_INFINITY or wanted < soft:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
