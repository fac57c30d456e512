"""The papers of an assessment: which there are, what each is called, and how one is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from survey.documents.export.formats import find_format
from survey.domain.assessment.totals.paper_material import PaperMaterial
from survey.domain.results.table import Report

from .bulletin import bulletin
from .letters import commitments, feedback
from .mending import mending
from .score_sheets import score_sheets
from .summary import proposal, summary


class PaperKind(StrEnum):
    """The papers that an office prints."""

    COMMITMENTS = "commitments"
    BULLETIN = "bulletin"
    SCORE_SHEETS = "score-sheets"
    SUMMARY = "summary"
    PROPOSAL = "proposal"
    FEEDBACK = "feedback"
    MENDING = "mending"


@dataclass(frozen=True)
class AssessmentPaper:
    """One paper: what people call it, and what makes its report."""

    name: str
    make: Callable[[PaperMaterial], Report]


PAPERS: Mapping[PaperKind, AssessmentPaper] = {
    PaperKind.COMMITMENTS: AssessmentPaper("目标责任书", commitments),
    PaperKind.BULLETIN: AssessmentPaper("通报", bulletin),
    PaperKind.SCORE_SHEETS: AssessmentPaper("考核计分表", score_sheets),
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
        write_report(PAPERS[kind].make(material), out, template)
    return out.getvalue()
