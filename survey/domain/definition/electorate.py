"""Who votes: rater groups."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Group:
    """A class of voters with one weight; ``issue`` is the number of codes planned for it."""

    key: str
    label: str
    weight: Fraction
    issue: int | None = None
