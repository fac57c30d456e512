"""What a ballot asks, and of whom: rater groups, sections with criteria, ratees, quotas and questions."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .rounding import half_up


@dataclass(frozen=True)
class Group:
    """A class of voters with one weight; ``issue`` is the number of codes planned for it."""

    key: str
    label: str
    weight: Fraction
    issue: int | None = None


class QuestionKind(StrEnum):
    """The kinds of question that stand beside the ratings."""

    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"


class ShareBasis(StrEnum):
    """What the share of an option is taken of."""

    ANSWERED = "answered"
    VALID = "valid"


@dataclass(frozen=True)
class Criterion:
    """One line of a form."""

    key: str
    label: str
    weight: Fraction


@dataclass(frozen=True)
class Section:
    """A form: one scale and its criteria, applied to some ratees."""

    key: str
    title: str
    scale: str
    criteria: tuple[Criterion, ...]
    comment: bool


@dataclass(frozen=True)
class Ratee:
    """A team, person or service; ``groups`` are the keys of those who may rate it, in order."""

    key: str
    section: str
    name: str
    groups: tuple[str, ...]
    post: str = ""
    unit: str = ""
    statement: str = ""


@dataclass(frozen=True)
class Quota:
    """A limit on one grade of one criterion on one ballot: a number, or a share of the ratees."""

    section: str
    criterion: str
    grade: str
    number: int | None
    share: Fraction | None

    def allowed(self, ratees: int) -> int:
        """Return how many of ``ratees`` persons may get the grade (share: half-up, at least 1)."""
        if self.share is None:
            return self.number or 0
        return max(1, half_up(self.share * ratees))


@dataclass(frozen=True)
class Option:
    """One answer to a question."""

    key: str
    label: str


@dataclass(frozen=True)
class Question:
    """A question asked once per ballot of the voters of ``groups``."""

    key: str
    label: str
    kind: QuestionKind
    groups: tuple[str, ...]
    options: tuple[Option, ...] = ()
    at_most: int = 1
    base: ShareBasis = ShareBasis.ANSWERED
    breakdown: bool = False
