"""A process of one's own programme, spoken to through pipes: nothing touches a file or a command line.

It is started afresh, and loads nothing but what it is to do: whatever else this process has imported would
take longer than the work.
"""

import os
import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress
from typing import IO

Process = subprocess.Popen[bytes]
_SECRET = ("MINPING_", "PG")
"""How the names of settings begin that a process beside has no use for: addresses with passwords, tokens."""


def start(module: str, *, session: bool, descriptors: Collection[int] = ()) -> Process:
    """Start a process that reads the paths of modules, pickled, and then calls ``work`` of a module.

    With a ``session`` of its own it has a share of the machine of its own, too: Linux weighs priorities
    within a session. Either way whoever interrupts this process does not mean that one, which ends with it.
    ``descriptors`` are open files that it shares. It has none of this process's settings, and leaves no image
    of its memory behind where a stranger's file ends it.
    """
    programme = (
        "import pickle, resource, sys; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
        f"sys.path[:] = pickle.load(sys.stdin.buffer); from {module} import work; work()"
    )
    return subprocess.Popen(
        [sys.executable, "-P", "-c", programme],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=session,
        process_group=None if session else 0,
        pass_fds=tuple(descriptors),
        env={name: value for name, value in os.environ.items() if not name.startswith(_SECRET)},
    )


def end(process: Process) -> None:
    """Close the pipes of a process and wait for its end."""
    for pipe in (process.stdin, process.stdout):
        # What could not be sent to a process that is gone is of no use to anybody.
        with suppress(BrokenPipeError):
            pipe_of(pipe).close()
    process.wait()


def pipe_of(pipe: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe of a process that ``start`` started: there is one."""
    assert pipe is not None  # noqa: S101 – each is asked for above
    return pipe
