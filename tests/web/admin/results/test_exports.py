"""Large files of results on the office's pages: asked for, followed, cancelled, fetched once by who may."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from survey.domain.operations.job import JobState
from survey.services.audit import audit
from survey.services.operations import jobs, stored_files
from survey.services.results import export_jobs, exports
from survey.services.voting import slip_jobs
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.storage.tables import AccountRow
from survey.web.context import now, vault
from tests.builders import BY, a_definition, armed_campaign
from tests.counted import counted
from tests.documents.read_back import name_in
from tests.jobs import an_account, folder, found, workplace
from tests.office import Office
from tests.services.results.test_export_jobs import do
from tests.web.admin.campaigns.test_codes import browser, press, token

HERE = "/admin/c/small"
ASKED = f"{HERE}/documents?make=results.csv"


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser at a counted campaign all of whose files are large."""
    monkeypatch.setattr(exports, "JOB_SECONDS", 0.0)
    counted(a_definition())
    return browser(app, "王组织", "viewer")


def start(office: FlaskClient, what: str = "results.csv") -> str:
    """Ask for a file as its page does; return the key of its job."""
    page = office.get(f"{HERE}/documents?make={what}").text
    answer = office.post(f"{HERE}/exports", data={"export": what, **token(page)})
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/exports/")
    return str(answer.location.rpartition("/")[2])


def stored() -> set[str]:
    with transaction() as session:
        return job_rows.stored_files(session)


@pytest.mark.parametrize("what", ["results.pdf", "results.json", "forms.zip", "report.docx"])
def test_the_address_of_a_large_file_leads_to_where_it_is_asked_for(office: FlaskClient, what: str) -> None:
    answer = office.get(f"{HERE}/{what}")
    assert (answer.status_code, answer.location) == (303, f"{HERE}/documents?make={what}#make")
    page = office.get(answer.location).text
    assert "这个文件较大，要先制作" in page
    assert f'name="export" value="{what}"' in page
    with transaction() as session:
        assert job_rows.unfinished(session) == []  # whoever reads begins nothing


def test_from_asking_to_fetching_once(office: FlaskClient) -> None:
    key = start(office)
    job = f"/admin/exports/{key}"
    page = office.get(job).text
    assert "正在排队" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert f'hx-get="{job}" hx-trigger="every 1s"' in page
    assert f'href="{job}"' in office.get(f"{HERE}/documents").text
    assert do(key).state is JobState.DONE
    assert "已做好，请下载" in office.get(job).text
    assert "已做好，请下载" in office.get(f"{HERE}/documents").text
    whole = b"".join(stored_files.read(vault(), found(key)))
    answer = press(office, f"{job}/file", job)
    assert (answer.status_code, answer.data) == (200, whole)
    assert answer.mimetype == "text/csv"
    assert answer.content_length == len(whole)
    assert answer.headers["Cache-Control"] == "no-store"
    assert name_in(answer) == "小型测评 测评结果.csv"
    assert stored() == set()
    assert "已下载，服务器上的文件已删除" in office.get(job).text
    assert f'href="{job}"' not in office.get(f"{HERE}/documents").text
    assert press(office, f"{job}/file", job).status_code == 303
    assert "文件不能下载" in office.get(job).text


def test_whoever_breaks_off_may_fetch_again(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_files, "PIECE", 100)
    key = start(office)
    do(key)
    job = f"/admin/exports/{key}"
    answer = press(office, f"{job}/file", job, buffered=False)
    parts = iter(answer.response)
    assert [len(next(parts)) for _ in range(2)] == [100, 100]
    answer.close()
    assert stored() == {found(key).file}
    whole = b"".join(stored_files.read(vault(), found(key)))
    assert press(office, f"{job}/file", job).data == whole
    assert stored() == set()


def test_progress_of_one_document_and_of_many(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_jobs, "RATEES_OF_A_PART", 1)
    one, many = start(office, "results.pdf"), start(office, "forms.zip")
    with transaction(write=True) as session:
        jobs.claim(session, one)
        jobs.report(session, one, 2)
        parts = job_rows.parts_of(session, many)
    do(parts[0].key)
    assert re.search(r'<progress value="2" max="3"', office.get(f"/admin/exports/{one}").text)
    assert "约完成 66%" in office.get(f"/admin/exports/{one}").text
    assert "1 / 3 份" in office.get(f"/admin/exports/{many}").text
    assert office.get(f"/admin/exports/{parts[0].key}").status_code == 404


def test_what_changed_meanwhile_is_not_handed_out(office: FlaskClient) -> None:
    key = start(office)
    do(key)
    job = f"/admin/exports/{key}"
    with transaction(write=True) as session:
        audit.record(session, BY, "moderate", "small", texts=1)
    assert "文件已不是最新的" in office.get(job).text
    assert press(office, f"{job}/file", f"{HERE}/documents?make=results.csv").status_code == 303
    assert stored() == set()
    page = office.get(job).text
    assert "文件已不是最新的" in page
    again = office.post(f"{HERE}/exports", data={"export": "results.csv", **token(page)})
    assert again.location != job
    assert again.location.startswith("/admin/exports/")


def test_cancelled_expired_and_failed(office: FlaskClient) -> None:
    keys = [start(office, what) for what in ("results.csv", "results.json", "results.pdf")]
    pages = [f"/admin/exports/{key}" for key in keys]
    assert press(office, f"{pages[0]}/cancel", pages[0]).status_code == 303
    assert do(keys[0]).state is JobState.CANCELLED
    assert "已取消" in office.get(pages[0]).text
    press(office, f"{pages[0]}/cancel", ASKED)
    assert "来不及取消" in office.get(pages[0]).text
    do(keys[1])
    stored_files.sweep(folder(), now() + timedelta(hours=25))
    assert "已过期删除" in office.get(pages[1]).text
    for fault, said in (("NoSpace", "磁盘空间不足"), ("Lost", "多半是内存不足"), ("FileTooLarge", "256 MB")):
        with transaction(write=True) as session:
            job_rows.move(session, keys[2], JobState, state=JobState.RUNNING)
            jobs.fail(session, job_rows.find_job(session, keys[2]), fault)
        assert said in office.get(pages[2]).text


def test_nobody_else_gets_it(app: Flask, office: FlaskClient) -> None:
    key = start(office)
    do(key)
    job = f"/admin/exports/{key}"
    other, elsewhere = browser(app, "李组织"), browser(app, "赵组织", unit="别的单位")
    for somebody in (other, elsewhere):
        assert somebody.get(job).status_code == 404
        for act in ("cancel", "file"):
            assert press(somebody, f"{job}/{act}", "/admin/").status_code in (400, 404)
    assert elsewhere.post(f"{HERE}/exports", data={"export": "results.csv"}).status_code in (400, 404)
    assert key not in other.get(f"{HERE}/documents").text
    assert stored() == {found(key).file}
    assert office.get(f"/admin/jobs/{key}").status_code in (403, 404)


def test_who_may_no_longer_see_the_results_does_not_get_the_file(app: Flask, office: FlaskClient) -> None:
    key = start(office)
    do(key)
    page = office.get(f"/admin/exports/{key}").text
    with transaction(write=True) as session:
        session.execute(update(AccountRow).where(AccountRow.name == "王组织").values(unit="别的单位"))
    assert office.post(f"/admin/exports/{key}/file", data=token(page)).status_code == 404
    assert stored() == {found(key).file}


def test_too_many_at_once_and_unknown_ones(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    start(office)
    monkeypatch.setattr(jobs, "MAX_KEPT", 1)
    page = office.get(f"{HERE}/documents?make=results.pdf").text
    answer = office.post(f"{HERE}/exports", data={"export": "results.pdf", **token(page)})
    assert answer.location == f"{HERE}/documents"
    assert "正在制作或等待下载的文件太多" in office.get(answer.location).text
    assert office.post(f"{HERE}/exports", data={"export": "forms.exe", **token(page)}).status_code == 404
    assert office.get(f"/admin/exports/{'0' * 32}").status_code == 404
    assert "要先制作" not in office.get(f"{HERE}/documents?make=forms.exe").text


def test_what_is_small_still_comes_at_once(app: Flask) -> None:
    counted(a_definition())
    office = browser(app, "王组织")
    assert office.get(f"{HERE}/results.csv").status_code == 200
    assert "要先制作" not in office.get(ASKED).text


def test_slips_are_not_fetched_as_results(app: Flask, office: FlaskClient) -> None:
    armed_campaign(app, a_definition(campaign={"code": "other", "title": "另一个", "organiser": "考核组"}))
    account, key = an_account("张组织"), jobs.new_key()
    with transaction(write=True) as session:
        slip_jobs.ask(
            session,
            key,
            "other",
            {"A": 1},
            with_list=False,
            base_url="http://127.0.0.1",
            account=account,
            at=now(),
        )
    slip_jobs.run(key, workplace())
    owner = Office(app, role="owner")
    assert owner.get(f"/admin/jobs/{key}").status_code == 200
    assert owner.get(f"/admin/exports/{key}").status_code == 404
