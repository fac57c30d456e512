"""Two equal answers of different accounts decide; others take two at one screen."""

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.paper.answers import decided_by, decisions, is_joint, said_to, without
from survey.domain.paper.record import KeptSheet, PaperAnswer, SheetRefusal, sheet_of_json

from .paper_sheets import SURE, a_sheet, second

LINE = "line c1.de"


def said(*answers: tuple[str, str, str], joint: bool = False) -> KeptSheet:
    return a_sheet(answers=[PaperAnswer(*answer, joint) for answer in answers])


def decided(sheet: KeptSheet) -> dict[str, str]:
    return {key: answer.answer for key, answer in decisions(sheet).items()}


def test_nothing_said_decides_nothing() -> None:
    assert decided(said()) == {}
    assert not is_joint(LINE, ())


def test_one_answer_decides_nothing() -> None:
    assert decided(said((LINE, "ann", "good"))) == {}
    assert not is_joint(LINE, said_to(said((LINE, "ann", "good")), LINE))


def test_two_equal_answers_decide() -> None:
    assert decided(said((LINE, "ann", "good"), (LINE, "ben", "good"))) == {LINE: "good"}


def test_two_answers_of_one_account_are_one() -> None:
    sheet = said((LINE, "ann", "good"), (LINE, "ann", "good"))
    assert decided(sheet) == {}
    assert len(said_to(sheet, LINE)) == 1


def test_what_an_account_said_first_stands() -> None:
    sheet = said((LINE, "ann", "good"), (LINE, "ann", "bad"), (LINE, "ben", "bad"))
    assert decided(sheet) == {}
    assert is_joint(LINE, said_to(sheet, LINE))


def test_answers_to_different_items_are_not_compared() -> None:
    assert decided(said((LINE, "ann", "good"), ("line c1.neng", "ben", "good"))) == {}


@pytest.mark.parametrize("answers", [*permutations(["good", "bad", "unsure"], 2)])
def test_unequal_answers_and_doubts_are_joint(answers: tuple[str, str]) -> None:
    sheet = said((LINE, "ann", answers[0]), (LINE, "ben", answers[1]))
    assert decided(sheet) == {}
    assert is_joint(LINE, said_to(sheet, LINE))


def test_one_who_is_unsure_makes_it_joint_at_once() -> None:
    assert is_joint(LINE, said_to(said((LINE, "ann", "unsure")), LINE))


def test_two_who_are_unsure_decide_nothing() -> None:
    assert decided(said((LINE, "ann", "unsure"), (LINE, "ben", "unsure"))) == {}


def test_a_joint_answer_decides_whatever_was_said_before() -> None:
    alone = said((LINE, "ann", "good"), (LINE, "ben", "bad")).answers
    sheet = a_sheet(answers=[*alone, PaperAnswer(LINE, "ann\nben", "fair", True)])
    assert decided(sheet) == {LINE: "fair"}


@pytest.mark.parametrize("key", ["pages", "copies 1"])
def test_missing_pages_and_copies_are_joint_only(key: str) -> None:
    assert is_joint(key, ())
    assert decided(said((key, "ann", "spoil"), (key, "ben", "spoil"))) == {}
    assert decided(said((key, "ann\nben", "spoil"), joint=True)) == {key: "spoil"}


def test_options_are_equal_in_any_order() -> None:
    sheet = said(("line q.problems", "ann", "team plan"), ("line q.problems", "ben", "plan team"))
    assert decided(sheet) == {"line q.problems": "plan team"}


@pytest.mark.parametrize("other", ["=说得 好", "= 说得 好\r\n", "=说得 好\n"])
def test_texts_are_equal_but_for_spaces_around(other: str) -> None:
    sheet = said(("text form.comment", "ann", "=说得 好"), ("text form.comment", "ben", other))
    assert decided(sheet) == {"text form.comment": "=说得 好"}


def test_a_corrected_text_is_joint() -> None:
    sheet = said(("text form.comment", "ann", "=说得好"), ("text form.comment", "ben", "=说的好"))
    assert decided(sheet) == {}
    assert is_joint("text form.comment", said_to(sheet, "text form.comment"))


def test_nothing_typed_is_blank() -> None:
    sheet = said(("text form.comment", "ann", "= "), ("text form.comment", "ben", "blank"))
    assert decided(sheet) == {"text form.comment": "blank"}


def test_answers_to_some_items_are_taken_away() -> None:
    sheet = said((LINE, "ann", "good"), ("page 1", "ann", "blank"))
    assert [answer.item for answer in without(sheet, [LINE]).answers] == ["page 1"]
    assert without(sheet, []) == sheet


def test_who_decided_how_many_is_counted_and_nothing_of_what() -> None:
    sheet = a_sheet(
        answers=[
            PaperAnswer(LINE, "ann", "good"),
            PaperAnswer(LINE, "ben", "good"),
            PaperAnswer("line c1.neng", "ann", "good"),
            PaperAnswer("line c1.neng", "cem", "bad"),
            PaperAnswer("line c1.neng", "ann\nben", "bad", True),
            PaperAnswer("line c2.de", "cem", "bad"),
        ]
    )
    assert decided_by(sheet) == {"ann": 2, "ben": 2}


NAMES = st.sampled_from(["ann", "ben", "cem"])
ANSWERS = st.lists(
    st.builds(
        PaperAnswer,
        st.sampled_from([LINE, "page 1", "sheet"]),
        NAMES,
        st.sampled_from(["good", "bad", "blank", "unsure"]),
    ),
    max_size=8,
)


@given(ANSWERS)
def test_nobody_decides_alone_and_no_decision_hides_another_answer(answers: list[PaperAnswer]) -> None:
    sheet = a_sheet(answers=answers)
    for key, decision in decisions(sheet).items():
        alone = said_to(sheet, key)
        assert len({answer.account for answer in alone}) >= 2
        assert {answer.answer for answer in alone} == {decision.answer} != {"unsure"}
        assert not is_joint(key, alone)


@given(ANSWERS, st.sampled_from([None, *SheetRefusal]))
def test_a_sheet_is_read_as_it_was_written(answers: list[PaperAnswer], refusal: SheetRefusal | None) -> None:
    pages = (SURE, second("?", "plan", ink=True))
    sheet = KeptSheet("0123456789ABCDEF", b"\x00\xff", "A", pages, tuple(answers), refusal, strip=True)
    assert sheet_of_json(json.loads(json.dumps(sheet.as_json()))) == sheet
