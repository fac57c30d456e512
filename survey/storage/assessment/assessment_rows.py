"""Assessments: rows to domain and back, with the versions of their definitions and targets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import Stage, Targets
from survey.domain.assessment.targets_reader import read_targets_document, targets_text
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import UnknownAssessment
from survey.domain.operations.bounded_cache import BoundedCache

from .assessment_tables import AssessmentRow, AssessmentVersionRow

ASSESSMENT_LOCKS = 0x6D696E72
"""The name space of advisory locks, one an assessment; 0 is for whoever stores a new one."""


@dataclass(frozen=True)
class Amendment:
    """Why definition and targets were changed once they were issued, and from which period on (``since``)."""

    reason: str
    document: str
    approver: str
    since: str


@dataclass(frozen=True)
class AssessmentVersion:
    """A version of definition and targets: 0 is what was loaded, later ones have their ``amendment``."""

    number: int
    digest: str
    amendment: Amendment | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True)
class Assessment:
    """One year's round of an office, under one version of its definition and targets.

    ``digest`` names definition and targets together, ``definition.digest`` the definition alone; ``unit`` is
    whose assessment it is.
    """

    id: int
    code: str
    stage: Stage
    unit: str
    version: int
    digest: str
    definition: AssessmentDefinition
    targets: Targets


@dataclass(frozen=True)
class ListedAssessment:
    """What a list tells of an assessment."""

    code: str
    stage: Stage
    unit: str
    version: int
    title: str
    office: str
    year: int


_STANDING = select(
    AssessmentRow.id, AssessmentRow.code, AssessmentRow.stage, AssessmentRow.unit, AssessmentRow.version
)

# As of definitions of campaigns: in memory many times as many bytes as their text has characters.
_BYTES_A_CHARACTER = 12
_read = BoundedCache[str, tuple[AssessmentDefinition, Targets]](max_entries=256, max_bytes=192 * 1024 * 1024)


def logged_as(assessment_code: str) -> str:
    """Return what an assessment is called in the log, where no campaign can have its name."""
    return f"assessment:{assessment_code}"


def find_assessment(session: Session, assessment_code: str) -> Assessment:
    """Return an assessment under the version that holds; raises ``UnknownAssessment``."""
    row = session.execute(_STANDING.where(AssessmentRow.code == assessment_code)).one_or_none()
    if row is None:
        raise UnknownAssessment(assessment_code)
    digest, definition, targets = _version(session, row.id, row.version)
    return Assessment(row.id, row.code, Stage(row.stage), row.unit, row.version, digest, definition, targets)


def locked_assessment(session: Session, assessment_code: str) -> Assessment:
    """Return an assessment as it stands once its lock is held alone; raises ``UnknownAssessment``."""
    number = session.scalar(select(AssessmentRow.id).where(AssessmentRow.code == assessment_code))
    lock_assessments(session, number or 0)
    return find_assessment(session, assessment_code)


def lock_assessments(session: Session, number: int = 0) -> None:
    """Hold an assessment's lock to the end of the transaction; 0: the one of whoever stores a new one.

    On SQLite the transaction was begun with the write lock, which is stronger.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:space, :number)"),
            {"space": ASSESSMENT_LOCKS, "number": number},
        )


def list_assessments(session: Session) -> list[ListedAssessment]:
    """Return all assessments in the order in which they were loaded."""
    rows = session.execute(
        _STANDING.add_columns(AssessmentVersionRow.definition)
        .join(
            AssessmentVersionRow,
            (AssessmentVersionRow.assessment_id == AssessmentRow.id)
            & (AssessmentVersionRow.version == AssessmentRow.version),
        )
        .order_by(AssessmentRow.id)
    )
    return [_listed(row) for row in rows]


def _listed(row: Any) -> ListedAssessment:
    said = parsed_document(row.definition)["assessment"]
    return ListedAssessment(
        row.code, Stage(row.stage), row.unit, row.version, said["title"], said["office"], said["year"]
    )


def at_version(session: Session, assessment: Assessment, version: int) -> Assessment:
    """Return an assessment under one version of its definition and targets."""
    if version == assessment.version:
        return assessment
    digest, definition, targets = _version(session, assessment.id, version)
    return Assessment(
        assessment.id,
        assessment.code,
        assessment.stage,
        assessment.unit,
        version,
        digest,
        definition,
        targets,
    )


def versions_of(session: Session, assessment: Assessment) -> list[AssessmentVersion]:
    """Return all versions of an assessment's definition and targets, the first one first."""
    row = AssessmentVersionRow
    rows = session.execute(
        select(row.version, row.digest, row.amendment, row.recorded_by, row.recorded_at)
        .where(row.assessment_id == assessment.id)
        .order_by(row.version)
    )
    return [
        AssessmentVersion(number, digest, Amendment(**json.loads(amendment)) if amendment else None, by, at)
        for number, digest, amendment, by, at in rows
    ]


def document_of(session: Session, assessment: Assessment) -> dict[str, Any]:
    """Return the definition as it was parsed from its file."""
    row = AssessmentVersionRow
    found = select(row.definition).where(
        row.assessment_id == assessment.id, row.version == assessment.version
    )
    return parsed_document(session.scalars(found).one())


def add_assessment(session: Session, assessment_code: str, unit: str) -> int:
    """Store a new assessment as a draft; return its number. Its version 0 is to be added next."""
    made = AssessmentRow(code=assessment_code, stage=Stage.DRAFT, version=0, unit=unit)
    session.add(made)
    session.flush()
    return made.id


@dataclass(frozen=True)
class WrittenVersion:
    """Definition and targets as they are to be stored, and who brought them when."""

    data: Mapping[str, Any]
    targets: Targets
    digest: str
    amendment: Amendment | None
    by: str
    at: datetime

    def as_columns(self) -> dict[str, Any]:
        """Return the row's columns but its keys."""
        return {
            "definition": canonical_json(self.data),
            "targets": targets_text(self.targets),
            "digest": self.digest,
            "amendment": canonical_json(vars(self.amendment)) if self.amendment else "",
            "recorded_by": self.by,
            "recorded_at": self.at,
        }


def add_version(session: Session, assessment_id: int, version: int, written: WrittenVersion) -> None:
    """Store a version, which is the one that holds from here on."""
    keys = {"assessment_id": assessment_id, "version": version}
    session.execute(insert(AssessmentVersionRow).values(**keys, **written.as_columns()))
    session.execute(update(AssessmentRow).where(AssessmentRow.id == assessment_id).values(version=version))


def replace_draft(session: Session, assessment: Assessment, written: WrittenVersion) -> None:
    """Store another definition and targets for a draft."""
    session.execute(
        update(AssessmentVersionRow)
        .where(AssessmentVersionRow.assessment_id == assessment.id, AssessmentVersionRow.version == 0)
        .values(**written.as_columns())
    )


def set_stage(session: Session, assessment: Assessment, stage: Stage) -> None:
    """Note where an assessment stands now."""
    session.execute(update(AssessmentRow).where(AssessmentRow.id == assessment.id).values(stage=stage))


def _version(session: Session, assessment_id: int, version: int) -> tuple[str, AssessmentDefinition, Targets]:
    """Return digest, definition and targets, read once for each digest: their text can never change."""
    row = AssessmentVersionRow
    where = row.assessment_id == assessment_id, row.version == version
    digest = session.scalars(select(row.digest).where(*where)).one()
    found = _read.get(digest)
    if found is None:
        # A draft may have been loaded again between the digest and its text.
        digest, defined, listed = session.execute(
            select(row.digest, row.definition, row.targets).where(*where)
        ).one()
        definition = read_assessment(parsed_document(defined))
        found = definition, read_targets_document(definition, json.loads(listed))
        _read.put(digest, found, _BYTES_A_CHARACTER * (len(defined) + len(listed)))
    return digest, *found


def parsed_document(text: str) -> dict[str, Any]:
    """Return a stored definition as it was parsed from its file: decimals as written."""
    document: dict[str, Any] = json.loads(text, parse_float=Decimal, parse_constant=Decimal)
    return document
