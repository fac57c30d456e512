"""The papers of an assessment: which there are, what each is called, and how one is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from io import BytesIO

from survey.documents.export.formats import find_format
from survey.domain.assessment.totals.paper_material import PaperMaterial
from survey.domain.results.table import Report, Table

from .bulletin import bulletin, bulletin_rows
from .letters import commitments, feedback
from .mending import mending
from .notices import verification, warnings
from .score_sheets import score_rows, score_sheets
from .summary import proposal, summary


class PaperKind(StrEnum):
    """The papers that an office prints."""

    COMMITMENTS = "commitments"
    BULLETIN = "bulletin"
    WARNINGS = "warnings"
    VERIFICATION = "verification"
    SCORE_SHEETS = "score-sheets"
    SUMMARY = "summary"
    PROPOSAL = "proposal"
    FEEDBACK = "feedback"
    MENDING = "mending"


@dataclass(frozen=True)
class AssessmentPaper:
    """One paper: what people call it, what makes its report, and what lists its rows for spreadsheets.

    Without ``rows`` the tables of its forms stand for them.
    """

    name: str
    make: Callable[[PaperMaterial], Report]
    rows: Callable[[PaperMaterial], Sequence[Table]] | None = None

    def report(self, material: PaperMaterial, *, as_rows: bool) -> Report:
        """Make its report, ``as_rows`` with its tables as spreadsheets read them."""
        made = self.make(material)
        if not as_rows:
            return made
        forms = [table for sheet in made.sheets for table in sheet.tables]
        return replace(made, tables=self.rows(material) if self.rows else forms)


PAPERS: Mapping[PaperKind, AssessmentPaper] = {
    PaperKind.COMMITMENTS: AssessmentPaper("目标责任书", commitments),
    PaperKind.BULLETIN: AssessmentPaper("通报", bulletin, bulletin_rows),
    PaperKind.WARNINGS: AssessmentPaper("预警通知单", warnings),
    PaperKind.VERIFICATION: AssessmentPaper("查访核验表", verification),
    PaperKind.SCORE_SHEETS: AssessmentPaper("考核计分表", score_sheets, score_rows),
    PaperKind.SUMMARY: AssessmentPaper("综合得分汇总表", summary),
    PaperKind.PROPOSAL: AssessmentPaper("等次建议表", proposal),
    PaperKind.FEEDBACK: AssessmentPaper("反馈意见书", feedback),
    PaperKind.MENDING: AssessmentPaper("整改台账", mending),
}
PAPER_FORMATS = ("xlsx", "docx", "pdf", "csv")


def write(kind: PaperKind, fmt: str, material: PaperMaterial, template: bytes | None = None) -> bytes:
    """Write a paper in one of ``PAPER_FORMATS``; ``template`` is an office's own for its tables in Word.

    Raises ``NotScored`` or ``UnknownPeriod`` where the material lacks what the paper is about, ``ValueError``
    for another format.
    """
    if fmt not in PAPER_FORMATS:
        raise ValueError(fmt)
    out = BytesIO()
    if write_report := find_format(fmt).write_report:
        write_report(PAPERS[kind].report(material, as_rows=fmt == "csv"), out, template)
    return out.getvalue()
