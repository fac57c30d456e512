"""How the process of a command lasts and ends: told to, whoever started it, and without a last tidying up."""

import atexit
import gc
import signal
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)
_ALLOCATIONS = 50_000
"""Objects made, less those gone, until the youngest are looked through; the interpreter's own is 700."""
_USUAL = gc.get_threshold()


def end_on_signals() -> None:
    """Make SIGTERM and SIGINT end this process in good order, by ``SystemExit`` in its main thread.

    Both are heard even if the parent ignored or blocked them, as ``sh -c 'minping serve &'`` and ``nohup``
    scripts do: a process inherits that. Called before anything begins that has to be ended.
    """
    for number in ENDING:
        signal.signal(number, _end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _end(_signal: int, _frame: FrameType | None) -> None:
    # Told twice, as by Ctrl-C and by what started it, it ends no worse: that takes seconds at most.
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def spare_what_is_loaded() -> None:
    """Look for circles of objects rarely from now on, and not at all at this process's end.

    All that a command loads is looked through again and again while it loads, and once more where the
    interpreter takes itself apart: that was a third of the time of a short one, and half a second in each
    process of a server that ends.
    """
    gc.set_threshold(_ALLOCATIONS, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)


def go_on_for_long() -> None:
    """Keep what is loaded by now out of every search, and look for circles as often as usual from now on.

    For commands that go on until they are told to end. Whatever process comes from this one keeps it as well.
    """
    gc.freeze()
    gc.set_threshold(*_USUAL)
