"""Is it alive, is it ready, and what it does: for machines that watch, coarsely.

Nothing here may tell when somebody voted; a voter's connection is an open file of the process, so even
that number goes in steps.
"""

import hmac
import os
import platform
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from survey.domain.definition.campaign import State
from survey.domain.errors import Unavailable
from survey.domain.operations.health import FILES_STEP, SIZE_STEP, Observation, Verdict, ages, in_steps, judge
from survey.services.campaigns.campaigns import is_plain_http
from survey.services.operations import health
from survey.services.operations.health import InstancePlace
from survey.storage.database import transaction
from survey.storage.schema import newest_revision
from survey.version import __version__

from . import worker_heartbeat
from .context import now, settings
from .probe import database_state
from .security import PUBLIC, access

_OWN = Path("/proc/self")
ROUNDED_TO = 50
"""Voters' requests appear as one total, rounded down to this."""
_COUNTED = ("admin", "health")
_AGES = {
    "backup": "Minutes since the last backup",
    "worker": "Minutes since a worker's last beat",
    "queue": "Minutes that the oldest waiting job waits",
}
blueprint = Blueprint("health", __name__)


def label() -> str:
    """Return a name for this process: several may answer at one address, each with counters of its own."""
    return _label(os.getpid())


@cache
def _label(_process: int) -> str:
    return secrets.token_hex(2)


def memory() -> int | None:
    """Return how many bytes of memory it takes; ``None`` where the system does not say."""
    try:
        pages = int((_OWN / "statm").read_text().split()[1])
    except OSError:
        return None
    return in_steps(pages * os.sysconf("SC_PAGE_SIZE"), SIZE_STEP)


def open_files() -> int | None:
    """Return how many files and connections it has open; ``None`` where the system does not say."""
    try:
        return in_steps(sum(1 for _ in (_OWN / "fd").iterdir()), FILES_STEP)
    except OSError:
        return None


def look() -> Observation:
    """Look at the instance of this application; raises ``Unavailable``."""
    found = settings()
    place = InstancePlace(
        folder=found.instance,
        file=found.sqlite_file,
        secure=urlsplit(found.base_url).scheme == "https",
        local=not is_plain_http(found.base_url),
        version=__version__,
        now=now,
    )
    with transaction() as session:
        return health.look(session, place, worker_heartbeat.latest(session, found))


class Requests(Collector):
    """Requests of offices and machines by endpoint and status; all others only as one rounded total.

    Each process counts for itself, under a name of its own.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[tuple[str, str], int] = {}
        self._voters = 0

    def note(self, response: Response) -> Response:
        """Count an answer."""
        endpoint = request.endpoint
        with self._lock:
            # Readers' pages and files of style are not counted by name either: voters' pages lead to them.
            if endpoint and endpoint.partition(".")[0] in _COUNTED:
                key = endpoint, f"{response.status_code // 100}xx"
                self._counted[key] = self._counted.get(key, 0) + 1
            else:
                self._voters += 1
        return response

    def note_voter(self) -> None:
        """Count an answer to a voter that was given before the application's own hooks."""
        with self._lock:
            self._voters += 1

    def collect(self) -> Iterable[Metric]:
        """Give the totals to Prometheus."""
        labels = ["endpoint", "status", "process"]
        family = CounterMetricFamily("minping_requests", "Requests answered", labels=labels)
        here = label()
        with self._lock:
            for (endpoint, status), number in sorted(self._counted.items()):
                family.add_metric([endpoint, status, here], number)
            family.add_metric(["voter", "any", here], self._voters // ROUNDED_TO * ROUNDED_TO)
        yield family


class Instance(Collector):
    """The instance as it stands: database, disk, queue, worker, backup, certificate, clock, campaigns."""

    def collect(self) -> Iterable[Metric]:
        """Give what is seen to Prometheus; what cannot be known is left out."""
        state = database_state()
        yield _gauge("database_up", "Whether the database answers", state.up)
        yield _gauge("schema_ready", "Whether the database has this version's tables", state.ready)
        yield from _of_process()
        if not state.ready:
            return
        try:
            seen = look()
        except Unavailable:
            return
        yield from (*_of_versions(seen), *_of_database(seen), *_of_work(seen), *_of_campaigns(seen))
        verdicts = {finding.subject: list(Verdict).index(finding.verdict) for finding in judge(seen)}
        yield _gauges("verdict", "0 good, 1 notice, 2 act, as the page says", "subject", verdicts)


def _of_process() -> Iterator[Metric]:
    here = label()
    for name, text, value in (
        ("process_memory_bytes", "Memory, in steps of 16 MiB", memory()),
        ("process_open_files", "Open files and connections, in steps of 50", open_files()),
    ):
        if value is not None:
            yield _gauges(name, text, "process", {here: value})


def _of_versions(seen: Observation) -> Iterator[Metric]:
    info = {
        "version": __version__,
        "python": platform.python_version(),
        "database": seen.database,
        "tables": newest_revision(),
    }
    family = GaugeMetricFamily("minping_build_info", "What runs here", labels=list(info))
    family.add_metric(list(info.values()), 1)
    yield family


def _of_database(seen: Observation) -> Iterator[Metric]:
    yield _gauge("database_bytes", "Size of the database, in steps of 16 MiB", seen.size)
    yield _gauge("disk_free_bytes", "Free disk of the instance, in steps of 64 MiB", seen.free)
    yield _gauge("careless_settings", "Dangerous settings of the database's server", len(seen.careless))
    if seen.offset is not None:
        yield _gauge("clock_offset_seconds", "How far the database's clock is ahead", seen.offset)
    if seen.synchronised is not None:
        yield _gauge("clock_synchronised", "Whether a time server keeps the clock", seen.synchronised)


def _of_work(seen: Observation) -> Iterator[Metric]:
    yield _gauges("jobs", "Jobs that wait and run, and failed in a day", "state", seen.jobs)
    for name, age in ages(seen):
        if age is not None:
            yield _gauge(f"{name}_age_minutes", _AGES[name], age // timedelta(minutes=1))
    if seen.beat and seen.beat.ends_at:
        left = (seen.beat.ends_at - seen.at) // timedelta(days=1)
        yield _gauge("certificate_days", "Days until the web server's certificate ends", left)


def _of_campaigns(seen: Observation) -> Iterator[Metric]:
    yield _gauges("campaigns", "Campaigns", "state", {state: seen.states.get(state, 0) for state in State})
    yield _gauge("campaigns_held", "Campaigns that wait for an owner after a restore", len(seen.held))
    yield _gauge("campaigns_interrupted", "Closes and shreddings to be taken up", len(seen.interrupted))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"minping_{name}", text, value=float(value))


def _gauges(name: str, text: str, label: str, values: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(f"minping_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family


def attach(app: Flask) -> Requests:
    """Count an application's requests, and let it be looked at; return what counts."""
    requests = Requests()
    registry = CollectorRegistry()
    registry.register(requests)
    registry.register(Instance())
    app.extensions["minping_metrics"] = registry
    app.after_request(requests.note)
    return requests


def exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    return generate_latest(current_app.extensions["minping_metrics"])


@blueprint.get("/healthz")
@access(PUBLIC)
def healthz() -> ResponseReturnValue:
    """Answer that the process is alive."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@access(PUBLIC)
def readyz() -> ResponseReturnValue:
    """Answer within seconds whether the database can be reached and has this programme's schema."""
    ready = database_state().ready
    return Response(
        "ready\n" if ready else "not ready\n", status=200 if ready else 503, mimetype="text/plain"
    )


@blueprint.get("/metrics")
@access(PUBLIC)
def metrics() -> ResponseReturnValue:
    """Answer a Prometheus server that knows the token; without a token in the settings there are none."""
    token = settings().metrics_token
    offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), offered.encode()):
        abort(404)
    return Response(exposition(), mimetype="text/plain; version=0.0.4")
