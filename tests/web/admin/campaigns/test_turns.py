"""The page at the lectern: who is rated now, one button to go on, and two people who press at once."""

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign
from survey.services.voting import turns
from survey.storage import campaign_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests.builders import a_definition, armed_campaign, close, running_campaign
from tests.by_turns import by_turns, go_on
from tests.office import Office

PAGE = "/admin/c/small/turns"


def standing() -> dict[str, str]:
    with transaction() as session:
        return {key: turn.value for key, turn in turns.standing(session, _campaign(session)).turns}


def _campaign(session: object) -> Campaign:
    return find_campaign(session, "small")  # type: ignore[arg-type]


@pytest.fixture
def office(app: Flask) -> Office:
    running_campaign(app, by_turns(3), 2)
    return Office(app, "李明", "organiser")


def test_a_whole_list_from_the_lectern(office: Office) -> None:
    assert PAGE in office.get("/admin/c/small").text
    assert "开放：<bdi>王建国</bdi>" in office.get(PAGE).text
    office.post(PAGE, follow=True, act="next", revision="0")
    assert "正在测评，第 1 位，共 3 位" in office.page.text
    assert "结束，开放下一位：<bdi>李红梅</bdi>" in office.page.text
    office.post(PAGE, follow=True, act="pass-over:p1", revision="1")
    office.post(PAGE, follow=True, act="next", revision="2")
    assert standing() == {"p0": "ended", "p1": "absent", "p2": "open"}
    assert "确认开放提交" in office.page.text
    office.post(PAGE, follow=True, act="open:p1", revision="3")
    assert standing() == {"p0": "ended", "p1": "open", "p2": "ended"}, (
        "opened out of the order with one press"
    )
    office.post(PAGE, follow=True, act="hand-in", revision="5")
    assert "已开放提交" in office.page.text
    assert 'name="act"' not in office.page.text
    assert "逐人测评：李红梅结束，开放提交。" in office.get("/admin/log?campaign=small").text


def test_pressed_twice_or_by_two_it_is_done_once(office: Office) -> None:
    office.get(PAGE)
    assert office.post(PAGE, act="next", revision="0").status_code == 303
    again = office.post(PAGE, act="next", revision="0")
    assert again.status_code == 409
    assert "刚才已经有人操作过" in again.text
    assert standing() == {"p0": "open", "p1": "waiting", "p2": "waiting"}
    assert "本页不是最新的" in office.get(f"{PAGE}/news?seen=0").text
    assert "本页不是最新的" not in office.get(f"{PAGE}/news?seen=1").text


@pytest.mark.parametrize(
    ("act", "status", "said"),
    [
        ("hand-in", 409, "还有人没有测评"),
        ("end:p0", 409, "现在不能这样做"),
        ("open:nobody", 409, "现在不能这样做"),
        ("", 422, "没有收到要做什么"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(office: Office, act: str, status: int, said: str) -> None:
    office.get(PAGE)
    page = office.post(PAGE, act=act, revision="0")
    assert (page.status_code, said in page.text) == (status, True)


def test_nobody_is_opened_before_after_or_while_a_restore_holds_it(app: Flask) -> None:
    armed_campaign(app, by_turns())
    office = Office(app)
    assert "开始投票以后" in office.get(PAGE).text
    assert office.post(PAGE, act="next", revision="0").status_code == 409
    running_campaign(app, by_turns(campaign=by_turns()["campaign"] | {"code": "held"}), 2)
    go_on(app, code="held")
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "held"), held=True)
    assert "数据刚从备份恢复" in office.get("/admin/c/held/turns").text
    assert office.post("/admin/c/held/turns", act="next", revision="1").status_code == 409
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "held"), held=False)
    close(app, "held")
    assert "投票已经结束。" in office.get("/admin/c/held/turns").text


def test_other_campaigns_have_no_such_page_and_readers_no_buttons(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    owner = Office(app)
    assert owner.get(PAGE).status_code == owner.get(f"{PAGE}/news").status_code == 404
    assert owner.post(PAGE, act="next", revision="0").status_code == 404
    running_campaign(app, by_turns(campaign=by_turns()["campaign"] | {"code": "second"}), 2)
    reader = Office(app, "赵监票", "scrutineer")
    page = reader.get("/admin/c/second/turns")
    assert page.status_code == 200
    assert 'name="act"' not in page.text
