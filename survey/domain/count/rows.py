"""The rows in which results stand: whose ballots each is taken over, its key and its weight."""

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction

from survey.domain.definition.campaign import Definition

from .disclosure import Merged


class Row(StrEnum):
    """Over whom a row of results is taken."""

    GROUP = "group"
    POOLED = "pooled"
    WEIGHTED = "weighted"


def merged_key(group: Merged) -> str:
    """Return the key of a row of one or several groups (``A+B``)."""
    return "+".join(group)


def row_weights(definition: Definition, groups: Iterable[Merged]) -> dict[str, Fraction]:
    """Return the weight of each row of groups: of merged ones the sum."""
    return {
        merged_key(members): sum((definition.group[key].weight for key in members), Fraction(0))
        for members in groups
    }
