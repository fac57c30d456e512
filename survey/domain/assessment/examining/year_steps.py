"""The four steps of a year's end, and how far each has come for each unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey.domain.definition.schema import N_


class YearStep(StrEnum):
    """A step of the year's end, in the order in which they are taken."""

    CONFERENCE = "conference"
    TALKS = "talks"
    VISITS = "visits"
    ANALYSIS = "analysis"


STEP_WORDS: Mapping[YearStep, str] = {
    YearStep.CONFERENCE: N_("考核大会"),
    YearStep.TALKS: N_("个别谈话"),
    YearStep.VISITS: N_("实地查访核验"),
    YearStep.ANALYSIS: N_("综合分析评议"),
}


class StepState(StrEnum):
    """How far a step has come for a unit."""

    NONE = "none"
    BEGUN = "begun"
    DONE = "done"


STEP_STATE_WORDS: Mapping[StepState, str] = {
    StepState.NONE: N_("未办"),
    StepState.BEGUN: N_("在办"),
    StepState.DONE: N_("已办"),
}


@dataclass(frozen=True)
class StepStanding:
    """How far a step has come for a unit, and how many things are on record of it."""

    state: StepState
    number: int = 0


@dataclass(frozen=True)
class YearEnd:
    """The steps of every unit, by the keys of unit and step."""

    standing: Mapping[tuple[str, YearStep], StepStanding]

    def missing(self, step: YearStep, units: tuple[str, ...] | list[str]) -> list[str]:
        """Return those of some units of which a step is not done on record."""
        return [unit for unit in units if self.standing[unit, step].state is not StepState.DONE]
