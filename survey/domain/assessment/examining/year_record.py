"""What is put on record at a year's end, beside numbers, points and entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from survey.domain.definition.schema import N_


class YearRecordKind(StrEnum):
    """What a record holds; the values are stored, and stand in the log."""

    CONFERENCE = "conference"
    VISIT_PLAN = "visit-plan"
    VISIT = "visit"
    VISIT_ANSWER = "visit-answer"
    VISIT_RULING = "visit-ruling"
    TALK = "talk"
    TALK_NOTES = "talk-notes"
    NOTES_READER = "notes-reader"
    NOTES_READ = "notes-read"
    NOTES_END = "notes-end"
    KEY_LOST = "key-lost"
    ANALYSIS = "analysis"
    STATEMENT = "statement"
    STATEMENT_RETURNED = "statement-returned"
    STATEMENT_DUE = "statement-due"
    SCORERS = "scorers"
    SHEET_DRAFT = "sheet-draft"
    SHEET = "sheet"
    SHEET_RETURNED = "sheet-returned"
    SHEET_OPENED = "sheet-opened"
    LEADER_NOTE = "leader-note"
    LEAD_COMMENT = "lead-comment"
    LETTER_DRAFT = "letter-draft"
    LETTER = "letter"
    LETTER_RECEIPT = "letter-receipt"
    MENDING = "mending"
    MENDING_ANSWER = "mending-answer"
    MENDING_RULING = "mending-ruling"
    YEAR_CLOSED = "year-closed"
    RECORD_SIGNATURE = "record-signature"


FOLLOWED_UP = frozenset(
    {YearRecordKind.LETTER_RECEIPT, YearRecordKind.MENDING_ANSWER, YearRecordKind.MENDING_RULING}
)
"""What is put on record of a closed assessment, too: the end of what units were told."""
YEAR_RECORD_WORDS: Mapping[YearRecordKind, str] = {
    YearRecordKind.CONFERENCE: N_("考核大会记录"),
    YearRecordKind.VISIT_PLAN: N_("查访核验计划"),
    YearRecordKind.VISIT: N_("现场核验情况"),
    YearRecordKind.VISIT_ANSWER: N_("单位对核验的说明"),
    YearRecordKind.VISIT_RULING: N_("核验处理意见"),
    YearRecordKind.TALK: N_("谈话人数"),
    YearRecordKind.TALK_NOTES: N_("谈话记录（密封）"),
    YearRecordKind.NOTES_READER: N_("谈话记录的查阅人"),
    YearRecordKind.NOTES_READ: N_("查阅谈话记录"),
    YearRecordKind.NOTES_END: N_("谈话记录的处理"),
    YearRecordKind.KEY_LOST: N_("考核的钥匙已丢失的声明"),
    YearRecordKind.ANALYSIS: N_("综合分析评议"),
    YearRecordKind.STATEMENT: N_("单位述职报告"),
    YearRecordKind.STATEMENT_RETURNED: N_("退回述职报告"),
    YearRecordKind.STATEMENT_DUE: N_("述职报告期限"),
    YearRecordKind.SCORERS: N_("评分人名单"),
    YearRecordKind.SHEET_DRAFT: N_("评分表草稿（密封）"),
    YearRecordKind.SHEET: N_("评分表（密封）"),
    YearRecordKind.SHEET_RETURNED: N_("退回评分表"),
    YearRecordKind.SHEET_OPENED: N_("评分表启封"),
    YearRecordKind.LEADER_NOTE: N_("领导批注"),
    YearRecordKind.LEAD_COMMENT: N_("牵头部门意见"),
    YearRecordKind.LETTER_DRAFT: N_("反馈意见草稿"),
    YearRecordKind.LETTER: N_("反馈意见"),
    YearRecordKind.LETTER_RECEIPT: N_("反馈意见签收"),
    YearRecordKind.MENDING: N_("整改事项"),
    YearRecordKind.MENDING_ANSWER: N_("整改情况"),
    YearRecordKind.MENDING_RULING: N_("整改处理意见"),
    YearRecordKind.YEAR_CLOSED: N_("考核办结"),
    YearRecordKind.RECORD_SIGNATURE: N_("计分结果的第一个签字"),
}


@dataclass(frozen=True)
class YearRecord:
    """One thing that was put on record: appended, never changed; the last of a kind about a thing holds.

    ``about`` is what it is about: keys with ``/`` between them.
    """

    number: int
    kind: YearRecordKind
    about: str
    content: Mapping[str, Any]
    recorded_by: str
    recorded_at: datetime

    @property
    def is_draft(self) -> bool:
        """Return whether it was kept and not handed in: its writers alone read it."""
        return False in (self.content.get("submitted"), self.content.get("handed_in"))
