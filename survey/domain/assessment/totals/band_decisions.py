"""The bands that a committee decided beside a score record: the sum is worked out, the band is decided."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
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


class RemarkKind(StrEnum):
    """What a decided band can go beyond."""

    VETO = "veto"
    BINDING = "binding"
    NO_TOTAL = "no-total"
    PLACES = "places"


@dataclass(frozen=True)
class BandRemark:
    """What a band that is decided for a unit goes beyond; as text it is a sentence of the command line.

    ``against`` is the veto's band, or the ceiling; ``missed`` are indicators, ``about`` is the class whose
    ``seats`` in the band do not reach for the ``decided`` ones.
    """

    kind: RemarkKind
    unit: str
    band: str
    against: str = ""
    missed: tuple[str, ...] = ()
    about: str = ""
    seats: int = 0
    decided: int = 0

    def __str__(self) -> str:
        match self.kind:
            case RemarkKind.VETO:
                return f"{self.unit} has a veto, which gives it {self.against}, not {self.band}"
            case RemarkKind.BINDING:
                missed = ", ".join(self.missed)
                return (
                    f"{self.unit} missed what is binding ({missed}): "
                    f"nothing above {self.against} is proposed, not {self.band}"
                )
            case RemarkKind.NO_TOTAL:
                return f"{self.unit} has no total"
            case RemarkKind.PLACES:
                return f"{self.about} has {self.seats} places in {self.band}, {self.decided} are decided"


def remarks_on_band(
    definition: AssessmentDefinition, outcome: Mapping[str, Any], bands: Mapping[str, str]
) -> Iterator[BandRemark]:
    """List what a decided band goes beyond: a veto, the ceiling of binding indicators, a quota.

    ``outcome`` is the unit's as results show it, ``bands`` are those decided by now, its own among them.
    """
    unit, proposed = outcome["unit"], outcome["proposed"]
    band = bands[unit]
    order = list(definition.band)
    ceiling = definition.composite.binding_ceiling
    if outcome["vetoed"] and band != proposed:
        yield BandRemark(RemarkKind.VETO, unit, band, against=proposed)
    if outcome["binding_missed"] and ceiling and order.index(band) < order.index(ceiling):
        missed = tuple(outcome["binding_missed"])
        yield BandRemark(RemarkKind.BINDING, unit, band, against=ceiling, missed=missed)
    if outcome["total"] is None:
        yield BandRemark(RemarkKind.NO_TOTAL, unit, band)
    members = [one.key for one in definition.units if one.class_key == outcome["class"]]
    seats = quota_seats(definition.band[band], len(members))
    decided = Counter(bands[member] for member in members if member in bands)[band]
    if seats is not None and decided > seats:
        yield BandRemark(RemarkKind.PLACES, unit, band, about=outcome["class"], seats=seats, decided=decided)
