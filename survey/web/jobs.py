"""Long work on huey: the queue, and the worker beside the server or in a process of its own.

A message carries the key of a job and nothing else; what is true of a job stands in the database. So a
message that is lost, doubled or out of date does no harm: the worker looks again, and the minute's tidying
sends another.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from flask import Flask

from survey.domain.errors import OldReaders, Unavailable
from survey.domain.operations.job import JobState
from survey.services.accounts import login_throttle
from survey.services.campaigns import deadlines, procedure, starting
from survey.services.campaigns.starting import Way
from survey.services.custody import ceremonies
from survey.services.operations import download_folder, jobs
from survey.services.voting import slip_jobs
from survey.services.voting.slip_jobs import Workplace
from survey.storage import job_rows
from survey.storage.database import db, transaction
from survey.storage.job_rows import hold_job
from survey.version import __version__
from survey.web.server import logs

from .context import now, settings, vault
from .worker_heartbeat import Heart

if TYPE_CHECKING:
    from huey import Huey

NAME = "minping"
FILE = "jobs.db"
MAX_PAUSE = 1.0
STOP_SECONDS = 3.0
CLOCK_SECONDS = 2.0
"""How often somebody looks whether voting is to begin, or over, or a ceremony."""
_TABLES_LOCK = 0x6D696E73


class _AsJson:
    """Messages as JSON: unpickling would let whoever can write the queue run code in the worker."""

    def serialize(self, message: Any) -> bytes:
        """Write a message."""
        return json.dumps(list(message)).encode()

    def deserialize(self, data: bytes) -> Any:
        """Read a message."""
        from huey.registry import Message

        return Message(*json.loads(bytes(data)))


def send(key: str) -> None:
    """Put a job, whose row is committed, before a worker."""
    import sqlite3

    import psycopg

    try:
        with _queue(lambda: False) as (queue, do):
            queue.enqueue(do.s(key))
    except (sqlite3.Error, psycopg.Error) as error:
        logs.say("a job waits for the next minute", level="warning", failure=type(error).__name__)


class Worker:
    """Does jobs one after another, in a thread, until it is stopped."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work for the length of a block; a job under way at its end is put back."""
        with self.app.app_context(), _queue(lambda: consumer.stop_flag.is_set(), self.app) as (queue, _):
            logs.attach()
            consumer = _consumer(queue)
            consumer.start()
            logs.say("the worker began", version=__version__)
            # A thread of its own: the end of a vote, or of a ceremony, waits for no job.
            watch = Thread(target=self._watch, args=(consumer.stop_flag,), daemon=True)
            watch.start()
            try:
                with Heart(settings(), now).beating(queue.storage):
                    yield
            finally:
                consumer.stop_flag.set()
                for thread in (watch, consumer.scheduler, *(thread for _, thread in consumer.worker_threads)):
                    thread.join(STOP_SECONDS)
                logs.say("the worker ended")

    def _watch(self, stopped: Event) -> None:
        while not stopped.wait(CLOCK_SECONDS):
            self._try("the clock could not end voting", lambda: deadlines.end_due(now()))
            self._try("the clock could not begin voting", _open_due)
            self._try("ceremonies could not be ended", lambda: ceremonies.tidy(settings().instance, now()))

    def _try(self, sentence: str, work: Callable[[], object]) -> None:
        try:
            _quietly(self.app, work)
        except Exception as error:  # whatever it is, the next look may do better
            logs.say(sentence, level="error", failure=type(error).__name__)


def _open_due() -> None:
    starting.open_due(Way(settings().base_url, settings().allow_http), now())


def _consumer(queue: "Huey") -> Any:
    from huey.consumer import Consumer

    class Quiet(Consumer):
        """A consumer that leaves the process's signals alone."""

        def _set_signal_handlers(self) -> None:
            pass

    # The scheduler's interval only serves the minute's tidying: nothing is put off here.
    return Quiet(queue, workers=1, max_delay=MAX_PAUSE, scheduler_interval=60)


@contextmanager
def _queue(stopping: Callable[[], bool], app: Flask | None = None) -> Iterator[tuple["Huey", Any]]:
    """Open the queue with its tasks; its connection is closed at the end."""
    from huey import crontab

    queue = _storage()
    try:

        @queue.task(name="job")
        def do(key: str) -> None:
            if app is not None:
                _quietly(app, lambda: run(key, stopping))

        @queue.periodic_task(crontab(), name="tidy")
        def tidy_up() -> None:
            if app is not None:
                each_minute(app, queue, do)

        @queue.on_startup()
        def begin() -> None:
            tidy_up.call_local()

        yield queue, do
    finally:
        queue.storage.close()


def each_minute(app: Flask, queue: "Huey", do: Any) -> None:
    """Do what is due: tidying, closing by the clock, forgetting and destroying what interrupted acts left."""
    _quietly(app, lambda: tidy(queue, do))
    # Not tasks of their own: while one waits in the queue, tidying takes no job for lost.
    _quietly(app, lambda: deadlines.close_due(now()))
    _quietly(app, procedure.forget_left)
    _quietly(app, lambda: procedure.destroy_former_keys(settings().keys))


def _storage() -> "Huey":
    from huey import PostgresHuey, SqliteHuey

    options: dict[str, Any] = {"results": False, "serializer": _AsJson()}
    if settings().sqlite_file is None:
        return _on_postgresql(PostgresHuey, options)
    path = settings().instance / FILE
    path.touch(mode=0o600)
    return SqliteHuey(NAME, filename=str(path), timeout=20, **options)


def _on_postgresql(kind: Any, options: dict[str, Any]) -> "Huey":
    import psycopg

    url = settings().database_url.replace("+psycopg", "")
    queue: Huey = kind(NAME, dsn=url, create_tables=False, **options)
    # One at a time: "create table if not exists" fails where two come at once.
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s, 0)", (_TABLES_LOCK,))
        queue.storage.initialize_schema()
    return queue


def run(key: str, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do one job in the application's context; raises ``Unavailable``."""
    folder = download_folder.handout_folder(settings().instance)
    slip_jobs.run(key, Workplace(vault(), settings().base_url, folder, now, stopping))


def tidy(queue: "Huey", do: Any) -> None:
    """Sweep the hand-out folder, forget failed logins of long ago, send again what nobody works at.

    That is what a dead worker left, or what was lost on its way.
    """
    folder = download_folder.handout_folder(settings().instance)
    download_folder.sweep(folder, now())
    with transaction(write=True) as session:
        jobs.forget_old(session, now())
        login_throttle.forget_old(session, now())
        left = job_rows.unfinished(session)
    nothing_sent = queue.storage.queue_size() == 0
    for job in left:
        with hold_job(db.engine, folder, job.key) as free:
            if free and (nothing_sent or job.state is JobState.RUNNING):
                queue.enqueue(do.s(job.key))


def _quietly(app: Flask, work: Callable[[], object]) -> None:
    """Work in a context of its own; where the database is away, the next minute tries again."""
    with app.app_context():
        try:
            work()
        except Unavailable as error:
            logs.say("the worker waits", level="warning", why=str(error))
        except OldReaders as error:
            logs.say("deleted rows are not forgotten yet", level="warning", why=str(error))
