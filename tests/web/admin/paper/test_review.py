"""The pages on which two people decide what is doubtful on paper ballots."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, g
from werkzeug.test import TestResponse

from survey.domain.definition.rules import PaperRules, PaperTexts
from survey.domain.paper.answers import BOTH
from survey.domain.paper.decide import settle
from survey.domain.paper.reading import PageFault
from survey.domain.paper.record import UnreadPage
from survey.services.accounts.accounts import Account
from survey.web.context import settings
from tests.builders import a_definition, example, running_campaign
from tests.jobs import PASSWORD, an_account
from tests.office import Office
from tests.services.paper.sheets import Collecting, begin_collecting, collecting

HERE = "/admin/c/small/paper"
REVIEW, JOINT, TEXT = f"{HERE}/review", f"{HERE}/joint", f"{HERE}/text"
NOMINATION = tomllib.loads((Path(__file__).parents[3] / "data" / "nomination.toml").read_text("utf-8"))
SAY = {"key": "say", "label": "建议", "kind": "text"}


@pytest.fixture
def poll(app: Flask) -> Collecting:
    return collecting(app, a_definition())


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, "王芳", "organiser")


def item_on(page: str) -> str:
    [found] = re.findall(r'name="item" value="([0-9a-f]{32})"', page)
    return str(found)


def crops_on(page: str) -> list[str]:
    return re.findall(r'src="(/admin/c/small/paper/crop/[0-9a-f]{32}\.png)"', page)


def fetched(office: Office, address: str) -> TestResponse:
    """Return a picture; it has no form."""
    for name in list(g):
        g.pop(name)
    return office.client.get(address)


def answers(poll: Collecting) -> list[tuple[str, str, bool]]:
    return [(a.account, a.answer, a.joint) for sheet in poll.sheets() for a in sheet.answers]


def made_joint(poll: Collecting, office: Office) -> str:
    """Have a line wait for two people; return what names it."""
    poll.add(c2__de="?")
    item = item_on(office.get(REVIEW).text)
    office.post(REVIEW, item=item, answer="unsure")
    return item


def test_a_line_is_answered_and_the_next_comes(app: Flask, poll: Collecting, office: Office) -> None:
    poll.add(c2__de="?")
    page = office.get(REVIEW)
    assert page.headers["Cache-Control"] == "no-store"
    for text in ("干部c2", "测评表", "优秀", "不了解", "看不清", "逐项认定 1", "两人当面认定 0"):
        assert text in page.text
    assert "手写文字" not in page.text
    done = office.post(REVIEW, item=item_on(page.text), answer="competent")
    assert (done.status_code, done.location) == (303, REVIEW)
    assert "没有等您认定的项目了" in office.get(REVIEW).text
    assert "优秀" in Office(app, "李明", "scrutineer").get(REVIEW).text
    assert answers(poll) == [("王芳", "competent", False)]


def test_the_picture_is_kept_nowhere_and_shown_to_who_is_asked(
    app: Flask, poll: Collecting, office: Office
) -> None:
    poll.add(c2__de="?")
    [crop] = crops_on(office.get(REVIEW).text)
    seen = fetched(office, crop)
    assert (seen.mimetype, seen.headers["Cache-Control"]) == ("image/png", "no-store")
    assert seen.data.startswith(b"\x89PNG")
    assert fetched(office, f"{HERE}/crop/{'0' * 32}.png").status_code == 404
    assert fetched(office, f"{HERE}/crop/x.png").status_code == 404
    office.post(REVIEW, item=item_on(office.get(REVIEW).text), answer="poor")
    assert fetched(office, crop).status_code == 404
    assert fetched(Office(app, "李明", "scrutineer"), crop).status_code == 200


def test_no_page_tells_a_serial_a_code_or_a_group(app: Flask, office: Office) -> None:
    poll = collecting(app, a_definition(questions=[SAY]), texts="typed")
    sheets = [poll.add(place, c2__de="?", ink=("q.say",)) for place in range(3)]
    codes = poll.running.codes["A"]
    item = item_on(office.get(REVIEW).text)
    office.post(REVIEW, item=item, answer="unsure")
    for address in (REVIEW, JOINT, TEXT):
        page = office.get(address)
        told = page.text + str(page.headers)
        assert not [sheet for sheet in sheets if sheet.serial in told or sheet.digest.hex() in told]
        assert not [code for code in codes if code in told]
        assert "A票" not in told


@pytest.mark.parametrize("address", [REVIEW, JOINT, TEXT, f"{HERE}/crop/{'0' * 32}.png"])
def test_a_viewer_and_another_unit_see_nothing(app: Flask, poll: Collecting, address: str) -> None:
    assert poll
    assert Office(app, "看客", "viewer").get(address).status_code == 403
    assert Office(app, "邻居", "organiser", unit="邻县").get(address).status_code == 404


@pytest.mark.parametrize("address", [REVIEW, JOINT, TEXT])
def test_nothing_is_taken_without_the_pages_token(poll: Collecting, office: Office, address: str) -> None:
    poll.add(c2__de="?")
    item = item_on(office.get(REVIEW).text)
    data = {"item": item, "answer": "poor", "account": "李明", "password": PASSWORD}
    assert office.client.post(address, data=data).status_code == 400
    assert answers(poll) == []


def test_who_comes_too_late_is_told_and_sees_the_next(app: Flask, poll: Collecting, office: Office) -> None:
    poll.add(c2__de="?")
    item = item_on(office.get(REVIEW).text)
    for name in ("李明", "赵强"):
        Office(app, name, "scrutineer").post(REVIEW, item=item, answer="poor")
    assert "刚才那一项已经认定" in office.post(REVIEW, follow=True, item=item, answer="excellent").text
    assert [answer for _, answer, _ in answers(poll)] == ["poor", "poor"]


def test_an_answer_that_was_not_offered_is_told(poll: Collecting, office: Office) -> None:
    poll.add(c2__de="?")
    item = item_on(office.get(REVIEW).text)
    assert "请选择一个答案" in office.post(REVIEW, follow=True, item=item).text
    assert answers(poll) == []


def test_two_decide_at_one_screen(app: Flask, poll: Collecting, office: Office) -> None:
    second = an_account("李明", "scrutineer")
    assert second
    item = made_joint(poll, office)
    page = office.get(JOINT)
    assert item_on(page.text) == item
    assert len(crops_on(page.text)) == 3
    assert "整票作废" in page.text
    assert fetched(office, crops_on(page.text)[2]).status_code == 200
    done = office.post(JOINT, follow=True, item=item, answer="spoil", account="李明", password=PASSWORD)
    assert "已记下两人的认定" in done.text
    assert answers(poll)[-1] == (f"王芳{BOTH}李明", "spoil", True)


WRONG: list[tuple[str, Callable[[], Account | None], str, str]] = [
    ("password", lambda: an_account("李明", "scrutineer"), "李明", "wrong"),
    ("oneself", lambda: None, "王芳", PASSWORD),
    ("viewer", lambda: an_account("看客", "viewer"), "看客", PASSWORD),
    ("nobody", lambda: None, "无此人", PASSWORD),
    ("no second factor", lambda: an_account("系统", "owner"), "系统", PASSWORD),
]


@pytest.mark.parametrize(
    ("make", "name", "password"), [case[1:] for case in WRONG], ids=[c[0] for c in WRONG]
)
def test_who_cannot_be_the_second_decides_nothing(
    app: Flask,
    poll: Collecting,
    make: Callable[[], Account | None],
    name: str,
    password: str,
) -> None:
    make()
    an_account("王芳", "organiser")
    office = Office(app, "王芳", "organiser")
    item = made_joint(poll, office)
    page = office.post(JOINT, item=item, answer="poor", account=name, password=password)
    assert page.status_code == 403
    assert "第二人没有通过" in page.text
    assert "要求动态口令或通行密钥的账号，须已设置" in page.text
    assert item_on(page.text) == item
    assert re.search(r'value="poor" checked', page.text)
    assert answers(poll) == [("王芳", "unsure", False)]


def test_wrong_passwords_are_counted(poll: Collecting, office: Office) -> None:
    an_account("李明", "scrutineer")
    item = made_joint(poll, office)
    guess = {"item": item, "answer": "poor", "account": "李明"}
    statuses = [office.post(JOINT, **guess, password="a wrong guess").status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    assert office.post(JOINT, **guess, password=PASSWORD).status_code == 429
    assert len(answers(poll)) == 1


def test_a_joint_answer_needs_one(poll: Collecting, office: Office) -> None:
    an_account("李明", "scrutineer")
    item = made_joint(poll, office)
    page = office.post(JOINT, item=item, account="李明", password=PASSWORD)
    assert page.status_code == 422
    assert "请先选择怎样认定" in page.text
    page = office.post(JOINT, item=item, answer="poor")
    assert page.status_code == 422
    assert "请填写第二人的密码" in page.text


def test_a_page_that_could_not_be_read_is_typed_in(app: Flask, poll: Collecting, office: Office) -> None:
    an_account("李明", "scrutineer")
    poll.keep(0, "A", unread=(UnreadPage(1, PageFault.MARKERS, 2, 7),))
    page = office.get(JOINT).text
    assert "第 1 页没有读出，在第 2 个扫描文件的第 7 张图：四角的方块少于三个" in page
    assert "逐行录入" in page
    assert 'value="take"' not in page
    both = {"account": "李明", "password": PASSWORD}
    assert office.post(JOINT, item=item_on(page), answer="take", **both).status_code == 422
    page = office.post(JOINT, follow=True, item=item_on(page), answer="type", **both).text
    assert "请看手里这张票的第 1 页" in page
    assert "第 7 张图" in page
    assert "没有留图" not in page
    for answer in ("poor", *["blank"] * 5):
        page = office.post(JOINT, follow=True, item=item_on(page), answer=answer, **both).text
    assert "没有须两人当面认定的项目" in page
    [sheet] = poll.sheets()
    settled = settle(poll.form(), sheet, PaperRules())
    assert [values for values in settled.values.values() if values] == [("poor",)]
    assert not crops_on(page)


def test_texts_are_typed_confirmed_or_corrected(app: Flask, office: Office) -> None:
    poll = collecting(app, a_definition(questions=[SAY]), texts="typed")
    poll.add(ink=("q.say",))
    page = office.get(TEXT).text
    assert "照图录入" in page
    assert fetched(office, crops_on(page)[0]).status_code == 200
    long = office.post(TEXT, item=item_on(page), text="字" * 501)
    assert long.status_code == 422
    assert "字" * 501 in long.text
    assert office.post(TEXT, item=item_on(page), text="少开会").location == TEXT
    assert "没有等您录入" in office.get(TEXT).text
    other = Office(app, "李明", "scrutineer")
    page = other.get(TEXT).text
    assert "少开会</textarea>" in page
    assert "对照图核对" in page
    other.post(TEXT, item=item_on(page), text="少开会")
    assert [answer for _, answer, _ in answers(poll)] == ["=少开会", "=少开会"]
    assert "手写文字 0" in other.get(TEXT).text


def test_a_name_beside_a_list_is_typed_in_one_line(app: Flask, office: Office) -> None:
    poll = nomination(app)
    here = f"/admin/c/{poll.code}/paper/text"
    an_account("赵强", "scrutineer")
    poll.add(
        ink=("list.write_in.2",),
        p1__vote="yes",
        p2__vote="",
        p3__vote="",
        p4__vote="",
        p5__vote="",
        p6__vote="",
    )
    page = office.get(here).text
    for text in ("另荐他人", "推荐名单", "最多 40 个字", "计票后再认定是谁"):
        assert text in page
    # A field of one line would take Enter for an answer, and the next picture's as well.
    assert 'rows="1"' in page
    long = office.post(here, item=item_on(page), text="张" * 41)
    assert (long.status_code, "张" * 41 in long.text) == (422, True)
    hidden = office.post(here, item=item_on(page), text="张\u2066三")
    assert (hidden.status_code, "看不见" in hidden.text) == (422, True)
    assert office.post(here, item=item_on(page), text=" 张　三 ").status_code == 303
    page = Office(app, "李明", "scrutineer").get(here)
    assert ">张 三</textarea>" in page.text
    Office(app, "钱进", "scrutineer").post(here, item=item_on(page.text), text="张山")
    joint = f"/admin/c/{poll.code}/paper/joint"
    page = office.get(joint)
    assert ">张山</textarea>" in page.text
    office.post(joint, item=item_on(page.text), text="张三", account="赵强", password=PASSWORD)
    [kept] = poll.sheets()
    rules = PaperRules(texts=PaperTexts.TYPED)
    assert settle(poll.form(), kept, rules).texts == {"list.write_in.2": "张三"}


def nomination(app: Flask) -> Collecting:
    data = NOMINATION | {"sections": [NOMINATION["sections"][0] | {"write_in": 2}], "questions": []}
    return collecting(app, data, texts="typed", over_quota="spoil")


def test_of_a_name_that_was_scanned_twice_both_pictures_are_shown(app: Flask, office: Office) -> None:
    poll = nomination(app)
    page = poll.page(poll.form().pages[0], {}, ("list.write_in.1",))
    again = poll.page(poll.form().pages[0], {}, ("list.write_in.1",))
    later = {"list.write_in.1": (again.crops["list.write_in.1"],)}
    poll.keep(0, "A", replace(page, later_crops=later))
    shown = office.get(f"/admin/c/{poll.code}/paper/text").text
    assert "扫描过不止一次" in shown
    pictures = re.findall(rf'src="(/admin/c/{poll.code}/paper/crop/[0-9a-f]{{32}}\.png)"', shown)
    assert len(set(pictures)) == 2
    assert {fetched(office, address).status_code for address in pictures} == {200}


def test_with_the_sheet_in_hand_it_is_said_which_frame_is_asked_about(app: Flask, office: Office) -> None:
    poll = nomination(app)
    poll.keep(0, "A", unread=(UnreadPage(1, PageFault.MARKERS, 1, 3),))
    joint = f"/admin/c/{poll.code}/paper/joint"
    an_account("赵强", "scrutineer")
    second = {"account": "赵强", "password": PASSWORD}
    office.post(joint, item=item_on(office.get(joint).text), answer="type", **second)
    heads = []
    while 'name="item"' in (page := office.get(joint).text):
        heads += re.findall(r"另荐他人，第 (\d) 个框", page)
        office.post(joint, item=item_on(page), answer="blank", **second)
    assert heads == ["1", "2"]


def test_words_are_shown_as_they_were_typed(app: Flask, office: Office) -> None:
    poll = collecting(app, a_definition(questions=[SAY]), texts="typed")
    an_account("赵强", "scrutineer")
    sheet = poll.add(ink=("q.say",))
    office.post(TEXT, item=item_on(office.get(TEXT).text), text="unsure")
    other = Office(app, "李明", "scrutineer")
    page = other.get(TEXT).text
    assert "unsure</textarea>" in page
    other.post(TEXT, item=item_on(page), text="")
    page = office.get(JOINT).text
    assert "（没有写字）" in page
    done = office.post(
        JOINT, follow=True, item=item_on(page), text="refuse", account="赵强", password=PASSWORD
    )
    assert "已记下两人的认定" in done.text
    [kept] = poll.sheets()
    assert settle(poll.form(), kept, PaperRules(texts=PaperTexts.TYPED)).texts == {"q.say": "refuse"}
    assert sheet.serial == kept.serial


def test_whose_reason_it_is_stands_above_it(app: Flask, office: Office) -> None:
    running = running_campaign(app, example("one-report-two-reviews") | {"paper": {"texts": "typed"}}, 2)
    begin_collecting(running).add(ink=("p2.approval.reason",))
    page = office.get(f"/admin/c/{running.code}/paper/text").text
    assert "干部壬 现任副主任(原任科长)" in page
    assert re.search(r"理由，评这些等次的须写：<span[^>]*>不认同</span>", page)


def test_before_collecting_the_pages_lead_back(app: Flask, office: Office) -> None:
    running_campaign(app, a_definition() | {"paper": {}}, 2)
    for address in (REVIEW, JOINT, TEXT):
        assert office.get(address).status_code == 409


def test_a_lost_key_is_told(poll: Collecting, office: Office) -> None:
    (settings().keys / "small.paper-key").unlink()
    page = office.get(REVIEW)
    assert page.status_code == 409
    assert "没有纸票钥匙文件" in page.text


def test_english_names_keys_and_grades(poll: Collecting, office: Office) -> None:
    poll.add(c2__de="?")
    office.get("/admin/")
    office.post("/admin/language", language="en", page="/admin/")
    page = office.get(REVIEW).text
    assert "Cannot tell" in page
    assert 'lang="zh-CN">优秀' in page
    assert not re.findall(
        r"[\u4e00-\u9fff]+", re.sub(r'<[^>]*lang="zh[^>]*>[^<]*', "", page).partition("<main")[2]
    )
