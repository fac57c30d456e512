"""What leaves an assessment as files: results and standing as JSON, and what its papers are written from."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from survey.documents.word.placeholders import Template
from survey.domain.assessment.facts import Evidence, NumberKind, Stage
from survey.domain.assessment.outcome import YearOutcome
from survey.domain.assessment.periods import last_period
from survey.domain.assessment.totals.outcome_json import (
    FORMAT,
    corrections_json,
    outcome_json,
    standing_json,
)
from survey.domain.assessment.totals.paper_material import DecidedBand, PaperMaterial, RecordFacts
from survey.domain.assessment.totals.score_record import ScoreRecord, read_evidence
from survey.domain.count.certificate import Signer
from survey.domain.decisions.entries import BandDecided
from survey.services.results import word_templates
from survey.storage.assessment.assessment_rows import Assessment

from .assessments import current
from .closing import closed_periods
from .deciding import bands_of, decisions_of
from .evidence import findings_now, numbers_of
from .score_records import last_record, outcome_of_record, read_back, record_numbered, require_as_logged
from .standings import PeriodFacts, standing_of


@dataclass(frozen=True)
class PrintablePaper:
    """What a paper is written from, and the office's own Word template for tables, if it has one."""

    material: PaperMaterial
    template: bytes | None


@dataclass(frozen=True)
class _Recorded:
    """The score record made last, read back: what it rests on and what came out."""

    assessment: Assessment
    record: ScoreRecord
    evidence: Evidence
    outcome: YearOutcome


def results_value(session: Session, assessment_code: str) -> dict[str, Any]:
    """Return the score record made last as the JSON value of results, with the bands decided beside it.

    The standing is that of the period closed last. Raises ``NotScored`` and ``BrokenRecord``.
    """
    assessment = current(session, assessment_code)
    found = _recorded(session, assessment)
    closed = list(closed_periods(session, assessment)) or [last_period(assessment.definition)]
    value = outcome_json(
        found.assessment.definition,
        found.outcome,
        standing_of(session, assessment_code, closed[-1]).bulletin.standing,
        state=assessment.stage,
        record=found.record.digest,
        bands=bands_of(session, assessment, found.record.number),
    )
    return value | _named_version(found.assessment)


def _named_version(assessment: Assessment) -> dict[str, Any]:
    """Name the version as papers do: by the digest of definition and targets together."""
    return {"version": assessment.version, "digest": assessment.digest}


def standing_value(session: Session, assessment_code: str, period: str) -> dict[str, Any]:
    """Return how units stand at the end of a period as a JSON value; raises ``UnknownPeriod``."""
    found = standing_of(session, assessment_code, period)
    return {
        "format": FORMAT,
        "assessment": assessment_code,
        "state": found.assessment.stage,
        "definition": found.assessment.definition.digest,
        "standing": standing_json(found.bulletin.standing),
        "corrections": corrections_json(found.bulletin.corrections),
        **_named_version(found.assessment),
    }


def period_paper(session: Session, assessment_code: str, period: str) -> PrintablePaper:
    """Return what a period's papers are written from: bulletin, notices, forms for checks on the spot.

    Raises ``UnknownPeriod``.
    """
    found: PeriodFacts = standing_of(session, assessment_code, period)
    numbers = numbers_of(session, found.assessment, found.period)
    material = PaperMaterial(
        definition=found.assessment.definition,
        targets=found.assessment.targets,
        version=found.assessment.version,
        digest=found.assessment.digest,
        bulletin=found.bulletin,
        accepted={task: one.value for task, one in numbers[NumberKind.ACCEPTED].items()},
        found=findings_now(session, found.assessment, found.period),
    )
    return _printable(session, found.assessment, material)


def commitments_paper(session: Session, assessment_code: str) -> PrintablePaper:
    """Return what the units' letters of commitment (目标责任书) are written from.

    Of a draft they say that they are one: units are asked before their targets hold.
    """
    assessment = current(session, assessment_code)
    return _printable(session, assessment, _material(assessment))


def year_paper(
    session: Session,
    assessment_code: str,
    mend_by: date | None = None,
    *,
    record_number: int | None = None,
) -> PrintablePaper:
    """Return what the papers of the year's outcome are written from; of the last record, or the one named.

    Raises ``NotScored`` before a score record is made, ``UnknownYearRecord``, and ``BrokenRecord``.
    """
    assessment = current(session, assessment_code)
    found = _recorded(session, assessment, record_number)
    reached = found.evidence.actuals.get(last_period(assessment.definition), {})
    found_there = found.evidence.findings
    reported = {task: one.reported for task, one in found_there.items() if one.reported is not None}
    material = replace(
        _material(found.assessment),
        record=_record_facts(session, assessment, found),
        accepted={**reached, **reported},
        found=found_there,
        entries=found.evidence.entries,
        vetoes=found.evidence.vetoes,
        mend_by=mend_by,
    )
    return _printable(session, assessment, material)


def _recorded(session: Session, assessment: Assessment, number: int | None = None) -> _Recorded:
    record = (
        last_record(session, assessment) if number is None else record_numbered(session, assessment, number)
    )
    require_as_logged(session, assessment)
    read = read_back(session, assessment, record)
    return _Recorded(read.assessment, record, read_evidence(read.content), outcome_of_record(read))


def _material(assessment: Assessment) -> PaperMaterial:
    return PaperMaterial(
        definition=assessment.definition,
        targets=assessment.targets,
        version=assessment.version,
        digest=assessment.digest,
        is_draft=assessment.stage is Stage.DRAFT,
    )


def _record_facts(session: Session, assessment: Assessment, found: _Recorded) -> RecordFacts:
    record = found.record
    decided = decisions_of(session, assessment, record.number)
    return RecordFacts(
        outcome=found.outcome,
        number=record.number,
        digest=record.digest,
        reason=record.reason,
        made_on=record.recorded_at.date(),
        signers=tuple(Signer(one.part, one.account, one.signed_at, None) for one in record.signatures),
        decisions={unit: _decided(unit, one.content) for unit, one in decided.items()},
    )


def _decided(unit: str, content: BandDecided) -> DecidedBand:
    return DecidedBand(unit, content.band, content.committee, content.decided_on, content.reason)


def _printable(session: Session, assessment: Assessment, material: PaperMaterial) -> PrintablePaper:
    return PrintablePaper(material, word_templates.content_of(session, assessment.unit, Template.TABLES))
