"""What the ballot promises, of its own campaign, and the rules it tells: those that this voter can break."""

from typing import Any

import pytest

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Custody, Definition
from survey.domain.definition.reader import read_definition
from survey.storage.database import transaction
from survey.web.voter import views
from survey.web.voter.promises import promises, rules_of
from tests.builders import a_definition, open_campaign
from tests.web.voter.test_pages import COLLEGE, REVIEWS, TOWN

QUOTA = {"section": "form", "criterion": "de", "grade": "excellent", "at_most": 1}
ALL = ["all-blank", "all-same", "all-top"]
SECTIONS: list[dict[str, Any]] = [
    {"key": key, "title": f"{key}表", "scale": key, "criteria": [{"key": "de", "label": "德"}]}
    for key in ("form", "team")
]
GRADES = [{"key": "excellent", "label": "好", "points": 9}, {"key": "no", "label": "差", "points": 1}]
SCALES = [
    {"key": "form", "grades": GRADES},
    {"key": "team", "grades": [GRADES[0], GRADES[1] | {"reason": "required"}]},
]


def test_ballot_says_what_holds_for_its_campaign(app, client):
    page = client.post("/v/ballot", data={"code": open_campaign(app, TOWN)["A"][0]}).text
    for text in (
        "2026年度镇领导班子和领导干部民主测评",
        "县委组织部考核组",
        "A票(县级领导)",
        "请在认真听取述职的基础上",
        "投票期间密钥由系统管理员保管，计票确认后销毁",
        "不足 5 人作答的，不公布票数",
        "如全组选择相同，结果本身会显示各人的选择。文字意见的写法可能暴露身份",
        "先由审核人看过",
        "总体评价“优秀”最多评 <b>2</b> 人（本票 6 人）",
        "<summary>述职报告</summary>",
    ):
        assert text in page
    assert "没有加密" not in page


def test_what_becomes_of_texts_is_told_where_they_are_asked_for(app, client):
    few, shows = "能写的不足 5 人的文字，计票时不保留", "填写理由，会显示您选的是哪个等次"
    page = client.post("/v/ballot", data={"code": open_campaign(app, TOWN)["A"][0]}).text
    assert few in page
    assert shows not in page
    page = client.post("/v/ballot", data={"code": next(iter(open_campaign(app, REVIEWS).values()))[0]}).text
    assert few in page
    assert shows in page


def test_nothing_is_said_of_texts_where_none_can_be_written(app, client):
    page = client.post("/v/ballot", data={"code": next(iter(open_campaign(app, COLLEGE).values()))[0]}).text
    assert "如全组选择相同，结果本身会显示各人的选择。" in page
    assert "文字意见" not in page


def test_plain_http_beyond_loopback_is_told(app, client):
    codes = open_campaign(app, TOWN)["A"]
    for host, told in (("10.0.0.7:8000", True), ("localhost:8000", False), ("[::1]:8000", False)):
        page = client.post("/v/ballot", data={"code": codes[0]}, base_url=f"http://{host}").text
        assert ("没有加密" in page) is told
    page = client.post("/v/ballot", data={"code": codes[0]}, base_url="https://vote.example.org").text
    assert "没有加密" not in page


def test_shown_small_groups_are_told(app, client):
    text = TOWN.replace('small_groups = "withhold"', 'small_groups = "show"')
    page = client.post("/v/ballot", data={"code": open_campaign(app, text)["A"][0]}).text
    assert "人数少的票种也公布票数" in page
    assert "不足 5 人作答的，不公布票数" not in page.replace("合计不足 5 人作答的，不公布票数", "")


def test_custody_of_scrutineers_is_told(app, client):
    definition = _definition(app, open_campaign(app, TOWN)["A"][0])
    assert "须由监票人共同持钥开启" in "".join(promises(definition, Custody.SCRUTINEERS))


def _definition(app, code) -> Definition:
    with app.test_request_context(), transaction() as session:
        return views.casting.admit(session, views.vault(), code, views.now()).definition


def told(group: str = "A", *, of: dict[str, Any] | None = None, **tables: Any) -> list[str]:
    return rules_of(BallotForm(read_definition((of or a_definition()) | tables), group))


@pytest.mark.usefixtures("chinese")
def test_what_spoils_a_ballot_is_one_sentence() -> None:
    assert told(rules={"spoiled_if": ALL}) == [
        "一项评价也没有填的，所评等次（三项以上）全部相同的，所评等次全部是最高一等的，作废，不计入结果。"
    ]
    assert told() == []


@pytest.mark.usefixtures("chinese")
def test_what_nobody_with_this_ballot_can_do_is_not_told() -> None:
    assert "没有填" not in told(rules={"spoiled_if": ALL, "blank": "require"})[0]
    few = a_definition(ratees=("c1", "c2"), criteria=("de",))
    assert told(of=few, rules={"spoiled_if": ["all-same"]}) == []
    asked = {"key": "words", "label": "建议", "kind": "text"}
    assert told(of=few | {"ratees": [], "questions": [asked]}, rules={"spoiled_if": ALL}) == []


@pytest.mark.usefixtures("chinese")
def test_quotas_that_this_voter_can_exceed() -> None:
    people = a_definition()["ratees"]
    shared = {"ratees": [people[0], *(one | {"groups": ["A"]} for one in people[1:])]}
    assert told(**shared, quotas=[QUOTA]) == ["de“优秀”最多评 1 人（共 3 人）。"]
    assert told("B", **shared, quotas=[QUOTA]) == []
    assert told(quotas=[QUOTA, QUOTA | {"criterion": "neng"}]) == [
        "de、neng，各项“优秀”分别最多评 1 人（共 3 人）。"
    ]


@pytest.mark.usefixtures("chinese")
def test_reasons_and_the_form_that_they_belong_to() -> None:
    ratees = [{"key": key, "section": key, "name": key} for key in ("form", "team")]
    ratees[1]["groups"] = ["A"]
    both = {"scales": SCALES, "sections": SECTIONS, "ratees": ratees}
    assert told(**both) == ["team表：选“差”须写明理由。"]
    assert told("B", **both) == []
    assert told(**both | {"ratees": ratees[1:], "groups": a_definition()["groups"][:1]}) == [
        "选“差”须写明理由。"
    ]


@pytest.mark.usefixtures("language")
def test_every_rule_has_its_words_in_each_language() -> None:
    assert len(told(rules={"spoiled_if": ALL}, quotas=[QUOTA, QUOTA | {"criterion": "neng"}])) == 2


def test_they_stand_on_the_introduction_of_the_page(app, client):
    page = client.post("/v/ballot", data={"code": open_campaign(app, REVIEWS)["A"][0]}).text
    intro = page.partition('class="promises"')[0]
    assert "一项评价也没有填的，作废，不计入结果。" in intro
    assert "新提拔任用干部民主评议表：选“不认同”须写明理由。" in intro
