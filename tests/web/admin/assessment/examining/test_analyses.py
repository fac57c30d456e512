"""Pages of analyses: the group's form, what others read of it, points taken over by the office."""

import pytest
from flask import Flask

from survey.domain.assessment.examining.talks import PersonKind, TalkCount
from survey.domain.assessment.facts import Stage
from survey.services.assessment.examining import analyses, talk_counts
from tests.builders import BY
from tests.services.assessment.examining.year_at_end import (
    ANALYSIS,
    analyse,
    at_end,
    read,
    stage_is,
    written,
    year,
)
from tests.services.assessment.scored_year import YEAR

from .desks import BASE, OTHERS, committee, group, organiser, reporter, seated

LIST = f"{BASE}/analyses"
FORM = {**ANALYSIS, "seen": "0", "act": "submit"}


def found(unit: str = "t1") -> analyses.UnitAnalysis:
    return read(lambda session: analyses.analyses(session, year()))[unit]


def values() -> list[str]:
    return list(read(lambda session: analyses.taken_over(session, year())).get("t1", {}))


def test_written_as_a_draft_then_submitted_once(app: Flask) -> None:
    at_end()
    desk = group(app)
    page = desk.get(f"{LIST}/t1").text
    assert 'name="points.leaders"' in page
    assert 'name="points.public"' not in page
    assert 'data-most="1000"' in page
    assert desk.post(f"{LIST}/t1", **FORM | {"act": "draft", "team": ""}).status_code == 303
    assert found().has_draft
    draft = found().versions[0].number
    for _ in range(2):
        assert desk.post(f"{LIST}/t1", **FORM | {"seen": str(draft)}).status_code == 303
    assert [one.submitted for one in found().versions] == [False, True]
    assert "91.5" in desk.get(LIST).text


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(app: Flask) -> None:
    at_end()
    desk = group(app)
    desk.get(f"{LIST}/t1")
    typed = {"team": "", "good": "长" * 501, "checked": "<script>alert(1)</script>", "points.leaders": "101"}
    answer = desk.post(f"{LIST}/t1", **FORM | typed)
    assert answer.status_code == 422
    assert 'href="#team"' in answer.text
    assert 'href="#good"' in answer.text
    assert 'id="points.leaders-error"' in answer.text
    assert "长" * 501 in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert found().last is None


def test_two_of_a_group_at_once(app: Flask) -> None:
    at_end()
    desk = group(app)
    desk.get(f"{LIST}/t1")
    analyse(submit=False, team="另一人写的")
    answer = desk.post(f"{LIST}/t1", **FORM | {"team": "我写的"})
    assert answer.status_code == 409
    assert "我写的" in answer.text
    assert "有人存过新的一稿" in answer.text
    assert [one.texts["team"] for one in found().versions] == ["另一人写的"]


def test_the_committee_and_the_office_see_what_is_submitted_alone(app: Flask) -> None:
    at_end()
    first = analyse(team="第一稿的评价")
    analyse(seen=first, submit=False, team="没有提交的评价")
    for desk in (committee(app), organiser(app)):
        for path in (LIST, f"{LIST}/t1/versions"):
            page = desk.get(path).text
            assert "第一稿的评价" in page
            assert "没有提交的评价" not in page
        assert desk.get(f"{LIST}/t1").status_code == 404
        assert desk.post(f"{LIST}/t1", **FORM).status_code == 404
    assert "没有提交的评价" in group(app).get(f"{LIST}/t1/versions").text


def test_a_group_sees_its_own_units_and_nobody_else_any(app: Flask) -> None:
    at_end()
    analyse("t1", head="只说一号")
    analyse("t2", head="只说二号")
    desk = group(app)
    page = desk.get(LIST).text
    assert "只说一号" in page
    assert "只说二号" not in page
    for path in (f"{LIST}/t2", f"{LIST}/t2/versions", f"{LIST}/t9"):
        assert desk.get(path).status_code == 404
    assert desk.post(f"{LIST}/t2", **FORM).status_code == 404
    for who in (*("reporter of another", "approver", "leader", "reader"),):
        part, *keys = OTHERS[who]
        other = seated(app, part, *keys, name=who)
        for path in (LIST, f"{LIST}/t1", f"{LIST}/t1/versions"):
            assert other.get(path).status_code == 404, (who, path)
    assert found("t2").versions[-1].texts["head"] == "只说二号"


def test_points_are_taken_over_by_the_office_once(app: Flask) -> None:
    at_end()
    number = str(analyse())
    for desk in (group(app), committee(app), reporter(app)):
        desk.get(LIST)
        assert "采用建议得分" not in desk.page.text
        assert desk.post(f"{LIST}/t1/points", seen=number).status_code == 404
    office = organiser(app)
    assert "采用建议得分" in office.get(LIST).text
    stale = office.post(f"{LIST}/t1/points", follow=True, seen="1" + number)
    assert "提交了新的一稿" in stale.text
    assert values() == []
    assert "录入了得分" in office.post(f"{LIST}/t1/points", follow=True, seen=number).text
    assert "已经采用过" in office.post(f"{LIST}/t1/points", follow=True, seen=number).text
    assert values() == ["leaders"]
    page = office.get(LIST).text
    assert "建议得分已采用" in page
    assert office.post(f"{LIST}/t2/points", seen="0").status_code == 404


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "１"])
def test_a_number_that_is_none(app: Flask, seen: str) -> None:
    at_end()
    analyse()
    office = organiser(app)
    office.get(LIST)
    assert office.post(f"{LIST}/t1/points", seen=seen).status_code == 303
    assert values() == []


def test_by_class_and_what_is_missing(app: Flask) -> None:
    at_end()
    analyse("t2")
    page = organiser(app).get(f"{LIST}?class=town").text
    assert "还有 2 个单位没有提交：t1镇、t3镇。" in page
    assert organiser(app).get(f"{LIST}?class=<x>").status_code == 200


def test_not_in_every_stage(app: Flask) -> None:
    at_end()
    desk = group(app)
    desk.get(f"{LIST}/t1")
    stage_is(Stage.DECIDED)
    answer = desk.post(f"{LIST}/t1", **FORM | {"team": "写了很久"})
    assert answer.status_code == 409
    assert "现在这个阶段不能写了" in answer.text
    assert "写了很久" in answer.text
    assert found().last is None
    page = desk.get(f"{LIST}/t1").text
    assert "现在这个阶段不能写" in page
    assert "<textarea" not in page
    assert f'href="{LIST}/t1"' not in desk.get(LIST).text


def test_beside_the_form_stands_what_is_known_with_the_way_there(app: Flask) -> None:
    at_end()
    desk = group(app)
    talked = TalkCount({PersonKind.HEADS: 7})
    written(lambda session: talk_counts.count_talks(session, YEAR, "t1", talked, BY, seen=0))
    page = desk.get(f"{LIST}/t1").text
    assert f'href="{BASE}/my-visits">查访核验' in page
    assert f'href="{BASE}/talks">个别谈话</a><span>7 人' in page
