"""Codes issued while voting ran, to rater groups that were small when it began: ballots somebody may know.

Whoever issues codes of a group of one voter and casts them knows all ballots of the group but that one, and
subtracts them (the n - 1 attack). So in a group with fewer than ``2 m`` codes at opening, codes issued later
do not help a row over the least number ``m`` of answers. Not all of a pool may rate the same: it has as many
as could rate the ratee whom the fewest may.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LateIssue:
    """Codes of one group issued after opening; ``confirmed`` where a second person agreed to it."""

    group: str
    number: int
    at: datetime
    confirmed: bool


Late = tuple[LateIssue, ...]


def is_small_electorate(tokens: int, minimum: int) -> bool:
    """Return whether too few codes at opening could rate the same for later ones to count in full."""
    return tokens < 2 * minimum


def late_numbers(late: Iterable[LateIssue]) -> dict[str, int]:
    """Add up how many codes each of these groups got after opening."""
    numbers: dict[str, int] = {}
    for one in late:
        numbers[one.group] = numbers.get(one.group, 0) + one.number
    return numbers


def known_at_most(numbers: Mapping[str, int], marked: Mapping[str, int]) -> int:
    """Return at most how many of the ballots that marked a row were cast with late codes.

    ``marked`` are the ballots of each group in the row: no more of a group can be known than it has there.
    """
    return sum(min(number, marked.get(group, 0)) for group, number in numbers.items())
