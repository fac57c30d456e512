"""What an assessment rests on: targets, numbers, points by name, entries. Rows as they were put on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

UnitTask = tuple[str, str]
"""The keys of a unit and of an indicator: one task of a unit."""
Actuals = Mapping[UnitTask, Fraction]
"""What was reached by the end of one period: verified, else accepted. Nothing accepted: no row."""


@dataclass(frozen=True)
class Target:
    """What a unit is to reach in the year; ``plan`` has twelve places, one a month, ``None`` where empty.

    ``points`` replaces the sum of the indicator's points.
    """

    unit: str
    indicator: str
    target: Fraction | None
    base: Fraction | None = None
    plan: tuple[Fraction | None, ...] = (None,) * 12
    points: Fraction | None = None


Targets = Mapping[UnitTask, Target]
"""The tasks of all units, in the order of the definition. No row: the unit does not have that task."""


class Stage(StrEnum):
    """Where an assessment stands; it moves down this list.

    Only a new score record takes one that was decided back: what was decided rested on another sum.
    """

    DRAFT = "draft"
    ISSUED = "issued"
    RUNNING = "running"
    EXAMINING = "examining"
    SCORED = "scored"
    DECIDED = "decided"
    CLOSED = "closed"


class NumberKind(StrEnum):
    """How far a number has come: handed in, taken over by the office, or found on the spot.

    ``withdrawn`` takes the finding back that stands, whose value it repeats.
    """

    REPORTED = "reported"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """A number of a unit's task by the end of a period; appended, never changed: the last of a kind holds.

    ``note`` is what was written beside it, ``evidence`` what proves it, ``reason`` why it is as it is (a
    warning answered, a finding's grounds).
    """

    number: int
    kind: NumberKind
    period: str
    unit: str
    indicator: str
    value: Fraction
    note: str = ""
    evidence: str = ""
    reason: str = ""


@dataclass(frozen=True)
class SpotFinding:
    """A number that was found on the spot: why, and the one taken over before (``reported``), if any."""

    value: Fraction
    reported: Fraction | None = None
    reason: str = ""


SpotFindings = Mapping[UnitTask, SpotFinding]
"""What was found on the spot by the end of one period."""


@dataclass(frozen=True)
class SheetPoints:
    """The points, or the place, that one scorer gave a unit on one line of a sheet."""

    sheet: str
    unit: str
    scorer: str
    line: str
    points: Fraction


@dataclass(frozen=True)
class PointEntry:
    """A bonus or a deduction of a unit, as it was decided."""

    unit: str
    item: str
    points: Fraction
    reason: str
    evidence: str
    approver: str
    decided_on: date


@dataclass(frozen=True)
class UnitVeto:
    """A unit's veto: the band that it gets whatever its total."""

    unit: str
    band: str
    committee: str
    decided_on: date
    grounds: str
    evidence: str


@dataclass(frozen=True)
class EnteredValue:
    """A component's value that was typed in, with the document that it comes from."""

    unit: str
    component: str
    value: Fraction
    document: str


RecordedAct = PointEntry | UnitVeto | EnteredValue
"""What is put on record by hand, and can only be taken back."""


class Lacking(StrEnum):
    """Why a component has no value."""

    WITHHELD = "withheld"
    NOT_CERTIFIED = "not-certified"
    NOT_REPORTED = "not-reported"
    NO_SCORERS = "no-scorers"


@dataclass(frozen=True)
class CountedValue:
    """What a campaign's count says of a unit, as displayed; ``source`` is the count's digest."""

    value: Decimal | None
    source: str = ""
    why: Lacking | None = None


CountedValues = Mapping[tuple[str, str], CountedValue]
"""What campaigns say, by the keys of component and unit."""


@dataclass(frozen=True)
class Evidence:
    """All that a result rests on, beside definition and targets; ``actuals`` is by period.

    ``findings`` tell which of the last period's numbers are no reported ones.
    """

    actuals: Mapping[str, Actuals]
    points: tuple[SheetPoints, ...] = ()
    entries: tuple[PointEntry, ...] = ()
    vetoes: tuple[UnitVeto, ...] = ()
    entered: tuple[EnteredValue, ...] = ()
    counted: CountedValues | None = None
    findings: SpotFindings = field(default_factory=dict)
