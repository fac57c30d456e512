"""The versions of an assessment, each with what it changed of the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.amendments import AmendedThing, changes_between
from survey.domain.assessment.reports.file_rows import FileRow
from survey.services.assessment.assessments import (
    Amendment,
    Assessment,
    AssessmentVersion,
    PlannedAmendment,
    amendable_periods,
    at_version,
    current,
    document_of,
    plan_amendment,
    versions_of,
)


@dataclass(frozen=True)
class AmendedVersion:
    """A version of definition and targets, the one before it, and what differs between them."""

    version: AssessmentVersion
    before: Assessment | None
    held: Assessment
    changes: tuple[AmendedThing, ...]


@dataclass(frozen=True)
class YearVersions:
    """All versions of a year, the last one first, and the periods from which another one may hold."""

    assessment: Assessment
    versions: tuple[AmendedVersion, ...]
    open_from: tuple[str, ...]


def year_versions(session: Session, assessment_code: str) -> YearVersions:
    """Return the versions of an assessment; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    found: list[AmendedVersion] = []
    before: Assessment | None = None
    for version in versions_of(session, assessment):
        held = at_version(session, assessment, version.number)
        changes = (
            changes_between(before.definition, before.targets, held.definition, held.targets)
            if before
            else ()
        )
        found.append(AmendedVersion(version, before, held, changes))
        before = held
    return YearVersions(assessment, tuple(reversed(found)), tuple(amendable_periods(session, assessment)))


def planned_amendment(
    session: Session,
    assessment_code: str,
    data: Mapping[str, Any],
    rows: Sequence[FileRow] | None,
    why: Amendment,
) -> PlannedAmendment:
    """Return what an amendment would change, before anybody makes it; raises as ``amend``."""
    return plan_amendment(session, current(session, assessment_code), data, rows, why)


def held_document(session: Session, assessment_code: str) -> dict[str, Any]:
    """Return the definition that holds as its file has it: what a file of targets alone is read against."""
    return document_of(session, current(session, assessment_code))
