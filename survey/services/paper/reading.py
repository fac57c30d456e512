"""Scanned files read by a process beside this one, page after page."""

import importlib.util
import pickle
import sys
from collections.abc import Iterator, Sequence

from survey.channels.paper import messages
from survey.domain.errors import PaperNotInstalled
from survey.domain.paper.reading import PageFault, PageReading, PageRefusal
from survey.domain.paper.sheet import PaperForm
from survey.services.operations.child_process import Process, end, pipe_of, start

_CHILD = "survey.channels.paper.child"
_NEEDED = ("cv2", "numpy", "pypdfium2")
_GIVEN_UP = 5
"""After so many pages on end that each ended the process, whatever is left of a file is not looked at."""

Read = PageReading | PageRefusal


def can_read() -> bool:
    """Return whether the libraries that read paper are there."""
    return all(importlib.util.find_spec(name) for name in _NEEDED)


class ScanReader:
    """Reads scanned files; a file that ends the process loses the page it ended at, and no other."""

    def __init__(self, forms: Sequence[PaperForm], *, specimens: bool, crops: bool) -> None:
        """Begin; with ``crops`` each reading has pictures of its lines.

        ``specimens`` tells which sheets are read, those or real ballots; the others are refused. Raises
        ``PaperNotInstalled`` where the libraries that read paper are missing.
        """
        if not can_read():
            raise PaperNotInstalled
        self._first = (forms, specimens, crops)
        self._process: Process | None = None

    def __enter__(self) -> "ScanReader":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.kill()
            end(self._process)

    def read(self, data: bytes) -> Iterator[Read]:
        """Go through the pages of one file: what was read of each, or why it was not."""
        seen, lost, ended = 0, 0, False
        while not ended:
            try:
                for answer in self._answers(data, seen):
                    ended = answer is None
                    if answer is not None:
                        seen, lost = seen + 1, 0
                        yield answer
            except (EOFError, BrokenPipeError, ValueError):
                self._drop()
                seen, lost = seen + 1, lost + 1
                # It may be the file as a whole, which has no end then.
                ended = lost == _GIVEN_UP
                yield PageRefusal(PageFault.DAMAGED)

    def _answers(self, data: bytes, skipped: int) -> Iterator[Read | None]:
        process = self._process or self._started()
        self._send(process, (data, skipped))
        answer: Read | None = PageRefusal(PageFault.DAMAGED)
        while answer is not None:
            answer = messages.receive(pipe_of(process.stdout))
            yield answer

    def _started(self) -> Process:
        process = start(_CHILD, session=False)
        self._process = process
        self._send(process, sys.path)
        self._send(process, self._first)
        return process

    def _drop(self) -> None:
        if self._process is not None:
            self._process.kill()
            end(self._process)
            self._process = None

    def _send(self, process: Process, message: object) -> None:
        pipe = pipe_of(process.stdin)
        pickle.dump(message, pipe)
        pipe.flush()
