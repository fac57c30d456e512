"""Acts of the log as a paper protocol names them."""

from typing import Any

import pytest

from survey.domain.count.certificate import STEPS
from survey.services.audit.protocol import LoggedAct
from survey.web.admin.words import protocol as words
from tests.builders import BY, built
from tests.web.spoken import is_said

SMALL = built()


def described(act: str, facts: dict[str, Any]) -> str:
    return words.described(LoggedAct(1, BY.at, "x", act, facts, ""), SMALL)


def test_every_step_of_a_certificate_has_the_same_name_in_the_protocol(chinese: None) -> None:
    assert {act: words.named(act) for act in STEPS} == STEPS


def test_names_are_said_in_both_languages(language: str) -> None:
    assert all(is_said(words.named(act) or "", language) for act in STEPS)


def test_what_no_protocol_needs_has_neither_name_nor_facts(language: str) -> None:
    for act in ("login", "draft", "backup", "nothing"):
        assert words.named(act) is None
        assert described(act, {"name": "x"}) == ""
    assert described("open", {}) == ""


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("issue", {"groups": {"A": 3, "B": 2, "X": 1}}, "A票 3，B票 2，X 1"),
    ("issue", {"groups": {"A": 3}, "late": ["A"]}, "A票 3（开始后补发，没有第二人确认）"),
    ("issue", {"groups": {"A": 3}, "late": ["A"], "second": "王芳"}, "A票 3（开始后补发，王芳 确认）"),
    ("paper-print", {"groups": {"A": 3, "B": 2}, "paper_key": "x"}, "A票 3，B票 2"),
    ("void", {"groups": {"B": 2}}, "B票 2"),
    ("present", {"group": "A", "number": 7}, "A票 7"),
    ("arm", {"custody": "server"}, "由系统管理员保管"),
    (
        "arm",
        {"custody": "scrutineers", "shares": 3, "threshold": 2},
        "由监票人分持，共 3 份，2 份可开箱",
    ),
    (
        "arm",
        {"custody": "scrutineers", "shares": 3, "threshold": 2, "holders": ["甲", "乙"]},
        "由监票人分持，共 3 份，2 份可开箱；持有人：甲、乙",
    ),
    ("share", {"number": 2, "of": 3, "holder": "甲"}, "第 2 份，共 3 份：甲"),
    (
        "close",
        {"codes": {"A": [20, 1, 6], "B": [5, 0, 5]}},
        "A票 发出 20、作废 1、收回 6；B票 发出 5、作废 0、收回 5",
    ),
    ("count", {"count": "sha256:" + "0123456789abcdef" * 4}, "计票摘要 0123456789abcdef"),
    ("recount", {"same": True}, "与原计票一致"),
    ("recount", {"same": False}, "与原计票不一致"),
    ("put-in", {"number": 30, "spoiled": 1, "decided": {}, "refused": {}}, "30 张"),
    ("urn", {"urn": 31}, "31 张"),
    ("sign", {"part": "teller"}, "计票人"),
    ("withdraw", {"part": "scrutineer"}, "监票人"),
    (
        "certify",
        {"teller": ["甲", "2026-11-01T09:00:00+00:00"], "scrutineer": ["乙", "2026-11-02T09:00:00+00:00"]},
        "计票人 甲（账号设于 2026-11-01），监票人 乙（账号设于 2026-11-02）",
    ),
    (
        "certify",
        {"scrutineer": ["乙", "2026-11-02T09:00:00+00:00"]},
        "监票人 乙（账号设于 2026-11-02），一人签字",
    ),
    (
        "correct",
        {"changes": [["ratees.c1.post", "甲", "乙"], ["campaign.title", "甲", "乙"]], "second": "王芳"},
        "“干部c1”的职务“甲”更正为“乙”；活动名称“甲”更正为“乙”；王芳 确认",
    ),
    ("reset-confirmed", {"name": "甲", "resets": [1, 2]}, "账号“甲”，2 次重设"),
    ("shredding", {"confirmed": ["甲", "乙"]}, "确认副本和份额已销毁：甲、乙"),
    ("shredding", {"confirmed": []}, ""),
]


@pytest.mark.parametrize(("act", "facts", "said"), CASES)
def test_facts_that_belong_on_paper(chinese: None, act: str, facts: dict[str, Any], said: str) -> None:
    assert described(act, facts) == said


@pytest.mark.parametrize(("act", "facts", "said"), [case for case in CASES if case[2]])
def test_the_same_in_english(english: None, act: str, facts: dict[str, Any], said: str) -> None:
    text = described(act, facts)
    assert text
    given = ["A票", "B票", "干部c1", "甲", "乙", "王芳"]
    rest = text
    for one in given:
        rest = rest.replace(one, "")
    assert not any("\u3400" <= sign <= "\u9fff" for sign in rest)


def test_every_act_with_facts_was_tried() -> None:
    assert {act for act, _, _ in CASES} == set(words._WRITERS)
