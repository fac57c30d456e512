"""Tasks on pages: set, answered, returned, closed; lists, reminders and files; another unit's are none."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatPart
from tests.documents.read_back import words_in
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.telling.told_year import TASK, answer, close, decided, rule, send, set_task
from tests.services.assessment.test_sample_scored import scored

from .told_pages import HERE, HOSTILE, SHOWN, seated

TASKS = f"{HERE}/tasks"


def ruled(office: Office, act: str, reason: str = "", number: int = 1, until: str = "") -> int:
    page = office.get(f"{TASKS}/t1/{number}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    fields = {"act": act, "reason": reason, "until": until, "seen": seen[1] if seen else "0"}
    return office.post(f"{TASKS}/t1/{number}/ruling", **fields).status_code


def test_a_task_goes_its_way(app: Flask) -> None:
    decided()
    office, unit = Office(app), seated(app, SeatPart.REPORTER, "t1")
    office.get(f"{TASKS}/t1/new")
    assert office.post(f"{TASKS}/t1/new", **TASK).status_code == 303
    assert office.post(f"{TASKS}/t1/new", **TASK).status_code == 303
    page = unit.get(TASKS).text
    assert page.count(TASK["what"]) == 1
    assert "催办" not in page
    unit.get(f"{TASKS}/t1/1")
    assert unit.post(f"{TASKS}/t1/1/answer", text="已补齐一半").status_code == 303
    assert ruled(office, "returns") == 422
    assert "请填写。" in office.page.text
    assert ruled(office, "returns", "还差一半") == 303
    assert "还差一半" in unit.get(f"{TASKS}/t1/1").text
    assert unit.post(f"{TASKS}/t1/1/answer", text="全部补齐").status_code == 303
    assert ruled(office, "closes") == 303
    page = unit.get(f"{TASKS}/t1/1").text
    for said in ("已销号", "已补齐一半", "全部补齐", "考核办退回"):
        assert said in page, said
    late = unit.post(f"{TASKS}/t1/1/answer", text="还想说的")
    assert late.status_code == 409
    assert "还想说的" in late.text


def test_what_came_since_is_read_before_it_is_closed(app: Flask) -> None:
    decided()
    set_task()
    first = answer("第一次")
    office = Office(app)
    office.get(f"{TASKS}/t1/1")
    answer("第二次")
    sent = office.post(f"{TASKS}/t1/1/ruling", act="closes", reason="我的意见", seen=first.number)
    assert sent.status_code == 409
    assert "我的意见" in sent.text
    assert "第二次" in sent.text
    assert office.post(f"{TASKS}/t1/1/ruling", act="", seen="x").status_code == 422


def test_the_office_filters_and_reminds(app: Flask) -> None:
    decided()
    set_task(what="按时的")
    set_task("t2", what="销了号的")
    set_task("t3", what="过期的", mend_by="2026-11-22")
    rule(0, unit="t2", closes=True, reason="看过了")
    office = Office(app)
    for query, shown in (
        ("", "按时的 销了号的 过期的"),
        ("?state=open", "按时的 过期的"),
        ("?state=closed", "销了号的"),
        ("?unit=t1", "按时的"),
        ("?state=nonsense", "按时的 销了号的 过期的"),
        ("?state=closed&unit=t1", ""),
    ):
        page = office.get(TASKS + query).text.partition("<h2>催办")[0]
        assert [what for what in ("按时的", "销了号的", "过期的") if what in page] == shown.split(), query
    page = office.get(TASKS).text
    assert "t1镇：年度考核 还有 1 项整改没有办结：第 1 项“按时的”，时限 2027 年 3 月 31 日" in page
    assert "t2镇：" not in page
    assert office.get(f"{TASKS}?unit=none").status_code == 404


def test_the_list_as_a_file_is_ones_own(app: Flask) -> None:
    decided()
    set_task(what="一号的事")
    set_task("t2", what="二号的事")
    unit, office = seated(app, SeatPart.REPORTER, "t1"), Office(app)
    for kind in ("xlsx", "docx", "pdf"):
        said = words_in(kind, unit.client.get(f"{HERE}/tasks.{kind}").data)
        assert "一号的事" in said
        assert "二号的事" not in said
        assert "二号的事" in words_in(kind, office.client.get(f"{HERE}/tasks.{kind}").data)
    assert "一号的事" not in words_in("docx", office.client.get(f"{HERE}/tasks.docx?unit=t2").data)
    assert unit.get(f"{HERE}/tasks.docx?unit=t2").status_code == 404
    assert unit.get(f"{HERE}/tasks.csv").status_code == 404


@pytest.mark.parametrize("part", [SeatPart.REPORTER, SeatPart.APPROVER, SeatPart.GROUP, SeatPart.READER])
def test_tasks_of_another_unit_are_none(app: Flask, part: SeatPart) -> None:
    decided()
    set_task()
    unit = seated(app, part, *([] if part is SeatPart.READER else ["t2"]))
    assert unit.get(f"{TASKS}/t1/1").status_code == 404
    assert unit.get(f"{TASKS}?unit=t1").status_code == 404
    assert unit.post(f"{TASKS}/t1/1/answer", text="别家的").status_code == 404
    assert unit.post(f"{TASKS}/t1/1/ruling", act="closes", seen="0", reason="x").status_code == 404
    assert unit.post(f"{TASKS}/t2/new", **TASK).status_code == 404
    assert unit.get(f"{TASKS}/t2/new").status_code == 404


def test_an_approver_reads_and_does_not_answer(app: Flask) -> None:
    decided()
    set_task()
    unit = seated(app, SeatPart.APPROVER, "t1")
    assert "报考核办</button>" not in unit.get(f"{TASKS}/t1/1").text
    assert unit.post(f"{TASKS}/t1/1/answer", text="代填").status_code == 404


def test_hostile_texts_are_texts_and_faults_lose_nothing(app: Flask) -> None:
    decided()
    office = Office(app)
    office.get(f"{TASKS}/t1/new")
    typed = TASK | {"what": HOSTILE, "mend_by": "x", "ground": "indicator/none"}
    assert office.post(f"{TASKS}/t1/new", **typed).status_code == 422
    for said in (SHOWN, "不是日期", "选项已经变了，请重新选。", TASK["responsible"]):
        assert said in office.page.text, said
    assert office.post(f"{TASKS}/t1/new", **TASK | {"what": HOSTILE}).status_code == 303
    for path in (TASKS, f"{TASKS}/t1/1"):
        page = office.get(path).text
        assert SHOWN in page
        assert HOSTILE not in page
    unit = seated(app, SeatPart.REPORTER, "t1")
    unit.get(f"{TASKS}/t1/1")
    assert unit.post(f"{TASKS}/t1/1/answer", text="长" * 3001).status_code == 422
    assert "长" * 3001 in unit.page.text


def test_a_task_that_there_is_not(app: Flask) -> None:
    decided()
    office = Office(app)
    for number in ("1", "999999999"):
        assert office.get(f"{TASKS}/t1/{number}").status_code == 404
    assert office.post(f"{TASKS}/t1/1/ruling", act="closes", seen="0", reason="x").status_code == 404


def test_what_was_missed_is_offered_as_a_task(app: Flask) -> None:
    scored(app)
    office = Office(app)
    here = f"/admin/a/{SAMPLE_CODE}/tasks/t4/new"
    page = office.get(here).text
    offered = re.search(r'href="(/admin/a/[^"]+ground=indicator[^"]+)"', page)
    assert offered
    filled = office.get(offered[1].replace("&amp;", "&")).text
    assert re.search(r'<option value="indicator/[^"]+" selected', filled)


def test_the_overview_leads_to_what_waits(app: Flask) -> None:
    decided()
    set_task(mend_by="2026-11-22")
    unit, office = seated(app, SeatPart.REPORTER, "t1"), Office(app)
    assert "有 1 项整改要办" in unit.get(HERE).text
    answer("办好了")
    page = office.get(HERE).text
    assert "有 1 项整改情况等您审核" in page
    assert "项整改要办" not in unit.get(HERE).text


def test_a_later_day_is_given_with_a_reason_and_stands_in_the_story(app: Flask) -> None:
    decided()
    set_task()
    office = Office(app)
    assert ruled(office, "extends", "等雨季过去") == 422
    assert 'id="until-error"' in office.page.text
    assert ruled(office, "extends", "等雨季过去", until="2027-03-31") == 422
    assert "日期太早" in office.page.text
    assert ruled(office, "extends", "等雨季过去", until="9999-12-31") == 422
    assert "日期太晚，最晚到五年后的年底" in office.page.text
    assert ruled(office, "extends", "等雨季过去", until="2027-04-30") == 303
    page = seated(app, SeatPart.REPORTER, "t1").get(f"{TASKS}/t1/1").text
    for said in ("待整改", "考核办延期到 2027 年 4 月 30 日", "等雨季过去"):
        assert said in page, said
    assert "2027年4月30日" in words_in("docx", office.client.get(f"{HERE}/tasks.docx").data)


def test_after_the_close_units_receive_and_answer_and_the_office_closes_tasks(app: Flask) -> None:
    decided()
    sent = send("t1")
    set_task()
    close()
    office, unit = Office(app), seated(app, SeatPart.REPORTER, "t1")
    page = unit.get(HERE).text
    assert "有反馈意见书等您签收" in page
    assert "有 1 项整改要办" in page
    assert "签收</button>" in unit.get(f"{HERE}/letters/t1").text
    assert unit.post(f"{HERE}/letters/t1/receipt", letter=sent.number).status_code == 303
    unit.get(f"{TASKS}/t1/1")
    assert unit.post(f"{TASKS}/t1/1/answer", text="办结以后补齐").status_code == 303
    assert ruled(office, "extends", "再给一个月", until="2027-04-30") == 303
    assert ruled(office, "closes") == 303
    assert "已销号" in unit.get(f"{TASKS}/t1/1").text
    assert "立整改事项" not in office.get(TASKS).text
    assert office.post(f"{TASKS}/t1/new", **TASK | {"what": "又一件"}).status_code == 409
    assert office.post(f"{HERE}/letters/t2/edit", act="send", good="好").status_code == 409
