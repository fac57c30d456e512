"""The conference of a year's end (考核大会): when, where, who was there, whose ballots were cast there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.definition import AssessmentDefinition

from .typed_fields import TypedFields
from .year_record import YearRecord

MAX_PLACE = 100
MAX_MINUTES = 60
MAX_VOID = 300


@dataclass(frozen=True)
class Conference:
    """A conference as it is on record; ``void`` says why it does not count, empty where it does."""

    key: str
    record: YearRecord
    day: str
    place: str
    due: int
    present: int
    minutes: str
    campaigns: tuple[str, ...]
    classes: tuple[str, ...]
    units: tuple[str, ...]
    void: str = ""

    def covers(self, definition: AssessmentDefinition, unit: str) -> bool:
        """Check whether it was held for a unit: for its class, or for it by name."""
        return not self.void and (unit in self.units or definition.unit[unit].class_key in self.classes)

    def covered(self, definition: AssessmentDefinition) -> list[str]:
        """Return the units that it was held for, as defined."""
        return [one.key for one in definition.units if self.covers(definition, one.key)]


def read_conference(
    definition: AssessmentDefinition, typed: Mapping[str, str], chosen: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return the content of a record of what was typed, and of what was ``chosen`` in its lists.

    These are ``campaigns``, ``classes`` and ``units``. Raises ``BadYearRecord`` by field.
    """
    fields = TypedFields(typed)
    content: dict[str, Any] = {
        "day": fields.day("day", date(definition.year, 1, 1), date(definition.year + 1, 12, 31)),
        "place": fields.text("place", MAX_PLACE),
        "due": fields.whole("due"),
        "present": fields.whole("present"),
        "minutes": fields.text("minutes", MAX_MINUTES, needed=False),
        "void": "",
    }
    if not fields.faults.keys() & {"due", "present"}:
        if not content["due"]:
            fields.faults["due"] = "missing"
        elif content["present"] > content["due"]:
            fields.faults["present"] = "more-than-due"
    known: dict[str, Collection[str]] = {
        "campaigns": campaigns_of(definition),
        "classes": definition.units_of,
        "units": definition.unit,
    }
    for name, keys in known.items():
        content[name] = [key for key in keys if key in chosen.get(name, ())]
        if set(chosen.get(name, ())) - set(keys):
            fields.faults[name] = "unknown"
    if not content["classes"] and not content["units"]:
        fields.faults.setdefault("classes", "missing")
    fields.finish()
    return content


def conference_of(record: YearRecord) -> Conference:
    """Return the conference that a record holds."""
    lists = {name: tuple(record.content[name]) for name in ("campaigns", "classes", "units")}
    single = {name: record.content[name] for name in ("day", "place", "due", "present", "minutes", "void")}
    return Conference(key=record.about, record=record, **{**single, **lists})


def campaigns_of(definition: AssessmentDefinition) -> list[str]:
    """Return the campaigns that parts of the total come from, as defined, each once."""
    found = [one.campaign for one in definition.components if one.source is ComponentSource.CAMPAIGN]
    return list(dict.fromkeys(found))
