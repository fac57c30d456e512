"""The rows and tables that the screen shows, as ``screen`` puts them together."""

from dataclasses import dataclass
from decimal import Decimal

from survey.domain.count.disclosure import Why
from survey.domain.count.results import Row, Shown
from survey.domain.count.tally import Counts
from survey.domain.definition.electorate import Group
from survey.domain.definition.form import Criterion, Ratee, Section
from survey.domain.definition.scale import Rate, Scale


@dataclass(frozen=True)
class Score:
    """The score of one group; ``merged`` names the groups that it stands for where there are several.

    ``rates`` tells whether the group may rate at all.
    """

    value: Decimal | None = None
    merged: str = ""
    rates: bool = True


@dataclass(frozen=True)
class Scored:
    """Scores by group, weighted and pooled, with the distribution of one weighted row.

    Where ``why`` is given, the scores of all groups and the weighted one are withheld; likewise
    ``pooled_why`` and ``shown_why``.
    """

    scores: tuple[Score, ...]
    weighted: Decimal | None
    pooled: Decimal | None
    shown: Shown | None
    why: Why | None
    pooled_why: Why | None
    shown_why: Why | None
    ratee: Ratee
    label: str = ""
    weight: str = ""
    band: str = ""
    rank: int | None = None


@dataclass(frozen=True)
class Line:
    """One row of counts, shares, rates and score; a weighted row has no counts, a withheld one nothing.

    ``merged`` names the groups that the row stands for where there are several.
    """

    ratee: Ratee
    counts: Counts | None
    shown: Shown | None
    why: Why | None
    label: str = ""
    merged: str = ""
    weight: str = ""
    row: Row | None = None

    @property
    def has_data(self) -> bool:
        """Tell whether anybody gave what this row is made of."""
        return self.shown is not None and any(share is not None for share in self.shown.shares.values())


@dataclass(frozen=True)
class Form:
    """What the columns of a table of one scale are."""

    scale: Scale
    rates: tuple[Rate, ...]

    @property
    def counts_abstentions(self) -> bool:
        """Tell whether abstentions have a share."""
        return self.scale.counts_abstentions

    def width(self, counted: bool, blanks: bool) -> int:
        """Return how many columns a row has after its head, with counts or without, and with those blank."""
        shared = len(self.scale.grades) + self.counts_abstentions
        others = len(self.rates) + 2  # the score and the bar
        if not counted:
            return shared + others
        # Each grade has its count beside its share; abstentions without a share are counted nevertheless.
        return 2 * shared + (not self.counts_abstentions) + 1 + blanks + others


@dataclass(frozen=True)
class Ranking:
    """The scores of a section's ratees; the distribution shown is that of ``criterion``."""

    section: Section
    groups: tuple[Group, ...]
    criterion: Criterion
    form: Form
    has_posts: bool
    rows: list[Scored]


@dataclass(frozen=True)
class QuestionLine:
    """One row of one question."""

    label: str
    valid: int | None
    answered: int | None
    options: tuple[tuple[int, Decimal | None], ...]
    why: Why | None


@dataclass(frozen=True)
class Scope:
    """Whose ratings a table shows: ``key`` is ``weighted``, ``pooled``, ``group.A`` or ``age.young``.

    A row over all groups, and that of the ballots which left a question empty, have no ``label``.
    """

    key: str
    label: str
    row: Row | None
    group: str = ""
    question: str = ""
    option: str = ""
