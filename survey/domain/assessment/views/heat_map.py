"""The heat map: how every unit stands with every indicator in a period, in the order asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition, Light
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.indicators import Better, Indicator
from survey.domain.assessment.outcome import PeriodStanding, TaskStanding, UnitStanding
from survey.domain.assessment.scoring.standing import unit_standing

Sees = Callable[[str, str], bool]
"""Whether somebody may see a unit's number of an indicator, by their keys."""

BY_RATE, BY_RED = ":rate", ":red"
"""Orders that are no key's: by the share on pace, by how many are red."""
_SEVERITY = {Light.RED: 0, Light.YELLOW: 1, Light.GREY: 2, Light.GREEN: 3}
_NO_TASK = 4


@dataclass(frozen=True, slots=True)
class HeatOrder:
    """What rows and columns are ordered by: as defined where empty, ``BY_RED``, ``BY_RATE``, or a key.

    Rows are ordered by an indicator's key, columns by a unit's; the worst first, unless ``best_first``.
    """

    rows: str = ""
    columns: str = ""
    best_first: bool = False


@dataclass(frozen=True)
class HeatRow:
    """A unit with its lights in the order of the columns; ``None`` where it has no such task."""

    unit: AssessedUnit
    lights: tuple[Light | None, ...]
    standing: UnitStanding


@dataclass(frozen=True)
class HeatColumn:
    """An indicator with how many units have each light."""

    indicator: Indicator
    lights: Mapping[Light, int]


@dataclass(frozen=True)
class HeatMap:
    """Units by indicators; only what may be seen, and only those of which there is something."""

    columns: tuple[HeatColumn, ...]
    rows: tuple[HeatRow, ...]


def heat_map(
    definition: AssessmentDefinition,
    standing: PeriodStanding,
    *,
    sees: Sees | None = None,
    class_key: str = "",
    order: HeatOrder | None = None,
) -> HeatMap:
    """Return the map of a period, of one class where its key is given; without ``sees`` all of it."""
    order = order or HeatOrder()
    tasks = {
        (one.unit, one.indicator): one
        for one in standing.tasks
        if (not class_key or definition.unit[one.unit].class_key == class_key)
        and (sees is None or sees(one.unit, one.indicator))
    }
    with_units = {unit for unit, _ in tasks}
    with_indicators = {indicator for _, indicator in tasks}
    units = [one for one in definition.units if one.key in with_units]
    indicators = [one for one in definition.indicators if one.key in with_indicators]
    columns = _columns(indicators, units, tasks, order)
    rows = [
        HeatRow(
            unit,
            tuple(found.light if found else None for found in across),
            unit_standing(unit.key, [found for found in across if found]),
        )
        for unit in units
        for across in ([tasks.get((unit.key, one.indicator.key)) for one in columns],)
    ]
    return HeatMap(tuple(columns), tuple(_ordered_rows(definition, rows, tasks, order)))


def severity(indicator: Indicator, task: TaskStanding | None) -> tuple[int, Fraction]:
    """Return what tasks are put in order by: the worst light first, within it the worst pace."""
    if task is None:
        return _NO_TASK, Fraction(0)
    pace = task.pace
    if pace is None:
        pace = Fraction(1)
    return _SEVERITY[task.light], pace if indicator.better is Better.HIGHER else -pace


def _columns(
    indicators: Sequence[Indicator],
    units: Sequence[AssessedUnit],
    tasks: Mapping[UnitTask, TaskStanding],
    order: HeatOrder,
) -> list[HeatColumn]:
    columns = []
    for indicator in indicators:
        counts = dict.fromkeys(Light, 0)
        for unit in units:
            task = tasks.get((unit.key, indicator.key))
            if task is not None:
                counts[task.light] += 1
        columns.append(HeatColumn(indicator, counts))
    if order.columns == BY_RED:
        columns.sort(key=lambda one: (one.lights[Light.RED], one.lights[Light.YELLOW]), reverse=True)
    elif order.columns in {unit.key for unit in units}:
        columns.sort(key=lambda one: severity(one.indicator, tasks.get((order.columns, one.indicator.key))))
    else:
        return columns
    return columns[::-1] if order.best_first else columns


def _ordered_rows(
    definition: AssessmentDefinition,
    rows: list[HeatRow],
    tasks: Mapping[UnitTask, TaskStanding],
    order: HeatOrder,
) -> list[HeatRow]:
    if order.rows == BY_RATE:
        rows.sort(key=lambda row: _rate(row.standing))
    elif order.rows == BY_RED:
        rows.sort(
            key=lambda row: (row.standing.lights[Light.RED], row.standing.lights[Light.YELLOW]), reverse=True
        )
    elif order.rows in definition.indicator:
        indicator = definition.indicator[order.rows]
        rows.sort(key=lambda row: severity(indicator, tasks.get((row.unit.key, indicator.key))))
    else:
        return rows
    return rows[::-1] if order.best_first else rows


def _rate(standing: UnitStanding) -> Fraction:
    """Return the share on pace; a unit of which nothing is due comes last."""
    return Fraction(2) if standing.rate is None else standing.rate
