"""The pages on codes and slips, and those of the jobs that make them."""

import io
import re
from typing import Any

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient
from sqlalchemy import update

from survey.secrecy.token import new_token
from survey.services.audit.audit import history
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import download_folder, jobs
from survey.storage.database import transaction
from survey.storage.tables import AccountRow
from survey.storage.token_rows import Turnout, turnout
from survey.web import jobs as queue
from survey.web.context import settings
from tests.builders import a_definition, armed_campaign, cast, close, issue, running_campaign
from tests.documents.read_back import name_in
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


def an_office(app: Flask) -> FlaskClient:
    """The organiser's browser, with a campaign that is armed."""
    armed_campaign(app, planned())
    return browser(app, "王组织")


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return an_office(app)


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
    assert name_in(answer) == "小型测评 票条和投票码34张.zip"
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


def test_a_double_click_starts_one_job(office: FlaskClient) -> None:
    form = token(office.get(PAGE).text) | {"which": "group", "group": "A", "number": "3"}
    first, second = office.post(PAGE, data=form), office.post(PAGE, data=form)
    assert first.location == second.location
    other = office.post(PAGE, data=form | {"key": jobs.new_key()})
    assert other.status_code == 409
    assert "有一批票条正在制作" in other.text
    queue.run(first.location.rpartition("/")[2])
    assert office.post(PAGE, data=form).location == first.location
    assert counted()["A"].issued == 3


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
    # Of all the step is 10; less 5 of A it would be more than B, with four codes, can have.
    assert cells == ["30", "0", "5", "25", "34", "0", "9", "25"]
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
        f'1 个已经投过票，保持有效，请把这些票条另行存放：</p>\n<ul class="codes"><li><code>{spent}'
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
    assert "正在补发 4 张票条" in answer.text
    [key] = set(re.findall(r'class="button" href="/admin/jobs/(\w+)"', answer.text))
    again = client.post(f"{PAGE}/void", data=form)
    assert f'class="button" href="/admin/jobs/{key}"' in again.text
    assert counted()["B"] == Turnout(4, 4, 0)
    queue.run(key)
    assert counted()["B"] == Turnout(8, 4, 0)
    assert "正在补发" not in void(client, codes="张三", replace="y").text


def remake(client: FlaskClient, key: str, **fields: Any) -> Any:
    return client.post(f"{PAGE}/lost", data=token(client.get(PAGE).text) | {"key": key} | fields)


def test_slips_that_are_lost_are_made_again_with_new_codes(app: Flask, office: FlaskClient) -> None:
    assert 'id="lost"' not in office.get(PAGE).text
    first = start(office)
    queue.run(first)
    old = codes_in(press(office, f"/admin/jobs/{first}/file", f"/admin/jobs/{first}").data)
    assert "文件丢了" in office.get(f"/admin/jobs/{first}").text
    key = jobs.new_key()
    answer = remake(office, key, groups=["A", "B"])
    assert answer.status_code == 303
    assert answer.location.endswith(key)
    assert counted() == {"A": Turnout(30, 30, 0), "B": Turnout(4, 4, 0)}
    # Sent twice, the second finds the job of the first.
    assert remake(office, key, groups=["A", "B"]).location.endswith(key)
    queue.run(key)
    assert counted() == {"A": Turnout(60, 30, 0), "B": Turnout(8, 4, 0)}
    assert "可以下载" in office.get(PAGE).text
    assert "已经作废" in office.post("/v/ballot", data={"code": old[0][1]}).text


def test_all_or_nothing_is_made_again(app: Flask, office: FlaskClient) -> None:
    assert remake(office, jobs.new_key(), groups=["A"]).status_code == 409
    queue.run(start(office))
    wrong = remake(office, jobs.new_key())
    assert wrong.status_code == 422
    assert "请选择票种" in wrong.text
    assert remake(office, jobs.new_key(), groups=["C"]).status_code == 422
    # While another file is being made, nothing is voided.
    start(office, which="group", group="A", number="1")
    assert remake(office, jobs.new_key(), groups=["A"]).status_code == 409
    assert counted()["A"] == Turnout(30, 0, 0)


def test_not_once_voting_has_begun(app: Flask) -> None:
    running_campaign(app, planned())
    client = browser(app, "王组织")
    page = client.get(PAGE).text
    assert 'id="lost"' not in page
    assert "不能整批作废" in page
    assert remake(client, jobs.new_key(), groups=["A"]).status_code == 409
    assert counted()["A"] == Turnout(30, 0, 0)


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


def test_a_list_is_made_only_where_it_was_asked_for(office: FlaskClient) -> None:
    page = office.get(PAGE).text
    assert re.search(r'name="with_list"(?![^>]*checked)', page)
    assert "谁持有清单，谁就能查到每个投票码何时用过" in page
    answer = office.post(PAGE, data=token(page) | {"which": "planned"})
    key = str(answer.location).rpartition("/")[2]
    queue.run(key)
    made = office.get(f"/admin/jobs/{key}").text
    assert "下载票条（PDF）" in made
    assert "清单用完立即销毁" not in made
    listed = start(office, which="group", group="A", number="2")
    queue.run(listed)
    assert "清单用完立即销毁" in office.get(f"/admin/jobs/{listed}").text
