"""The moderator's pages."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from survey.domain.count.kept_texts import WrittenText
from survey.domain.definition.campaign import Publication
from survey.domain.publication.moderation import Moderation
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate
from survey.services.results import comments, reporting
from survey.storage import campaign_rows, count_rows
from survey.storage.database import transaction
from survey.storage.tables import CampaignRow
from tests.builders import a_definition, cast, close, count, running_campaign
from tests.desk import Desk

HERE = "/admin/c/small/comments"
WORDS = ["<b>粗</b>&", "二\n行", "三", "四"]


def counted(app: Flask, unit: str = "组织部", words: list[str] = WORDS) -> None:
    running_campaign(app, a_definition(), 2)
    close(app, "small")
    count(app, "small")
    with transaction(write=True) as session:
        texts = [WrittenText("comment", "section:form", word) for word in words]
        count_rows.add_texts(session, find_campaign(session, "small"), texts)
        session.execute(update(CampaignRow).values(unit=unit))


@pytest.fixture
def office(app: Flask) -> Desk:
    counted(app)
    return Desk(app, "organiser", "组织部")


def shown() -> list[str | None]:
    with transaction() as session:
        return [text.shown for text in comments.released(session, "small")]


def keys(status: Moderation = Moderation.WAITING) -> dict[str, str]:
    with transaction() as session:
        return {text.text: text.key for text in comments.queue(session, "small", status).texts}


def decide(office: Desk, decision: str, **fields: Any) -> str:
    answer = office.post(HERE, {"decision": decision, **fields})
    assert answer.status_code == 303
    return office.get(answer.location).text


def test_what_was_not_kept_is_said_without_a_number_that_tells(app: Flask) -> None:
    """Two of three raters of c2 gave the reason that their grade asks for; c2 alone is withheld."""
    data = a_definition()
    data["scales"][0]["grades"][2]["reason"] = "required"
    running = running_campaign(app, data, 8)
    for place, code in enumerate(running.codes["A"]):
        poor = {"c2.de": "poor", "c2.de.reason": "某理由"} if place < 2 else {}
        cast(app, code, {"c1.de": "excellent", **poor, **({"c2.de": "excellent"} if place == 2 else {})})
    close(app, "small")
    count(app, "small")
    desk = Desk(app, "owner")
    said = "为不暴露个人，以下文字不保留：“测评表”的理由。有没有、有几条，会显示少数人的选择，所以不列。"
    for path in ("/admin/c/small/comments", "/admin/c/small/count"):
        assert said in desk.get(path).text
    desk.post("/admin/language", {"language": "en"}, page="/admin/c/small/comments")
    english = desk.get("/admin/c/small/comments").text
    assert "these texts are not kept: “测评表” (Reason). Whether there were any" in english
    with transaction() as session:
        tables = reporting.report(session, "small").report().tables
        (accounts,) = [table for table in tables if table.title == "票数统计"]
        assert accounts.notes[-1] == said
        sheets = reporting.report(session, "small").report().sheets
        assert [sheet.kind for sheet in sheets if said in sheet.notes] == ["accounting"]
        assert certificate.gather(session, find_campaign(session, "small")).texts_not_kept == (said,)


def test_enter_on_a_box_decides_nothing(office: Desk) -> None:
    """Browsers press the first button of the form then; it must not be that of the first text."""
    buttons = re.findall(r"<button[^>]*name=\"decision\"[^>]*>", office.get(HERE).text)
    assert 'value=""' in buttons[0]
    assert "没有选中" in decide(office, "", text=[keys()["三"]])
    assert shown() == []


def test_texts_are_listed_as_written(office: Desk) -> None:
    page = office.get(HERE).text
    assert "&lt;b&gt;粗&lt;/b&gt;&amp;" in page
    assert "<b>粗" not in page
    assert page.count('class="text"') == 4
    assert "待审 4" in page
    assert "测评表" in page


def test_what_turns_a_text_is_seen_by_its_moderator_and_by_nobody_else(app: Flask) -> None:
    counted(app, words=["\u202e反过来"])
    desk = Desk(app, "organiser", "组织部")
    (key,) = keys().values()
    for address in (HERE, f"{HERE}/{key}"):
        page = desk.get(address).text
        assert re.search(r"<bdi[^>]*>\[U\+202E\]反过来</bdi>", page)
        assert "\u202e" not in page
    decide(desk, f"release:{key}")
    assert shown() == ["反过来"]


def test_one_text_at_a_time(office: Desk) -> None:
    page = decide(office, "release:" + keys()["三"])
    assert "已处理 1 条" in page
    assert shown() == ["三"]
    decide(office, "withhold:" + keys()["四"])
    assert keys(Moderation.WITHHELD) == keys(Moderation.WITHHELD) | {"四": keys(Moderation.WITHHELD)["四"]}
    page = decide(office, "undo:" + keys(Moderation.RELEASED)["三"], status="released")
    assert "按原文公开 0" in page
    assert shown() == []


def test_those_that_are_ticked(office: Desk) -> None:
    chosen = [keys()["三"], keys()["四"]]
    assert "已处理 2 条" in decide(office, "release", text=chosen)
    assert sorted(map(str, shown())) == ["三", "四"]
    assert "没有选中" in decide(office, "withhold")


def test_a_whole_page_at_once(office: Desk) -> None:
    listed = re.findall(r'name="shown" value="(\w+)"', office.get(HERE).text)
    assert "已处理 4 条" in decide(office, "release-page", shown=listed)
    assert len(shown()) == 4


def test_the_list_stays_as_it_was_filtered(office: Desk) -> None:
    fields = {
        "decision": "withhold:" + keys()["三"],
        "status": "waiting",
        "subject": "section:form",
        "page": "1",
    }
    answer = office.post(HERE, fields)
    assert answer.location == f"{HERE}?status=waiting&subject=section:form&page=1#texts"


def test_redacting(office: Desk) -> None:
    key = keys()["二\n行"]
    page = f"{HERE}/{key}"
    assert "二\n行</textarea>" in office.get(page).text
    answer = office.post(page, {"redacted": "二\r\n行"})
    assert answer.status_code == 422
    assert "与原文相同" in answer.text
    answer = office.post(page, {"redacted": "长" * 501})
    assert "最多 500 个字" in answer.text
    assert "长" * 501 in answer.text  # nothing typed is lost
    assert office.post(page, {"redacted": "略"}).status_code == 303
    assert shown() == ["略"]
    listed = office.get(HERE + "?status=redacted").text
    assert "二\n行" in listed
    assert "略" in listed


def test_after_publication_only_new_texts_are_decided(office: Desk) -> None:
    decide(office, "release:" + keys()["三"])
    with transaction(write=True) as session:
        campaign_rows.set_publication(session, find_campaign(session, "small"), Publication.PUBLIC)
    page = office.get(HERE + "?status=released").text
    assert "撤回，重新审阅" not in page
    assert "结果已经公布" in page
    assert "不能撤回" in decide(office, "undo:" + keys(Moderation.RELEASED)["三"])
    assert shown() == ["三"]
    decide(office, "withhold:" + keys(Moderation.RELEASED)["三"])
    assert shown() == []


def test_a_decision_that_there_is_not(office: Desk) -> None:
    assert office.post(HERE, {"decision": "delete:" + keys()["三"]}).status_code == 400
    assert office.post(HERE, {"decision": "release:zz"}).status_code == 404
    assert office.get(f"{HERE}/zz").status_code == 404
    assert office.get(HERE + "?status=all&page=x&subject=none").status_code == 200


def test_before_the_count_there_is_nothing_to_see(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(unit="组织部"))
    answer = Desk(app, "organiser", "组织部").get(HERE)
    assert answer.status_code == 409
    assert "计票以后才能审阅" in answer.text


def test_another_unit_finds_nothing(app: Flask) -> None:
    counted(app)
    other = Desk(app, "organiser", "教育局")
    assert other.get(HERE).status_code == 404
    assert other.get(f"{HERE}/{keys()['三']}").status_code == 404
    assert other.post(HERE, {"decision": "release:" + keys()["三"]}, page="/admin/").status_code == 404
    assert shown() == []
    assert Desk(app, "owner").get(HERE).status_code == 200
