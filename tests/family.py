"""Processes of a server that is being looked at or killed: each may end between two looks at it."""

import contextlib
from collections.abc import Callable, Iterable
from typing import TypeVar

import psutil

PATIENCE_SECONDS = 30
Found = TypeVar("Found")


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all that it started, directly or not; none where it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        main = psutil.Process(pid)
        return [main, *main.children(recursive=True)]
    return []


def each(processes: Iterable[psutil.Process], look: Callable[[psutil.Process], Found]) -> list[Found]:
    """Return what a look at each of the processes finds, without those that have ended."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append(look(process))
    return found


def memory_of_each(pid: int) -> dict[int, int]:
    """Map a process and all that it started to the bytes that each has, what they share counted in each."""
    return dict(each(family(pid), lambda process: (process.pid, process.memory_info().rss)))


def memory_of(pid: int) -> int:
    """Return the bytes that a process and all that it started have, what they share counted once in each."""
    return sum(memory_of_each(pid).values())


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Kill processes and wait until none is left."""
    killed = list(processes)
    each(killed, psutil.Process.kill)
    _, left = psutil.wait_procs(killed, PATIENCE_SECONDS)
    assert not left, left
