"""What machines that watch are told: enough to run it, and nothing that moves with a single vote."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from survey import create_app
from survey.config import Settings
from survey.domain.definition.campaign import State
from survey.domain.errors import Unavailable
from survey.domain.operations.health import FILES_STEP, FREE_STEP, SIZE_STEP, HealthSubject
from survey.services.operations import health
from survey.storage.database import db
from survey.web import health as web_health
from survey.web import probe
from tests.builders import a_definition, running_campaign
from tests.office import Office

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOKEN = "a-token-of-the-watch"
Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def token(app: Flask) -> dict[str, str]:
    """Give the application a token for its metrics."""
    from dataclasses import replace

    from survey.web import context

    attached = context._attached()
    settings = replace(attached.settings, metrics_token=TOKEN)
    app.extensions[context._NAME] = replace(attached, settings=settings)
    return {"Authorization": f"Bearer {TOKEN}"}


def read(told: str) -> Values:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def told() -> Values:
    return read(web_health.exposition().decode())


def names(values: Values) -> set[str]:
    return {name for name, _ in values}


def value(values: Values, name: str, **labels: str) -> float:
    return values[name, tuple(sorted(labels.items()))]


def test_a_token_and_nothing_without(app: Flask, token: dict[str, str]) -> None:
    client = app.test_client()
    answer = client.get("/metrics", headers=token)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer "}, {"Authorization": "é"}):
        assert client.get("/metrics", headers=wrong).status_code == 404
    assert client.get(f"/metrics?token={TOKEN}").status_code == 404


def test_what_is_told(each_app: Flask) -> None:
    running_campaign(each_app, a_definition(), 2)
    values = told()
    assert names(values) >= {
        *("minping_build_info", "minping_database_up", "minping_schema_ready", "minping_database_bytes"),
        *("minping_disk_free_bytes", "minping_jobs", "minping_campaigns", "minping_campaigns_held"),
        *("minping_verdict", "minping_process_memory_bytes", "minping_process_open_files"),
        *("minping_requests_total", "minping_careless_settings", "minping_campaigns_interrupted"),
    }
    assert value(values, "minping_database_up") == value(values, "minping_schema_ready") == 1
    assert value(values, "minping_campaigns", state="open") == 1
    assert {label for name, label in values if name == "minping_campaigns"} == {
        (("state", state),) for state in State
    }
    assert value(values, "minping_verdict", subject="backup") == 2
    assert sum(name == "minping_verdict" for name in (name for name, _ in values)) == len(HealthSubject)


def test_the_page_and_the_metrics_agree(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from survey.domain.operations.health import Beat

    seen = replace(
        web_health.look(),
        at=AT,
        backed_up=AT.replace(hour=7),
        waiting_since=AT.replace(hour=8, minute=50),
        beat=Beat(AT.replace(hour=8, minute=59), "1", AT.replace(month=12)),
        offset=-1.5,
        synchronised=True,
    )
    monkeypatch.setattr(web_health, "look", lambda: seen)
    values = told()
    assert value(values, "minping_backup_age_minutes") == 120
    assert value(values, "minping_queue_age_minutes") == 10
    assert value(values, "minping_worker_age_minutes") == 1
    assert value(values, "minping_certificate_days") == 30
    assert value(values, "minping_clock_offset_seconds") == -1.5
    assert value(values, "minping_clock_synchronised") == 1


# A single vote


@contextmanager
def standing_still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep still what others on this machine move: the clock, the disk, the memory of this process."""
    monkeypatch.setattr(web_health, "now", lambda: AT)
    monkeypatch.setattr(health, "_free", lambda _place: 10 << 30)
    monkeypatch.setattr(web_health, "memory", lambda: 10 * SIZE_STEP)
    monkeypatch.setattr(web_health, "open_files", lambda: FILES_STEP)
    yield


def test_one_vote_changes_nothing(each_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = running_campaign(each_app, a_definition(), 12).codes["A"]
    client = each_app.test_client()
    with standing_still(monkeypatch):
        before = web_health.exposition()
        offset = re.compile(rb"minping_clock_offset_seconds .*")
        for number, code in enumerate(codes):
            assert client.post("/v/ballot", data={"code": code}).status_code == 200
            assert client.post("/v/cast", data={"code": code, "c1.de": "poor"}).status_code == 201
            assert offset.sub(b"", web_health.exposition()) == offset.sub(b"", before), number
        for _ in range(web_health.ROUNDED_TO):
            client.get("/v")
        assert web_health.exposition() != before, "control: many do move it"
        assert (
            value(
                told(), "minping_requests_total", endpoint="voter", status="any", process=web_health.label()
            )
            == 50
        )


def test_what_a_vote_moves_is_told_in_steps(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the exact numbers are; and the file of the database grows without its size being told."""
    steps = {
        "minping_database_bytes": SIZE_STEP,
        "minping_disk_free_bytes": FREE_STEP,
        "minping_process_memory_bytes": SIZE_STEP,
        "minping_process_open_files": FILES_STEP,
    }
    assert min(SIZE_STEP, FREE_STEP) >= 16 << 20
    for exact in (0, 1, 12_345_678, (1 << 30) - 1, 987_654_321_012):
        monkeypatch.setattr(health.health_rows, "size", lambda *_, exact=exact: exact)
        monkeypatch.setattr(
            health.shutil, "disk_usage", lambda _folder, exact=exact: type("U", (), {"free": exact})
        )
        values = told()
        for name, step in steps.items():
            [number] = [number for (found, _), number in values.items() if found == name]
            assert number % step == 0, name
    known = {*steps, "minping_requests_total"}
    assert all(not re.search("vot|ballot|turnout|code|cast", name) for name in names(told()) - known)


def test_voters_answers_are_not_told_apart(app: Flask, token: dict[str, str]) -> None:
    client = app.test_client()
    for _ in range(60):
        client.post("/v/cast", data={"code": "x"})
    for path in ("/v/nowhere", "/receipt", "/r/none", "/static/css/tokens.css", "/nowhere", "/admin/nowhere"):
        client.get(path).close()
    client.get("/healthz")
    values = read(client.get("/metrics", headers=token).text)
    endpoints = {dict(labels)["endpoint"] for name, labels in values if name == "minping_requests_total"}
    assert endpoints == {"voter", "health.healthz"}
    assert b"process_cpu" not in web_health.exposition()


def test_each_process_counts_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = web_health.label()
    assert mine == web_health.label()
    labels = set()
    for number in range(20):
        monkeypatch.setattr(web_health.os, "getpid", lambda number=number: -number)
        labels.add(web_health.label())
    assert len(labels) > 15


# Ready or not


def test_ready_and_alive(each_app: Flask) -> None:
    client = each_app.test_client()
    assert client.get("/readyz").text == "ready\n"
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")
    values = told()
    assert (value(values, "minping_database_up"), value(values, "minping_schema_ready")) == (1, 0)
    assert "minping_database_bytes" not in names(values)
    assert client.get("/healthz").text == "ok\n"


def test_a_database_that_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OSError("no route to 10.0.0.7")

    monkeypatch.setattr(probe, "present_revision", away)
    client = app.test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")
    assert client.get("/healthz").status_code == 200
    values = told()
    assert value(values, "minping_database_up") == 0
    assert "minping_requests_total" in names(values)


def test_a_database_that_goes_away_meanwhile(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise Unavailable("gone")

    monkeypatch.setattr(web_health, "look", refuse)
    assert value(told(), "minping_database_up") == 1
    assert "minping_verdict" not in names(told())


def until(condition: Callable[[], bool]) -> None:
    for _ in range(6000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("never")


def test_a_locked_table_does_not_hold_the_answer(
    tmp_path: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.conftest import settings_on

    settings: Settings = settings_on("postgresql", tmp_path, request.getfixturevalue("postgres"))
    app = create_app(settings)
    with app.app_context():
        client = app.test_client()
        with db.engine.connect() as other:
            other.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
            assert client.get("/readyz").status_code == 503
            assert client.get("/healthz").status_code == 200
            other.rollback()
        until(lambda: client.get("/readyz").status_code == 200)
        db.session.remove()
        db.engine.dispose()


def test_the_page_is_503_where_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(app)

    def refuse() -> None:
        raise Unavailable("gone")

    monkeypatch.setattr(web_health, "look", refuse)
    answer = office.get("/admin/watching")
    assert answer.status_code == 503
    assert "系统正忙" in answer.text
