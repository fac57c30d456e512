"""Workers: they look for jobs in the database and do them, beside the server or in a process of their own.

There is no queue beside the rows: whatever a worker can do and holds the lock of is its own, and what a dead
one left is found by the next that looks (docs/decisions/0050).
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from threading import Event, Thread
from time import monotonic

from flask import Flask

from survey.domain.errors import OldReaders, Unavailable
from survey.domain.operations.job import JobState
from survey.secrecy.vault import load_session_key
from survey.services.accounts import login_throttle
from survey.services.assessment.examining import sealing
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.telling import archive_jobs
from survey.services.assessment.telling.archive_jobs import ArchivePlace
from survey.services.campaigns import deadlines, procedure, starting
from survey.services.campaigns.starting import Way
from survey.services.custody import ceremonies
from survey.services.operations import download_folder, jobs, sealed_files, stored_files, working
from survey.services.operations.working import Abilities
from survey.services.paper import print_jobs, scan_jobs
from survey.services.paper.print_jobs import PrintPlace
from survey.services.paper.scan_jobs import ScanPlace
from survey.services.results import export_jobs
from survey.services.sms import closing as sms_closing
from survey.services.voting import slip_jobs
from survey.services.voting.slip_jobs import Workplace
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.version import __version__
from survey.web.server import logs
from survey.web.server.export_process import Drawer

from .context import now, settings, vault
from .worker_heartbeat import Heart

LOOK_SECONDS = 0.5
"""How often a worker that has nothing to do looks for a job."""
LEFT_SECONDS = 3.0
"""How often it tries to take what seems to be another worker's; each try is a connection to PostgreSQL."""
MINUTE = 60.0
STOP_SECONDS = 3.0
CLOCK_SECONDS = 2.0
"""How often somebody looks whether voting is to begin, or over, or a ceremony."""


class Worker:
    """Does jobs in threads until it is stopped, as many ``at_once``; each export has a process of its own.

    On the office's node it also does what the clock asks for, tidies each minute and leaves its beat.
    """

    def __init__(self, app: Flask, at_once: int = 1) -> None:
        self.app = app
        self.at_once = at_once
        self.stopped = Event()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work for the length of a block; a job under way at its end is put back."""
        with self.app.app_context():
            logs.attach()
            office = load_session_key(settings().instance) is not None
            self.abilities = Abilities(office, settings().keys)
            beat = Heart(settings(), now, self.app).beat_on if office else None
        works = [self._do_jobs] * self.at_once
        # Threads of their own: the end of a vote, or of a ceremony, waits for no job.
        works += [self._watch, self._tidy] if office else []
        threads = [Thread(target=work, daemon=True) for work in works]
        if beat:
            threads.append(Thread(target=beat, args=(self.stopped,), name="beat", daemon=True))
        for thread in threads:
            thread.start()
        logs.say("the worker began", version=__version__)
        try:
            yield
        finally:
            self.stopped.set()
            until = monotonic() + STOP_SECONDS
            for thread in threads:
                thread.join(max(0.0, until - monotonic()))
            logs.say("the worker ended")

    def _do_jobs(self) -> None:
        last_try: dict[str, float] = {}
        with self.app.app_context():
            drawer = Drawer(settings(), self.at_once)
        with closing(drawer):
            while not self.stopped.wait(LOOK_SECONDS):
                # One after the other without a pause, while there are any.
                while self._try("a job could not be done", lambda: self._next(last_try, drawer)):
                    pass
                drawer.close()

    def _next(self, last_try: dict[str, float], drawer: Drawer) -> bool:
        """Do one job, if there is one to do; ``last_try`` is when each was tried that seemed another's."""
        with transaction() as session:
            waiting = working.doable(session, self.abilities)
        for job in waiting:
            if self.stopped.is_set():
                return False
            if job.state is JobState.RUNNING:
                if monotonic() - last_try.get(job.key, 0.0) < LEFT_SECONDS:
                    continue
                last_try[job.key] = monotonic()
            if run(job.key, self.stopped.is_set, drawer):
                last_try.clear()
                return True
        return False

    def _watch(self) -> None:
        while not self.stopped.wait(CLOCK_SECONDS):
            self._try("the clock could not end voting", lambda: deadlines.end_due(now()))
            self._try("the clock could not begin voting", _open_due)
            self._try("ceremonies could not be ended", lambda: ceremonies.tidy(settings().instance, now()))

    def _tidy(self) -> None:
        while True:
            self._try("a minute's tidying was not done", lambda: each_minute(self.app))
            if self.stopped.wait(MINUTE):
                return

    def _try(self, sentence: str, work: Callable[[], object]) -> object:
        try:
            return _quietly(self.app, work)
        except Exception as error:  # whatever it is, the next look may do better
            logs.say(sentence, level="error", failure=type(error).__name__)
            return None


def _open_due() -> None:
    starting.open_due(Way(settings().base_url, settings().allow_http), now())


def each_minute(app: Flask) -> None:
    """Do what is due: tidying, closing by the clock, forgetting and destroying what interrupted acts left."""
    _quietly(app, tidy)
    _quietly(app, lambda: deadlines.close_due(now(), settings().keys))
    _quietly(app, procedure.forget_left)
    _quietly(app, lambda: procedure.destroy_former_keys(settings().keys))
    _quietly(app, lambda: sealing.destroy_left_keys(settings().keys))
    _quietly(app, lambda: sms_closing.erase_due(now(), settings().keys))


def run(key: str, stopping: Callable[[], bool] = lambda: False, drawer: Drawer | None = None) -> bool:
    """Do one job in the application's context, unless another is at it; raises ``Unavailable``.

    ``drawer`` has files drawn; without one it is made, and closed.
    """
    folder = download_folder.handout_folder(settings().instance)
    with transaction() as session:
        job = job_rows.find_job(session, key)
    if job is None:
        return False
    if job.kind == export_jobs.KIND:
        with nullcontext(drawer) if drawer else closing(Drawer(settings())) as having:
            return working.take(key, folder, lambda taken: export_jobs.see_to(taken, having.draw, stopping))
    if job.kind == scan_jobs.KIND:
        files = sealed_files.sealed_folder(settings().instance)
        return scan_jobs.run(key, ScanPlace(folder, files, settings().keys, now, stopping))
    if job.kind == archive_jobs.KIND:
        evidence = evidence_files.evidence_folder(settings().instance)
        return archive_jobs.run(key, ArchivePlace(folder, evidence, now, stopping))
    if job.kind in print_jobs.KINDS:
        return print_jobs.run(key, print_place(stopping))
    return slip_jobs.run(key, Workplace(vault(), settings().base_url, folder, now, stopping))


def print_place(stopping: Callable[[], bool] = lambda: False) -> PrintPlace:
    """Return what whoever prints paper ballots needs."""
    instance = settings().instance
    handed_out, sealed = download_folder.handout_folder(instance), sealed_files.sealed_folder(instance)
    return PrintPlace(vault(), settings().base_url, handed_out, sealed, settings().keys, now, stopping)


def tidy() -> None:
    """Sweep what jobs made and nobody fetched, forget old jobs, and failed logins of long ago."""
    folder = download_folder.handout_folder(settings().instance)
    download_folder.sweep(folder, now())
    stored_files.sweep(folder, now())
    scan_jobs.sweep(sealed_files.sealed_folder(settings().instance), now())
    evidence_files.sweep(evidence_files.evidence_folder(settings().instance), now())
    with transaction(write=True) as session:
        jobs.forget_old(session, now())
        login_throttle.forget_old(session, now())


def _quietly(app: Flask, work: Callable[[], object]) -> object:
    """Work in a context of its own; where the database is away, the next look tries again."""
    with app.app_context():
        try:
            return work()
        except Unavailable as error:
            logs.say("the worker waits", level="warning", why=str(error))
        except OldReaders as error:
            logs.say("deleted rows are not forgotten yet", level="warning", why=str(error))
        return None
