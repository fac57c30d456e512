"""What a machine that watches is told, coarsely: nothing here may tell when somebody voted."""

import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from survey.domain.definition.campaign import State
from survey.domain.errors import Unavailable
from survey.domain.operations.health import Seen, Verdict, ages, judge
from survey.storage.schema import newest_revision
from survey.version import __version__

from . import process, seeing
from .probe import database_state

ROUNDED_TO = 50
"""Voters' requests appear as one total, rounded down to this."""
_COUNTED = ("admin", "health")
_AGES = {
    "backup": "Minutes since the last backup",
    "worker": "Minutes since a worker's last beat",
    "queue": "Minutes that the oldest waiting job waits",
}


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

    def collect(self) -> Iterable[Metric]:
        """Give the totals to Prometheus."""
        labels = ["endpoint", "status", "process"]
        family = CounterMetricFamily("minping_requests", "Requests answered", labels=labels)
        here = process.label()
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
            seen = seeing.look()
        except Unavailable:
            return
        yield from (*_of_versions(seen), *_of_database(seen), *_of_work(seen), *_of_campaigns(seen))
        verdicts = {finding.subject: list(Verdict).index(finding.verdict) for finding in judge(seen)}
        yield _gauges("verdict", "0 good, 1 notice, 2 act, as the page says", "subject", verdicts)


def _of_process() -> Iterator[Metric]:
    here = process.label()
    for name, text, value in (
        ("process_memory_bytes", "Memory, in steps of 16 MiB", process.memory()),
        ("process_open_files", "Open files and connections, in steps of 50", process.open_files()),
    ):
        if value is not None:
            yield _gauges(name, text, "process", {here: value})


def _of_versions(seen: Seen) -> Iterator[Metric]:
    info = {
        "version": __version__,
        "python": platform.python_version(),
        "database": seen.database,
        "tables": newest_revision(),
    }
    family = GaugeMetricFamily("minping_build_info", "What runs here", labels=list(info))
    family.add_metric(list(info.values()), 1)
    yield family


def _of_database(seen: Seen) -> Iterator[Metric]:
    yield _gauge("database_bytes", "Size of the database, in steps of 16 MiB", seen.size)
    yield _gauge("disk_free_bytes", "Free disk of the instance, in steps of 64 MiB", seen.free)
    yield _gauge("careless_settings", "Dangerous settings of the database's server", len(seen.careless))
    if seen.offset is not None:
        yield _gauge("clock_offset_seconds", "How far the database's clock is ahead", seen.offset)
    if seen.synchronised is not None:
        yield _gauge("clock_synchronised", "Whether a time server keeps the clock", seen.synchronised)


def _of_work(seen: Seen) -> Iterator[Metric]:
    yield _gauges("jobs", "Jobs that wait and run, and failed in a day", "state", seen.jobs)
    for name, age in ages(seen):
        if age is not None:
            yield _gauge(f"{name}_age_minutes", _AGES[name], age // timedelta(minutes=1))
    if seen.beat and seen.beat.ends_at:
        left = (seen.beat.ends_at - seen.at) // timedelta(days=1)
        yield _gauge("certificate_days", "Days until the web server's certificate ends", left)


def _of_campaigns(seen: Seen) -> Iterator[Metric]:
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


def attach(app: Flask) -> None:
    """Count an application's requests, and let it be looked at."""
    requests = Requests()
    registry = CollectorRegistry()
    registry.register(requests)
    registry.register(Instance())
    app.extensions["minping_metrics"] = registry
    app.after_request(requests.note)


def exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    return generate_latest(current_app.extensions["minping_metrics"])
