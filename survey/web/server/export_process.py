"""The process that draws one large file of results: it gives its memory back by ending.

It is told the settings and the key of its job through its standard input, and says through its standard
output how many documents there are and how it ended; the file itself never passes there. It ends with
whoever started it.
"""

import os
import pickle
import selectors
import sys
from collections.abc import Callable, Generator
from threading import Thread

from survey.config import Settings
from survey.domain.errors import JobCancelled, JobFailed, Unavailable
from survey.services.operations import child_process, working
from survey.services.operations.beside import give_way
from survey.services.operations.child_process import pipe_of
from survey.services.results import export_jobs
from survey.services.results.export_jobs import Drawing
from survey.web import context
from survey.web.core import build_core

from . import logs

_PAUSE = 0.2
_DOCUMENTS, _OK, _CANCELLED, _UNAVAILABLE, _FAILED = "documents", "ok", "cancelled", "unavailable", "failed"


def drawing_of(settings: Settings, at_once: int = 1) -> Callable[[str], Drawing]:
    """Return what draws the file of a job, by its key: see ``export_jobs.see_to``.

    ``at_once`` says how many such processes its worker has. It raises ``JobCancelled``, ``JobFailed`` and
    ``Unavailable``, as the process says.
    """
    return lambda key: _drawn(settings, at_once, key)


def _drawn(settings: Settings, at_once: int, key: str) -> Drawing:
    process = child_process.start(__name__, session=False)
    try:
        asked = pipe_of(process.stdin)
        for value in (sys.path, (settings, at_once, key)):
            pickle.dump(value, asked)
        asked.flush()
        ending = yield from _heard(pipe_of(process.stdout).fileno())
    except BrokenPipeError:
        ending = ""
    finally:
        process.kill()
        child_process.end(process)
    word, _, fault = ending.partition(" ")
    if word == _CANCELLED:
        raise JobCancelled("the job was cancelled")
    if word == _UNAVAILABLE:
        raise Unavailable("the database was away while a file was drawn")
    if word != _OK:
        # Killed from outside, for want of memory for one.
        raise JobFailed(fault or "Lost")


def _heard(pipe: int) -> Generator[int | None, None, str]:
    """Yield how many documents a process has, ``None`` now and then; return the last that it said."""
    unread, last = b"", ""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while True:
            if not waiting.select(_PAUSE):
                yield None
                continue
            read = os.read(pipe, 4096)
            if not read:
                return last
            *lines, unread = (unread + read).split(b"\n")
            for line in lines:
                last = line.decode()
                if last.startswith(_DOCUMENTS):
                    yield int(last.removeprefix(_DOCUMENTS))


def work() -> None:
    """Draw the file of the job that standard input names."""
    settings, at_once, key = pickle.load(sys.stdin.buffer)  # noqa: S301 – from the process that started this one
    Thread(target=_end_with_worker, daemon=True).start()
    give_way(at_once)
    answers = sys.stdout
    # What a library prints must not get in between.
    sys.stdout = sys.stderr
    logs.attach()

    def say(text: str) -> None:
        answers.write(f"{text}\n")
        answers.flush()

    with build_core(settings).app_context():
        try:
            export_jobs.make(context.vault(), key, lambda number: say(f"{_DOCUMENTS} {number}"))
        except JobCancelled:
            say(_CANCELLED)
        except Unavailable:
            say(_UNAVAILABLE)
        except Exception as error:
            say(f"{_FAILED} {working.fault_of(error)}")
        else:
            say(_OK)


def _end_with_worker() -> None:
    """End as soon as nobody has the other end of standard input any more, whatever is under way."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)
