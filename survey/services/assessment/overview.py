"""Where an assessment stands: what is on record of it, what is missing, and which command comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import next_step
from survey.domain.assessment.totals.published_outcome import OutcomeEdition
from survey.domain.assessment.totals.score_record import ScoreRecord
from survey.storage.assessment import score_record_rows
from survey.storage.assessment.assessment_number_rows import ClosedPeriod
from survey.storage.assessment.assessment_rows import Assessment, AssessmentVersion

from .assessments import TAKING, current, open_periods, versions_of
from .closing import closed_periods
from .counted_campaigns import obstacle
from .deciding import bands_of
from .gaps import gap_of_period, waiting_line
from .publishing import open_edition

_COLLECTING = (Stage.ISSUED, Stage.RUNNING)
_AHEAD_OF_SCORING = (*_COLLECTING, Stage.EXAMINING)


@dataclass(frozen=True)
class AssessmentOverview:
    """An assessment, what is on record of it, and what is ``missing`` for the next step, in sentences."""

    assessment: Assessment
    versions: tuple[AssessmentVersion, ...]
    closed: tuple[ClosedPeriod, ...]
    records: tuple[ScoreRecord, ...]
    bands: Mapping[str, str]
    edition: OutcomeEdition | None
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return all but the assessment itself as plain values."""
        edition = self.edition
        return {
            "versions": [
                {
                    "version": one.number,
                    "digest": one.digest,
                    "amendment": vars(one.amendment) if one.amendment else None,
                }
                for one in self.versions
            ],
            "closed": [
                {
                    "period": one.period,
                    "bulletin": one.bulletin,
                    "version": one.version,
                    "numbers": one.digest,
                }
                for one in self.closed
            ],
            "records": [
                {
                    "number": one.number,
                    "digest": one.digest,
                    "reason": one.reason,
                    "signed": [signature.account for signature in one.signatures],
                }
                for one in self.records
            ],
            "decided": dict(self.bands),
            "published": edition
            and {"edition": edition.number, "as": edition.level, "columns": edition.columns},
            "missing": list(self.missing),
            "next": self.next,
        }

    @property
    def next(self) -> str:
        """Return the command that leads the assessment on; empty where nothing follows."""
        code, stage = self.assessment.code, self.assessment.stage
        if stage is Stage.SCORED:
            act = "decide" if self.records[-1].is_signed else "sign"
            return f"minping assessment {act} {code}"
        return next_step(code, stage)


def overview(session: Session, assessment_code: str) -> AssessmentOverview:
    """Return where an assessment stands; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    records = score_record_rows.records(session, assessment.id)
    opened = open_edition(session, assessment_code)
    bands = bands_of(session, assessment, records[-1].number) if records else {}
    return AssessmentOverview(
        assessment=assessment,
        versions=tuple(versions_of(session, assessment)),
        closed=tuple(closed_periods(session, assessment).values()),
        records=tuple(records),
        bands=bands,
        edition=opened.edition if opened else None,
        missing=tuple(_missing(session, assessment, records, bands)),
    )


def _missing(
    session: Session, assessment: Assessment, records: list[ScoreRecord], bands: Mapping[str, str]
) -> Iterator[str]:
    definition = assessment.definition
    if assessment.stage is Stage.DRAFT and definition.indicators and not assessment.targets:
        yield "targets: none is loaded"
    waiting = open_periods(session, assessment) if assessment.stage in _COLLECTING else []
    if waiting and (gap := gap_of_period(session, assessment, waiting[0])):
        yield gap
    if assessment.stage in TAKING and (handed_in := waiting_line(session, assessment)):
        yield handed_in
    if assessment.stage in _AHEAD_OF_SCORING:
        for component in definition.components:
            if component.source is ComponentSource.CAMPAIGN and (
                why := obstacle(session, definition, assessment.unit, component.campaign)
            ):
                yield f"component {component.key}: the count of {component.campaign} is not read: {why}"
    if records and not records[-1].is_signed:
        yield f"signatures: score record {records[-1].number} has none"
    undecided = [unit.key for unit in definition.units if unit.key not in bands]
    if records and undecided:
        yield f"bands not decided: {', '.join(undecided)}"
