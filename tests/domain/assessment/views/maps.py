"""The sample's May as the material of what pages show."""

from functools import cache

from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.views.stories import StandingMaterial
from tests.domain.assessment.sample import sample_actuals, sample_definition, sample_targets

MAY = "2026-05"


@cache
def sample_period(period: str = MAY) -> StandingMaterial:
    """Return how the sample stands in a period."""
    definition, targets, actuals = sample_definition(), sample_targets(), sample_actuals()[period]
    standing = period_standing(definition, targets, actuals, period)
    return StandingMaterial(definition, targets, actuals, standing)


def everything(_unit: str, _indicator: str) -> bool:
    return True
