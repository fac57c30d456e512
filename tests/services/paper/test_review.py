"""Two people decide what is doubtful: each alone and in no order, or both at one screen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from survey.domain.audit.acts import Act
from survey.domain.errors import BadAnswer, NotCollecting
from survey.domain.paper.answers import BOTH, as_typed
from survey.domain.paper.fate import ItemKind
from survey.domain.paper.record import KeptSheet
from survey.secrecy.paper_key import PaperKey, new_paper_key, paper_key_path, write_paper_key
from survey.services.accounts.accounts import Account
from survey.services.audit import audit
from survey.services.campaigns import campaigns
from survey.services.paper import review
from survey.services.paper.review_items import ReviewItem, WorkLeft
from survey.storage import token_rows
from survey.storage.database import db, transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, cast, example, running_campaign
from tests.services.paper.sheets import Collecting, begin_collecting, collecting
from tests.signing_in import an_account

ONE_REPORT = "one-report-two-reviews"
QUESTIONS = [
    {
        "key": "style",
        "label": "主要问题",
        "kind": "choices",
        "options": [
            {"key": "a", "label": "形式"},
            {"key": "b", "label": "官僚"},
            {"key": "c", "label": "其他"},
        ],
    },
    {"key": "say", "label": "建议", "kind": "text"},
]


@pytest.fixture
def two() -> tuple[Account, Account]:
    return an_account("organiser", name="王芳"), an_account("scrutineer", name="李明")


@pytest.fixture
def poll(app: Flask) -> Collecting:
    return collecting(app, a_definition())


def shown(poll: Collecting, account: Account, find: Callable[..., ReviewItem | None] | None = None) -> Any:
    with transaction() as session:
        campaign = campaigns.find_campaign(session, poll.code)
        return (find or review.next_item)(session, campaign, poll.key, account)


def looked(poll: Collecting, item: str) -> review.Prepared:
    with transaction() as session:
        return review.look(session, campaigns.find_campaign(session, poll.code), poll.key, item)


def say(
    poll: Collecting, account: Account, item: str, said: str, ahead: review.Prepared | None = None
) -> None:
    ahead = ahead or looked(poll, item)
    with transaction(write=True) as session:
        review.answer(session, poll.code, poll.key, item, account, said, BY, ahead)


def say_both(poll: Collecting, first: Account, second: Account, item: str, said: str) -> None:
    ahead = looked(poll, item)
    with transaction(write=True) as session:
        review.answer_joint(session, poll.code, poll.key, item, said, first, second, BY, ahead)


def left(poll: Collecting, account: Account) -> WorkLeft:
    return shown(poll, account, review.left)


def answers(poll: Collecting) -> list[tuple[str, str, str, bool]]:
    return [(a.item, a.account, a.answer, a.joint) for sheet in poll.sheets() for a in sheet.answers]


def test_a_line_is_shown_with_who_is_rated_and_nothing_of_its_sheet(poll: Collecting, two: Any) -> None:
    sheet = poll.add(c2__de="?")
    item = shown(poll, two[0])
    assert (item.about, item.section, item.kind) == ("干部c2", "测评表", ItemKind.LINE)
    assert [one.label for one in item.pictures] == ["de"]
    assert item.grades == {"excellent": "优秀", "competent": "称职", "poor": "不称职", "-": "不了解"}
    assert item.offers == ("excellent", "competent", "poor", "-", "blank", "unsure")
    assert item.left == WorkLeft(1, 0, 0)
    assert (item.block, item.copies) == ((), ())
    assert sheet.serial not in repr(item)


def test_two_equal_answers_decide_and_neither_is_seen_by_the_other(poll: Collecting, two: Any) -> None:
    poll.add(c2__de="?")
    item = shown(poll, two[0])
    say(poll, two[0], item.item, "competent")
    assert shown(poll, two[0]) is None
    assert left(poll, two[0]) == WorkLeft(0, 0, 0)
    again = shown(poll, two[1])
    assert (again.item, again.typed, again.offers) == (item.item, (), item.offers)
    say(poll, two[1], item.item, "competent")
    assert shown(poll, two[1]) is None
    assert left(poll, two[1]) == WorkLeft(0, 0, 0)


@pytest.mark.parametrize("said", [("competent", "poor"), ("poor", "unsure"), ("unsure",)])
def test_unlike_answers_go_to_both_together(poll: Collecting, two: Any, said: tuple[str, ...]) -> None:
    poll.add(c2__de="?")
    item = shown(poll, two[0])
    for account, one in zip(two, said, strict=False):
        say(poll, account, item.item, one)
    assert shown(poll, two[1]) is None
    joint = shown(poll, two[1], review.next_joint)
    assert joint.item == item.item
    assert [one.label for one in joint.block] == ["de", "neng"]
    assert joint.offers == ("excellent", "competent", "poor", "-", "blank", "spoil")
    say_both(poll, *two, joint.item, "poor")
    assert shown(poll, two[0], review.next_joint) is None
    assert answers(poll)[-1] == ("line c2.de", f"王芳{BOTH}李明", "poor", True)


def test_who_was_too_late_is_told(poll: Collecting, two: Any) -> None:
    third = an_account("owner", name="赵强")
    poll.add(c2__de="?")
    item = shown(poll, two[0]).item
    say(poll, two[0], item, "poor")
    with pytest.raises(BadAnswer) as twice:
        say(poll, two[0], item, "poor")
    with pytest.raises(BadAnswer) as early:
        say_both(poll, *two, item, "poor")
    say(poll, two[1], item, "poor")
    with pytest.raises(BadAnswer) as late:
        say(poll, third, item, "poor")
    with pytest.raises(BadAnswer) as unknown:
        say(poll, third, "钥匙", "poor")
    assert {one.value.why for one in (twice, early, late, unknown)} == {"again", "alone", "gone"}
    assert {one.value.why for one in (twice, early, late, unknown)} <= review.GONE


def test_what_was_not_offered_is_not_noted(poll: Collecting, two: Any) -> None:
    poll.add(c2__de="?")
    item = shown(poll, two[0]).item
    for said in ("", "spoil", "excellent poor", "refuse"):
        with pytest.raises(BadAnswer) as error:
            say(poll, two[0], item, said)
        assert error.value.why == "unknown"
    say(poll, two[0], item, "unsure")
    with pytest.raises(BadAnswer) as error:
        say_both(poll, two[0], two[0], item, "poor")
    assert error.value.why == "pair"


def test_lines_of_all_sheets_come_in_no_order(app: Flask, two: Any) -> None:
    poll = collecting(app, a_definition(ratees=[f"c{n}" for n in range(8)]))
    for place in range(4):
        poll.add(place, **{f"c{n}__de": "?" for n in range(8)})
    orders = []
    for _ in range(8):
        item = shown(poll, two[0])
        orders.append(item.about)
        say(poll, two[0], item.item, "poor")
    # By chance alone once in 8 ** 7 times.
    assert len(set(orders)) > 1
    assert left(poll, two[0]).lines == 24


def test_an_answer_that_makes_five_sheets_ready_puts_them_in(poll: Collecting, two: Any) -> None:
    for place in range(5):
        poll.add(place, c1__de="?")
    for account in two:
        while item := shown(poll, account):
            assert poll.sheets()
            say(poll, account, item.item, "poor")
    assert poll.sheets() == []
    with transaction() as session:
        campaign = campaigns.find_campaign(session, poll.code)
        assert token_rows.turnout(session, campaign)["A"].paper == 5
        log = audit.current_history(session, poll.code)
        acts = [(entry.act, facts) for entry, facts in log if entry.act == Act.PUT_IN]
    [(_, put_in)] = acts
    assert put_in["decided"] == {"李明": 5, "王芳": 5}


def test_pictures_are_shown_to_those_who_are_asked(poll: Collecting, two: Any) -> None:
    sheet = poll.add(c2__de="?")
    crops = sheet.pages[0].crops

    def seen(account: Account, field: str) -> bytes | None:
        with transaction() as session:
            campaign = campaigns.find_campaign(session, poll.code)
            return review.picture(session, campaign, poll.key, account, crops[field])

    assert set(crops) == {"c2.de", "c2.neng"}
    assert str(seen(two[0], "c2.de"))[2:].startswith("\\x89PNG")
    assert seen(two[0], "c2.neng") is None
    item = shown(poll, two[0]).item
    say(poll, two[0], item, "unsure")
    assert seen(two[0], "c2.neng")
    assert seen(two[1], "c2.neng")
    say_both(poll, *two, item, "poor")
    assert seen(two[0], "c2.de") is None
    assert seen(two[1], "c2.neng") is None


def test_one_who_answered_sees_the_picture_no_more(poll: Collecting, two: Any) -> None:
    crop = poll.add(c2__de="?").pages[0].crops["c2.de"]
    say(poll, two[0], shown(poll, two[0]).item, "poor")
    with transaction() as session:
        campaign = campaigns.find_campaign(session, poll.code)
        assert review.picture(session, campaign, poll.key, two[0], crop) is None
        assert review.picture(session, campaign, poll.key, two[1], crop)


def test_several_may_be_ticked_in_any_order(app: Flask, two: Any) -> None:
    poll = collecting(app, a_definition(questions=QUESTIONS))
    poll.add(**{"q__style": "?"})
    item = shown(poll, two[0])
    assert (item.about, item.many, list(item.grades)) == ("主要问题", True, ["a", "b", "c"])
    say(poll, two[0], item.item, "c a")
    say(poll, two[1], item.item, "a c")
    assert left(poll, two[0]) == WorkLeft(0, 0, 0)


def test_a_text_is_typed_by_one_and_confirmed_or_corrected_by_another(app: Flask, two: Any) -> None:
    poll = collecting(app, a_definition(questions=QUESTIONS), texts="typed")
    poll.add(ink=("q.say",))
    item = shown(poll, two[0], review.next_text)
    assert (item.about, item.typed, item.longest) == ("建议", (), 500)
    assert shown(poll, two[0]) is None
    say(poll, two[0], item.item, as_typed(" 多下基层\r\n少开会 "))
    assert shown(poll, two[0], review.next_text) is None
    assert shown(poll, two[1], review.next_text).typed == ("多下基层\n少开会",)
    say(poll, two[1], item.item, as_typed("多下基层,少开会"))
    joint = shown(poll, two[1], review.next_joint)
    assert joint.typed == ("多下基层\n少开会", "多下基层,少开会")
    with pytest.raises(BadAnswer) as error:
        say_both(poll, *two, joint.item, as_typed("字" * 501))
    assert error.value.why == "too-long"
    say_both(poll, *two, joint.item, as_typed("多下基层，少开会"))
    assert left(poll, two[0]) == WorkLeft(0, 0, 0)


def test_a_reason_is_shown_with_who_it_is_about_and_for_which_grades(app: Flask, two: Any) -> None:
    poll = begin_collecting(running_campaign(app, example(ONE_REPORT) | {"paper": {"texts": "typed"}}, 2))
    poll.add(ink=("p1.approval.reason",))
    item = shown(poll, two[0], review.next_text)
    assert item.about == "干部辛 现任局长(原任副局长)"
    assert item.section == "新提拔任用干部民主评议表"
    assert (item.asking, item.longest) == (("不认同",), 200)
    assert item.pictures[0].crop
    with pytest.raises(BadAnswer) as error:
        say(poll, two[0], item.item, as_typed("字" * 201))
    assert error.value.why == "too-long"
    say(poll, two[0], item.item, as_typed("任职年限不足"))
    say(poll, two[1], item.item, "unsure")
    assert shown(poll, two[1], review.next_joint).asking == ("不认同",)


@pytest.mark.parametrize("key", ["reason", "comment"])
def test_a_question_may_be_called_like_another_field(app: Flask, two: Any, key: str) -> None:
    poll = collecting(
        app, a_definition(questions=[{"key": key, "label": "建议", "kind": "text"}]), texts="typed"
    )
    poll.add(ink=(f"q.{key}",))
    item = shown(poll, two[0], review.next_text)
    assert (item.about, item.asking, item.longest) == ("建议", (), 500)


def test_a_sheet_without_a_mark_is_one_question(poll: Collecting, two: Any) -> None:
    poll.add(**{f"c{n}__{key}": "" for n in (1, 2, 3) for key in ("de", "neng")})
    item = shown(poll, two[0])
    assert (item.kind, len(item.pictures), item.offers) == (ItemKind.EMPTY, 6, ("blank", "marked", "unsure"))
    say(poll, two[0], item.item, "blank")
    say(poll, two[1], item.item, "blank")
    assert left(poll, two[0]) == WorkLeft(0, 0, 0)


def test_copies_that_differ_are_compared_by_both(poll: Collecting, two: Any) -> None:
    [page] = [page for page in poll.form().pages if page.lines]
    poll.keep(0, "A", poll.page(page, {"c1.de": "?"}), poll.page(page, {"c1.de": "?", "c2.de": "poor"}))
    assert shown(poll, two[0]) is None
    item = shown(poll, two[0], review.next_joint)
    assert item.kind is ItemKind.COPIES
    assert item.offers == ("copy 1", "copy 2", "spoil", "refuse")
    assert [[(one.label, one.values) for one in copy] for copy in item.copies] == [
        [("干部c2 de", ("优秀",))],
        [("干部c2 de", ("不称职",))],
    ]
    say_both(poll, *two, item.item, "copy 2")
    assert shown(poll, two[0]).about == "干部c1"


def test_a_page_that_did_not_come_is_for_both(app: Flask, two: Any) -> None:
    poll = collecting(app, a_definition(ratees=[f"c{n}" for n in range(40)]))
    first, *rest = [page for page in poll.form().pages if page.lines]
    poll.keep(0, "A", poll.page(first, {}))
    item = shown(poll, two[0], review.next_joint)
    assert (item.kind, item.offers) == (ItemKind.PAGES, ("take", "spoil", "refuse"))
    assert item.missing == tuple(page.page for page in rest)
    say_both(poll, *two, item.item, "take")
    assert shown(poll, two[0], review.next_joint) is None


def test_nobody_decides_before_collecting(app: Flask, two: Any) -> None:
    running = running_campaign(app, a_definition() | {"paper": {}}, 2)
    key = new_paper_key(running.code)
    write_paper_key(paper_key_path(settings().keys, running.code), key)
    poll = Collecting(running, key)
    with pytest.raises(NotCollecting):
        shown(poll, two[0])
    with pytest.raises(NotCollecting):
        say(poll, two[0], "x", "poor")


def refused(poll: Collecting, account: Account, item: str, said: str) -> str:
    """Answer in a thread of its own; return why it was not taken."""
    try:
        say(poll, account, item, said)
    except BadAnswer as error:
        return error.why
    return ""


def test_two_at_once_decide_once(each_app: Flask) -> None:
    """Two who answer alike at the same moment decide; nobody's answer is lost, or counts twice."""
    poll = collecting(each_app, a_definition(), 4)
    people = [an_account("organiser", name=f"组织者{n}") for n in range(4)]
    poll.add(c2__de="?")
    item = shown(poll, people[0]).item

    def answer_as(account: Account) -> str:
        with each_app.app_context():
            try:
                return refused(poll, account, item, "poor")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        whys = sorted(pool.map(answer_as, people))
    assert whys == ["", "", "gone", "gone"]
    assert [(one, answer) for one, _, answer, _ in answers(poll)] == [("line c2.de", "poor")] * 2


def test_under_the_lock_one_sheet_is_opened(poll: Collecting, two: Any, monkeypatch: Any) -> None:
    """Voters of every campaign stand behind an answer: it must not grow with what waits."""
    for place in range(6):
        poll.add(place, c1__de="?", c2__de="?")
    item = shown(poll, two[0]).item
    ahead, decrypted = looked(poll, item), list[bytes]()
    decrypt = PaperKey.decrypt

    def watched(key: PaperKey, sealed: bytes, row: bytes) -> bytes:
        decrypted.append(row)
        return decrypt(key, sealed, row)

    monkeypatch.setattr(PaperKey, "decrypt", watched)
    say(poll, two[0], item, "poor", ahead)
    assert decrypted == [ahead.row]


def test_what_was_answered_between_the_look_and_the_lock_is_seen(poll: Collecting, two: Any) -> None:
    for place in range(5):
        poll.add(place, c1__de="?")
    last = [shown(poll, two[0]).item]
    before = {last[0]: looked(poll, last[0])}
    while len(before) < 5:
        item = shown(poll, two[0]).item
        before.setdefault(item, looked(poll, item))
    for item in before:
        say(poll, two[0], item, "poor")
    with pytest.raises(BadAnswer) as twice:
        say(poll, two[0], last[0], "poor", before[last[0]])
    assert twice.value.why == "again"
    for item, ahead in before.items():
        say(poll, two[1], item, "poor", ahead)
    assert poll.sheets() == []
    with pytest.raises(BadAnswer) as late:
        say(poll, two[1], last[0], "poor", before[last[0]])
    assert late.value.why == "gone"


def test_what_was_cast_by_phone_meanwhile_is_not_put_in(app: Flask, two: Any) -> None:
    """Phone voting ended before the urn was opened: such a sheet is refused when it would be put in."""
    running = running_campaign(app, a_definition() | {"paper": {}}, 8)
    cast(app, running.codes["A"][0], {"c1.de": "poor"})
    poll = begin_collecting(running)
    for place in range(6):
        poll.add(place, c1__de="?")
    for account in two:
        while item := shown(poll, account):
            say(poll, account, item.item, "poor")
    stubs: list[KeptSheet] = poll.sheets()
    assert [sheet.refusal for sheet in stubs] == ["already-cast"]
