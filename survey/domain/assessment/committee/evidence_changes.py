"""What came on record since a score record was made: what it rests on, and what there is now."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from survey.domain.assessment.facts import CountedValue, Evidence, RecordedAct


class EvidenceKind(StrEnum):
    """What a change of what a record rests on is about."""

    NUMBER = "number"
    SHEET = "sheet"
    ENTRY = "entry"
    COUNT = "count"
    FINDING = "finding"


@dataclass(frozen=True)
class EvidenceChange:
    """One thing that came, went or changed since a record was made.

    ``about`` is the indicator, sheet, item, component or band; ``period`` is that of a number. ``before`` and
    ``now`` are ``None`` where there was, or is, nothing; points by name are not among them.
    """

    kind: EvidenceKind
    unit: str
    about: str
    period: str = ""
    before: Fraction | None = None
    now: Fraction | None = None


def evidence_changes(before: Evidence, now: Evidence) -> tuple[EvidenceChange, ...]:
    """Return what differs between what a record rests on and what is on record now."""
    looks = (_numbers, _findings, _sheets, _acts, _counts)
    return tuple(found for look in looks for found in look(before, now))


def _numbers(before: Evidence, now: Evidence) -> Iterator[EvidenceChange]:
    for period in dict.fromkeys((*before.actuals, *now.actuals)):
        old, new = before.actuals.get(period, {}), now.actuals.get(period, {})
        for unit, indicator in _differing(old, new):
            task = unit, indicator
            yield EvidenceChange(EvidenceKind.NUMBER, unit, indicator, period, old.get(task), new.get(task))


def _findings(before: Evidence, now: Evidence) -> Iterator[EvidenceChange]:
    for unit, indicator in _differing(before.findings, now.findings):
        old, new = before.findings.get((unit, indicator)), now.findings.get((unit, indicator))
        yield EvidenceChange(
            EvidenceKind.FINDING, unit, indicator, "", old.value if old else None, new.value if new else None
        )


def _sheets(before: Evidence, now: Evidence) -> Iterator[EvidenceChange]:
    """Name the sheets of units that changed, once each: who gave which points stays out of it."""
    changed = _moved(before.points, now.points)
    for unit, sheet in dict.fromkeys((one.unit, one.sheet) for one in changed):
        yield EvidenceChange(EvidenceKind.SHEET, unit, sheet)


def _acts(before: Evidence, now: Evidence) -> Iterator[EvidenceChange]:
    old, new = _all_acts(before), _all_acts(now)
    for act in _moved(old, new):
        came = new.count(act) > old.count(act)
        value = getattr(act, "points", None) or getattr(act, "value", None)
        yield EvidenceChange(
            EvidenceKind.ENTRY,
            act.unit,
            str(getattr(act, "item", "") or getattr(act, "component", "") or getattr(act, "band", "")),
            before=None if came else value,
            now=value if came else None,
        )


def _counts(before: Evidence, now: Evidence) -> Iterator[EvidenceChange]:
    old, new = before.counted or {}, now.counted or {}
    for component, unit in _differing(old, new):
        key = component, unit
        yield EvidenceChange(
            EvidenceKind.COUNT, unit, component, "", _value(old.get(key)), _value(new.get(key))
        )


def _value(found: CountedValue | None) -> Fraction | None:
    return None if found is None or found.value is None else Fraction(found.value)


def _all_acts(evidence: Evidence) -> list[RecordedAct]:
    return [*evidence.entries, *evidence.vetoes, *evidence.entered]


def _differing(
    old: Mapping[tuple[str, str], Any], new: Mapping[tuple[str, str], Any]
) -> list[tuple[str, str]]:
    return [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]


def _moved(old: Iterable[Any], new: Iterable[Any]) -> list[Any]:
    """Return what stands on one side only, what went first."""
    there, here = Counter(old), Counter(new)
    return [*(there - here), *(here - there)]
