"""The entries, vetoes and typed-in values of a year: as they stand, and taking one back with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import EnteredValue, PointEntry, UnitVeto
from survey.domain.assessment.outcome import EntrySums
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.entry_sums import sum_entries
from survey.domain.errors import ReasonMissing, UnknownEntry
from survey.services.assessment.assessments import TAKING, current, locked_assessment
from survey.services.assessment.taking import note_taken
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_entry_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.told_acts import ToldAct, told_acts

__all__ = ["ToldAct", "YearEntries", "find_act", "take_back", "year_entries"]


@dataclass(frozen=True)
class YearEntries:
    """All acts of a year, those taken back too, and what entries come to for each unit after the caps."""

    assessment: Assessment
    acts: tuple[ToldAct, ...]
    sums: Mapping[str, EntrySums]

    def entries(self, item: str) -> list[ToldAct]:
        """List the entries of an item."""
        return [one for one in self.acts if isinstance(one.act, PointEntry) and one.act.item == item]

    @property
    def items(self) -> list[str]:
        """List the items: those defined, then such as an amendment left without entries of theirs."""
        used = [one.act.item for one in self.acts if isinstance(one.act, PointEntry)]
        return list(dict.fromkeys([*self.assessment.definition.item, *used]))

    @property
    def vetoes(self) -> list[ToldAct]:
        """List the vetoes."""
        return [one for one in self.acts if isinstance(one.act, UnitVeto)]

    @property
    def entered(self) -> list[ToldAct]:
        """List the values that were typed in."""
        return [one for one in self.acts if isinstance(one.act, EnteredValue)]


def year_entries(session: Session, assessment_code: str) -> YearEntries:
    """Return the acts of an assessment; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    acts = told_acts(session, assessment)
    holding = [one.act for one in acts if one.taken_back is None and isinstance(one.act, PointEntry)]
    sums = sum_entries(assessment.definition, holding)
    return YearEntries(assessment, tuple(acts), {key: one for key, one in sums.items() if one.words})


def find_act(session: Session, assessment: Assessment, number: int) -> ToldAct:
    """Return an act on record; raises ``UnknownEntry``."""
    found = next((one for one in told_acts(session, assessment) if one.number == number), None)
    if found is None:
        raise UnknownEntry(f"{assessment.code} has no entry {number}")
    return found


def take_back(session: Session, assessment_code: str, number: int, reason: str, by: By) -> bool:
    """Put on record that an act holds no more, and why; return whether it held until now.

    Raises ``WrongStage``, ``UnknownEntry`` and ``ReasonMissing``.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="take back an entry of")
    found = find_act(session, assessment, number)
    if found.taken_back:
        return False
    why = typed_text(reason, MAX_NOTE)
    if not why:
        raise ReasonMissing(f"taking back entry {number} of {assessment_code} wants a reason")
    assessment_entry_rows.take_back(session, assessment, number, by.actor, by.at, why)
    note_taken(session, assessment, 1, by, kind="entries")
    return True
