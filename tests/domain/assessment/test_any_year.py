"""Whatever an office defines without a fault can be reckoned with, for every period and for the year."""

import json
from fractions import Fraction

from hypothesis import HealthCheck, given, settings

from survey.domain.assessment.amendments import changes_between
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Evidence, Targets
from survey.domain.assessment.indicators import Method
from survey.domain.assessment.periods import month_of, periods_of
from survey.domain.assessment.rule_words import words_of
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.scoring.task_scores import score_tasks
from survey.domain.assessment.targets_reader import read_targets_document, targets_document
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.totals.outcome_json import outcome_json
from tests.domain.assessment.any_year import years

Year = tuple[AssessmentDefinition, Targets, Evidence]
ANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@ANY
@given(years())
def test_every_year_has_an_outcome(year: Year) -> None:
    definition, targets, evidence = year
    outcome = year_outcome(definition, targets, evidence)
    assert [unit.unit for unit in outcome.units] == [unit.key for unit in definition.units]
    bands = {band.key for band in definition.composite.bands}
    for unit in outcome.units:
        assert unit.proposed in {*bands, None}
        assert 0 <= unit.parts <= len(definition.components)
        assert [part.component for part in unit.components] == [one.key for one in definition.components]
    assert json.dumps(outcome_json(definition, outcome, state="scored"))


@ANY
@given(years())
def test_every_period_has_a_standing_and_points_within_those_of_the_task(year: Year) -> None:
    definition, targets, evidence = year
    for period in periods_of(definition)[::3]:
        actuals = evidence.actuals.get(period, {})
        standing = period_standing(definition, targets, actuals, period)
        assert sum(unit.assigned for unit in standing.units) == len(standing.tasks)
        for month in (month_of(period), None):
            for unit, scores in score_tasks(definition, targets, actuals, month=month).items():
                for score in scores:
                    most = score.points * _stretch(definition, score.indicator)
                    assert 0 <= score.earned <= most, (unit, score)
                    assert words_of(definition.indicator[score.indicator], targets[unit, score.indicator])


@ANY
@given(years())
def test_targets_come_back_from_where_they_are_stored(year: Year) -> None:
    definition, targets, _ = year
    again = read_targets_document(definition, json.loads(json.dumps(targets_document(targets))))
    assert again == targets
    assert changes_between(definition, targets, definition, again) == ()


def _stretch(definition: AssessmentDefinition, key: str) -> Fraction:
    """Return how far above a task's points its lines may go: by a cap, or by steps up."""
    lines = definition.indicator[key].score
    over = [line.cap for line in lines if line.method is Method.COMPLETE]
    over += [(line.points + line.up) / line.points for line in lines if line.points and line.up]
    return max([Fraction(1), *over])
