"""The page on ballots on paper, and what becomes of scanned files that are sent to it."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.domain.audit.acts import Act
from survey.domain.operations.job import JobState
from survey.secrecy.paper_key import paper_key_path, read_paper_key
from survey.services.audit import audit
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import jobs, sealed_files
from survey.services.paper import scan_jobs
from survey.services.paper.keys import paper_key_of
from survey.storage.database import transaction
from survey.web.admin.paper.scans import MAX_SCANS
from survey.web.context import settings
from survey.web.server.receiving import MAX_OF_SCANS
from tests.builders import BY, a_definition, armed_campaign, close, running_campaign
from tests.jobs import found
from tests.web.admin.campaigns.test_codes import Browser, browser, press, token

from .voted_on_paper import PAGE, PDF, PNG, collecting, on_paper


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    collecting(app)
    return browser(app, "王组织")


def send(client: FlaskClient, *files: tuple[bytes, str], key: str = "", path: str = PAGE) -> TestResponse:
    page = client.get(PAGE).text
    sent = [(io.BytesIO(content), name) for content, name in files]
    scan_key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    data: dict[str, Any] = {**token(page), "files": sent, "key": key or (scan_key[1] if scan_key else "")}
    return client.post(path, data=data, content_type="multipart/form-data")


def stored() -> list[bytes]:
    folder = settings().instance / "paper"
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.exists() else []


def test_without_paper_there_is_no_such_page(app: Flask) -> None:
    running_campaign(app, a_definition())
    client = browser(app, "王组织")
    for path in (PAGE, f"{PAGE}/guide", f"{PAGE}/collect"):
        assert client.get(path).status_code == 404
    assert "/paper" not in client.get("/admin/c/small").text


def test_the_campaigns_page_leads_there(app: Flask) -> None:
    armed_campaign(app, on_paper())
    assert f'href="{PAGE}"' in browser(app, "王组织").get("/admin/c/small").text


@pytest.mark.parametrize("role", ["viewer", "scrutineer"])
def test_whoever_does_not_run_it_sees_numbers_only(app: Flask, role: str) -> None:
    collecting(app)
    client = browser(app, "看一看", role)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "纸票的去向" in page.text
    assert 'enctype="multipart/form-data"' not in page.text
    assert "counted" not in page.text
    assert client.get(f"{PAGE}/guide").status_code == 200
    for path in ("", "/try", "/counted", "/collect"):
        assert client.post(PAGE + path, data=token(client.get("/admin/me").text)).status_code == 403


def test_what_comes_next_at_each_stage(app: Flask) -> None:
    armed_campaign(app, on_paper())
    client = browser(app, "王组织")
    page = client.get(PAGE).text
    assert "打印纸票" in page
    assert "看读成什么" in page
    assert 'name="counted"' not in page


def test_after_the_close(app: Flask) -> None:
    collecting(app)
    close(app, "small")
    page = browser(app, "王组织").get(PAGE).text
    assert "收尾" in page
    assert "上传，读票" not in page


def test_scans_are_sealed_and_a_job_reads_them(office: FlaskClient) -> None:
    answer = send(office, (PDF, "a.pdf"), (PNG, "b.png"))
    assert answer.status_code == 303, answer.text
    key = str(answer.location).rpartition("/")[2]
    job = found(key)
    assert job.kind == scan_jobs.KIND
    assert len(stored()) == 2
    for content in stored():
        assert b"%PDF" not in content
        assert b"xxxx" not in content
    with transaction() as session:
        paper_key = paper_key_of(settings().keys, find_campaign(session, "small"))
    folder = sealed_files.sealed_folder(settings().instance)
    assert [sealed_files.read(folder, paper_key, name) for name in job.detail["files"]] == [PDF, PNG]
    assert "a.pdf" not in str(job.detail)
    page = office.get(answer.location)
    assert "正在排队" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_sent_twice_there_is_one_job_and_one_copy(office: FlaskClient) -> None:
    key = jobs.new_key()
    first, second = (send(office, (PDF, "a.pdf"), key=key) for _ in range(2))
    assert first.location == second.location
    assert len(stored()) == 1


def test_a_second_batch_waits_for_the_first(office: FlaskClient) -> None:
    send(office, (PDF, "a.pdf"), key=jobs.new_key())
    answer = send(office, (PDF, "b.pdf"), key=jobs.new_key())
    assert answer.status_code == 409
    assert "上一批扫描件还在读" in answer.text
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\x90\0", "scan.pdf"), (b"", "scan.pdf"), (b"<html>", "a.png"), (b"PK\3\4", "a.zip")],
)
def test_what_is_no_scan_is_refused_whole(office: FlaskClient, content: bytes, name: str) -> None:
    answer = send(office, (PDF, "good.pdf"), (content, name))
    assert answer.status_code == 422
    assert "一个也没有收下" in answer.text
    assert stored() == []


def test_a_name_that_is_markup_stays_text(office: FlaskClient) -> None:
    answer = send(office, (b"MZ", "<script>alert(1)</script>.pdf"))
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_no_file_is_said(office: FlaskClient) -> None:
    answer = send(office)
    assert answer.status_code == 422
    assert "请选择扫描得到的文件" in answer.text


def test_too_many_files_are_refused(office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_jobs, "MAX_FILES", 2)
    answer = send(office, *[(PDF, f"{number}.pdf") for number in range(3)])
    assert answer.status_code == 422
    assert stored() == []


def test_too_much_is_refused(app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    view = app.view_functions["admin.scan_paper"]
    assert MAX_SCANS < view.largest_body < MAX_OF_SCANS  # type: ignore[attr-defined]
    monkeypatch.setattr(view, "largest_body", 1000)
    assert send(office, (PDF + b"x" * 1000, "a.pdf")).status_code == 413
    assert stored() == []


def test_before_collecting_nothing_is_taken(app: Flask) -> None:
    running_campaign(app, on_paper())
    client = browser(app, "王组织")
    answer = send(client, (PDF, "a.pdf"), key=jobs.new_key())
    assert answer.status_code == 409
    assert "没有收下" in answer.text
    assert stored() == []


def test_without_the_key_nothing_is_taken(office: FlaskClient) -> None:
    key = paper_key_path(settings().keys, "small")
    with transaction(write=True) as session:
        name = read_paper_key(key, "small").name
        audit.record(session, BY, Act.PRINT_PAPER, "small", groups={}, paper_key=name)
    key.unlink()
    assert "找不到纸票钥匙" in office.get(PAGE).text
    answer = send(office, (PDF, "a.pdf"), key=jobs.new_key())
    assert answer.status_code == 409
    assert stored() == []


def test_another_account_does_not_see_the_job(app: Flask, office: FlaskClient) -> None:
    location = send(office, (PDF, "a.pdf")).location
    other = browser(app, "李组织")
    assert other.get(location).status_code == 404
    assert press(other, f"{location}/cancel", "/admin/me").status_code == 404


@pytest.mark.parametrize("key", ["x", "\0"])
def test_a_strange_key_is_none(office: FlaskClient, key: str) -> None:
    answer = send(office, (PDF, "a.pdf"), key=key)
    assert answer.status_code == 404
    assert stored() == []


def test_a_run_is_stopped_on_its_page(office: FlaskClient) -> None:
    location = send(office, (PDF, "a.pdf")).location
    assert press(office, f"{location}/cancel", location).status_code == 303
    assert "已停止" in office.get(location).text


def test_what_a_run_found(office: FlaskClient) -> None:
    location = send(office, (PDF, "a.pdf")).location
    key = str(location).rpartition("/")[2]
    said = {"images": 7, "refused_images": [[1, 3, "markers"]], "strips": 2, "already_scanned": 1}
    said |= {"in_box": 5, "spoiled": 1, "ready": 0, "waiting": 2, "incomplete": 0}
    with transaction(write=True) as session:
        job = jobs.claim(session, key)
        assert job
        jobs.finish(session, job, None, said)
    page = office.get(location).text
    assert "四角的方块少于三个" in page
    assert "有 2 张票没有撕下手机投票联" in page
    assert "共 7 页，没有读出 1 页" in page
    assert "已读完" in office.get(PAGE).text
    assert press(office, f"{location}/file", location).status_code == 303  # nothing to be had


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("NoSpace", "磁盘空间不足"),
        ("PaperNotInstalled", "minping[paper]"),
        ("PaperKeyLost", "找不到可用的纸票钥匙"),
        ("NotCollecting", "现在不能再读票"),
        ("FileGone", "已不在服务器上"),
        ("Failure", "出现故障"),
    ],
)
def test_why_a_run_failed(office: FlaskClient, fault: str, said: str) -> None:
    location = send(office, (PDF, "a.pdf")).location
    key = str(location).rpartition("/")[2]
    with transaction(write=True) as session:
        job = jobs.claim(session, key)
        assert job
        jobs.fail(session, job, fault)
    assert found(key).state is JobState.FAILED
    assert said in office.get(location).text


def test_without_the_extra_every_form_that_reads_says_how_to_get_it(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("scanning", "paper_page", "trying"):
        monkeypatch.setattr(f"survey.web.admin.paper.{module}.can_read", lambda: False)
    page = office.get(PAGE).text
    assert page.count("minping[paper]") == 1
    for path in (PAGE, f"{PAGE}/try"):
        answer = send(office, (PDF, "a.pdf"), path=path)
        assert answer.status_code == 409
        assert "minping[paper]" in answer.text
    assert stored() == []
    assert isinstance(office, Browser)
