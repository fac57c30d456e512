"""Steps of the year's end: which units lack one."""

from survey.domain.assessment.examining.year_steps import (
    STEP_STATE_WORDS,
    STEP_WORDS,
    StepStanding,
    StepState,
    YearEnd,
    YearStep,
)


def test_what_is_begun_is_missing_too() -> None:
    states = {"t1": StepState.DONE, "t2": StepState.BEGUN, "t3": StepState.NONE}
    found = YearEnd({(unit, YearStep.VISITS): StepStanding(state) for unit, state in states.items()})
    assert found.missing(YearStep.VISITS, ["t1", "t2", "t3"]) == ["t2", "t3"]
    assert found.missing(YearStep.VISITS, ["t1"]) == []


def test_every_step_and_state_has_its_word() -> None:
    assert set(STEP_WORDS) == set(YearStep)
    assert set(STEP_STATE_WORDS) == set(StepState)
