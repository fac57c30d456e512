"""The bands that a committee decided beside a score record: the sum is worked out, the band is decided."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.decisions.entries import BandDecided, EntryKind, read_content
from survey.domain.errors import BadDecision

from .proposal import quota_seats


@dataclass(frozen=True)
class BandDecision:
    """What was decided for a unit beside a score record; appended, the last one of a unit holds."""

    number: int
    record: int
    unit: str
    content: BandDecided
    recorded_by: str
    recorded_at: datetime


def read_band(definition: AssessmentDefinition, typed: Mapping[str, str], today: date) -> BandDecided:
    """Read a decision as somebody typed it: ``band``, ``committee``, ``decided_on``, ``reason``.

    A day before the assessed year is a fault: there was nothing to decide. Raises
    ``BadDecision`` with the fault of every field.
    """
    faults: dict[str, str] = {}
    content = None
    try:
        content = read_content(EntryKind.BAND, typed, today)
    except BadDecision as error:
        faults = dict(error.faults)
    if "band" not in faults and typed["band"].strip() not in definition.band:
        faults["band"] = "no-band"
    if isinstance(content, BandDecided) and content.decided_on.year < definition.year:
        faults["decided_on"] = "too-early"
    if faults or not isinstance(content, BandDecided):
        raise BadDecision(faults)
    return content


def bands_beside(decisions: Iterable[BandDecision], record: int, upto: int | None = None) -> dict[str, str]:
    """Return the band that holds beside a record, by unit; ``upto`` leaves out decisions after that number.

    What was decided beside an earlier record does not count: it rested on another sum.
    """
    return {
        one.unit: one.content.band
        for one in decisions
        if one.record == record and (upto is None or one.number <= upto)
    }


def remarks_on_band(
    definition: AssessmentDefinition, outcome: Mapping[str, Any], bands: Mapping[str, str]
) -> Iterator[str]:
    """List what a decided band goes beyond: a veto, the ceiling of binding indicators, a quota.

    ``outcome`` is the unit's as results show it, ``bands`` are those decided by now, its own among them.
    """
    unit, proposed = outcome["unit"], outcome["proposed"]
    band = bands[unit]
    order = list(definition.band)
    ceiling = definition.composite.binding_ceiling
    if outcome["vetoed"] and band != proposed:
        yield f"{unit} has a veto, which gives it {proposed}, not {band}"
    if outcome["binding_missed"] and ceiling and order.index(band) < order.index(ceiling):
        missed = ", ".join(outcome["binding_missed"])
        yield f"{unit} missed what is binding ({missed}): nothing above {ceiling} is proposed, not {band}"
    if outcome["total"] is None:
        yield f"{unit} has no total"
    members = [one.key for one in definition.units if one.class_key == outcome["class"]]
    seats = quota_seats(definition.band[band], len(members))
    decided = Counter(bands[member] for member in members if member in bands)[band]
    if seats is not None and decided > seats:
        yield f"{outcome['class']} has {seats} places in {band}, {decided} are decided"
