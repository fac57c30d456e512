"""What may be said to what is open about a sheet, and by whom."""

import pytest

from survey.domain.paper.decide import settle
from survey.domain.paper.record import (
    PaperAnswer,
)

from .paper_sheets import (
    COMMENT,
    DOUBTFUL,
    FORM,
    GRADES,
    LINE,
    RULES,
    SURE,
    both_say,
    put,
    refused,
    say,
    second,
)

# What may be said


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
