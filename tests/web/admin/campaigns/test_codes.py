"""The pages on codes and slips, and those of the jobs that make them."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient
from sqlalchemy import text, update

from survey.domain.operations.job import JobState
from survey.secrecy.token import new_token
from survey.services.audit.audit import history
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import download_folder, jobs
from survey.storage.database import transaction
from survey.storage.tables import AccountRow
from survey.storage.token_rows import Turnout, turnout
from survey.web import jobs as queue
from survey.web.context import now, settings
from tests.builders import a_definition, armed_campaign, cast, close, issue, running_campaign
from tests.jobs import PASSWORD, an_account, codes_in, found

PAGE = "/admin/c/small/codes"


def planned(**changes: Any) -> dict[str, Any]:
    data = a_definition(results={"small_groups": "withhold"}, **changes)
    data["groups"][0]["issue"] = 30
    data["groups"][1]["issue"] = 4
    return data


class Browser(FlaskClient):
    """One of several browsers: the test's application context must not carry a login from one to another."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


def browser(app: Flask, name: str, role: str = "organiser", unit: str = "") -> FlaskClient:
    """Return a browser in which a new account is logged in."""
    account = an_account(name, role)
    with transaction(write=True) as session:
        session.execute(update(AccountRow).where(AccountRow.id == account.id).values(unit=unit))
    client = Browser(app, Response)
    page = client.get("/admin/login").text
    answer = client.post("/admin/login", data={"name": name, "password": PASSWORD, **token(page)})
    assert answer.status_code == 303
    return client


def token(page: str) -> dict[str, str]:
    """Return the fields that the first form of a page carries along."""
    found = {}
    for name in ("csrf_token", "key"):
        value = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
        if value:
            found[name] = value[1]
    return found


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    """The organiser's browser, with a campaign that is armed."""
    armed_campaign(app, planned())
    return browser(app, "王组织")


def start(client: FlaskClient, **fields: str) -> str:
    """Send the form that starts a job; return the job's key."""
    data = token(client.get(PAGE).text) | {"which": "planned", "with_list": "y"} | fields
    answer = client.post(PAGE, data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[2]


def press(client: FlaskClient, path: str, page: str, **more: Any) -> Any:
    return client.post(path, data=token(client.get(page).text), **more)


def counted() -> dict[str, Turnout]:
    with transaction() as session:
        return turnout(session, find_campaign(session, "small"))


def files() -> list[str]:
    return [path.name for path in download_folder.handout_folder(settings().instance).iterdir()]


def test_from_the_form_to_the_file_and_no_further(office: FlaskClient) -> None:
    key = start(office)
    job = f"/admin/jobs/{key}"
    waiting = office.get(job).text
    assert "正在排队" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert '<meta http-equiv="refresh"' in waiting
    queue.run(key)
    page = office.get(job)
    assert "已做好" in page.text
    assert 'http-equiv="refresh"' not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert found(key).detail["check"] in page.text
    answer = press(office, f"{job}/file", job)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "attachment; filename=small-slips-34.zip"
    assert answer.content_length == len(answer.data)
    codes = codes_in(answer.data)
    assert len(codes) == 34
    assert files() == []
    assert "已下载" in office.get(job).text
    again = press(office, f"{job}/file", PAGE)
    assert again.location == job
    assert "已经下载过" in office.get(job).text
    with transaction() as session:
        acts = [entry.act for entry, _ in history(session, "small")]
    assert acts[-2:] == ["issue", "hand-out"]
    shown = office.get(PAGE).text
    assert not any(code in page.text + shown for _, code in codes)


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


def test_a_double_click_starts_one_job(office: FlaskClient) -> None:
    form = token(office.get(PAGE).text) | {"which": "group", "group": "A", "number": "3"}
    first, second = office.post(PAGE, data=form), office.post(PAGE, data=form)
    assert first.location == second.location
    other = office.post(PAGE, data=form | {"key": jobs.new_key()})
    assert other.status_code == 409
    assert "有一批投票单正在制作" in other.text
    queue.run(first.location.rpartition("/")[2])
    assert office.post(PAGE, data=form).location == first.location
    assert counted()["A"].issued == 3


def test_cancelled_on_the_page(office: FlaskClient) -> None:
    key = start(office)
    job = f"/admin/jobs/{key}"
    assert press(office, f"{job}/cancel", job).status_code == 303
    queue.run(key)
    assert "没有发出任何投票码" in office.get(job).text
    assert counted() == {"A": Turnout(0, 0, 0), "B": Turnout(0, 0, 0)}
    press(office, f"{job}/cancel", PAGE)
    assert "来不及取消" in office.get(job).text


@pytest.mark.parametrize("number", ["", "0", "-3", "1.5", "100001", "三"])
def test_a_wrong_number_keeps_what_was_chosen(office: FlaskClient, number: str) -> None:
    data = token(office.get(PAGE).text) | {"which": "group", "group": "B", "number": number, "with_list": "y"}
    answer = office.post(PAGE, data=data)
    assert answer.status_code == 422
    assert answer.text.count("请填写 1 至 100000 的整数") == 2  # on top and at the field
    assert '<option selected value="B">' in answer.text
    assert office.post(PAGE, data=data | {"group": "Z", "number": "3"}).status_code == 422


def test_planned_codes_are_offered_once(office: FlaskClient) -> None:
    page = office.get(PAGE).text
    assert "共 34 张" in page
    queue.run(start(office))
    assert "共 34 张" not in office.get(PAGE).text
    data = token(office.get(PAGE).text) | {"which": "planned"}
    assert office.post(PAGE, data=data).status_code == 409


def test_a_page_for_each_state(app: Flask) -> None:
    from survey.services.campaigns import campaigns
    from tests.builders import BY

    with transaction(write=True) as session:
        campaigns.load(session, planned(), BY)
    client = browser(app, "王组织")
    page = client.get(PAGE)
    assert "活动还在准备中" in page.text
    assert "开始制作" not in page.text
    armed_campaign(app, planned())
    issue(app, "small", {"A": 1})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    assert "开始制作" in client.get(PAGE).text
    form = token(client.get(PAGE).text)
    close(app, "small")
    page = client.get(PAGE)
    assert "投票已经结束" in page.text
    assert "开始制作" not in page.text
    assert client.post(PAGE, data=form | {"which": "planned"}).status_code == 409
    voided = client.post(f"{PAGE}/void", data=form | {"codes": new_token()})
    assert voided.status_code == 409
    assert "没有制作，也没有作废" in voided.text


def test_small_groups_show_only_in_the_total_and_numbers_move_in_steps(app: Flask) -> None:
    running = running_campaign(app, planned())
    for code in running.codes["A"][:7]:
        cast(app, code, {})
    for code in running.codes["B"]:
        cast(app, code, {})
    page = browser(app, "王组织").get(PAGE).text
    cells = re.findall(r'<td class="number">(\d+)</td>', page)
    assert cells == ["30", "0", "5", "25", "34", "0", "10", "24"]
    assert page.count("只计入合计") == 2
    for code in running.codes["A"][7:]:
        cast(app, code, {})
    cells = re.findall(r'<td class="number">(\d+)</td>', browser(app, "李组织").get(PAGE).text)
    assert cells == ["30", "0", "30", "0", "34", "0", "34", "0"]


def void(client: FlaskClient, **fields: Any) -> Any:
    return client.post(f"{PAGE}/void", data=token(client.get(PAGE).text) | {"codes": ""} | fields)


def test_voided_spent_and_unknown_are_named(app: Flask) -> None:
    running = running_campaign(app, planned())
    client = browser(app, "王组织")
    spent, *free = running.codes["A"]
    cast(app, spent, {})
    stranger = new_token()
    answer = void(client, codes=f"{spent}\nhttps://a.example/v#{free[0]}\n{free[1].lower()} {stranger}\n张三")
    assert answer.status_code == 200
    assert "已作废 2 个投票码" in answer.text
    assert (
        f'1 个已经投过票，保持有效，请把这些投票单另行存放：</p>\n<ul class="codes"><li><code>{spent}'
        in answer.text
    )
    for unknown in (stranger, "张三"):
        assert f"<code>{unknown}</code>" in answer.text
    assert free[0] not in answer.text
    assert counted()["A"] == Turnout(30, 2, 1)
    assert "1 个以前已经作废" in void(client, codes=free[0]).text
    assert "请填写投票码，或选择文件" in void(client).text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_voided_from_a_file(app: Flask, encoding: str) -> None:
    running = running_campaign(app, planned())
    lines = ["group,token,url"] + [f"A,{code},https://民评.example/v#{code}" for code in running.codes["A"]]
    file = (io.BytesIO("\r\n".join(lines).encode(encoding)), "codes.csv")
    answer = void(browser(app, "王组织"), file=file)
    assert "已作废 30 个投票码" in answer.text
    assert counted()["A"].voided == 30


def test_a_list_of_ten_thousand_codes_can_be_sent_and_touches_no_file(
    office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    lines = [f"A,{new_token()},https://minping.example.org/v#{new_token()}" for _ in range(10_000)]
    content = "\n".join(lines).encode()
    assert 2**19 < len(content) < 2**20
    assert "20000 处不是本活动的投票码" in upload(office, content).text
    assert upload(office, content * 2).status_code == 413


def upload(client: FlaskClient, content: bytes) -> Any:
    """Send a file as browsers do; the test client would keep a large one in a file of its own."""
    fields = token(client.get(PAGE).text)
    head = 'Content-Disposition: form-data; name="'
    body = "".join(f'--x\r\n{head}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    body += f'--x\r\n{head}file"; filename="codes.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return client.post(
        f"{PAGE}/void",
        data=body.encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def test_voided_ones_are_replaced(app: Flask) -> None:
    running = running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("赵监票", "scrutineer")
    form = token(client.get(PAGE).text) | {"codes": "\n".join(running.codes["B"]), "replace": "y"}
    form |= {"second_name": "赵监票", "second_password": PASSWORD}
    answer = client.post(f"{PAGE}/void", data=form)
    assert "正在补发 4 张投票单" in answer.text
    [key] = set(re.findall(r'class="button" href="/admin/jobs/(\w+)"', answer.text))
    again = client.post(f"{PAGE}/void", data=form)
    assert f'class="button" href="/admin/jobs/{key}"' in again.text
    assert counted()["B"] == Turnout(4, 4, 0)
    queue.run(key)
    assert counted()["B"] == Turnout(8, 4, 0)
    assert "正在补发" not in void(client, codes="张三", replace="y").text


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


def test_another_unit_does_not_see_the_campaign(app: Flask, office: FlaskClient) -> None:
    other = browser(app, "李组织", unit="乡镇")
    form = token(other.get("/admin/").text) | {"which": "planned", "key": jobs.new_key()}
    assert other.get(PAGE).status_code == 404
    assert other.post(PAGE, data=form).status_code == 404
    assert other.post(f"{PAGE}/void", data=form | {"codes": "x"}).status_code == 404
    assert other.get(f"{PAGE}/poster").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "scrutineer"])
def test_who_only_looks_can_make_nothing(app: Flask, office: FlaskClient, role: str) -> None:
    key = start(office)
    looking = browser(app, "李监票", role)
    page = looking.get(PAGE)
    assert page.status_code == 200
    assert "<textarea" not in page.text
    form = token(page.text) | {"which": "planned", "key": jobs.new_key(), "codes": "x"}
    for path in (PAGE, f"{PAGE}/void", f"/admin/jobs/{key}/cancel", f"/admin/jobs/{key}/file"):
        assert looking.post(path, data=form).status_code == 403
    assert looking.get(f"/admin/jobs/{key}").status_code == 403


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
        jobs.claim(session, key)
        jobs.fail(session, key, "NoSpace")
    assert found(key).state is JobState.FAILED
    assert "磁盘空间不足" in office.get(f"/admin/jobs/{key}").text


def test_the_poster(app: Flask) -> None:
    data = a_definition(groups=("A",))
    data["campaign"]["entry"] = "open"
    armed_campaign(app, data)
    client = browser(app, "王组织")
    assert "下载海报" in client.get(PAGE).text
    answer = client.get(f"{PAGE}/poster")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == "attachment; filename=small-poster.pdf"


def test_no_poster_where_codes_are_needed(office: FlaskClient) -> None:
    assert "下载海报" not in office.get(PAGE).text
    assert office.get(f"{PAGE}/poster").status_code == 409


def test_what_a_restore_brings_back_does_not_start(app: Flask, office: FlaskClient) -> None:
    from survey.storage.job_rows import cancel_unfinished

    key = start(office)
    with transaction(write=True) as session:
        cancel_unfinished(session)
    queue.run(key)
    assert found(key).state is JobState.CANCELLED
    with transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM tokens")) == 0


def late(client: FlaskClient, **second: str) -> Response:
    """Ask for three codes of a group that had four when voting began."""
    form = token(client.get(PAGE).text) | {"which": "group", "group": "B", "number": "3"}
    answer: Response = client.post(PAGE, data=form | second)
    return answer


def test_codes_for_a_small_group_while_voting_runs_want_a_second_person(app: Flask) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("赵监票", "scrutineer")
    page = client.get(PAGE).text
    assert "以下票种在投票开始时不足 10 张：" in page
    alone = late(client)
    assert alone.status_code == 409
    assert "给“B票”发码须有第二人当场确认" in alone.text
    key = str(late(client, second_name="赵监票", second_password=PASSWORD).location).rpartition("/")[2]
    queue.run(key)
    assert counted()["B"] == Turnout(7, 0, 0)
    with transaction() as session:
        [(entry, facts)] = [one for one in history(session, "small") if one[1].get("late")]
    assert (entry.actor, facts["second"], facts["late"]) == ("王组织", "赵监票", {"B": 4})
    assert "B 票在投票开始时张数少，补发由 赵监票 确认" in client.get("/admin/log").text
    # A group that was large enough needs nobody.
    form = token(client.get(PAGE).text) | {"which": "group", "group": "A", "number": "3"}
    assert client.post(PAGE, data=form).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("王组织", PASSWORD),
        ("赵监票", "another password"),
        ("钱查看", PASSWORD),
        ("孙外单位", PASSWORD),
        ("李停用", PASSWORD),
        ("周所有", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
    ],
)
def test_who_cannot_be_the_second_person(app: Flask, name: str, password: str) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("赵监票", "scrutineer")
    an_account("钱查看", "viewer")
    other, disabled = an_account("孙外单位"), an_account("李停用")
    an_account("周所有", "owner")  # without a second factor
    with transaction(write=True) as session:
        session.execute(update(AccountRow).where(AccountRow.id == other.id).values(unit="外单位"))
        session.execute(update(AccountRow).where(AccountRow.id == disabled.id).values(disabled=True))
    refused = late(client, second_name=name, second_password=password)
    assert refused.status_code == 409
    assert "第二人没有通过" in refused.text
    assert counted()["B"] == Turnout(4, 0, 0)


def test_guessing_the_second_persons_password_ends_at_this_desk(app: Flask) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    an_account("赵监票", "scrutineer")
    answers = [late(client, second_name="赵监票", second_password="a wrong guess") for _ in range(6)]
    assert [one.status_code for one in answers] == [409] * 5 + [429]
    assert late(client, second_name="赵监票", second_password=PASSWORD).status_code == 429
    # The one whose password was guessed at is kept out of nothing else.
    other = Browser(app, Response)
    page = other.get("/admin/login").text
    data = {"name": "赵监票", "password": PASSWORD, **token(page)}
    assert other.post("/admin/login", data=data).status_code == 303


def test_a_list_is_made_only_where_it_was_asked_for(office: FlaskClient) -> None:
    page = office.get(PAGE).text
    assert re.search(r'name="with_list"(?![^>]*checked)', page)
    assert "谁持有清单，谁就能查到每个投票码何时用过" in page
    answer = office.post(PAGE, data=token(page) | {"which": "planned"})
    key = str(answer.location).rpartition("/")[2]
    queue.run(key)
    made = office.get(f"/admin/jobs/{key}").text
    assert "下载投票单（PDF）" in made
    assert "清单用完立即销毁" not in made
    listed = start(office, which="group", group="A", number="2")
    queue.run(listed)
    assert "清单用完立即销毁" in office.get(f"/admin/jobs/{listed}").text
