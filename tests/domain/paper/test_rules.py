"""What a phone would refuse has a rule on paper, and what the rules leave is a ballot that can be cast."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.ballot.ballot import Ballot, BallotForm
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import QuestionKind
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import BlankRule, OverQuota, PaperRules, PaperTexts
from survey.domain.errors import InvalidBallot
from survey.domain.paper.fate import Settled
from survey.domain.paper.reasons import reason_field, reason_frames
from survey.domain.paper.record import SheetRefusal
from survey.domain.paper.rules import posted_of
from tests.builders import EXAMPLES, example
from tests.domain.editing import changed, full, listed

TYPED = PaperRules(texts=PaperTexts.TYPED)
SPOIL = PaperRules(over_quota=OverQuota.SPOIL, texts=PaperTexts.TYPED)
RATEES = [{"key": f"c{at}", "section": "form", "name": f"第{at}人"} for at in range(1, 4)]


def form(group: str = "A", **changes: Any) -> BallotForm:
    return BallotForm(read_definition(full() | changes), group)


def ballot(
    values: dict[str, str],
    texts: dict[str, str] | None = None,
    rules: PaperRules = TYPED,
    asked: BallotForm | None = None,
) -> Ballot | None:
    """Return the ballot that a sheet is; options are parted by spaces."""
    asked = asked or form()
    ticked = {name: tuple(said.split()) for name, said in values.items()}
    posted = posted_of(asked, Settled(ticked, texts or {}), rules)
    return None if posted is None else asked.check(posted)


def test_a_sheet_that_breaks_no_rule_is_cast_as_it_is() -> None:
    found = ballot(
        {"c1.de": "good", "c1.neng": "-", "t1.all": "no", "q.age": "60+", "q.problems": "team plan"},
        {"form.comment": " 很好\r\n", "q.words": "建议"},
    )
    assert found == Ballot(
        "A", "", (1, 4, 2), {"age": (1,), "problems": (0, 1)}, {"form.comment": "很好", "q.words": "建议"}
    )


def test_an_empty_sheet_is_an_empty_ballot() -> None:
    assert ballot({}) == Ballot("A", "", (0, 0, 0))
    assert posted_of(form(), Settled({"c1.de": (), "q.problems": ()}, {"q.words": " "}), TYPED) == {}


def test_a_ballot_names_no_field_that_is_blank() -> None:
    posted = posted_of(form(), Settled({"c1.de": ("good",), "c1.neng": ()}, {}), TYPED)
    assert posted == {"c1.de": ["good"]}


def test_what_people_spoiled_is_no_ballot() -> None:
    assert posted_of(form(), Settled({}, {}, spoiled=True), TYPED) is None


def test_what_was_refused_is_not_asked_about() -> None:
    with pytest.raises(ValueError, match="refused"):
        posted_of(form(), Settled({}, {}, refusal=SheetRefusal.DOUBLE), TYPED)


def test_several_marks_leave_a_line_blank() -> None:
    found = ballot({"c1.de": "good fair", "c1.neng": "fair", "q.age": "18-35 60+"})
    assert found == Ballot("A", "", (0, 2, 0))


# Quotas: of the three on this form, 40 % (1) may be good in "de", one in "neng"


def crowded(**changes: Any) -> BallotForm:
    return form("B", ratees=RATEES, **changes)


OVER = {"c1.de": "good", "c2.de": "good", "c3.de": "fair", "c1.neng": "good"}


def test_over_a_quota_all_lines_with_that_grade_are_blank() -> None:
    assert ballot(OVER, asked=crowded()) == Ballot("B", "", (0, 1, 0, 0, 2, 0))


def test_over_a_quota_the_sheet_is_spoiled_where_that_is_the_rule() -> None:
    assert ballot(OVER, asked=crowded(), rules=SPOIL) is None
    assert ballot(OVER | {"c2.de": "fair"}, asked=crowded(), rules=SPOIL) is not None


def test_a_grade_on_a_line_with_several_marks_takes_no_part_in_a_quota() -> None:
    found = ballot(OVER | {"c2.de": "good fair"}, asked=crowded(), rules=SPOIL)
    assert found == Ballot("B", "", (1, 1, 0, 0, 2, 0))


def test_a_quota_is_judged_on_what_was_ticked_before_reasons() -> None:
    quotas = [{"section": "form", "criterion": "de", "grade": "bad", "at_most": 1}]
    asked = crowded(quotas=quotas)
    values = {"c1.de": "bad", "c2.de": "bad"}
    assert ballot(values, {"c1.de.reason": "因为"}, asked=asked) == Ballot("B", "", (0,) * 6)
    assert ballot(values, {"c1.de.reason": "因为"}, asked=asked, rules=SPOIL) is None


def test_quotas_are_judged_each_on_what_was_ticked() -> None:
    quotas = [
        {"section": "form", "criterion": "de", "grade": grade, "at_most": 1} for grade in ("good", "fair")
    ]
    rows = [*RATEES, RATEES[0] | {"key": "c4"}]
    asked = form("B", ratees=rows, quotas=quotas)
    values = {"c1.de": "good", "c2.de": "good", "c3.de": "fair", "c4.de": "fair"}
    assert ballot(values, asked=asked) == Ballot("B", "", (0,) * 8)


# Reasons


def test_a_grade_without_its_reason_is_blank() -> None:
    assert ballot({"c1.de": "bad", "c1.neng": "fair"}) == Ballot("A", "", (0, 2, 0))


def test_a_grade_with_its_reason_counts() -> None:
    found = ballot({"c1.de": "bad"}, {"c1.de.reason": "不到位"})
    assert found == Ballot("A", "", (3, 0, 0), {}, {"c1.de.reason": "不到位"})


@pytest.mark.parametrize("reason", ["", "  \n", "因" * 201, "a\x00b"])
def test_a_reason_that_no_ballot_can_hold_is_none(reason: str) -> None:
    assert ballot({"c1.de": "bad"}, {"c1.de.reason": reason}) == Ballot("A", "", (0, 0, 0))


def test_one_reason_serves_all_lines_of_a_ratee() -> None:
    both, text = {"c1.de": "bad", "c1.neng": "bad"}, {"c1.de.reason": "不到位"}
    assert ballot(both, text) == Ballot("A", "", (3, 3, 0), {}, text | {"c1.neng.reason": "不到位"})
    assert ballot(both | {"c1.de": "good"}, text) == Ballot(
        "A", "", (1, 3, 0), {}, {"c1.neng.reason": "不到位"}
    )
    own = text | {"c1.neng.reason": "另有"}
    assert ballot(both, own) == Ballot("A", "", (3, 3, 0), {}, own)


def test_a_reason_serves_no_other_ratee() -> None:
    values = {"c1.de": "bad", "c2.de": "bad", "c2.neng": "bad"}
    found = ballot(values, {"c2.de.reason": "不到位"}, asked=crowded(quotas=[]))
    assert found is not None
    assert found.ratings == (0, 0, 3, 3, 0, 0)


def test_a_reason_under_another_grade_is_dropped() -> None:
    assert ballot({"c1.de": "good"}, {"c1.de.reason": "因为"}) == Ballot("A", "", (1, 0, 0))


# Questions


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("plan", {"problems": (0,)}),
        ("team plan", {"problems": (0, 1)}),
        ("style", {"problems": (2,)}),
        ("style plan", {}),
        ("plan team style", {}),
    ],
)
def test_too_many_options_or_one_that_excludes_the_others_leave_a_question_blank(
    said: str, chosen: dict[str, tuple[int, ...]]
) -> None:
    found = ballot({"q.problems": said, "c1.de": "good"})
    assert found == Ballot("A", "", (1, 0, 0), chosen)


def test_a_required_question_left_empty_spoils_the_sheet() -> None:
    asked = BallotForm(read_definition(changed("questions[0].required", True)), "A")
    assert ballot({"c1.de": "good"}, asked=asked) is None
    assert ballot({"c1.de": "good", "q.age": "18-35 60+"}, asked=asked) is None
    assert ballot({"c1.de": "good", "q.age": "60+"}, asked=asked) is not None


def test_a_required_text_left_empty_spoils_the_sheet() -> None:
    asked = BallotForm(read_definition(changed("questions[2].required", True)), "A")
    assert ballot({}, {"q.words": " "}, asked=asked) is None
    assert ballot({}, {"q.words": "民"}, asked=asked) is not None


# Blank lines where none may be


FULL = {"c1.de": "good", "c1.neng": "fair", "t1.all": "yes"}


def strict() -> BallotForm:
    return BallotForm(read_definition(changed("rules.blank", "require")), "A")


def test_a_sheet_that_is_filled_in_counts_where_no_blank_may_be() -> None:
    assert ballot(FULL, asked=strict()) == Ballot("A", "", (1, 2, 1))
    assert ballot(FULL | {"c1.de": "-"}, asked=strict()) == Ballot("A", "", (4, 2, 1))


@pytest.mark.parametrize("line", FULL)
@pytest.mark.parametrize("said", ["", "yes no", "good fair"])
def test_a_blank_line_spoils_the_sheet_left_or_made(line: str, said: str) -> None:
    assert ballot(FULL | {line: said}, asked=strict()) is None


def test_a_line_made_blank_by_a_rule_spoils_the_sheet_too() -> None:
    assert ballot(FULL | {"c1.de": "bad"}, asked=strict()) is None
    assert ballot(FULL | {"c1.de": "bad"}, {"c1.de.reason": "因为"}, asked=strict()) is not None


# Whatever is ticked and typed


WORDS = st.one_of(
    st.sampled_from(["", " ", "\x00", "因" * 201, "民" * 501, " 好\r\n"]),
    st.sampled_from(["丙", "张三", "张三 财政局", "财政局张三", "李四", "\u200b", "\ufb2c" * 20]),
    st.text(max_size=8),
)


def with_blank(definition: Definition, blank: BlankRule) -> Definition:
    return replace(definition, rules=replace(definition.rules, blank=blank))


FORMS = [
    BallotForm(with_blank(definition, blank), group.key)
    for blank in BlankRule
    for definition in (
        *(read_definition(example(file.stem)) for file in sorted(EXAMPLES.glob("*.toml"))),
        read_definition(full()),
        read_definition(full() | {"ratees": RATEES}),
        read_definition(changed("questions[0].required", True)),
        read_definition(changed("questions[2].required", True)),
        read_definition(changed("sections[2].write_in", 2, listed())),
    )
    for group in definition.groups
]


@st.composite
def sheets(draw: st.DrawFn) -> tuple[BallotForm, Settled]:
    """Draw a form and what a sheet of it says: mostly one mark a line, of few grades."""
    asked = draw(st.sampled_from(FORMS))
    dice = draw(st.randoms(use_true_random=False))
    values = {}
    favoured = dice.random()
    for line in asked.lines:
        keys = list(line.scale.positions)
        number = dice.choices([1, 0, 2], [20, draw_weight(asked), 1])[0]
        values[line.name] = (
            (keys[0],) if number == 1 and dice.random() < favoured else tuple(dice.sample(keys, number))
        )
    for name, question in asked.questions.items():
        if question.kind is not QuestionKind.TEXT:
            keys = [option.key for option in question.options]
            values[name] = tuple(dice.sample(keys, dice.randint(0, min(3, len(keys)))))
    names = dice.sample(sorted(asked.texts), min(len(asked.texts), dice.randint(0, 6)))
    return asked, Settled(values, {name: draw(WORDS) for name in names})


def draw_weight(asked: BallotForm) -> int:
    """Return how often a line is left out: hardly where that spoils the sheet."""
    return 0 if asked.definition.rules.blank is BlankRule.REQUIRE else 4


@settings(max_examples=100, deadline=None)
@given(sheets(), st.sampled_from(OverQuota))
def test_what_the_rules_leave_can_always_be_cast(sheet: tuple[BallotForm, Settled], over: OverQuota) -> None:
    asked, settled = sheet
    posted = posted_of(asked, settled, PaperRules(over_quota=over, texts=PaperTexts.TYPED))
    if posted is None:
        return
    cast = asked.check(posted)
    for line, position in zip(asked.lines, cast.ratings, strict=True):
        ticked = settled.values[line.name]
        assert position in {0, *(line.scale.positions[key] for key in ticked)}
        assert position == 0 or len(ticked) == 1
    for key, chosen in cast.choices.items():
        question = asked.questions[f"q.{key}"]
        assert {question.options[place].key for place in chosen} == set(settled.values[f"q.{key}"])
    frames = reason_frames(asked)
    written = {reason_field(line): frames[line.ratee.key] for line in asked.reasoned}
    for name in cast.texts:
        assert name in settled.texts or written[name] in settled.texts


@settings(max_examples=60, deadline=None)
@given(sheets())
def test_a_sheet_that_a_phone_would_take_is_taken_as_it_is(sheet: tuple[BallotForm, Settled]) -> None:
    """What passes as it stands passes the rules unchanged, whatever they are."""
    asked, settled = sheet
    plain = {name: list(ticked) for name, ticked in settled.values.items() if ticked}
    plain |= {name: [text] for name, text in settled.texts.items() if text.strip()}
    try:
        phone = asked.check(plain)
    except InvalidBallot:
        return
    for over in OverQuota:
        posted = posted_of(asked, settled, PaperRules(over_quota=over))
        assert posted is not None
        assert asked.check(posted) == phone


@pytest.mark.parametrize(("over", "blank"), [*product(OverQuota, BlankRule)])
def test_the_rules_say_the_same_again_of_what_they_left(over: OverQuota, blank: BlankRule) -> None:
    asked = BallotForm(with_blank(crowded().definition, blank), "B")
    rules = PaperRules(over_quota=over, texts=PaperTexts.TYPED)
    for said in product(["good", "fair", "bad", ""], repeat=3):
        values = {f"c{at}.de": (one,) if one else () for at, one in enumerate(said, 1)}
        values |= {f"c{at}.neng": ("-",) for at in range(1, 4)}
        posted = posted_of(asked, Settled(values, {"c1.de.reason": "因"}), rules)
        if posted is not None:
            again = Settled({name: tuple(ticked) for name, ticked in posted.items()}, {"c1.de.reason": "因"})
            assert posted_of(asked, again, rules) == posted
