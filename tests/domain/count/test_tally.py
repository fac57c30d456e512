"""Ballots added up: in any order, in parts."""

import random

import pytest

from survey.domain.ballot.ballot import BallotForm
from survey.domain.count.record import to_record
from survey.domain.count.tally import NO_OPTION, Counts, OptionCounts, Tally, options_of
from survey.domain.definition.canonical import canonical_json
from tests.builders import built
from tests.domain.count.test_results import FEW, case
from tests.domain.results.counting import AGE


@pytest.mark.parametrize("seed", FEW)
def test_the_order_of_ballots_does_not_matter(seed: int) -> None:
    one = case(seed)
    shuffled = list(one.packed)
    random.Random(seed).shuffle(shuffled)
    first, second = one.tally(one.packed), one.tally(shuffled)
    assert canonical_json(to_record(one.count(first))) == canonical_json(to_record(one.count(second)))


@pytest.mark.parametrize("seed", FEW)
@pytest.mark.parametrize("parts", [2, 5])
def test_a_box_counted_in_parts_gives_the_same(seed: int, parts: int) -> None:
    one = case(seed)
    total = Tally(one.packing.definition)
    for part in range(parts):
        total.merge(one.tally(one.packed[part::parts]))
    assert to_record(one.count(total)) == to_record(one.count(one.tally(one.packed)))


def test_rows_add_up_and_small_ones_are_those_that_somebody_marked() -> None:
    one, other = Counts((3, 1), 2, 4), Counts((0, 1), 0, 1)
    assert one + other == Counts((3, 2), 2, 5)
    assert (one.answered, one.marked) == (4, 6)
    assert one.is_small(5)
    assert not one.is_small(4)
    # Nobody marked it: there is nobody to protect. Abstentions alone are few people too.
    assert not Counts((0, 0), 0, 9).is_small(5)
    assert Counts((0, 0), 2, 9).is_small(5)


def test_answers_add_up() -> None:
    one, other = OptionCounts((3, 1), 4, 9), OptionCounts((1, 0), 1, 2)
    assert one + other == OptionCounts((4, 1), 5, 11)
    assert one.is_small(5)
    assert not one.is_small(4)
    assert not OptionCounts((0, 0), 0, 9).is_small(5)


def counted(*votes: dict[str, str], **rules: object) -> tuple[Tally, list[bool]]:
    """Add ballots of one group up; return which were valid."""
    tables = {"ratees": ("c1",), "groups": ("A",), "questions": [AGE]} | ({"rules": rules} if rules else {})
    definition = built(**tables)
    form, tally = BallotForm(definition, "A"), Tally(definition)
    return tally, [tally.add(form, form.check({name: [v] for name, v in one.items()})) for one in votes]


def test_each_ballot_is_added_where_it_was_ticked() -> None:
    tally, valid = counted(
        {"c1.de": "excellent", "c1.neng": "poor", "q.age": "young"},
        {"c1.de": "excellent", "c1.neng": "-", "q.age": "old"},
        {"c1.de": "competent"},
    )
    assert valid == [True] * 3
    assert tally.cells("A") == {
        ("c1", "de"): Counts((2, 1, 0), 0, 0),
        ("c1", "neng"): Counts((0, 0, 1), 1, 1),
    }
    assert tally.options("age", "A") == OptionCounts((1, 1), 2, 3)
    assert tally.split("age", "young")["c1", "de"] == Counts((1, 0, 0), 0, 0)
    assert tally.split("age", NO_OPTION)["c1", "de"] == Counts((0, 1, 0), 0, 0)


def test_a_spoiled_ballot_is_counted_as_one_and_for_nothing_else() -> None:
    tally, valid = counted({"q.age": "young"}, {"c1.de": "poor"}, spoiled_if=["all-blank"])
    assert valid == [False, True]
    assert (tally.spoiled, tally.valid) == ({"A": 1}, {"A": 1})
    assert tally.options("age", "A") == OptionCounts((0, 0), 0, 1)


def test_a_ballot_spoiled_before_it_was_packed_needs_no_rule() -> None:
    tally, _ = counted({"c1.de": "poor"})
    form = BallotForm(tally.definition, "A")
    assert not tally.take(form, None, {})
    assert (tally.spoiled, tally.valid) == ({"A": 1}, {"A": 1})
    assert tally.cells("A")["c1", "de"] == Counts((0, 0, 1), 0, 0)


def test_an_empty_line_is_an_abstention_where_the_rules_say_so() -> None:
    tally, _ = counted({"c1.de": "poor"}, {"c1.de": "-"}, blank="abstain")
    assert tally.cells("A")["c1", "neng"] == Counts((0, 0, 0), 2, 0)
    assert tally.cells("A")["c1", "de"] == Counts((0, 0, 1), 1, 0)


def test_options_of_a_breakdown_end_with_those_who_gave_none() -> None:
    assert options_of(built(questions=[AGE]).questions[0]) == ("young", "old", NO_OPTION)
