"""How the instance is doing: what is thought of what is seen, and the owner's page that says it."""

import json
import queue
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from survey import __version__
from survey.config import Settings, read_settings
from survey.domain.definition.campaign import State
from survey.domain.errors import Unavailable
from survey.domain.operations.health import (
    Beat,
    HealthFinding,
    HealthSubject,
    Observation,
    Verdict,
    judge,
    worst,
)
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns
from survey.services.operations import health
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.storage.tables import CampaignRow, JobRow
from survey.web import health as web_health
from survey.web import worker_heartbeat
from survey.web.admin.words.health import ADVICE
from survey.web.context import now, settings
from survey.web.jobs import Worker
from survey.web.worker_heartbeat import Heart
from tests.builders import a_definition, running_campaign
from tests.office import Office
from tests.web.certificates import a_certificate, served_with

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GB = 1 << 30

FINE = Observation(
    at=AT,
    version="1.0",
    database="SQLite 3.40.1",
    careless=(),
    size=GB,
    free=40 * GB,
    jobs={"waiting": 0, "running": 1, "failed": 0},
    waiting_since=None,
    beat=Beat(AT - timedelta(seconds=40), "1.0", AT + 80 * DAY),
    secure=True,
    local=True,
    backed_up=AT - DAY,
    offset=None,
    synchronised=True,
    states={State.OPEN: 1},
    held=(),
    interrupted=(),
)
ENDING = FINE.beat
assert ENDING is not None
CASES: list[tuple[dict[str, Any], HealthSubject, Verdict, str]] = [
    ({"careless": ("fsync",)}, HealthSubject.DATABASE, Verdict.ACT, "careless"),
    ({"free": 2 * GB}, HealthSubject.DISK, Verdict.ACT, "full"),
    ({"free": GB, "size": 0}, HealthSubject.DISK, Verdict.NOTICE, "filling"),
    ({"beat": None}, HealthSubject.WORKER, Verdict.ACT, "none"),
    (
        {"beat": Beat(AT - timedelta(minutes=4), "1.0", AT + 80 * DAY)},
        HealthSubject.WORKER,
        Verdict.ACT,
        "silent",
    ),
    (
        {"beat": Beat(AT + timedelta(minutes=4), "1.0", AT + 80 * DAY)},
        HealthSubject.WORKER,
        Verdict.ACT,
        "silent",
    ),
    ({"waiting_since": AT - timedelta(minutes=6)}, HealthSubject.QUEUE, Verdict.NOTICE, "late"),
    ({"jobs": {"failed": 1}}, HealthSubject.QUEUE, Verdict.NOTICE, "failed"),
    ({"backed_up": None}, HealthSubject.BACKUP, Verdict.ACT, "never"),
    ({"backed_up": None, "states": {State.DRAFT: 2}}, HealthSubject.BACKUP, Verdict.NOTICE, "never"),
    ({"backed_up": AT - 2 * DAY}, HealthSubject.BACKUP, Verdict.NOTICE, "old"),
    ({"backed_up": AT - 8 * DAY}, HealthSubject.BACKUP, Verdict.ACT, "old"),
    ({"secure": False, "local": False}, HealthSubject.CERTIFICATE, Verdict.NOTICE, "plain"),
    ({"secure": False}, HealthSubject.CERTIFICATE, Verdict.GOOD, "local"),
    ({"beat": Beat(AT, "1.0")}, HealthSubject.CERTIFICATE, Verdict.NOTICE, "unknown"),
    ({"beat": Beat(AT, "1.0", None, "OSError")}, HealthSubject.CERTIFICATE, Verdict.NOTICE, "unreadable"),
    ({"beat": Beat(AT, "1.0", AT)}, HealthSubject.CERTIFICATE, Verdict.ACT, "ended"),
    ({"beat": Beat(AT, "1.0", AT + 6 * DAY)}, HealthSubject.CERTIFICATE, Verdict.ACT, "soon"),
    ({"beat": Beat(AT, "1.0", AT + 20 * DAY)}, HealthSubject.CERTIFICATE, Verdict.NOTICE, "soon"),
    ({"offset": -31.0}, HealthSubject.CLOCK, Verdict.ACT, "apart"),
    ({"offset": 2.1}, HealthSubject.CLOCK, Verdict.NOTICE, "apart"),
    ({"synchronised": False}, HealthSubject.CLOCK, Verdict.NOTICE, "free"),
    ({"synchronised": None}, HealthSubject.CLOCK, Verdict.NOTICE, "unknown"),
    ({"held": ("small",)}, HealthSubject.CAMPAIGNS, Verdict.ACT, "held"),
    ({"interrupted": ("small",)}, HealthSubject.CAMPAIGNS, Verdict.ACT, "interrupted"),
    ({"beat": Beat(AT, "0.9", AT + 80 * DAY)}, HealthSubject.VERSION, Verdict.NOTICE, "differs"),
]


def test_nothing_to_do() -> None:
    found = judge(FINE)
    assert [finding.subject for finding in found] == list(HealthSubject)
    assert {finding.verdict for finding in found} == {worst(found)} == {Verdict.GOOD}
    assert {finding.verdict for finding in judge(replace(FINE, offset=1.9))} == {Verdict.GOOD}


@pytest.mark.parametrize(("changes", "subject", "verdict", "why"), CASES)
def test_what_is_thought_of_it(
    changes: dict[str, Any], subject: HealthSubject, verdict: Verdict, why: str
) -> None:
    found = judge(replace(FINE, **changes))
    assert HealthFinding(subject, verdict, why) in found
    assert worst(found) == verdict or len(changes) > 1 or "beat" in changes
    assert verdict is Verdict.GOOD or (subject, why) in ADVICE


def test_every_advice_is_given_somewhere() -> None:
    assert set(ADVICE) == {(subject, why) for _, subject, verdict, why in CASES if verdict != Verdict.GOOD}


# The page


@contextmanager
def seen_as(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(web_health, "look", lambda: replace(FINE, **changes))
        yield


def test_the_page_is_for_owners(app: Flask) -> None:
    for role in ("organiser", "scrutineer", "viewer"):
        office = Office(app, role, role)
        assert "运行状况" not in office.page.text
        assert office.get("/admin/watching").status_code == 403
    owner = Office(app)
    assert '<a href="/admin/watching">运行状况</a>' in owner.page.text
    assert owner.get("/admin/watching").status_code == 200


def test_the_page_says_what_to_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(app)
    with seen_as(monkeypatch):
        assert "一切正常。" in office.get("/admin/watching").text
    for changes, subject, verdict, why in CASES:
        with seen_as(monkeypatch, **changes):
            page = office.get("/admin/watching").text
        if verdict is not Verdict.GOOD:
            assert str(ADVICE[subject, why]) in page
    with seen_as(monkeypatch, held=("small",)):
        page = office.get("/admin/watching").text
    assert '<a href="/admin/c/small">small</a>' in page
    assert "有 1 项需要处理。" in page


def test_what_is_well_is_fine_in_english(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that is 正常 is active; a disk is not."""
    office = Office(app)
    office.get("/admin/watching")
    office.post("/admin/language", language="en", page="/admin/watching")
    with seen_as(monkeypatch):
        page = office.get("/admin/watching").text
    assert page.count(">Fine<") == len(HealthSubject)
    assert "Active" not in page


def test_a_certificate_that_has_ended_has_no_days_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_health, "look", lambda: replace(FINE, beat=Beat(AT, "1.0", AT - 3 * DAY)))
    page = Office(app).get("/admin/watching").text
    assert "2026-11-19 已过期" in page
    assert "还有" not in page


def test_the_page_refreshes_itself_and_works_without_script(app: Flask) -> None:
    page = Office(app).get("/admin/watching").text
    assert 'hx-trigger="every 30s"' in page
    assert re.search(r'<a href="/admin/watching">刷新</a>', page)


# Looking


def test_a_look_at_an_instance(each_app: Flask) -> None:
    running_campaign(each_app, a_definition(), 2)
    seen = web_health.look()
    assert seen.states == {State.OPEN: 1}
    assert (seen.held, seen.interrupted, seen.backed_up, seen.beat) == ((), (), None, None)
    assert seen.size % (16 << 20) == seen.free % (64 << 20) == 0
    on_server = settings().sqlite_file is None
    assert seen.database.startswith("PostgreSQL" if on_server else "SQLite")
    assert (seen.offset is not None) == on_server
    assert ("fsync" in seen.careless) == on_server  # as tests/postgres.py has it
    with transaction(write=True) as session:
        campaign = campaigns.find_campaign(session, "small")
        campaign_rows.set_held(session, campaign, held=True)
        audit.record(session, By("张三", AT), "backup", file="x", digest="y")
        session.add_all(
            JobRow(
                key=f"{number:032}",
                kind="slips",
                campaign="small",
                account_id=1,
                state=state,
                detail="{}",
                made_at=made_at,
            )
            for number, (state, made_at) in enumerate(
                [
                    *(("waiting", now() - timedelta(minutes=9)), ("waiting", now()), ("running", now())),
                    *(("failed", now()), ("failed", now() - 2 * DAY), ("done", now())),
                ]
            )
        )
    seen = web_health.look()
    assert (seen.held, seen.backed_up) == (("small",), AT)
    assert seen.jobs == {"waiting": 2, "running": 1, "failed": 1}
    assert seen.waiting_since is not None
    assert seen.at - seen.waiting_since >= timedelta(minutes=9)
    for values in ({"state": "closed"}, {"state": "shredding", "shaken": True, "forgotten": True}):
        with transaction(write=True) as session:
            session.execute(update(CampaignRow).values(held=False, **values))
        assert web_health.look().interrupted == ("small",)


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("log_statement", "mod", "log_statement"),
        ("log_statement", "ddl", None),
        ("log_min_duration_statement", "0", "log_min_duration_statement"),
        ("log_parameter_max_length_on_error", "-1", "log_parameter_max_length_on_error"),
        ("full_page_writes", "off", "full_page_writes"),
    ],
)
def test_settings_that_write_ballots_down_are_named(
    tmp_path: Path, request: pytest.FixtureRequest, setting: str, value: str, named: str | None
) -> None:
    from sqlalchemy import create_engine

    from survey.storage.operations.health_rows import careless_settings

    engine = create_engine(
        request.getfixturevalue("postgres").url("postgres").replace("postgresql:", "postgresql+psycopg:")
    )
    with Session(engine) as session:
        if setting == "full_page_writes":  # not to be set for one session
            rows = {setting: value, "fsync": "on", "log_parameter_max_length": "0"}
            fake: Any = type("S", (), {"get_bind": session.get_bind, "execute": lambda *_: rows.items()})
            assert careless_settings(fake()) == (named,)
        else:
            session.execute(text(f"SET {setting} = '{value}'"))
            assert [name for name in careless_settings(session) if name != "fsync"] == (
                [named] if named else []
            )
            session.execute(text("SET log_parameter_max_length = 0"))
            late = named if named and "error" in named else None
            assert [name for name in careless_settings(session) if name != "fsync"] == (
                [late] if late else []
            )
    engine.dispose()


@pytest.mark.parametrize(
    ("theirs", "offset"),
    [
        (AT + timedelta(seconds=1), 0.0),
        (AT - timedelta(seconds=40), -40.0),
        (AT + timedelta(hours=1), 3598.0),
    ],
)
def test_the_databases_clock_beside_ours(
    monkeypatch: pytest.MonkeyPatch, theirs: datetime, offset: float
) -> None:
    """What the answer took is not taken for a difference."""
    monkeypatch.setattr(health.health_rows, "moment", lambda _session: theirs)
    ticks = iter([AT, AT + timedelta(seconds=2)])
    assert health._offset(None, lambda: next(ticks)) == pytest.approx(offset)  # type: ignore[arg-type]


def test_whether_the_clock_follows_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.follows_a_server() in (True, False, None)
    for state, follows in ((0, True), (5, False), (-1, None)):
        library = type("C", (), {"adjtimex": staticmethod(lambda _room, state=state: state)})
        monkeypatch.setattr(health.ctypes, "CDLL", lambda _name, library=library: library)
        assert health.follows_a_server() is follows
    monkeypatch.setattr(health.sys, "platform", "darwin")
    assert health.follows_a_server() is None


# Beats


def test_a_beat_is_found_by_every_server(each_app: Flask) -> None:
    assert web_health.look().beat is None
    for at in (AT - DAY, AT):
        Heart(settings(), lambda at=at: at, each_app).leave()
        assert web_health.look().beat == Beat(at, __version__)


def test_a_worker_beats_beside_its_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    left: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def put(_path: Path, content: bytes) -> None:
        left.put(content)
        if left.qsize() == 1:
            raise Unavailable("database or disk is full")

    monkeypatch.setattr(worker_heartbeat, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(worker_heartbeat, "replace_private", put)
    ended = threading.Event()
    thread = threading.Thread(target=Heart(settings(), now, app).beat_on, args=(ended,))
    thread.start()
    assert all(worker_heartbeat.read_beat(left.get(timeout=60)) for _ in range(3))
    ended.set()
    thread.join(60)
    assert not thread.is_alive()


def test_the_worker_of_the_office_has_a_heart(app: Flask) -> None:
    with Worker(app).working():
        assert [thread for thread in threading.enumerate() if thread.name == "beat"]


def test_a_beat_that_is_none(app: Flask) -> None:
    for left in (None, b"", b"{}", b"[1]", b'{"at": 1, "version": 1, "ends_at": 1, "fault": 1}'):
        assert worker_heartbeat.read_beat(left) is None


def test_the_certificate_is_looked_at_once_an_hour(app: Flask, settings: Settings, tmp_path: Path) -> None:
    ends = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
    file = tmp_path / "certificate.pem"
    file.write_bytes(a_certificate(ends)[0])
    secure = replace(settings, base_url="https://minping.example.org", certificate=file)
    moment = AT
    heart = Heart(secure, lambda: moment, app)

    def left() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(heart.beat())
        return found

    first = left()
    file.unlink()
    moment = AT + timedelta(minutes=59)
    second = left()
    moment = AT + timedelta(minutes=60)
    third = left()
    assert (first["ends_at"], first["fault"]) == (ends.isoformat(), None)
    assert (second["ends_at"], second["at"]) == (ends.isoformat(), (AT + timedelta(minutes=59)).isoformat())
    assert (third["ends_at"], third["fault"]) == (None, "FileNotFoundError")


def test_the_certificate_is_asked_of_the_server(settings: Settings, tmp_path: Path) -> None:
    ends = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
    with served_with(ends, tmp_path) as port:
        secure = replace(settings, base_url=f"https://127.0.0.1:{port}")
        assert worker_heartbeat.ending_of(secure) == (ends, None)
    assert worker_heartbeat.ending_of(secure) == (None, "ConnectionRefusedError")
    assert worker_heartbeat.ending_of(settings) == (None, None)


def test_the_certificate_setting() -> None:
    assert read_settings({}).certificate is None
    assert read_settings({"MINPING_CERTIFICATE": "/etc/x.pem"}).certificate == Path("/etc/x.pem")
