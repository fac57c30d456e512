"""Names that are not on a list to tick: what a ballot may hold of them, and that they count in the quota."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.ballot.ballot import Ballot, BallotForm
from survey.domain.ballot.packing import Packing
from survey.domain.ballot.written_names import MAX_NAME_LENGTH, may_be_one, one_line
from survey.domain.definition.reader import read_definition
from survey.domain.errors import FieldFault, InvalidBallot
from tests.domain.editing import changed, listed

LISTED = changed("sections[2].write_in", 2, listed())
PACKING = Packing(read_definition(LISTED))
FORM = PACKING.form["A"]
EVERY = Packing(read_definition(changed("sections[2].write_in", 1, listed())))
"""A ballot with texts of every kind: comments, reasons, answers to questions, names."""
FIRST, SECOND = "list.write_in.1", "list.write_in.2"


def check(**fields: str) -> Ballot:
    return FORM.check({name.replace("_IN", ".write_in."): [value] for name, value in fields.items()})


def faults(**fields: str) -> dict[str, FieldFault]:
    with pytest.raises(InvalidBallot) as refused:
        check(**fields)
    return refused.value.fields


def test_a_list_that_takes_none_has_no_field_for_them() -> None:
    plain = Packing(read_definition(listed()))
    assert not plain.form["A"].written_names
    assert FORM.written_names == {"list": (FIRST, SECOND)}
    assert plain.size < PACKING.size


def test_what_was_written_goes_through_the_box_in_one_line() -> None:
    ballot = check(list_IN1="  张三\r\n 财政局\u200b长 ", list_IN2="李四", receipt="ABCD-EFGH-JKMN")
    assert dict(ballot.texts) == {FIRST: "张三 财政局长", SECOND: "李四"}
    packed = PACKING.pack(ballot)
    assert len(packed) == PACKING.size
    assert dict(PACKING.read(packed).texts) == dict(ballot.texts)


def test_spaces_alone_are_nobody() -> None:
    assert not check(list_IN1=" \u3000 ").texts


@pytest.mark.parametrize("text", ["/", "——", "？", "12345", "·", "\U0001d160"])
def test_what_has_no_letter_is_no_name(text: str) -> None:
    assert faults(list_IN1=text) == {FIRST: FieldFault("no-name")}


@pytest.mark.parametrize("text", ["〇", "\ue863", "Ж"])
def test_rare_signs_are_names(text: str) -> None:
    assert check(list_IN1=text).texts == {FIRST: text}


def test_two_of_one_unit_are_two_persons() -> None:
    assert len(check(list_IN1="财政局 张三", list_IN2="财政局 李四").texts) == 2
    assert may_be_one("财政局 张三", "财政局张三")
    assert may_be_one("张三丰 财政局", "张三丰 教育局")


COPIED = ["丙 局长", "局长 丙", "教育局 丙", "丙 教育局", "教育局局长 丙", "丙 局长 教育局"]


@pytest.mark.parametrize("text", [*COPIED, "丙 财政局", "丙 副局长"])
def test_who_is_copied_off_the_list_with_unit_and_post_is_on_it(text: str) -> None:
    ratees = [one | {"unit": "教育局"} if one["name"] == "丙" else one for one in LISTED["ratees"]]
    form = BallotForm(read_definition(LISTED | {"ratees": ratees}), "A")
    expected = {FIRST: FieldFault("on-list", names=(text,))} if text in COPIED else {}
    assert form.unfit_names({FIRST: text}) == expected


def test_no_more_names_than_the_group_may_recommend() -> None:
    section = FORM.definition.section["list"]
    assert FORM.names_at_most(section) == 2
    fewer = changed("quotas[2].at_most", 1, LISTED)
    assert BallotForm(read_definition(fewer), "A").names_at_most(section) == 1


def test_a_name_on_the_list_and_one_written_twice_are_refused_at_their_field() -> None:
    assert faults(list_IN1=" 丙 ", list_IN2="张三") == {FIRST: FieldFault("on-list", names=("丙",))}
    assert faults(list_IN1="张三", list_IN2="张\u3000三") == {
        SECOND: FieldFault("named-twice", names=("张三", "张 三"))
    }
    assert not hasattr(check(list_IN1="丙 财政局副局长"), "faults")  # a namesake, with unit and post


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("张三", "张三 局长", True),
        ("县审计局张三局长", "张三", True),
        ("张三 财", "张三　教", True),
        ("张三（财政局）", "张三,教育局", True),
        ("买买提·艾力 州政府", "买买提•艾力 县政府", True),
        ("張三 财", "张三 财", False),
        ("张三", "李四", False),
        ("张 三", "张 四", False),
        ("王 伟", "王 芳 教育局", False),
        ("财政局 张三", "教育局 李四", False),
        ("财政局张三", "教育局张三", False),
        ("财政局李明", "教育局李明亮", False),
        ("Ahmet Tursun", "Ahmet Kadir", False),
    ],
)
def test_two_wordings_that_may_be_one_person(one: str, other: str, same: bool) -> None:
    assert may_be_one(one, other) is same
    assert may_be_one(other, one) is same


def test_one_person_in_two_wordings_is_refused_on_one_ballot() -> None:
    assert faults(list_IN1="张三 财政局", list_IN2="张三 教育局") == {
        SECOND: FieldFault("named-twice", names=("张三 财政局", "张三 教育局"))
    }


def test_a_candidate_whom_others_rate_is_refused_too() -> None:
    data = changed("sections[2].write_in", 2, listed())
    next(one for one in data["ratees"] if one["key"] == "n4")["groups"] = ["B"]
    definition = read_definition(data)
    with pytest.raises(InvalidBallot) as refused:
        BallotForm(definition, "A").check({FIRST: ["己"], SECOND: ["丙"]})
    assert refused.value.fields == {
        FIRST: FieldFault("rated-by-others", names=("己",)),
        SECOND: FieldFault("on-list", names=("丙",)),
    }
    with pytest.raises(InvalidBallot) as refused:
        BallotForm(definition, "B").check({FIRST: ["己"]})
    assert refused.value.fields == {FIRST: FieldFault("on-list", names=("己",))}
    assert BallotForm(definition, "A").check({FIRST: ["己 教育局局长"]}).texts


def test_a_name_that_is_too_long_or_holds_signs_nobody_sees() -> None:
    assert faults(list_IN1="张" * 41)[FIRST].kind == "too-long"
    assert faults(list_IN1="张\u2066三")[FIRST].kind == "unreadable"
    assert faults(list_IN1="张\x00三")[FIRST].kind == "unreadable"


@pytest.mark.parametrize(
    "text",
    [
        "ཀྲ" + "\u0f43" * 20,  # two signs each in NFC
        "\u0958" * 30,
        "张" + "\U0001d160" * 38,  # three signs each
    ],
)
def test_a_name_is_measured_as_it_is_kept(text: str) -> None:
    assert len(text) <= MAX_NAME_LENGTH
    assert faults(list_IN1=text) == {
        FIRST: FieldFault("too-long", limit=MAX_NAME_LENGTH, given=len(one_line(text)))
    }
    spaced = " ".join("张三") + " " * MAX_NAME_LENGTH
    assert check(list_IN1=spaced).texts[FIRST] == "张 三"


_expanding = st.sampled_from(
    "a张é\u0301\u0958\u0f43\u0f73\U0001d160\ufb2c\u200b\u3000 \r\n\v\u2028\x1c·\uf900"
)


@pytest.mark.parametrize("name", sorted(EVERY.form["A"].texts))
@given(data=st.data())
def test_what_is_taken_can_be_read_at_the_count(name: str, data: st.DataObject) -> None:
    form = EVERY.form["A"]
    around = st.integers(max(0, form.texts[name] // 3 - 2), form.texts[name] + 2)
    text = "".join(data.draw(st.lists(_expanding, max_size=6))) + data.draw(_expanding) * data.draw(around)
    # The lowest grade of every line asks for a reason; else a reason would be left out.
    graded = {line.name: [line.scale.grades[-1].key] for line in form.lines if not line.is_ticked}
    reasons = {f"{line.name}.reason": ["x"] for line in form.reasoned}
    posted = {**graded, **reasons, name: [text], "receipt": ["ABCD-EFGH-JKMN"]}
    with contextlib.suppress(InvalidBallot):
        ballot = form.check(posted)
        packed = EVERY.pack(ballot)
        assert len(packed) == EVERY.size
        assert EVERY.unpack(packed)[1] == ballot


def test_ticks_and_written_names_together_keep_within_the_quota() -> None:
    ticked = FORM.check({"n1.vote": ["for"], FIRST: ["张三"]})
    assert sum(position == 1 for position in ticked.ratings) == 1
    with pytest.raises(InvalidBallot) as refused:
        FORM.check({"n1.vote": ["for"], "n2.vote": ["for"], SECOND: ["张三"]})
    fault = FieldFault("over-names", limit=2, given=3, label="推荐", names=("丙", "丁", "张三"))
    assert refused.value.fields == dict.fromkeys(("n1.vote", "n2.vote", SECOND), fault)


def test_no_other_field_can_have_the_same_name() -> None:
    data = changed("sections[2].write_in", 2, listed())
    data["sections"][2]["comment"] = True
    data["ratees"].append({"key": "list", "section": "list", "name": "辛"})
    data["sections"][2]["criteria"][0]["key"] = data["quotas"][2]["criterion"] = "write_in"
    form = Packing(read_definition(data)).form["A"]
    places, texts, questions = set(form.places), set(form.texts), set(form.questions)
    names = places | texts | questions
    assert not places & (texts | questions)
    assert texts & questions == {"q.words"}
    assert {"list.write_in", FIRST, SECOND, "list.comment"} <= names
