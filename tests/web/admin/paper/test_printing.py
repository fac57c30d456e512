"""Paper ballots and specimens ordered on the page, and fetched once."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.domain.operations.job import JobState
from survey.secrecy.paper_key import paper_key_path
from survey.services.operations import jobs
from survey.services.paper import print_jobs
from survey.storage.database import transaction
from survey.web import jobs as queue
from survey.web.context import settings
from tests.builders import armed_campaign, collect, issue, running_campaign
from tests.documents.read_back import name_in
from tests.jobs import found
from tests.web.admin.campaigns.test_codes import browser, counted, files, press, token

from .test_scanning import stored
from .voted_on_paper import PAGE, on_paper


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    armed_campaign(app, on_paper())
    return browser(app, "王组织")


def order(client: FlaskClient, way: str, **fields: Any) -> TestResponse:
    data = token(client.get("/admin/me").text) | {"key": jobs.new_key()} | fields
    return client.post(f"{PAGE}/{way}", data=data)


def key_of(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[2]


def test_ballots_with_new_codes_are_fetched_once(office: FlaskClient) -> None:
    key = key_of(order(office, "ballots", which="group", group="A", number="2"))
    job = f"/admin/jobs/{key}"
    assert "制作 2 张纸票" in office.get(job).text
    queue.run(key)
    assert found(key).state is JobState.DONE, found(key).fault
    page = office.get(job).text
    assert "谁有这个文件，谁就能投票" in page
    assert found(key).detail["print_check"] in page
    assert counted()["A"].issued == 2
    answer = press(office, f"{job}/file", job)
    assert answer.data.startswith(b"%PDF")
    assert name_in(answer) == "小型测评 纸票2张.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert files() == []
    assert "由投票人自己抽取" in office.get(job).text
    assert press(office, f"{job}/file", job).status_code == 303
    assert key in office.get(PAGE).text


def test_specimens(office: FlaskClient) -> None:
    key = key_of(order(office, "specimens", group="B", number="2"))
    queue.run(key)
    job = f"/admin/jobs/{key}"
    answer = press(office, f"{job}/file", job)
    assert answer.data.startswith(b"%PDF")
    assert name_in(answer) == "小型测评 纸票样张2张.pdf"
    assert counted()["B"].issued == 0
    assert not paper_key_path(settings().keys, "small").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"group": "A", "number": ""},
        {"group": "A", "number": "0"},
        {"group": "A", "number": "x"},
        {"group": "Z", "number": "1"},
        {"group": "A", "number": "999999999"},
    ],
)
@pytest.mark.parametrize("way", ["ballots", "specimens"])
def test_what_cannot_be_printed(office: FlaskClient, way: str, fields: dict[str, str]) -> None:
    answer = order(office, way, which="group", **fields)
    assert answer.status_code == 422
    assert "请先改正" in answer.text


def test_a_list_names_what_is_left_out(app: Flask, office: FlaskClient) -> None:
    codes = issue(app, "small", {"A": 2})["A"]
    listed = f"group,token\nA,{codes[0]}\nA,{codes[1]}\nA,{codes[1]}\nA,XXXX\n".encode()
    answer = order(office, "ballots/list", file=(io.BytesIO(listed), "codes.csv"))
    assert answer.status_code == 200, answer.text
    assert "其余 2 张正在制作" in answer.text
    assert codes[1] in answer.text
    assert codes[0] not in answer.text
    assert "（标题是第 1 行）：5" in answer.text
    key = re.search(r"/admin/jobs/([0-9a-f]{32})", answer.text)
    assert key
    assert all(code.encode() not in content for code in codes for content in stored())
    queue.run(key[1])
    assert found(key[1]).state is JobState.DONE, found(key[1]).fault
    page = office.get(f"/admin/jobs/{key[1]}").text
    assert "重复 1" in page
    assert codes[1] not in page
    assert stored() == []


def test_a_list_that_is_printed_twice_says_so(app: Flask, office: FlaskClient) -> None:
    codes = issue(app, "small", {"A": 2})["A"]
    listed = f"group,token\nA,{codes[0]}\nA,{codes[1]}\n".encode()
    pages = []
    for _ in range(2):
        key = key_of(order(office, "ballots/list", file=(io.BytesIO(listed), "codes.csv")))
        queue.run(key)
        pages.append(office.get(f"/admin/jobs/{key}").text)
        press(office, f"/admin/jobs/{key}/file", f"/admin/jobs/{key}")
    assert "此前已经印过" not in pages[0]
    assert "此前已经印过 2 张纸票" in pages[1]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"a,b\n1,2\n", b"PK\3\4" + b"\0" * 100])
def test_a_file_that_is_no_list(office: FlaskClient, content: bytes) -> None:
    answer = order(office, "ballots/list", file=(io.BytesIO(content), "codes.csv"))
    assert answer.status_code in (409, 422)
    assert "没有制作" in answer.text or "请选择文件" in answer.text
    assert stored() == []


def test_a_list_that_is_too_large(app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.view_functions["admin.print_listed"], "largest_body", 1000)
    answer = order(office, "ballots/list", file=(io.BytesIO(b"x" * 1000), "codes.csv"))
    assert answer.status_code == 413


def test_one_batch_at_a_time(office: FlaskClient) -> None:
    key_of(order(office, "ballots", which="group", group="A", number="2"))
    answer = order(office, "ballots", which="group", group="A", number="2")
    assert answer.status_code == 409
    assert "有一批正在制作" in answer.text


def test_sent_twice_it_is_one_job(office: FlaskClient) -> None:
    key = jobs.new_key()
    for _ in range(2):
        assert key_of(order(office, "ballots", which="group", group="A", number="2", key=key)) == key


def test_once_ballots_are_collected_none_are_printed(app: Flask) -> None:
    running_campaign(app, on_paper())
    collect(app, "small")
    client = browser(app, "王组织")
    assert "制作纸票" not in client.get(PAGE).text
    answer = order(client, "ballots", which="group", group="A", number="2")
    assert answer.status_code == 409
    assert "现在不能印纸票" in answer.text


def test_cancelled_nothing_is_issued(office: FlaskClient) -> None:
    key = key_of(order(office, "ballots", which="group", group="A", number="2"))
    job = f"/admin/jobs/{key}"
    press(office, f"{job}/cancel", job)
    queue.run(key)
    assert "没有发出任何投票码" in office.get(job).text
    assert counted()["A"].issued == 0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("NoSpace", "磁盘空间不足"),
        ("NeedsSecondPerson", "须有第二人确认"),
        ("PaperKeyLost", "找不到可用的纸票钥匙"),
        ("WrongState", "现在不能再印"),
        ("Failure", "出现故障"),
    ],
)
def test_why_it_failed(office: FlaskClient, fault: str, said: str) -> None:
    key = key_of(order(office, "ballots", which="group", group="A", number="2"))
    with transaction(write=True) as session:
        job = jobs.claim(session, key)
        assert job
        jobs.fail(session, job, fault)
    assert said in office.get(f"/admin/jobs/{key}").text


def test_small_groups_need_a_second_person_once_voting_began(app: Flask) -> None:
    running_campaign(app, on_paper(), 6)
    client = browser(app, "王组织")
    assert 'name="second_name"' in client.get(PAGE).text
    answer = order(client, "ballots", which="group", group="A", number="1")
    assert answer.status_code == 409
    assert "须有第二人当场确认" in answer.text
    assert print_jobs.BALLOTS not in str(client.get(PAGE).text)
