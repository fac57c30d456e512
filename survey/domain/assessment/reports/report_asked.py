"""Which period a report was asked for, by the plans that its template stands with."""

from collections.abc import Iterator
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Target, Targets
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.known_names import names_of
from survey.domain.assessment.periods import month_of, periods_of
from survey.domain.assessment.scoring.pace import planned

from .cell_numbers import number_in
from .report_lines import KEY, PLANNED, ReportFile
from .row_checks import period_written

_SHOWN = Fraction(1, 200)
"""A template may show plans with two places."""


def asked_period(definition: AssessmentDefinition, targets: Targets, report: ReportFile) -> str | None:
    """Return the period whose plans a report's template has, where it is another than the one written there.

    Whoever writes over the period of a template leaves its plans as they are. ``None`` where the plans are
    those of the period that is written, or of none or several.
    """
    plans = list(_plans(definition, targets, report))
    fitting = [one for one in periods_of(definition) if plans and all(_fits(*plan, one) for plan in plans)]
    said = period_written(definition, report.period.text) if report.period else None
    return fitting[0] if len(fitting) == 1 and fitting[0] != said else None


def _plans(
    definition: AssessmentDefinition, targets: Targets, report: ReportFile
) -> Iterator[tuple[Indicator, Target, Fraction]]:
    """Give the plans that stand in the rows of tasks."""
    units, indicators = names_of(definition.units), names_of(definition.indicators)
    subject = report.subject.text.strip() if report.subject else ""
    for row in report.rows:
        key = row.text(KEY)
        unit, indicator = (subject, key) if report.of_unit else (key, subject)
        task = units.key_of(unit) or "", indicators.key_of(indicator) or ""
        written = number_in(row.cells[PLANNED]) if PLANNED in row.cells else None
        if task in targets and isinstance(written, Fraction):
            yield definition.indicator[task[1]], targets[task], written


def _fits(indicator: Indicator, target: Target, written: Fraction, period: str) -> bool:
    plan = planned(indicator, target, month_of(period))
    return plan is not None and abs(plan - written) <= _SHOWN
