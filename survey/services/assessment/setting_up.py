"""Setting an assessment up: a file taken as a draft, last year's begun anew, and what it asks for."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.facts import Actuals, Stage, Targets
from survey.domain.assessment.periods import last_period
from survey.domain.assessment.reports.asked_numbers import AskedNumbers, asked_numbers
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.targets_reader import require_targets
from survey.domain.definition.names import unclear
from survey.domain.errors import BadNumbers, CellFault, ChangedMeanwhile, Fault, Flaw, InvalidDefinition
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import lock_assessments, locked_assessment

from . import assessments
from .assessments import Assessment, current, document_of
from .evidence import actuals_now

_NO_PLAN = (None,) * 12


@dataclass(frozen=True)
class SetupDraft:
    """A draft as its page shows it: what it asks for, and what keeps it from being issued."""

    assessment: Assessment
    document: Mapping[str, Any]
    asked: AskedNumbers
    lacking: tuple[CellFault, ...]

    @property
    def may_be_issued(self) -> bool:
        """Return whether nothing is missing."""
        no_targets = bool(self.assessment.definition.indicators) and not self.assessment.targets
        return self.assessment.stage is Stage.DRAFT and not self.lacking and not no_targets


def begin(
    session: Session, data: Mapping[str, Any], rows: Sequence[FileRow] | None, by: By, unit: str
) -> Assessment:
    """Take a definition and the rows of its targets as a new draft of a unit.

    Raises ``InvalidDefinition`` and ``BadNumbers`` with every fault, and ``AssessmentExists`` where the code
    is taken, by whomever.
    """
    code = data.get("assessment", {}).get("code") if isinstance(data.get("assessment"), Mapping) else None
    if isinstance(code, str):
        assessments.require_new(session, code)
    return assessments.load(session, data, rows, by, unit)


def replace_draft(
    session: Session,
    assessment_code: str,
    data: Mapping[str, Any],
    rows: Sequence[FileRow] | None,
    by: By,
    *,
    read: str | None = None,
) -> Assessment:
    """Put another definition in the place of a draft's; without ``rows`` it keeps its targets.

    ``read`` is the digest of the draft that somebody had before them. Raises ``WrongStage`` once it is
    issued, ``ChangedMeanwhile`` where the draft is another one than was read, ``InvalidDefinition``, also
    where the file is of another code, and ``BadNumbers``.
    """
    _draft_as_read(session, assessment_code, read)
    said = data.get("assessment")
    if isinstance(said, Mapping) and said.get("code") != assessment_code:
        told = f'must stay "{assessment_code}": the file is of another assessment'
        raise InvalidDefinition([Fault("assessment.code", told, Flaw.FIXED, {"value": assessment_code})])
    return assessments.load(session, data, rows, by)


def change_draft(
    session: Session,
    assessment_code: str,
    data: Mapping[str, Any],
    targets: Targets,
    by: By,
    *,
    read: str,
) -> Assessment:
    """Put a definition and tasks that were changed on a page in the place of a draft's.

    Tasks may lack what they are scored by: the draft's page lists it, and issuing asks for it. Raises what
    ``replace_draft`` raises, ``BadNumbers`` where a task would be lost that the definition does not ask for.
    """
    draft = _draft_as_read(session, assessment_code, read)
    if faults := list(unclear(dict(data))):
        raise InvalidDefinition(faults)
    return assessments.store_draft(session, draft, data, targets, by)


def _draft_as_read(session: Session, assessment_code: str, read: str | None) -> Assessment:
    draft = require_draft(session, assessment_code)
    if read is not None and read != draft.digest:
        raise ChangedMeanwhile(assessment_code)
    return draft


def require_draft(session: Session, assessment_code: str) -> Assessment:
    """Return an assessment that is a draft, and stays as it is; raises ``WrongStage`` where it is not."""
    lock_assessments(session)  # in the order in which loading takes them
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, Stage.DRAFT, to="set up")
    return assessment


def draft_overview(session: Session, assessment_code: str) -> SetupDraft:
    """Return what a set-up asks for and what it lacks; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    lacking: tuple[CellFault, ...] = ()
    try:
        require_targets(assessment.definition, assessment.targets)
    except BadNumbers as refused:
        lacking = refused.faults
    asked = asked_numbers(assessment.definition, assessment.targets)
    return SetupDraft(assessment, document_of(session, assessment), asked, lacking)


def copy_year(session: Session, source_code: str, assessment_code: str, title: str, by: By) -> Assessment:
    """Begin the next year's assessment as a draft: targets emptied, what was reached this year as base.

    Raises ``UnknownAssessment``, ``InvalidDefinition`` where code or title cannot be, ``AssessmentExists``.
    """
    source = current(session, source_code)
    document = next_years(document_of(session, source), assessment_code, title)
    reached = actuals_now(session, source, last_period(source.definition))
    return assessments.store_new(session, document, emptied(source.targets, reached), by, source.unit)


def next_years(document: Mapping[str, Any], assessment_code: str, title: str) -> dict[str, Any]:
    """Return a definition a year on; campaigns get the codes that the year's own will have."""
    made: dict[str, Any] = copy.deepcopy(dict(document))
    year = int(made["assessment"]["year"])
    made["assessment"] |= {"code": assessment_code, "title": title, "year": year + 1}
    for component in made["components"]:
        if component.get("from") == ComponentSource.CAMPAIGN:
            component["campaign"] = a_year_on(component["campaign"], year)
    return made


def a_year_on(text: str, year: int) -> str:
    """Return a code or a title with the next year in it; a code without a year gets it at its end."""
    if str(year) in text:
        return text.replace(str(year), str(year + 1))
    return f"{text}-{year + 1}" if text.isascii() else text


def emptied(targets: Targets, reached: Actuals) -> Targets:
    """Return tasks without their targets and plans, each with what was reached as its base."""
    return {
        task: replace(target, target=None, plan=_NO_PLAN, base=reached.get(task))
        for task, target in targets.items()
    }
