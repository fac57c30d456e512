"""What comes out of an assessment: how tasks stand at a period's end, and the year's points and totals."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .definition import Light
from .facts import Lacking
from .scoring.yardsticks import completion


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """How a unit's task stands at the end of a period; ``None`` where nothing is accepted, or is divided by.

    ``completion`` is A ÷ T and ``pace`` A ÷ planned, as fractions (1 is all of it). ``first`` and ``last``
    tell whether the unit is first or last in its class with it. What a map of lights does not show is worked
    out where it is asked for: twelve thousand divisions are most of what such a map takes.
    """

    unit: str
    indicator: str
    actual: Fraction | None
    planned: Fraction | None
    target: Fraction | None
    on_pace: bool
    light: Light
    first: bool = False
    last: bool = False

    @property
    def gap(self) -> Fraction | None:
        """Return by how much the number is beyond the plan so far."""
        return None if self.actual is None or self.planned is None else self.actual - self.planned

    @property
    def completion(self) -> Fraction | None:
        """Return which part of the year's target is reached."""
        return None if self.actual is None else completion(self.actual, self.target)

    @property
    def pace(self) -> Fraction | None:
        """Return which part of the plan so far is reached."""
        return None if self.actual is None else completion(self.actual, self.planned)


@dataclass(frozen=True)
class UnitStanding:
    """How many of a unit's tasks that are due in a period are on pace, by light, first and last."""

    unit: str
    assigned: int
    on_pace: int
    lights: dict[Light, int]
    first: int
    last: int

    @property
    def rate(self) -> Fraction | None:
        """Return on pace ÷ assigned (落实率), ``None`` where nothing is due."""
        return Fraction(self.on_pace, self.assigned) if self.assigned else None


@dataclass(frozen=True)
class PeriodStanding:
    """How all units stand at the end of a period, in the order of the definition."""

    period: str
    units: tuple[UnitStanding, ...]
    tasks: tuple[TaskStanding, ...]


@dataclass(frozen=True)
class LineScore:
    """What one scoring line gives a unit: of ``points`` the ``earned`` ones, and their sum in words."""

    points: Fraction
    earned: Fraction
    words: str


@dataclass(frozen=True)
class TaskScore:
    """What a unit earns with one task; ``actual`` is ``None`` where nothing was reported: 0 points."""

    indicator: str
    points: Fraction
    actual: Fraction | None
    earned: Fraction
    lines: tuple[LineScore, ...]

    @property
    def words(self) -> str:
        """Return how the points come about, line by line; where nothing was reported, that once."""
        lines = self.lines[:1] if self.actual is None else self.lines
        return "；".join(line.words for line in lines)


@dataclass(frozen=True)
class ComponentScore:
    """One part of a unit's total; where it has no value, ``why``.

    ``source`` is the digest of the count that it was read from; ``scorers`` are those of a sheet.
    """

    component: str
    value: Fraction | None
    source: str = ""
    why: Lacking | None = None
    words: str = ""
    scorers: int | None = None


@dataclass(frozen=True)
class EntrySums:
    """What entries add to and take off a unit's total, after the caps; ``words`` say how."""

    bonus: Fraction
    deduction: Fraction
    words: str = ""


@dataclass(frozen=True)
class UnitOutcome:
    """One unit's year: its points, parts and total, its rank in the class and the band it is proposed for.

    ``total`` is rounded as ruled, ``exact`` is not; both ``None`` where a part is missing that withholds it.
    ``parts`` is how many components the total rests on. ``tied``: a border of quotas runs between it and its
    equals, a person decides.
    """

    unit: str
    class_key: str
    tasks: tuple[TaskScore, ...]
    components: tuple[ComponentScore, ...]
    sums: EntrySums
    exact: Fraction | None
    total: Decimal | None
    parts: int
    words: str
    rank: int | None
    proposed: str | None
    tied: bool
    vetoed: bool
    binding_missed: tuple[str, ...]


@dataclass(frozen=True)
class YearOutcome:
    """The outcome of all units, in the order of the definition."""

    units: tuple[UnitOutcome, ...]
