"""A definition looked up by what others ask for, and the states that a campaign may act in."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from survey.domain.definition.campaign import (
    Campaign,
    Custody,
    Publication,
    State,
)
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import Band, ResultRules
from survey.domain.errors import WrongState
from tests.domain.editing import LATER, full

FULL = read_definition(full())
CAMPAIGN = Campaign(
    1,
    FULL,
    State.ARMED,
    Custody.SERVER,
    b"",
    shaken=False,
    forgotten=False,
    held=False,
    publication=Publication.NONE,
)


def test_everything_is_found_by_its_key() -> None:
    assert FULL.group["B"].label == "B票"
    assert FULL.scale["two"].grades[0].label == "是"
    assert FULL.section["vote"].title == "表决"
    assert FULL.ratee["t1"].name == "班子"
    assert all(FULL.question[one.key] is one for one in FULL.questions)


def test_lines_are_ratees_as_defined_each_with_the_criteria_of_its_form() -> None:
    assert [line.name for line in FULL.lines] == ["c1.de", "c1.neng", "c2.de", "c2.neng", "t1.all"]
    assert [line.scale.key for line in FULL.lines] == ["four"] * 4 + ["two"]
    assert FULL.lines[3].key == ("c2", "neng")


def test_a_group_has_the_lines_of_those_whom_it_may_rate() -> None:
    """乙 is rated by B alone."""
    assert [line.name for line in FULL.lines_of["A"]] == ["c1.de", "c1.neng", "t1.all"]
    assert [line.name for line in FULL.lines_of["B"]] == [line.name for line in FULL.lines]


def test_ratees_of_a_form_and_of_those_whom_a_group_may_rate() -> None:
    form = FULL.section["form"]
    assert [one.key for one in FULL.ratees_of(form)] == ["c1", "c2"]
    assert [one.key for one in FULL.ratees_of(form, "A")] == ["c1"]
    assert [one.key for one in FULL.ratees_of(form, "B")] == ["c1", "c2"]


def test_rates_belong_to_their_scale() -> None:
    assert [rate.key for rate in FULL.rates_of(FULL.scale["four"])] == ["good-rate"]
    assert FULL.rates_of(FULL.scale["two"]) == ()


def test_questions_of_a_group_and_those_that_break_down() -> None:
    asked = {key: [one.key for one in FULL.questions_of(key)] for key in FULL.group}
    for question in FULL.questions:
        assert [key for key in asked if question.key in asked[key]] == list(question.groups)
    assert FULL.breakdowns == tuple(one for one in FULL.questions if one.breakdown)
    assert FULL.breakdowns


@pytest.mark.parametrize(
    ("score", "band"),
    [("90.00", "high"), ("89.99", "middle"), ("60.50", "middle"), ("60.49", None), (None, None)],
)
def test_the_first_band_that_a_rounded_score_reaches(score: str | None, band: str | None) -> None:
    bands = (Band("high", "优", Fraction(90)), Band("middle", "良", Fraction(121, 2)))
    found = ResultRules(bands=bands).band(None if score is None else Decimal(score))
    assert (found.key if found else None) == band


def test_a_moved_end_takes_the_place_of_the_defined_one() -> None:
    assert CAMPAIGN.closes_at == LATER
    later = LATER + timedelta(hours=2)
    assert replace(CAMPAIGN, extended_to=later).closes_at == later


@pytest.mark.parametrize("publication", Publication)
def test_what_was_withdrawn_is_not_published(publication: Publication) -> None:
    shown = replace(CAMPAIGN, publication=publication).is_published
    assert shown is (publication in (Publication.PUBLIC, Publication.LINK, Publication.PERSON))


def test_a_trial_is_of_another_campaign() -> None:
    assert not CAMPAIGN.is_trial
    assert replace(CAMPAIGN, trial_of="other").is_trial
    assert CAMPAIGN.code == "full-2026"


@pytest.mark.parametrize("state", State)
def test_a_wrong_state_is_refused_with_what_comes_next(state: State) -> None:
    campaign = replace(CAMPAIGN, state=state)
    campaign.require(state, State.DRAFT, to="count")
    others = [one for one in State if one is not state]
    with pytest.raises(WrongState) as caught:
        campaign.require(*others, to="count the votes")
    assert str(caught.value) == f"cannot count the votes: full-2026 is {state}; {campaign.next_step}"
