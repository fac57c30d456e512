"""Assessments from the first draft to the year's beginning, and what changes them after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.amendments import AmendedThing, changes_between, require_amendable
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage, Targets, UnitTask
from survey.domain.assessment.periods import last_period, periods_of, read_period
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.targets_reader import (
    assessment_digest,
    read_targets,
    read_targets_document,
    require_targets,
    targets_document,
)
from survey.domain.assessment.visits.visits import visits_from
from survey.domain.audit.acts import Act
from survey.domain.errors import (
    AssessmentExists,
    ChangedMeanwhile,
    UnknownAssessment,
    UnknownPeriod,
    WrongStage,
)
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows, assessment_rows, year_record_rows
from survey.storage.assessment.assessment_rows import (
    Amendment,
    Assessment,
    AssessmentVersion,
    ListedAssessment,
    WrittenVersion,
    at_version,
    document_of,
    list_assessments,
    locked_assessment,
    logged_as,
    versions_of,
)
from survey.storage.assessment.reports import report_rows

from .evidence import evidence_of
from .versions_in_force import in_force

__all__ = [
    "Amendment",
    "Assessment",
    "AssessmentVersion",
    "ListedAssessment",
    "at_version",
    "document_of",
    "in_force",
    "list_assessments",
    "locked_assessment",
    "logged_as",
    "versions_of",
]

TAKING = (Stage.ISSUED, Stage.RUNNING, Stage.EXAMINING, Stage.SCORED, Stage.DECIDED)
"""The stages in which numbers, points and entries are taken."""
IN_FORCE = (*TAKING, Stage.CLOSED)
"""The stages in which definition and targets hold: nothing that says so is printed of a draft."""
AMENDABLE = (Stage.ISSUED, Stage.RUNNING)
"""Once all periods are closed there is none from which an amendment could hold."""


def current(session: Session, assessment_code: str) -> Assessment:
    """Return an assessment under the version that holds; raises ``UnknownAssessment``."""
    return assessment_rows.find_assessment(session, assessment_code)


def load(
    session: Session, data: Mapping[str, Any], rows: Sequence[FileRow] | None, by: By, unit: str = ""
) -> Assessment:
    """Store an assessment from a parsed definition file and the rows of its targets file, as a draft.

    A draft of the same code is replaced; without ``rows`` it keeps its targets. ``unit`` is whose assessment
    it is, where it is new. Raises ``InvalidDefinition`` and ``BadNumbers`` with all faults, and
    ``AssessmentExists`` where the code's assessment is issued.
    """
    definition = read_assessment(data)
    assessment_rows.lock_assessments(session)
    before = _draft(session, definition.code)
    return _stored(session, data, _targets(definition, rows, before), before, by, unit)


def store_new(
    session: Session, data: Mapping[str, Any], targets: Targets, by: By, unit: str = ""
) -> Assessment:
    """Store a new draft with targets that may lack what they will be scored by: issuing asks for it.

    Raises ``InvalidDefinition``, and ``AssessmentExists`` where there is any of this code.
    """
    require_new(session, read_assessment(data).code)
    return _stored(session, data, targets, None, by, unit)


def store_draft(
    session: Session, draft: Assessment, data: Mapping[str, Any], targets: Targets, by: By
) -> Assessment:
    """Store another definition in the place of a draft's, with targets that may lack as much as a new one's.

    Raises ``InvalidDefinition`` with all faults, and ``BadNumbers`` where targets would be lost.
    """
    definition = read_assessment(data)
    require_targets(definition, targets, complete=False)
    kept = read_targets_document(definition, targets_document(targets))
    return _stored(session, data, kept, draft, by, draft.unit)


def require_new(session: Session, assessment_code: str) -> None:
    """Hold the lock of whoever stores a new one; raises ``AssessmentExists`` where the code is taken."""
    assessment_rows.lock_assessments(session)
    try:
        locked_assessment(session, assessment_code)
    except UnknownAssessment:
        return
    raise AssessmentExists(f'there is an assessment "{assessment_code}" already; take another code')


def _stored(
    session: Session,
    data: Mapping[str, Any],
    targets: Targets,
    before: Assessment | None,
    by: By,
    unit: str,
) -> Assessment:
    code = str(data["assessment"]["code"])
    written = _written(data, targets, None, by)
    if before is None:
        made = assessment_rows.add_assessment(session, code, unit)
        assessment_rows.add_version(session, made, 0, written)
    elif before.digest != written.digest:
        assessment_rows.replace_draft(session, before, written)
    else:
        return before
    audit.record(session, by, Act.ASSESSMENT_LOAD, logged_as(code), definition=written.digest)
    return current(session, code)


def _draft(session: Session, assessment_code: str) -> Assessment | None:
    try:
        before = locked_assessment(session, assessment_code)
    except UnknownAssessment:
        return None
    if before.stage is not Stage.DRAFT:
        raise AssessmentExists(
            f'assessment "{assessment_code}" is {before.stage}; change it with: '
            f"minping assessment amend {assessment_code} FILE --reason TEXT --document TEXT"
        )
    return before


def _targets(
    definition: AssessmentDefinition, rows: Sequence[FileRow] | None, before: Assessment | None
) -> Targets:
    if rows is not None:
        return read_targets(definition, rows)
    kept = before.targets if before else {}
    require_targets(definition, kept)
    return read_targets_document(definition, targets_document(kept))


def _written(
    data: Mapping[str, Any], targets: Targets, amendment: Amendment | None, by: By
) -> WrittenVersion:
    return WrittenVersion(data, targets, assessment_digest(data, targets), amendment, by.actor, by.at)


def issue(session: Session, assessment_code: str, by: By, *, read: str | None = None) -> Assessment:
    """Freeze definition and targets; ``read`` is the digest of the draft that somebody had before them.

    Raises ``WrongStage``, also while there are no targets, ``ChangedMeanwhile`` where the draft is another
    one than was read, and ``BadNumbers`` where a task lacks what it is scored by.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, Stage.DRAFT, to="issue")
    if read is not None and read != assessment.digest:
        raise ChangedMeanwhile(assessment_code)
    if assessment.definition.indicators and not assessment.targets:
        raise WrongStage(
            f"cannot issue {assessment_code}: it has no targets; "
            "next: minping assessment load FILE --targets FILE"
        )
    require_targets(assessment.definition, assessment.targets)
    assessment_rows.set_stage(session, assessment, Stage.ISSUED)
    audit.record(session, by, Act.ASSESSMENT_ISSUE, logged_as(assessment_code), definition=assessment.digest)
    return current(session, assessment_code)


def amend(
    session: Session,
    assessment_code: str,
    data: Mapping[str, Any],
    rows: Sequence[FileRow] | None,
    why: Amendment,
    by: By,
    *,
    read: str | None = None,
) -> Assessment:
    """Store another version of what was issued; without ``rows`` the targets stay as they are.

    ``why.since`` is the period from which it holds, empty for the first one that is open; ``read`` the digest
    of the version that somebody had before them, ``ChangedMeanwhile`` where it is another by now. Raises
    ``WrongStage``, also without a reason or a document and where nothing would change, ``UnknownPeriod``
    where the period is closed, none, or before that of the amendment before, ``InvalidDefinition`` and
    ``BadNumbers`` with all faults, also with all that is gone although something on record belongs to it.
    """
    assessment = locked_assessment(session, assessment_code)
    if read is not None and read != assessment.digest:
        raise ChangedMeanwhile(assessment_code)
    planned = plan_amendment(session, assessment, data, rows, why)
    amendment, since = planned.amendment, planned.amendment.since
    written = _written(data, planned.targets, amendment, by)
    assessment_rows.add_version(session, assessment.id, assessment.version + 1, written)
    audit.record(
        session,
        by,
        Act.ASSESSMENT_AMEND,
        logged_as(assessment_code),
        version=assessment.version + 1,
        definition=written.digest,
        since=since,
        reason=why.reason,
        document=why.document,
        approver=why.approver,
    )
    return current(session, assessment_code)


@dataclass(frozen=True)
class PlannedAmendment:
    """What an amendment would store: what it changes of the version that holds, and from which period on."""

    before: Assessment
    definition: AssessmentDefinition
    targets: Targets
    amendment: Amendment
    changes: tuple[AmendedThing, ...]


def plan_amendment(
    session: Session,
    assessment: Assessment,
    data: Mapping[str, Any],
    rows: Sequence[FileRow] | None,
    why: Amendment,
) -> PlannedAmendment:
    """Return what ``amend`` would store, and raise what it would raise; nothing is stored."""
    if not why.reason.strip() or not why.document.strip():
        raise WrongStage(f"cannot amend {assessment.code}: give a reason and the document that decides it")
    definition = read_assessment(data)
    require_stage(assessment.code, assessment.stage, *AMENDABLE, to="amend")
    taken = [
        *assessment_number_rows.tasks_with_numbers(session, assessment),
        *_visited_tasks(session, assessment),
    ]
    waiting = [one.task for one in report_rows.waiting_numbers(session, assessment)]
    require_amendable(assessment.definition, definition, evidence_of(session, assessment), taken, waiting)
    targets = _targets(definition, rows, assessment)
    changes = changes_between(assessment.definition, assessment.targets, definition, targets)
    if not changes:
        raise WrongStage(f"cannot amend {assessment.code}: nothing would change")
    since = _since(session, assessment, why.since)
    amendment = Amendment(why.reason, why.document, why.approver, since)
    return PlannedAmendment(assessment, definition, targets, amendment, changes)


def _visited_tasks(session: Session, assessment: Assessment) -> list[UnitTask]:
    """List the tasks that visits on record are about: what was found there is a number of theirs."""
    kinds = (YearRecordKind.VISIT_PLAN, YearRecordKind.VISIT)
    return [place.task for place in visits_from(year_record_rows.records_of(session, assessment, *kinds))]


def amendable_periods(session: Session, assessment: Assessment) -> list[str]:
    """List the periods from which an amendment may hold: open, and not before that of the one before."""
    if assessment.stage not in AMENDABLE:
        return []
    order = periods_of(assessment.definition)
    before = versions_of(session, assessment)[-1].amendment
    first = order.index(before.since) if before else 0
    return [one for one in open_periods(session, assessment) if order.index(one) >= first]


def _since(session: Session, assessment: Assessment, wanted: str) -> str:
    """Return from which period on an amendment holds: closed ones keep the version they were closed under."""
    open_ones = open_periods(session, assessment)
    since = read_period(assessment.definition, wanted) if wanted else open_ones[0]
    if since is None:
        last = last_period(assessment.definition)
        raise UnknownPeriod(f'{assessment.code} has no period "{wanted}"; the last one is {last}')
    if wanted and since not in open_ones:
        raise UnknownPeriod(f"{since} of {assessment.code} is closed; take one that is open")
    _require_not_before(session, assessment, since)
    return since


def _require_not_before(session: Session, assessment: Assessment, since: str) -> None:
    """Refuse an amendment that would bring what an earlier one changes forward: it builds on that one."""
    order = periods_of(assessment.definition)
    before = versions_of(session, assessment)[-1]
    if before.amendment and order.index(since) < order.index(before.amendment.since):
        begins = before.amendment.since
        raise UnknownPeriod(
            f"an amendment of {assessment.code} from {since} on would bring version {before.number} forward, "
            f"which holds from {begins} on; take --from {begins} or a later period"
        )


def open_periods(session: Session, assessment: Assessment) -> list[str]:
    """Return the periods that are not closed yet, the first one first."""
    closed = assessment_number_rows.closed_periods(session, assessment)
    return [period for period in periods_of(assessment.definition) if period not in closed]
