"""What may be said to what is open about a sheet, and by whom."""

from dataclasses import replace

import pytest

from survey.domain.errors import BadAnswer
from survey.domain.paper.answering import answered
from survey.domain.paper.answers import as_typed, typed_in
from survey.domain.paper.decide import settle
from survey.domain.paper.record import KeptSheet, PaperAnswer
from survey.domain.paper.sheet import AreaKind, PaperArea, PaperForm, PaperPage

from .paper_sheets import (
    COMMENT,
    DOUBTFUL,
    FORM,
    GRADES,
    LINE,
    RULES,
    SURE,
    TYPED,
    a_sheet,
    both_say,
    put,
    refused,
    say,
    second,
)

JOINT = say(DOUBTFUL, LINE, ann="unsure")


@pytest.mark.parametrize("answer", [*GRADES, "blank", "unsure"])
def test_a_line_takes_grades_blank_and_unsure(answer: str) -> None:
    assert say(DOUBTFUL, LINE, ann=answer).answers == (PaperAnswer(LINE, "ann", answer),)


@pytest.mark.parametrize("answer", ["", "spoil", "refuse", "take", "marked", "best", "good fair", " good"])
def test_a_line_takes_nothing_else(answer: str) -> None:
    assert refused(DOUBTFUL, LINE, answer) == "unknown"


@pytest.mark.parametrize("answer", ["unsure", "refuse", "marked"])
def test_two_at_one_screen_are_not_unsure_and_refuse_no_line(answer: str) -> None:
    assert refused(JOINT, LINE, answer, "ann\nben", joint=True) == "unknown"


def test_several_options_are_taken_in_any_order() -> None:
    sheet = put(SURE, second("good", "?"))
    assert say(sheet, "line q.problems", ann="team plan").answers[0].answer == "plan team"
    assert settle(FORM, say(sheet, "line q.problems", ann="style team", ben="team style"), RULES).values[
        "q.problems"
    ] == ("team", "style")
    for answer in ("plan good", "blank plan", "unsure team"):
        assert refused(sheet, "line q.problems", answer) == "unknown"


def test_an_account_answers_once() -> None:
    assert refused(say(DOUBTFUL, LINE, ann="good"), LINE, "good") == "again"


@pytest.mark.parametrize("key", ["line c2.de", "line c9.de", "page 1", "pages", "copies 1", "", "text x"])
def test_what_is_not_open_takes_no_answer(key: str) -> None:
    assert refused(DOUBTFUL, key, "good") == "gone"


def test_what_was_decided_takes_no_answer() -> None:
    assert refused(both_say(DOUBTFUL, LINE, "good"), LINE, "good", "cem") == "gone"


def test_what_each_says_alone_is_not_said_together_and_the_other_way_round() -> None:
    assert refused(DOUBTFUL, LINE, "good", "ann\nben", joint=True) == "alone"
    assert refused(JOINT, LINE, "good", "ben") == "joint"
    assert refused(put(SURE), "pages", "take") == "joint"


@pytest.mark.parametrize("accounts", ["ann", "ann\nann", "ann\n", "\n", "ann\nben\ncem", "ann+ben"])
def test_together_are_two(accounts: str) -> None:
    assert refused(JOINT, LINE, "good", accounts, joint=True) == "pair"


@pytest.mark.parametrize(
    ("text", "why"), [("=" + "民" * 501, "too-long"), ("=a\x00b", "control"), ("很好", "unknown")]
)
def test_texts_are_such_as_a_ballot_may_hold(text: str, why: str) -> None:
    assert refused(put(SURE, second("good", "", ink=True)), f"text {COMMENT}", text) == why


NAME = "list.write_in.1"
NAMES = PaperForm(
    "A",
    "7K3M9W",
    (PaperPage(1, 210, 297, 263, FORM.pages[0].lines, (PaperArea(NAME, 10, 200, 90, 10, AreaKind.NAME),)),),
)
WRITTEN = replace(a_sheet(replace(SURE, areas={NAME: True})), group="A")


def named(sheet: KeptSheet, said: str, account: str = "ann") -> KeptSheet:
    return answered(NAMES, sheet, TYPED, PaperAnswer(f"text {NAME}", account, as_typed(said)))


def test_a_name_is_kept_as_a_ballot_holds_it_and_two_spellings_of_it_agree() -> None:
    sheet = named(WRITTEN, " 财政局\n张三 ")
    assert [typed_in(one.answer) for one in sheet.answers] == ["财政局 张三"]
    assert settle(NAMES, named(sheet, "财政局\u3000张三", "ben"), TYPED).texts == {NAME: "财政局 张三"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("张" * 41, "too-long"),
        # One letter before, three in the form in which it is kept.
        ("\ufb2c" * 14, "too-long"),
        ("张\u2066三", "control"),
        ("张\x00三", "control"),
    ],
)
def test_a_name_that_no_ballot_can_hold_is_given_back_to_who_types_it(said: str, why: str) -> None:
    with pytest.raises(BadAnswer) as bad:
        named(WRITTEN, said)
    assert bad.value.why == why


def test_a_name_as_long_as_may_be_is_taken() -> None:
    assert typed_in(named(WRITTEN, "张" * 40).answers[0].answer) == "张" * 40
    assert typed_in(named(WRITTEN, "\ufb2c" * 13).answers[0].answer)


@pytest.mark.parametrize("nothing", [" ", "\u200b", "\u3000\n"])
def test_a_frame_in_which_nobody_sees_a_name_holds_none(nothing: str) -> None:
    sheet = named(named(WRITTEN, nothing), "", "ben")
    assert settle(NAMES, sheet, TYPED).texts == {}
