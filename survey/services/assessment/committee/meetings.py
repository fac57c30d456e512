"""Putting a committee's meeting on record: the bands of several units at once, checked before they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.outcome import UnitOutcome
from survey.domain.assessment.totals.band_decisions import (
    BandDecision,
    BandRemark,
    read_band,
    remarks_on_band,
)
from survey.domain.assessment.totals.score_record import ScoreRecord
from survey.domain.decisions.entries import BandDecided
from survey.domain.definition.canonical import canonical_json, digest_of_text
from survey.domain.errors import BadDecision, ChangedMeanwhile
from survey.services.assessment import deciding
from survey.services.assessment.assessments import Assessment, locked_assessment
from survey.services.assessment.score_records import last_record
from survey.services.assessment.views.year_views import YearView, year_view
from survey.services.audit.audit import By
from survey.storage.assessment import score_record_rows


@dataclass(frozen=True)
class TypedMeeting:
    """What was typed of a meeting: ``bands`` and ``reasons`` by unit, and what holds for all of them.

    A unit without a band is not decided on; a reason of its own stands in the place of the common one.
    """

    committee: str = ""
    minutes: str = ""
    day: str = ""
    reason: str = ""
    bands: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def held_by(self) -> str:
        """Return the committee with its minutes' number, as it stands beside each band."""
        return (
            f"{self.committee.strip()}（{self.minutes.strip()}）" if self.minutes.strip() else self.committee
        )

    @property
    def mark(self) -> str:
        """Return what stands for all that was typed."""
        return digest_of_text(
            canonical_json({**vars(self), "bands": dict(self.bands), "reasons": dict(self.reasons)})
        )


@dataclass(frozen=True)
class DecidedYear:
    """A year's outcome with all that was decided beside its last record; ``mark`` stands for both."""

    view: YearView
    record: ScoreRecord
    decisions: tuple[BandDecision, ...]
    mark: str

    @property
    def held(self) -> dict[str, BandDecision]:
        """Return the decisions that hold, by unit."""
        return {one.unit: one for one in self.decisions}

    def after(self, number: int) -> list[BandDecision]:
        """Return what was decided after a number."""
        return [one for one in self.decisions if one.number > number]


def decided_year(session: Session, assessment_code: str) -> DecidedYear:
    """Return a year's outcome with what was decided beside it.

    Raises ``UnknownAssessment``, ``NotScored`` and ``BrokenRecord``.
    """
    view = year_view(session, assessment_code)
    record = last_record(session, view.assessment)
    made = _beside(session, view.assessment, record)
    return DecidedYear(view, record, made, _mark(record, made))


def _beside(session: Session, assessment: Assessment, record: ScoreRecord) -> tuple[BandDecision, ...]:
    made = score_record_rows.decisions(session, assessment.id)
    return tuple(one for one in made if one.record == record.number)


def _mark(record: ScoreRecord, made: Sequence[BandDecision]) -> str:
    return f"{record.number}-{made[-1].number if made else 0}"


def asks_reason(outcome: UnitOutcome, band: str) -> bool:
    """Return whether a band needs a reason of its own: the sum proposes another, or left it open."""
    return outcome.tied or band != outcome.proposed


def read_meeting(
    definition: AssessmentDefinition, outcomes: Iterable[UnitOutcome], typed: TypedMeeting, by: By
) -> dict[str, BandDecided]:
    """Read a meeting as it was typed; return what is decided, by unit.

    Raises ``BadDecision`` with the fault of every field: those of a unit are called ``band-KEY`` and
    ``reason-KEY``; ``none`` where no unit is decided on.
    """
    faults: dict[str, str] = {} if typed.minutes.strip() else {"minutes": "missing"}
    decided: dict[str, BandDecided] = {}
    for outcome in outcomes:
        key, band = outcome.unit, typed.bands.get(outcome.unit, "").strip()
        if not band:
            continue
        own = typed.reasons.get(key, "").strip()
        fields = {
            "band": band,
            "committee": typed.held_by if typed.committee.strip() else "",
            "decided_on": typed.day,
            "reason": own or typed.reason,
        }
        try:
            decided[key] = read_band(definition, fields, deciding.last_day(definition, by))
        except BadDecision as refused:
            faults |= {_field(name, key, own=bool(own)): why for name, why in refused.faults.items()}
        if not own and band in definition.band and asks_reason(outcome, band):
            faults[f"reason-{key}"] = "missing"
    if not any(one.strip() for one in typed.bands.values()):
        faults["none"] = "missing"
    if faults:
        raise BadDecision(faults)
    return decided


def _field(name: str, unit: str, *, own: bool) -> str:
    """Name the field of the form that a fault is in."""
    if name == "band" or (name == "reason" and own):
        return f"{name}-{unit}"
    return "day" if name == "decided_on" else name


def remarks_of(
    definition: AssessmentDefinition,
    outcomes: Iterable[UnitOutcome],
    bands: Mapping[str, str],
    asked: Iterable[str],
) -> dict[str, list[BandRemark]]:
    """Return what bands go beyond, by unit, once those of a meeting stand; ``bands`` has them already."""
    wanted = set(asked)
    found = {}
    for one in outcomes:
        if one.unit in wanted:
            outcome = {
                "unit": one.unit,
                "class": one.class_key,
                "proposed": one.proposed,
                "vetoed": one.vetoed,
                "binding_missed": one.binding_missed,
                "total": one.total,
            }
            if remarks := list(remarks_on_band(definition, outcome, bands)):
                found[one.unit] = remarks
    return found


def record_meeting(
    session: Session, assessment_code: str, decided: Mapping[str, BandDecided], by: By, *, seen: str
) -> list[BandDecision]:
    """Put all that a meeting decided on record, or nothing; sent twice, it stands once.

    ``seen`` is the mark of what was shown. Raises ``ChangedMeanwhile`` where there is another score record or
    somebody decided meanwhile, and what ``decide`` of the service below raises.
    """
    assessment = locked_assessment(session, assessment_code)
    record = last_record(session, assessment)
    made = _beside(session, assessment, record)
    held = {one.unit: one for one in made}
    stands = all(unit in held and held[unit].content == content for unit, content in decided.items())
    if stands and seen.partition("-")[0] == str(record.number):
        return [held[unit] for unit in decided]
    if seen != _mark(record, made):
        raise ChangedMeanwhile(assessment_code)
    typed = {
        unit: {
            "band": one.band,
            "committee": one.committee,
            "decided_on": str(one.decided_on),
            "reason": one.reason,
        }
        for unit, one in decided.items()
    }
    return deciding.decide_all(session, assessment_code, typed, by)
