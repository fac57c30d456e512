"""The process that reads scanned files: a stranger's file that harms it ends it, and nothing else.

It reads from its standard input, and says on its standard output what it read of each picture, and where a
file ends (``messages``). Nothing is written to a file.
"""

import os
import pickle
import resource
import signal
import sys
from contextlib import suppress

MAX_MEMORY = 1536 * 1024 * 1024
"""Bytes of address space, which the system refuses more of, where it knows such a limit."""
PAGE_SECONDS = 30.0
"""Processor time of one page; whatever takes longer ends the process."""


def work() -> None:
    """Read files until there are no more.

    First come the forms, whether specimens are expected, and whether pictures of lines are wanted; then, for
    each file, its bytes and how many pictures of it are to be left out, because they were read before.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    forms, specimens, crops = pickle.load(asked)  # noqa: S301 – from the process that started this one
    import cv2

    from . import messages
    from .ingest import pictures_in
    from .reader import PageReader

    cv2.setNumThreads(1)
    reader = PageReader(forms, specimens=specimens, crops=crops)
    # What the libraries take by themselves is not a page's.
    _limit_memory()
    while True:
        try:
            data, skipped = pickle.load(asked)  # noqa: S301 – as above
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, PAGE_SECONDS)
        for picture in pictures_in(data, skipped):
            messages.write(answers, reader.read(picture))
            signal.setitimer(signal.ITIMER_PROF, PAGE_SECONDS)
        signal.setitimer(signal.ITIMER_PROF, 0)
        messages.write(answers, None)


def _limit_memory() -> None:
    limit = getattr(resource, "RLIMIT_AS", None)
    if limit is None:
        return
    soft, hard = resource.getrlimit(limit)
    if soft == resource.RLIM_INFINITY or soft > MAX_MEMORY:
        # macOS knows the limit, and may refuse to set it: pages are read without it then.
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (MAX_MEMORY, hard))
