"""Long work in a process beside this one, since in one process only one thread works at a time.

A workbook takes seconds, and whoever votes meanwhile would share every moment of them. What is to be done
and what it gives go through pipes, as the ballots of a large box do: nothing touches a file, a command line
or the environment. Such a process begins when there is work, gives way to all others on the machine, and
ends by itself when there was none for a while or this process is gone.
"""

import os
import pickle
import signal
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader
from threading import BoundedSemaphore, Lock
from typing import Any, ParamSpec, TypeVar, cast

from survey.domain.errors import Unavailable

from . import child_process

P = ParamSpec("P")
Result = TypeVar("Result")

MAX_FILES = max(1, (os.cpu_count() or 1) // 2)
"""Drawn up at once; whoever else asks for one waits. The other cores are for voters."""
IDLE_SECONDS = 60
_SOON = 5
_NICE = 19


class _Neighbour:
    """A process that does one piece of work after the other."""

    def __init__(self) -> None:
        # In a session of its own it would get as much of the machine as the server.
        self._process = child_process.start(__name__, session=False)
        # Also when nobody knows it any more, and at the end of this process.
        self._ending = weakref.finalize(self, _end, self._process)
        self._used = time.monotonic()
        with suppress(BrokenPipeError):  # whoever asks will notice
            self._send(sys.path)

    def ask(self, message: object) -> tuple[bool, Any]:
        """Return whether a piece of work went well, and what it gave or raised."""
        self._send(message)
        answer: tuple[bool, Any] = pickle.load(child_process.pipe_of(self._process.stdout))  # noqa: S301 – started above
        self._used = time.monotonic()
        return answer

    def lives(self) -> bool:
        """Return whether there is time to ask it before it would end by itself."""
        return self._process.poll() is None and time.monotonic() < self._used + IDLE_SECONDS - _SOON

    def end(self) -> None:
        """End it now."""
        self._ending()

    def ended_unasked(self) -> bool:
        """Return, once it was ended, whether its own clock had ended it before it heard of any work."""
        return self._process.returncode == -signal.SIGALRM

    def _send(self, message: object) -> None:
        pipe = child_process.pipe_of(self._process.stdin)
        # Into the pipe as it is written down: a whole report at once would stop all threads for its length.
        pickle.dump(message, pipe)
        pipe.flush()


def _end(process: child_process.Process) -> None:
    process.kill()
    child_process.end(process)


class Neighbours:
    """So many processes at most, begun when there is work."""

    def __init__(self, most: int) -> None:
        self._places = BoundedSemaphore(most)
        self._lock = Lock()
        self._idle: list[_Neighbour] = []

    def run(self, function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Call a function in another process; return what it returns, or raise what it raises.

        Function, arguments and result have to be such that they can be pickled; none of them may need this
        process's database. Raises ``Unavailable`` where the process was lost.
        """
        with self._places:
            answer = None
            while answer is None:
                answer = self._ask((function, args, kwargs))
        done, value = answer
        if not done:
            raise value
        result: Result = value
        return result

    def _ask(self, message: object) -> tuple[bool, Any] | None:
        """Return what one answers; ``None`` where it ended for want of work while it was being asked."""
        neighbour = self._take()
        try:
            answer = neighbour.ask(message)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            neighbour.end()
            if neighbour.ended_unasked():
                return None
            raise Unavailable("a process beside this one was lost; nothing was done, try again") from error
        except BaseException:
            neighbour.end()
            raise
        with self._lock:
            self._idle.append(neighbour)
        return answer

    def _take(self) -> _Neighbour:
        with self._lock:
            found = self._idle[:]
            living = [one for one in found if one.lives()]
            self._idle[:] = living[1:]
        for one in found:
            if one not in living:
                one.end()
        return living[0] if living else _Neighbour()


_FILES = Neighbours(MAX_FILES)


def beside(function: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Draw up a file in another process; as ``Neighbours.run``."""
    return _FILES.run(function, *args, **kwargs)


def work() -> None:
    """Do what comes through standard input, until it ends or nothing comes for a while."""
    give_way()
    # Whoever started the server may have ignored or blocked it, and a process inherits that.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    asked, answers = cast(BufferedReader, sys.stdin.buffer), sys.stdout.buffer
    # What a library prints must not get in between.
    sys.stdout = sys.stderr
    while True:
        # Ends the process; never while it reads what to do, which takes long where others have the cores.
        signal.alarm(IDLE_SECONDS)
        asked.peek(1)
        signal.alarm(0)
        try:
            function, args, kwargs = pickle.load(asked)  # noqa: S301 – from the process that started this one
        except EOFError:
            return
        try:
            answer = pickle.dumps((True, function(*args, **kwargs)))
        except Exception as error:
            answer = _refusal(error)
        with suppress(BrokenPipeError):
            answers.write(answer)
            answers.flush()


def give_way(at_once: int = 1) -> None:
    """Lower this process's priority, and leave everything else half of the cores.

    With more ``at_once`` than the other half has, somebody asked for more of them.
    """
    with suppress(OSError):
        os.nice(_NICE)
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        with suppress(OSError):
            os.sched_setaffinity(0, cores[min(len(cores) // 2, max(len(cores) - at_once, 0)) :])


def _refusal(error: Exception) -> bytes:
    """Write down what was raised; of what cannot be written only the kind."""
    try:
        return pickle.dumps((False, error))
    except Exception:
        return pickle.dumps((False, RuntimeError(type(error).__name__)))
