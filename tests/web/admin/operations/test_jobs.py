"""Jobs as pages show them: to whom, and what can be done with their files."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from survey.domain.operations.job import JobState
from survey.services.operations import download_folder, jobs
from survey.storage.database import transaction
from survey.storage.token_rows import Turnout
from survey.web import jobs as queue
from survey.web.context import now, settings
from tests.jobs import codes_in, found
from tests.web.admin.campaigns.test_codes import PAGE, an_office, browser, counted, files, press, start


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return an_office(app)


def test_whoever_breaks_off_may_fetch_again(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.web.admin.operations.jobs._CHUNK", 1000)
    key = start(office)
    queue.run(key)
    job = f"/admin/jobs/{key}"
    for chunks in (0, 2):
        answer = press(office, f"{job}/file", job, buffered=False)
        parts = iter(answer.response)
        for _ in range(chunks):
            assert len(next(parts)) == 1000
        answer.close()
        assert len(files()) == 1
    assert len(codes_in(press(office, f"{job}/file", job).data)) == 34
    assert files() == []


def test_two_cannot_fetch_at_once(office: FlaskClient) -> None:
    key = start(office)
    queue.run(key)
    job = f"/admin/jobs/{key}"
    first = press(office, f"{job}/file", job, buffered=False)
    assert press(office, f"{job}/file", PAGE).location == job
    assert "正在下载" in office.get(job).text
    assert b"".join(first.response)
    first.close()
    assert files() == []


def test_cancelled_on_the_page(office: FlaskClient) -> None:
    key = start(office)
    job = f"/admin/jobs/{key}"
    assert press(office, f"{job}/cancel", job).status_code == 303
    queue.run(key)
    assert "没有发出任何投票码" in office.get(job).text
    assert counted() == {"A": Turnout(0, 0, 0), "B": Turnout(0, 0, 0)}
    press(office, f"{job}/cancel", PAGE)
    assert "来不及取消" in office.get(job).text


def test_others_do_not_see_a_job(app: Flask, office: FlaskClient) -> None:
    key = start(office)
    queue.run(key)
    job = f"/admin/jobs/{key}"
    other = browser(app, "李组织")
    assert other.get(job).status_code == 404
    for act in ("cancel", "file"):
        assert press(other, f"{job}/{act}", PAGE).status_code == 404
    assert key not in other.get(PAGE).text
    assert key in office.get(PAGE).text
    assert len(files()) == 1


def test_a_file_that_nobody_fetched(office: FlaskClient) -> None:
    key = start(office)
    queue.run(key)
    download_folder.sweep(download_folder.handout_folder(settings().instance), now() + timedelta(hours=25))
    assert "已过期删除" in office.get(f"/admin/jobs/{key}").text
    assert "已过期删除" in office.get(PAGE).text
    assert press(office, f"/admin/jobs/{key}/file", PAGE).status_code == 303


def test_a_file_on_no_machine(office: FlaskClient) -> None:
    key = start(office)
    queue.run(key)
    for path in download_folder.handout_folder(settings().instance).iterdir():
        path.unlink()
    assert "文件不在这台服务器上" in office.get(f"/admin/jobs/{key}").text
    assert press(office, f"/admin/jobs/{key}/file", PAGE).status_code == 303


def test_a_fault_is_said_in_plain_words(office: FlaskClient) -> None:
    key = start(office)
    with transaction(write=True) as session:
        job = jobs.claim(session, key)
        assert job
        jobs.fail(session, job, "NoSpace")
    assert found(key).state is JobState.FAILED
    assert "磁盘空间不足" in office.get(f"/admin/jobs/{key}").text


def test_what_a_restore_brings_back_does_not_start(app: Flask, office: FlaskClient) -> None:
    from survey.storage.operations.job_rows import cancel_unfinished

    key = start(office)
    with transaction(write=True) as session:
        cancel_unfinished(session)
    queue.run(key)
    assert found(key).state is JobState.CANCELLED
    with transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM tokens")) == 0
