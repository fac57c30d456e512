"""Recording which band a committee decided for a unit, beside a signed score record.

What was worked out stays as it is: a committee may decide otherwise, and both are shown.
"""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.known_names import listed
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.band_decisions import BandDecision, bands_beside, read_band
from survey.domain.audit.acts import Act
from survey.domain.decisions.entries import BandDecided
from survey.domain.errors import UnknownUnit
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_rows, score_record_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.assessment_tables import BandDecisionRow
from survey.storage.assessment.logged_rows import rows_digest

from .assessments import at_version, locked_assessment, logged_as
from .score_records import require_up_to_date, signed_record

DECIDABLE = (Stage.SCORED, Stage.DECIDED)


def decide(
    session: Session,
    assessment_code: str,
    unit: str,
    band: str,
    *,
    committee: str,
    on: date | str,
    reason: str,
    by: By,
) -> BandDecision:
    """Put on record the band that a committee decided for a unit; the last one of a unit holds.

    The one that holds, said again, changes nothing and is returned. Once all units are decided, so is the
    assessment. Raises ``WrongStage``, also where something came on record since (what was not scored is not
    decided on), ``NotScored`` where the last record is not signed, ``UnknownUnit``, and ``BadDecision`` with
    all that is wrong.
    """
    typed = {"band": band, "committee": committee, "decided_on": str(on), "reason": reason}
    [made] = decide_all(session, assessment_code, {unit: typed}, by)
    return made


def decide_all(
    session: Session, assessment_code: str, typed: Mapping[str, Mapping[str, str]], by: By
) -> list[BandDecision]:
    """Put the bands of several units on record, in the order given: what they rest on is checked once.

    Raises as ``decide``; nothing is on record then.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *DECIDABLE, to="decide")
    record = signed_record(session, assessment)
    require_up_to_date(session, assessment, record, to="decide")
    definition = at_version(session, assessment, record.content()["version"]).definition
    contents = {}
    for unit, said in typed.items():
        if unit not in definition.unit:
            raise UnknownUnit(f'{assessment_code} has no unit "{unit}"{listed(definition.unit)}')
        contents[unit] = read_band(definition, said, last_day(definition, by))
    held = decisions_of(session, assessment, record.number)
    made = [
        held[unit]
        if unit in held and held[unit].content == content
        else _put(session, assessment, record.number, unit, content, by)
        for unit, content in contents.items()
    ]
    if bands_of(session, assessment, record.number).keys() >= definition.unit.keys():
        assessment_rows.set_stage(session, assessment, Stage.DECIDED)
    return made


def _put(
    session: Session, assessment: Assessment, record: int, unit: str, content: BandDecided, by: By
) -> BandDecision:
    decision = score_record_rows.add_decision(session, assessment.id, record, unit, content, by.actor, by.at)
    number = decision.number
    audit.record(
        session,
        by,
        Act.ASSESSMENT_DECIDE,
        logged_as(assessment.code),
        number=number,
        record=record,
        unit=unit,
        content=rows_digest(session.connection(), BandDecisionRow, assessment.id, number, number),
    )
    return decision


def last_day(definition: AssessmentDefinition, by: By) -> date:
    """Return the last day that a decision may bear.

    Committees sit in the year after the assessed one; entries of files may name a day ahead too.
    """
    today = by.at.astimezone(ZoneInfo(definition.time_zone)).date()
    return max(today, date(definition.year + 1, 12, 31))


def bands_of(session: Session, assessment: Assessment, record: int) -> dict[str, str]:
    """Return the bands that hold beside a score record, by unit."""
    return bands_beside(score_record_rows.decisions(session, assessment.id), record)


def decisions_of(session: Session, assessment: Assessment, record: int) -> dict[str, BandDecision]:
    """Return the decisions that hold beside a score record, by unit."""
    made = score_record_rows.decisions(session, assessment.id)
    return {one.unit: one for one in made if one.record == record}
