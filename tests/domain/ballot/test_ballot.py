"""What the form takes and refuses, field by field."""

import copy
from typing import Any

import pytest

from survey.domain.ballot.ballot import Ballot, BallotForm
from survey.domain.definition.reader import read_definition
from survey.domain.errors import FieldFault, InvalidBallot
from tests.domain.editing import full

Fields = dict[str, str | list[str]]


def form(group: str = "A", **changes: Any) -> BallotForm:
    data = copy.deepcopy(full()) | changes
    return BallotForm(read_definition(data), group)


def check(fields: Fields, group: str = "A", **changes: Any) -> Ballot:
    posted = {name: [value] if isinstance(value, str) else value for name, value in fields.items()}
    return form(group, **changes).check(posted)


def faults(fields: Fields, group: str = "A", **changes: Any) -> dict[str, FieldFault]:
    with pytest.raises(InvalidBallot) as refused:
        check(fields, group, **changes)
    return refused.value.fields


def one_fault(fields: Fields, name: str, kind: str, group: str = "A", **changes: Any) -> FieldFault:
    found = faults(fields, group, **changes)
    assert {at: fault.kind for at, fault in found.items()} == {name: kind}
    return found[name]


# The fields of a group


def test_the_lines_of_each_group() -> None:
    assert [line.name for line in form("A").lines] == ["c1.de", "c1.neng", "t1.all"]
    assert [line.name for line in form("B").lines] == ["c1.de", "c1.neng", "c2.de", "c2.neng", "t1.all"]


def test_the_questions_and_texts_of_each_group() -> None:
    assert list(form("A").questions) == ["q.age", "q.problems", "q.words"]
    assert list(form("B").questions) == ["q.age", "q.words"]
    assert form("A").texts == {
        "form.comment": 500,
        "q.words": 500,
        "c1.de.reason": 200,
        "c1.neng.reason": 200,
    }


def test_nothing_given_is_a_blank_ballot() -> None:
    ballot = check({})
    assert ballot == Ballot("A", "", (0, 0, 0), {}, {})


def test_empty_equals_absent() -> None:
    names = ["c1.de", "c1.neng", "t1.all", "q.age", "q.problems", "q.words", "form.comment", "c1.de.reason"]
    assert check(dict.fromkeys([*names, "receipt"], "")) == check({})
    assert check({"q.problems": ["", ""]}) == check({})


def test_positions_of_grades_and_abstention() -> None:
    fields: Fields = {"c1.de": "good", "c1.neng": "-", "t1.all": "no"}
    assert check(fields).ratings == (1, 4, 2)


def test_a_full_ballot() -> None:
    ballot = check(
        {
            "c1.de": "bad",
            "c1.de.reason": "不到位",
            "c1.neng": "fair",
            "t1.all": "yes",
            "q.age": "60+",
            "q.problems": ["team", "plan"],
            "q.words": "建议",
            "form.comment": "意见",
            "receipt": "0000-0000-000Z",
        }
    )
    assert ballot.ratings == (3, 2, 1)
    assert ballot.choices == {"age": (1,), "problems": (0, 1)}
    assert ballot.texts == {"c1.de.reason": "不到位", "q.words": "建议", "form.comment": "意见"}
    assert ballot.receipt == "0000-0000-000Z"


# Every kind of fault


@pytest.mark.parametrize("name", ["c1.de", "t1.all", "q.age", "q.words", "form.comment", "c1.de.reason"])
@pytest.mark.parametrize("second", ["", "good"])
def test_a_single_valued_field_given_twice(name: str, second: str) -> None:
    one_fault({name: ["good", second]}, name, "repeated")


def test_a_receipt_given_twice() -> None:
    one_fault({"receipt": ["0000-0000-0000", "0000-0000-0001"]}, "receipt", "repeated")


UNKNOWN = [
    "c9.de",
    "c1.qin",
    "c1",
    "c2.de",
    "q.problem",
    "t1.all.reason",
    "vote.comment",
    "c1.de.reason.x",
    "q.age.reason",
    "C1.de",
    "",
    "code",
    "pad",
]


@pytest.mark.parametrize("name", UNKNOWN)
@pytest.mark.parametrize("value", ["good", ""])
def test_an_unknown_field(name: str, value: str) -> None:
    one_fault({name: value}, name, "unknown")


def test_a_question_of_another_group_is_unknown() -> None:
    one_fault({"q.problems": "plan"}, "q.problems", "unknown", group="B")


@pytest.mark.parametrize("value", ["best", "1", "GOOD", " good", "yes", "--"])
def test_no_such_grade(value: str) -> None:
    one_fault({"c1.de": value}, "c1.de", "no-option")


def test_no_abstention_where_the_scale_offers_none() -> None:
    one_fault({"t1.all": "-"}, "t1.all", "no-option")


@pytest.mark.parametrize(("name", "value"), [("q.age", "61"), ("q.age", "-"), ("q.problems", "nothing")])
def test_no_such_option(name: str, value: str) -> None:
    one_fault({name: value}, name, "no-option")


def test_an_option_chosen_twice() -> None:
    one_fault({"q.problems": ["plan", "plan"]}, "q.problems", "repeated")


def test_too_many_options() -> None:
    fault = one_fault({"q.problems": ["plan", "team", "style"]}, "q.problems", "too-many")
    assert (fault.limit, fault.given) == (2, 3)


def test_as_many_options_as_allowed() -> None:
    assert check({"q.problems": ["team", "plan", ""]}).choices == {"problems": (0, 1)}


@pytest.mark.parametrize("values", [["style", "plan"], ["plan", "style"]])
def test_an_option_that_excludes_the_others(values: list[str]) -> None:
    assert one_fault({"q.problems": values}, "q.problems", "alone").label == "style"
    assert check({"q.problems": ["style"]}).choices == {"problems": (2,)}


def test_one_repeated_or_one_too_many_is_said_before_what_excludes_the_others() -> None:
    one_fault({"q.problems": ["style", "style"]}, "q.problems", "repeated")
    one_fault({"q.problems": ["style", "plan", "team"]}, "q.problems", "too-many")


@pytest.mark.parametrize("name", ["q.words", "form.comment"])
def test_texts_have_500_characters(name: str) -> None:
    assert len(check({name: "民" * 500}).texts[name]) == 500
    fault = one_fault({name: "民" * 501}, name, "too-long")
    assert (fault.limit, fault.given) == (500, 501)


def test_reasons_have_200_characters() -> None:
    fields: Fields = {"c1.de": "bad", "c1.de.reason": "因" * 200}
    assert len(check(fields).texts["c1.de.reason"]) == 200
    fault = one_fault(fields | {"c1.de.reason": "因" * 201}, "c1.de.reason", "too-long")
    assert (fault.limit, fault.given) == (200, 201)


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n", "\v", "\u2028", "\u2029"])
def test_newlines_count_as_one_character(newline: str) -> None:
    text = newline.join(["民" * 249, "民" * 250])
    assert check({"q.words": text}).texts["q.words"] == "民" * 249 + "\n" + "民" * 250
    one_fault({"q.words": text + "民"}, "q.words", "too-long")


def test_spaces_around_a_text_do_not_count() -> None:
    assert check({"q.words": "  \r\n" + "民" * 500 + " \n"}).texts["q.words"] == "民" * 500


def test_characters_outside_the_basic_plane_count_once() -> None:
    assert len(check({"q.words": "😀" * 500}).texts["q.words"]) == 500


@pytest.mark.parametrize("mark", ["\x00", "\x08", "\x1b", "\x7f", "\ufffd", "\ufffe", "\x0c", chr(0xD800)])
@pytest.mark.parametrize("name", ["q.words", "form.comment"])
def test_an_unreadable_text(name: str, mark: str) -> None:
    one_fault({name: f"a{mark}b"}, name, "unreadable")


def test_tabs_and_newlines_are_readable() -> None:
    assert check({"q.words": "a\tb\nc"}).texts["q.words"] == "a\tb\nc"


# Reasons


def test_a_missing_reason_is_named_with_grade_and_ratee() -> None:
    fault = one_fault({"c1.de": "bad"}, "c1.de.reason", "missing-reason")
    assert (fault.label, fault.names) == ("差", ("甲",))


@pytest.mark.parametrize("reason", ["", "  ", "\r\n"])
def test_an_empty_reason_is_missing(reason: str) -> None:
    one_fault({"c1.de": "bad", "c1.de.reason": reason}, "c1.de.reason", "missing-reason")


@pytest.mark.parametrize("grade", ["good", "fair", "-", ""])
@pytest.mark.parametrize("reason", ["因为", "因" * 500, "\x00"])
def test_a_reason_under_a_grade_that_asks_for_none_is_dropped(grade: str, reason: str) -> None:
    assert check({"c1.de": grade, "c1.de.reason": reason}).texts == {}


# Required answers


def test_required_questions_are_asked_for_whatever_the_rule_for_blanks() -> None:
    questions = [item | {"required": True} for item in full()["questions"]]
    found = faults({"q.words": "  "}, questions=questions)
    assert {name: fault.kind for name, fault in found.items()} == dict.fromkeys(
        ("q.age", "q.problems", "q.words"), "required"
    )
    # A group that is not asked owes no answer.
    assert set(faults({}, "B", questions=questions)) == {"q.age", "q.words"}


def test_a_required_question_that_is_wrongly_answered_has_one_fault() -> None:
    questions = [item | {"required": True} for item in full()["questions"]]
    found = faults({"q.age": "nobody", "q.words": "x" * 501}, "B", questions=questions)
    kinds = {name: fault.kind for name, fault in found.items()}
    assert kinds == {"q.age": "no-option", "q.words": "too-long"}


def test_an_answered_required_question_is_taken() -> None:
    questions = [item | {"required": item["key"] == "age"} for item in full()["questions"]]
    option = full()["questions"][0]["options"][0]["key"]
    assert check({"q.age": option}, questions=questions).choices == {"age": (0,)}


def test_a_blank_line_where_answers_are_required() -> None:
    found = faults({"c1.de": "good", "t1.all": "yes"}, rules={"blank": "require"})
    assert {name: fault.kind for name, fault in found.items()} == {"c1.neng": "required"}
    assert found["c1.neng"].names == ("甲",)


def test_an_abstention_is_no_blank_and_questions_stay_optional() -> None:
    fields: Fields = {"c1.de": "-", "c1.neng": "-", "t1.all": "no"}
    assert check(fields, rules={"blank": "require"}).choices == {}


def test_every_missing_line_is_named() -> None:
    assert set(faults({}, rules={"blank": "require"})) == {"c1.de", "c1.neng", "t1.all"}


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        {
            "c1.de": ["good", "good"],
            "c1.neng": "bad",
            "q.age": "x",
            "nobody": "1",
            "q.words": "民" * 501,
            "receipt": "short",
        },
        rules={"blank": "require"},
    )
    assert {name: fault.kind for name, fault in found.items()} == {
        "c1.de": "repeated",
        "c1.neng.reason": "missing-reason",
        "q.age": "no-option",
        "nobody": "unknown",
        "q.words": "too-long",
        "receipt": "bad-receipt",
        "t1.all": "required",
    }


# Receipts


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7K3M-2A9B-XYZ0", "7K3M-2A9B-XYZ0"),
        ("7k3m2a9bxyz0", "7K3M-2A9B-XYZ0"),
        (" 7K3M 2A9B XYZO ", "7K3M-2A9B-XYZ0"),
        ("iLoO-0000-1111", "1100-0000-1111"),
        ("\uff17\uff2b3M-2A9B-XYZ0", "7K3M-2A9B-XYZ0"),
    ],
)
def test_receipts_are_read_forgivingly(typed: str, read: str) -> None:
    assert check({"receipt": typed}).receipt == read


@pytest.mark.parametrize(
    "typed", ["7K3M-2A9B-XYZ", "7K3M-2A9B-XYZ00", "7K3M-2A9B-XYZU", "----", "回执", "0" * 400]
)
def test_a_malformed_receipt(typed: str) -> None:
    one_fault({"receipt": typed}, "receipt", "bad-receipt")
