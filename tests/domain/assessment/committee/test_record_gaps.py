"""What an outcome goes without."""

from survey.domain.assessment.committee.record_gaps import gaps_of
from survey.domain.assessment.facts import Lacking

from .small_outcome import definition, outcome


def test_nothing_is_missing() -> None:
    rules = definition(2)
    gaps = gaps_of(rules, outcome(rules, {"t1": 90, "t2": 80}))
    assert not gaps.are_there
    assert (gaps.withheld, gaps.fewer) == ((), ())


def test_a_part_without_value_withholds_the_total() -> None:
    rules = definition(2)
    gaps = gaps_of(rules, outcome(rules, {"t1": 90}))
    assert gaps.parts == {("targets", Lacking.NOT_REPORTED): ("t2",)}
    assert (gaps.withheld, gaps.fewer) == (("t2",), ())


def test_a_total_on_fewer_parts_is_named() -> None:
    rules = definition(2, missing="zero")
    gaps = gaps_of(rules, outcome(rules, {"t1": 90}))
    assert (gaps.withheld, gaps.fewer) == ((), ("t2",))
