"""The periods of an assessment: months, or quarters, of its year, and the ways in which people write them."""

import re
from dataclasses import dataclass

from .definition import AssessmentDefinition
from .facts import Targets
from .indicators import Indicator, Rhythm


@dataclass(frozen=True)
class PeriodRules:
    """The version of definition and targets that a period follows; a closed one keeps it."""

    definition: AssessmentDefinition
    targets: Targets

    def due_in(self, period: str) -> frozenset[str]:
        """Return the keys of the indicators that are reported for a period."""
        known = self.definition.indicators
        return frozenset(one.key for one in known if due_in(self.definition, one, period))


_PLAIN = str.maketrans("０１２３４５６７８９－—／．ｑＱq", "0123456789--/.QQQ")
_YEAR = r"(?:(?P<year>\d{4})\s*(?:年度?|[-/.])?\s*)?"
_MONTH = re.compile(_YEAR + r"(?P<number>\d{1,2})\s*月?份?")
_UP_TO = re.compile(r"(?:(?P<year>\d{4})\s*年度?\s*)?1\s*月?\s*[-至~～]\s*(?P<number>\d{1,2})\s*月份?")
_QUARTER = re.compile(_YEAR + r"(?:Q(?P<number>[1-4])|第?(?P<word>[1-4一二三四])\s*季度?)")
_CHINESE = "一二三四"
_QUARTER_MONTHS = Rhythm.QUARTER.months


def periods_of(definition: AssessmentDefinition) -> tuple[str, ...]:
    """List the periods of the year: ``2026-01`` to ``2026-12``, or ``2026-Q1`` to ``2026-Q4``."""
    if definition.periods is Rhythm.QUARTER:
        return tuple(f"{definition.year}-Q{quarter}" for quarter in range(1, 5))
    return tuple(f"{definition.year}-{month:02}" for month in range(1, 13))


def last_period(definition: AssessmentDefinition) -> str:
    """Return the period that ends with the year."""
    return periods_of(definition)[-1]


def month_of(period: str) -> int:
    """Return the month (1 to 12) with which a period ends."""
    _, _, part = period.partition("-")
    return int(part[1:]) * _QUARTER_MONTHS if part.startswith("Q") else int(part)


def due_in(definition: AssessmentDefinition, indicator: Indicator, period: str) -> bool:
    """Return whether an indicator is reported for a period."""
    return (indicator.reported or definition.periods).is_due(month_of(period))


def read_period(definition: AssessmentDefinition, text: str) -> str | None:
    """Return the period that a text means, ``None`` where the assessment has none of that name.

    ``2026-05``, ``2026-5``, ``2026/5``, ``202605``, ``2026年5月``, ``1-5月``; a quarter ``2026-Q1``,
    ``2026年一季度``, ``第1季度``, or by the month that it ends with.
    """
    written = text.strip().translate(_PLAIN)
    quarter, month = _QUARTER.fullmatch(written), _MONTH.fullmatch(written) or _UP_TO.fullmatch(written)
    found = quarter or month
    if found is None or int(found["year"] or definition.year) != definition.year:
        return None
    if definition.periods is Rhythm.MONTH:
        period = f"{definition.year}-{int(month['number']):02}" if month else ""
    elif quarter:
        number = quarter["number"] or quarter["word"]
        period = f"{definition.year}-Q{_CHINESE.index(number) + 1 if number in _CHINESE else number}"
    else:
        quarters, rest = divmod(int(found["number"]), _QUARTER_MONTHS)
        period = "" if rest else f"{definition.year}-Q{quarters}"
    return period if period in periods_of(definition) else None
