"""What a new record would change, unit by unit."""

from survey.domain.assessment.committee.outcome_changes import unit_changes

from .small_outcome import definition, outcome

RULES = definition(3)


def test_the_same_changes_nothing() -> None:
    one = outcome(RULES, {"t1": 90, "t2": 80, "t3": 70})
    assert unit_changes(one, one) == ()


def test_a_unit_and_all_whose_rank_moves_are_named() -> None:
    before = outcome(RULES, {"t1": 90, "t2": 80, "t3": 70})
    found = unit_changes(before, outcome(RULES, {"t1": 90, "t2": 80, "t3": 85}))
    assert [one.unit for one in found] == ["t2", "t3"]
    moved, raised = found
    assert moved.before
    assert moved.now
    assert (moved.before.rank, moved.now.rank, moved.components) == (2, 3, ())
    assert [
        (one.component, str(one.before and one.before.value), str(one.now and one.now.value))
        for one in raised.components
    ] == [("targets", "70", "85")]


def test_a_unit_that_is_new_and_one_that_is_gone() -> None:
    found = unit_changes(outcome(definition(2), {"t1": 90, "t2": 80}), outcome(definition(1), {"t1": 90}))
    assert [(one.unit, one.now) for one in found] == [("t2", None)]
    found = unit_changes(outcome(definition(1), {"t1": 90}), outcome(definition(2), {"t1": 90, "t2": 80}))
    assert [(one.unit, one.before) for one in found] == [("t2", None)]
