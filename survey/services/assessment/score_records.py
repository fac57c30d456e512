"""Freezing the year's outcome with everything that it rests on, and reading it back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Evidence, Stage
from survey.domain.assessment.outcome import YearOutcome
from survey.domain.assessment.periods import PeriodRules
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.targets_reader import targets_text
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.totals.outcome_json import units_json
from survey.domain.assessment.totals.score_record import (
    RecordHead,
    ScoreRecord,
    read_evidence,
    record_text,
)
from survey.domain.audit.acts import Act
from survey.domain.definition.canonical import digest_of_text
from survey.domain.errors import BrokenRecord, NotScored, UnknownYearRecord, WrongStage
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_rows, score_record_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.logged_rows import unlogged

from .assessments import at_version, locked_assessment, logged_as
from .closing import close_year
from .counted_campaigns import counted_values
from .evidence import evidence_of
from .versions_in_force import earlier_versions

SCORABLE = (Stage.RUNNING, Stage.EXAMINING, Stage.SCORED, Stage.DECIDED)
_SALT_BYTES = 16
_NAMED = 5
"""So many of the rows that are not as logged are named."""


@dataclass(frozen=True)
class RecordReadBack:
    """A score record read back: the assessment under the version that it follows, and what it says.

    ``earlier`` maps the periods that keep another version to the assessment under that one.
    """

    assessment: Assessment
    record: ScoreRecord
    content: Mapping[str, Any]
    earlier: Mapping[str, Assessment]

    @property
    def units(self) -> list[dict[str, Any]]:
        """Return the units' outcome as results show it."""
        units: list[dict[str, Any]] = self.content["outcome"]
        return units


def score_year(session: Session, assessment_code: str, by: By, reason: str = "") -> ScoreRecord:
    """Put the year's outcome on record, with everything that it rests on.

    A later one takes the place of the one before, which stays: nobody has signed the new one or decided
    beside it. Periods that are open still are closed first. Raises ``WrongStage``, also where nothing of the
    last period is accepted and where a later one has no ``reason``.
    """
    close_year(session, assessment_code, by)
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *SCORABLE, to="score")
    before = score_record_rows.last_record(session, assessment.id)
    if before and not reason.strip():
        raise WrongStage(
            f"cannot score {assessment_code} again without a reason: score record {before.number} stands; "
            f"next: minping assessment score {assessment_code} --reason TEXT"
        )
    earlier = earlier_versions(session, assessment)
    head = RecordHead(
        assessment=assessment_code,
        number=before.number + 1 if before else 1,
        reason=reason.strip(),
        replaces=before.digest if before else "",
        version=assessment.version,
        digests=_digests(assessment),
        periods={period: _version(one) for period, one in earlier.items()},
    )
    evidence = full_evidence(session, assessment)
    record = score_record_rows.add_record(
        session, assessment.id, head, _worked_out(assessment, earlier, head, evidence), by.actor, by.at
    )
    assessment_rows.set_stage(session, assessment, Stage.SCORED)
    audit.record(
        session,
        by,
        Act.ASSESSMENT_SCORE,
        logged_as(assessment_code),
        record=record.number,
        digest=record.digest,
        definition=assessment.digest,
        counts=sorted({value.source for value in (evidence.counted or {}).values() if value.source}),
        reason=record.reason,
    )
    return record


def _worked_out(
    assessment: Assessment, earlier: Mapping[str, Assessment], head: RecordHead, evidence: Evidence
) -> str:
    units = units_json(assessment.definition, _outcome(assessment, earlier, evidence))
    return record_text(head, evidence, units, secrets.token_bytes(_SALT_BYTES))


def _outcome(assessment: Assessment, earlier: Mapping[str, Assessment], evidence: Evidence) -> YearOutcome:
    rules = {period: PeriodRules(one.definition, one.targets) for period, one in earlier.items()}
    return year_outcome(assessment.definition, assessment.targets, evidence, rules)


def outcome_now(session: Session, assessment: Assessment, evidence: Evidence) -> YearOutcome:
    """Work out the outcome that a record of some evidence made now would have."""
    return _outcome(assessment, earlier_versions(session, assessment), evidence)


def full_evidence(session: Session, assessment: Assessment) -> Evidence:
    """Return all that an outcome rests on as it stands now, with what signed counts say."""
    counted = counted_values(session, assessment.definition, assessment.unit)
    return replace(evidence_of(session, assessment), counted=counted)


def is_outdated(session: Session, found: RecordReadBack) -> bool:
    """Return whether something came on record, or a count was signed, since a score record was made."""
    return full_evidence(session, found.assessment) != read_evidence(found.content)


def require_up_to_date(session: Session, assessment: Assessment, record: ScoreRecord, to: str) -> None:
    """Refuse with ``WrongStage`` an act (``to``) on a record after which something came on record."""
    if is_outdated(session, read_back(session, assessment, record)):
        raise WrongStage(
            f"cannot {to} {assessment.code}: {came_since(record)}; "
            f"next: minping assessment score {assessment.code} --reason TEXT"
        )


def came_since(record: ScoreRecord) -> str:
    """Return, in words, that a score record no longer holds all that there is."""
    return f"numbers, points, entries or a signed count came after score record {record.number}"


def last_record(session: Session, assessment: Assessment) -> ScoreRecord:
    """Return the score record made last; raises ``NotScored`` before the first."""
    record = score_record_rows.last_record(session, assessment.id)
    if record is None:
        raise NotScored(
            f"{assessment.code} is not scored yet; next: minping assessment score {assessment.code}"
        )
    return record


def record_numbered(session: Session, assessment: Assessment, number: int) -> ScoreRecord:
    """Return the score record of a number; raises ``UnknownYearRecord``."""
    found = [one for one in score_record_rows.records(session, assessment.id) if one.number == number]
    if not found:
        raise UnknownYearRecord(f"{assessment.code} has no score record {number}")
    return found[0]


def signed_record(session: Session, assessment: Assessment) -> ScoreRecord:
    """Return the score record made last where two accounts signed it.

    Raises ``NotScored``, and ``BrokenRecord`` where it, or what stands beside it, is not as the log says.
    """
    record = last_record(session, assessment)
    if not record.is_signed:
        raise NotScored(
            f"score record {record.number} of {assessment.code} is not signed yet; next: "
            f"minping assessment sign {assessment.code} --teller NAME --scrutineer NAME"
        )
    require_as_logged(session, assessment)
    return record


def require_as_logged(session: Session, assessment: Assessment, *, numbers: bool = False) -> None:
    """Refuse with ``BrokenRecord`` to go on where rows are not those that the log speaks of.

    Records, signatures, decisions, points and entries are compared; ``numbers`` only where asked for: there
    may be very many, and a record holds those that it rests on.
    """
    changed = list(unlogged(session.connection(), assessment.id, assessment.code, numbers=numbers))
    if changed:
        named = ", ".join(changed[:_NAMED]) + (" and more" if len(changed) > _NAMED else "")
        raise BrokenRecord(f"of {assessment.code}, {named} is not the one that the log names")


def read_back(session: Session, assessment: Assessment, record: ScoreRecord) -> RecordReadBack:
    """Return what a score record says, under the version that it follows.

    Raises ``BrokenRecord`` where the record, or the definition or targets of that version, or of one that a
    period keeps, are not what the digests name.
    """
    content = record.content()
    under = at_version(session, assessment, content["version"])
    if content["digests"] != _digests(under):
        raise BrokenRecord(
            f"score record {record.number} of {assessment.code} names another definition or other targets"
        )
    earlier = {
        period: at_version(session, assessment, said["version"])
        for period, said in content["periods"].items()
    }
    for period, one in earlier.items():
        if content["periods"][period] != _version(one):
            raise BrokenRecord(
                f"score record {record.number} of {assessment.code} names other targets for {period}"
            )
    return RecordReadBack(under, record, content, earlier)


def outcome_of_record(found: RecordReadBack) -> YearOutcome:
    """Work a record's outcome out again from its own evidence.

    Raises ``BrokenRecord`` where it is not the one on record.
    """
    outcome = _outcome(found.assessment, found.earlier, read_evidence(found.content))
    if units_json(found.assessment.definition, outcome) != found.units:
        raise BrokenRecord(
            f"score record {found.record.number} of {found.assessment.code} does not follow from its evidence"
        )
    return outcome


def _version(assessment: Assessment) -> dict[str, int | str]:
    return {"version": assessment.version, "digest": assessment.digest}


def _digests(assessment: Assessment) -> dict[str, str]:
    return {
        "assessment": assessment.digest,
        "definition": assessment.definition.digest,
        "targets": digest_of_text(targets_text(assessment.targets)),
    }
