"""What is published of an outcome: to whom, which columns of which record, in which dated version."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.definition.campaign import Publication
from survey.domain.errors import BadEdition
from survey.domain.publication.edition import MAX_NOTE_LENGTH

from .publication_columns import BAND, COMPONENT, RANK, TOTAL, missing_of

NOTHING_UNTOLD: Mapping[str, Collection[str]] = {}


@dataclass(frozen=True)
class OutcomeEdition:
    """One dated version of what was published of an assessment.

    ``decisions`` is the number of the last decision made by then: a later one wants another edition.
    ``follow`` are the columns left out that could be worked out from the others, as whoever published was
    told.
    """

    number: int
    level: Publication
    record: int
    columns: tuple[str, ...]
    follow: tuple[str, ...]
    note: str
    decisions: int
    published_at: datetime
    withdrawn_at: datetime | None = None

    def corrects(self, before: "OutcomeEdition") -> bool:
        """Return whether it says something else than an earlier edition of what both show (更正).

        Columns that are shown for the first time, and bands decided since, correct nothing.
        """
        decided = BAND in self.columns and BAND in before.columns and self.decisions != before.decisions
        return self.record != before.record or decided

    def require_sound(self) -> None:
        """Refuse with ``BadEdition`` what cannot be published."""
        if self.level not in (Publication.LINK, Publication.PUBLIC):
            raise BadEdition("level", f'"{self.level}" is no level at which an outcome is published')
        if len(self.note) > MAX_NOTE_LENGTH:
            raise BadEdition("note", f"the note has more than {MAX_NOTE_LENGTH} characters")


@dataclass(frozen=True)
class PublishedUnit:
    """One unit's line: its values by column, ``None`` where there is none.

    ``parts`` and ``of_parts`` say how many components the total rests on, and how many it is made of.
    """

    key: str
    label: str
    values: Mapping[str, str | None]
    parts: int
    of_parts: int

    @property
    def rests_on_fewer(self) -> bool:
        """Return whether a total is shown that rests on fewer parts than there are."""
        return self.values.get(TOTAL) is not None and self.parts < self.of_parts


@dataclass(frozen=True)
class PublishedClass:
    """The units of a class, the best first where totals or ranks are shown."""

    key: str
    label: str
    units: tuple[PublishedUnit, ...]


def published_classes(
    definition: AssessmentDefinition,
    columns: Sequence[str],
    units: Sequence[Mapping[str, Any]],
    bands: Mapping[str, str],
    untold: Mapping[str, Collection[str]] = NOTHING_UNTOLD,
) -> tuple[PublishedClass, ...]:
    """Return nothing of an outcome but the columns chosen; ``bands`` are those decided, by unit.

    ``units`` are those of a score record; ``untold`` are components of theirs that are left blank, as too
    few scored these units. Lines stand in the order of the ranks only where these are shown, or follow: an
    order tells what it was made of.
    """
    ordered = RANK in columns or TOTAL in columns
    found = []
    for one in definition.classes:
        among = [unit for unit in units if unit["class"] == one.key]
        if ordered:
            among.sort(key=lambda unit: unit["rank"] or len(units) + 1)
        lines = tuple(_line(definition, columns, unit, bands, untold) for unit in among)
        if lines:
            found.append(PublishedClass(one.key, one.label, lines))
    return tuple(found)


def _line(
    definition: AssessmentDefinition,
    columns: Sequence[str],
    unit: Mapping[str, Any],
    bands: Mapping[str, str],
    untold: Mapping[str, Collection[str]],
) -> PublishedUnit:
    band = bands.get(unit["unit"], "")
    known = {COMPONENT + part["component"]: part["value"] for part in unit["components"]}
    known |= {name: unit[name] for name in ("total", "bonus", "deduction")}
    known |= {RANK: unit["rank"] and str(unit["rank"]), BAND: definition.band[band].label if band else None}
    known |= {COMPONENT + key: None for key in untold.get(unit["unit"], ())}
    parts = {one.key for one in definition.components if definition.composite.takes(one)}
    return PublishedUnit(
        unit["unit"],
        definition.unit[unit["unit"]].label,
        {column: known[column] for column in columns},
        len(parts.difference(missing_of(unit))),
        len(parts),
    )
