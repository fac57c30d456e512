"""What the pages say while PostgreSQL cannot forget: who holds it up, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask_babel import force_locale

from survey.domain.definition.campaign import State
from survey.domain.errors import OldReaders
from survey.domain.operations.retention import Holder, HolderKind
from survey.services.campaigns import campaigns
from survey.storage import campaign_rows, forgetting, paper_rows
from survey.storage.database import db, transaction
from survey.web.admin.words.retention import held_up
from survey.web.jobs import each_minute
from tests.builders import a_definition, close, count, running_campaign
from tests.conftest import _running, settings_on
from tests.office import Office
from tests.postgres import Postgres, session_of
from tests.secrecy.polls import certify

PAGE = "/admin/c/small"


@pytest.fixture
def app(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from _running(settings_on("postgresql", tmp_path_factory.mktemp("waiting"), postgres))


@contextmanager
def another_database(postgres: Postgres) -> Iterator[str]:
    """Hold a transaction open that writes elsewhere; give the process that pages should name.

    Nobody is waited for meanwhile.
    """
    with pytest.MonkeyPatch.context() as patched, session_of(postgres.url("postgres")) as other:
        patched.setattr(forgetting, "TRIES", 1)
        other.execute("CREATE TEMPORARY TABLE held (name text)")
        yield f"数据库“postgres”里进程 {other.info.backend_pid} 的会话"


def state() -> tuple[State, bool]:
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        return found.state, found.forgotten


def test_closing_says_who_holds_it_up_and_goes_on(app: Flask, postgres: Postgres) -> None:
    running_campaign(app, a_definition(), 3)
    office = Office(app)
    office.get(PAGE)
    with another_database(postgres) as held:
        for _ in range(2):
            page = office.post(f"{PAGE}/close", typed="small")
            assert page.status_code == 409
            assert held in page.text
            assert "投票已结束，测评票没有丢失" in page.text
            assert state() == (State.CLOSED, False)
            assert f'action="{PAGE}/close"' in page.text  # to go on with
        assert office.post(f"{PAGE}/count").status_code == 409
        # What refreshes itself must not take away the page on which somebody waits for the answer.
        assert "HX-Refresh" not in office.client.get(f"{PAGE}/turnout").headers
        assert office.client.get(f"{PAGE}/screen/turnout").headers["HX-Refresh"] == "true"
    assert office.post(f"{PAGE}/close", typed="small").status_code == 303
    assert state() == (State.CLOSED, True)
    assert office.client.get(f"{PAGE}/turnout").headers["HX-Refresh"] == "true"


def test_shredding_says_who_holds_it_up_and_goes_on(app: Flask, postgres: Postgres) -> None:
    running_campaign(app, a_definition(), 3)
    close(app, "small")
    count(app, "small")
    certify("small")
    office = Office(app)
    office.get(f"{PAGE}/shred")
    with another_database(postgres) as held:
        for _ in range(2):
            page = office.post(f"{PAGE}/shred", typed="small", confirmed="张三")
            assert page.status_code == 409
            assert held in page.text
            assert state()[0] is State.SHREDDING
    assert office.post(f"{PAGE}/shred").status_code == 303
    assert state()[0] is State.SHREDDED


def test_erasing_says_who_holds_it_up_and_the_worker_goes_on(
    app: Flask, postgres: Postgres, capfd: pytest.CaptureFixture[str]
) -> None:
    running_campaign(app, a_definition(), 3)
    with transaction(write=True) as session:
        campaign_rows.set_trial(session, campaigns.find_campaign(session, "small"), "real")
    office = Office(app)
    office.get(PAGE)
    with another_database(postgres) as held:
        office.post(f"{PAGE}/erase", erase="small")
        page = office.get("/admin/")
        assert held in page.text
        assert "系统每分钟会自动再试" in page.text
        assert "试投数据已全部清除" not in page.text
        names = {"written_names", "name_choices"}
        assert left() == {*forgetting.BOX, *paper_rows.TABLES, *names, "texts", "receipts", "counts"}
        a_minute(app)
        assert left()
        assert "deleted rows are not forgotten yet" in capfd.readouterr().err
    a_minute(app)
    assert left() == set()


def a_minute(app: Flask) -> None:
    each_minute(app)


def left() -> set[str]:
    with db.engine.connect() as connection:
        return set(forgetting.noted(connection))


@pytest.mark.parametrize("kind", HolderKind)
def test_each_that_may_hold_it_up_has_its_sentence(app: Flask, kind: HolderKind) -> None:
    names = {"name": "4711"} | (
        {"database": "hr"} if kind in (HolderKind.SESSION, HolderKind.PREPARED) else {}
    )
    error = OldReaders([Holder(kind, **names)] * 5)
    for language in ("zh_CN", "en"):
        with app.test_request_context(), force_locale(language):
            said = held_up(error)
        assert kind is HolderKind.UNKNOWN or all(name in said for name in names.values())
        assert ("另有 2 处" if language == "zh_CN" else "and 2 more") in said
    assert "and 2 more" in str(error)
