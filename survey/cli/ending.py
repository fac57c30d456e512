"""How a command that goes on until it is told to end hears that, whoever started it."""

import signal
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)


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
