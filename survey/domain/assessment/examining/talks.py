"""Talks with people of a unit: how many of which kind, kept in clear; and the notes, which are not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.definition.schema import N_
from survey.domain.errors import BadYearRecord

MAX_NOTES = 20_000
"""Characters of one talk's notes."""
MAX_OTHER = 30
OTHERS, OTHER = "others", "other"
"""The fields of the kind that is typed in: how many, and what they are called."""


class PersonKind(StrEnum):
    """Whom one talks with, without names; the values are stored."""

    LEADERS = "leaders"
    HEADS = "heads"
    STAFF = "staff"
    BELOW = "below"
    DELEGATES = "delegates"
    PUBLIC = "public"
    SERVED = "served"


PERSON_WORDS: Mapping[PersonKind, str] = {
    PersonKind.LEADERS: N_("班子成员"),
    PersonKind.HEADS: N_("中层干部"),
    PersonKind.STAFF: N_("一般干部职工"),
    PersonKind.BELOW: N_("下属单位、村（社区）负责人"),
    PersonKind.DELEGATES: N_("党代表、人大代表、政协委员"),
    PersonKind.PUBLIC: N_("群众代表"),
    PersonKind.SERVED: N_("服务对象、企业代表"),
}


@dataclass(frozen=True)
class TalkCount:
    """How many persons of each kind a group talked with in a unit; ``other`` is a kind that was typed in."""

    persons: Mapping[PersonKind, int]
    other: str = ""
    others: int = 0

    @property
    def total(self) -> int:
        """Return how many persons these are."""
        return sum(self.persons.values()) + self.others

    def content(self) -> dict[str, Any]:
        """Return what goes on record."""
        persons = {kind.value: number for kind, number in self.persons.items() if number}
        return {"persons": persons, OTHER: self.other, OTHERS: self.others}


def read_count(typed: Mapping[str, str]) -> TalkCount:
    """Return the count that a form holds: a number by kind, empty for none.

    Raises ``BadYearRecord`` with every fault, also where nobody is counted.
    """
    faults: dict[str, str] = {}
    numbers = {field: _persons(typed.get(field, ""), field, faults) for field in (*PersonKind, OTHERS)}
    other = typed_text(typed.get(OTHER, ""), MAX_OTHER + 1).replace("\n", " ")
    if len(other) > MAX_OTHER:
        faults[OTHER] = "too-long"
    if numbers[OTHERS] and not other:
        faults[OTHER] = "missing"
    if other and not numbers[OTHERS] and OTHERS not in faults:
        faults[OTHERS] = "missing"
    if not faults and not any(numbers.values()):
        faults[PersonKind.LEADERS] = "missing"
    if faults:
        raise BadYearRecord(faults)
    return TalkCount({kind: numbers[kind] for kind in PersonKind if numbers[kind]}, other, numbers[OTHERS])


def count_of(content: Mapping[str, Any]) -> TalkCount:
    """Return the count that is on record."""
    held = content["persons"]
    persons = {kind: int(held[kind]) for kind in PersonKind if kind in held}
    return TalkCount(persons, str(content[OTHER]), int(content[OTHERS]))


def read_notes(typed: str) -> str:
    """Return notes as they are sealed; raises ``BadYearRecord`` where there are none, or too many."""
    notes = typed_text(typed, len(typed))
    if not notes:
        raise BadYearRecord({"notes": "missing"})
    if len(notes) > MAX_NOTES:
        raise BadYearRecord({"notes": "too-long"})
    return notes


def _persons(typed: str, field: str, faults: dict[str, str]) -> int:
    said = typed.strip()
    if not said:
        return 0
    if not re.fullmatch(r"[0-9]{1,4}", said):
        faults[field] = "not-number"
        return 0
    return int(said)
