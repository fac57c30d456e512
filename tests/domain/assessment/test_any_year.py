"""Whatever an office defines without a fault can be reckoned with, for every period and for the year."""

import json

from hypothesis import HealthCheck, Phase, given, settings

from survey.domain.assessment.amendments import changes_between
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Evidence, Targets
from survey.domain.assessment.indicators import ONE
from survey.domain.assessment.periods import month_of, periods_of
from survey.domain.assessment.rule_words import words_of
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.scoring.task_scores import score_tasks
from survey.domain.assessment.targets_reader import read_targets_document, targets_document
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.totals.outcome_json import outcome_json
from tests.domain.assessment.any_year import years

Year = tuple[AssessmentDefinition, Targets, Evidence]
# A year has hundreds of draws: making a failing one small takes longer than anybody waits.
ANY = settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
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
                    indicator = definition.indicator[score.indicator]
                    for line, scored in zip(indicator.score, score.lines, strict=True):
                        # A target of 0 that is reached gives all points, whatever the cap.
                        assert 0 <= scored.earned <= scored.points * max(line.cap, ONE) + line.up, (
                            unit,
                            scored,
                        )
                    assert words_of(indicator, targets[unit, score.indicator])


@ANY
@given(years())
def test_targets_come_back_from_where_they_are_stored(year: Year) -> None:
    definition, targets, _ = year
    again = read_targets_document(definition, json.loads(json.dumps(targets_document(targets))))
    assert again == targets
    assert changes_between(definition, targets, definition, again) == ()
