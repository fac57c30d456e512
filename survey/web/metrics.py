"""Counting requests, coarsely: nothing here may tell when somebody voted."""

from collections.abc import Iterable
from threading import Lock

from flask import Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from .security import VOTER, declared_access

ROUNDED_TO = 50
"""Voters' requests appear as one total, rounded down to this."""


class Requests(Collector):
    """Requests by endpoint and class of status; those of voters only as one rounded total."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._counted: dict[tuple[str, str], int] = {}
        self._voters = 0

    def note(self, response: Response) -> Response:
        """Count an answer."""
        endpoint = request.endpoint
        with self._lock:
            if endpoint is None or VOTER in (declared_access(self._app, endpoint) or ()):
                self._voters += 1
            else:
                key = endpoint, f"{response.status_code // 100}xx"
                self._counted[key] = self._counted.get(key, 0) + 1
        return response

    def collect(self) -> Iterable[Metric]:
        """Give the totals to Prometheus."""
        family = CounterMetricFamily("minping_requests", "Requests answered", labels=["endpoint", "status"])
        with self._lock:
            for (endpoint, status), number in sorted(self._counted.items()):
                family.add_metric([endpoint, status], number)
            family.add_metric(["voter", "any"], self._voters // ROUNDED_TO * ROUNDED_TO)
        yield family


def attach(app: Flask) -> None:
    """Count an application's requests."""
    requests = Requests(app)
    registry = CollectorRegistry()
    registry.register(requests)
    app.extensions["minping_metrics"] = registry
    app.after_request(requests.note)


def exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    return generate_latest(current_app.extensions["minping_metrics"])
