"""The process that draws large files of results: it gives its memory back by ending.

It is told the settings and the keys of jobs through its standard input, and says through its standard output
how many documents there are and how a job ended; the file itself never passes there. It ends with whoever
started it.
"""

import os
import pickle
import selectors
import sys
from collections.abc import Generator
from queue import SimpleQueue
from threading import Thread

from survey.config import Settings
from survey.domain.errors import JobCancelled, JobFailed, Unavailable
from survey.domain.operations.job import Job
from survey.services.operations import child_process, working
from survey.services.operations.beside import give_way
from survey.services.operations.child_process import Process, pipe_of
from survey.services.results import export_jobs
from survey.services.results.export_jobs import Drawing, ReportCache, Told
from survey.web import context
from survey.web.core import build_core

from . import logs

_PAUSE = 0.2
_DOCUMENTS, _OK, _CANCELLED, _UNAVAILABLE, _FAILED = "documents", "ok", "cancelled", "unavailable", "failed"


class Drawer:
    """Has files drawn, one after the other, by a process that lasts as long as one job with all its parts.

    ``at_once`` says how many such processes its worker has. One drawer is for one thread.
    """

    def __init__(self, settings: Settings, at_once: int = 1) -> None:
        self._told = settings, at_once
        self._process: Process | None = None
        self._whole = ""

    def draw(self, job: Job) -> Drawing:
        """Draw the file of a job: see ``export_jobs.see_to``.

        Raises ``JobCancelled``, ``JobFailed`` and ``Unavailable``, as the process says.
        """
        whole = job.part_of or job.key
        if whole != self._whole:
            self.close()
        stays = False
        try:
            process = self._process or self._begun()
            self._process, self._whole = process, whole
            asked = pipe_of(process.stdin)
            asked.write(job.key.encode() + b"\n")
            asked.flush()
            ending = yield from _heard(pipe_of(process.stdout).fileno())
            stays = ending == _OK and job.part_of is not None
        except BrokenPipeError:
            ending = ""
        finally:
            if not stays:
                self.close()
        word, _, fault = ending.partition(" ")
        if word == _CANCELLED:
            raise JobCancelled("the job was cancelled")
        if word == _UNAVAILABLE:
            raise Unavailable("the database was away while a file was drawn")
        if word != _OK:
            # Killed from outside, for want of memory for one.
            raise JobFailed(fault or "Lost")

    def close(self) -> None:
        """End the process, if there is one, and all it does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            child_process.end(process)

    def _begun(self) -> Process:
        process = child_process.start(__name__, session=False)
        for value in (sys.path, self._told):
            pickle.dump(value, pipe_of(process.stdin))
        return process


def _heard(pipe: int) -> Generator[int | None, None, str]:
    """Yield how many documents a process has, ``None`` now and then; return how it ended, empty if unsaid."""
    unread = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while True:
            if not waiting.select(_PAUSE):
                yield None
                continue
            read = os.read(pipe, 4096)
            if not read:
                return ""
            *lines, unread = (unread + read).split(b"\n")
            for line in lines:
                said = line.decode()
                if not said.startswith(_DOCUMENTS):
                    return said
                yield int(said.removeprefix(_DOCUMENTS))


def work() -> None:
    """Draw the files of the jobs that standard input names, until it ends."""
    settings, at_once = pickle.load(sys.stdin.buffer)  # noqa: S301 – from the process that started this one
    keys: SimpleQueue[str] = SimpleQueue()
    Thread(target=_listen, args=(keys,), daemon=True).start()
    give_way(at_once)
    answers, kept = sys.stdout, ReportCache()
    # What a library prints must not get in between.
    sys.stdout = sys.stderr
    logs.attach()

    def say(text: str) -> None:
        answers.write(f"{text}\n")
        answers.flush()

    app = build_core(settings)
    while True:
        key = keys.get()
        with app.app_context():
            say(_outcome(key, lambda number: say(f"{_DOCUMENTS} {number}"), kept))


def _outcome(key: str, told: Told, kept: ReportCache) -> str:
    try:
        export_jobs.make(context.vault(), key, told, kept)
    except JobCancelled:
        return _CANCELLED
    except Unavailable:
        return _UNAVAILABLE
    except Exception as error:
        return f"{_FAILED} {working.fault_of(error)}"
    return _OK


def _listen(keys: "SimpleQueue[str]") -> None:
    """Take keys; end as soon as nobody has the other end of standard input, whatever is under way."""
    for line in iter(sys.stdin.buffer.readline, b""):
        keys.put(line.decode().strip())
    os._exit(1)
