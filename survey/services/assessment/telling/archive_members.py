"""What an assessment's archive (考核档案) holds: each file under its name, made only when it is written.

What lies sealed is not among them: records are named by kind, and notes of talks and sheets are no such kind.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from sqlalchemy.orm import Session

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.documents.assessment.setup.setup_workbook import write_setup
from survey.documents.definition.definition_file import write_toml
from survey.documents.export.files import file_names
from survey.documents.layout.text import guarded
from survey.domain.assessment.examining.year_record import YEAR_RECORD_WORDS, YearRecordKind
from survey.domain.assessment.reports.submitted_report import EvidenceFile
from survey.domain.errors import NotScored, UnknownYearRecord
from survey.services.assessment import publishing, reporting
from survey.services.assessment.assessments import at_version, current, document_of, logged_as, versions_of
from survey.services.assessment.closing import closed_periods
from survey.services.assessment.examining.year_records import records_of
from survey.services.audit import audit
from survey.storage.assessment import assessment_entry_rows, score_record_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.reports import evidence_rows, report_rows

from . import letters, mending

ARCHIVED = frozenset(YearRecordKind) - {
    YearRecordKind.TALK_NOTES,
    YearRecordKind.NOTES_READER,
    YearRecordKind.NOTES_READ,
    YearRecordKind.SHEET_DRAFT,
    YearRecordKind.SHEET,
    YearRecordKind.LETTER_DRAFT,
}
"""The kinds of record that are archived: nothing sealed, and no letter that was not sent."""

Make = Callable[[Session, str], Iterable[bytes]]
"""Gives a file's content piece by piece; of nothing to write there is no piece."""


@dataclass(frozen=True)
class ArchiveMember:
    """One file of an archive: its name there, and how it is made, or which file it is of those stored."""

    name: str
    make: Make | None = None
    evidence: EvidenceFile | None = None


def members(session: Session, assessment_code: str, at: datetime) -> list[ArchiveMember]:
    """List the files of an archive as things stand; none is made yet.

    ``at`` is the moment by which tasks are overdue. Raises ``UnknownAssessment``.
    """
    assessment = current(session, assessment_code)
    found = [ArchiveMember("说明.txt", _about)]
    for version in versions_of(session, assessment):
        folder = f"考核方案/第{version.number}版"
        found.append(ArchiveMember(f"{folder}/方案.toml", _definition(version.number)))
        found.append(ArchiveMember(f"{folder}/考核设置.xlsx", _setup(version.number)))
    found.append(ArchiveMember("考核方案/各版说明.jsonl", _versions))
    for period, one in closed_periods(session, assessment).items():
        found.append(ArchiveMember(f"通报/第{one.bulletin}期 {period}.pdf", _bulletin(period)))
    for record in score_record_rows.records(session, assessment.id):
        found.append(ArchiveMember(f"计分结果/第{record.number}号.json", _record(record.number)))
    found += [
        ArchiveMember("计分结果/签字.jsonl", _signatures),
        ArchiveMember("计分结果/考核计分表.pdf", _year_paper(PaperKind.SCORE_SHEETS, "pdf")),
        ArchiveMember("计分结果/综合得分汇总表.pdf", _year_paper(PaperKind.SUMMARY, "pdf")),
        ArchiveMember("计分结果/综合得分汇总表.xlsx", _year_paper(PaperKind.SUMMARY, "xlsx")),
        ArchiveMember("计分结果/评分.csv", _points),
        ArchiveMember("计分结果/加减分和否决.jsonl", _acts),
        ArchiveMember("定等次/等次建议表.pdf", _year_paper(PaperKind.PROPOSAL, "pdf")),
        ArchiveMember("定等次/等次决定.jsonl", _decisions),
        ArchiveMember("公布/各版.jsonl", _editions),
        ArchiveMember("反馈/反馈意见书.pdf", _letters),
        ArchiveMember("反馈/整改台账.xlsx", _tasks(at)),
        ArchiveMember("年终考核记录.jsonl", _year_records),
        ArchiveMember("操作日志.jsonl", _log),
    ]
    return found + _evidence_members(session, assessment)


def _evidence_members(session: Session, assessment: Assessment) -> list[ArchiveMember]:
    """List the files with which numbers were submitted, by unit; what is a draft still is its reporter's."""
    definition = assessment.definition
    by_unit: dict[str, list[EvidenceFile]] = {}
    for period in evidence_rows.periods_with_files(session, assessment):
        submitted = report_rows.submitted_of(session, assessment, period)
        for file in evidence_rows.files_of_period(session, assessment, period):
            number = submitted.get(file.task)
            if number is not None and number.is_proved_by(file.digest):
                by_unit.setdefault(file.unit, []).append(file)
    found = []
    labels = [definition.unit_name(key) for key in by_unit]
    for folder, files in zip(file_names(labels), by_unit.values(), strict=True):
        names = file_names([_stem(assessment, file) for file in files])
        found += [
            ArchiveMember(f"佐证材料/{folder}/{name}.{file.format}", evidence=file)
            for name, file in zip(names, files, strict=True)
        ]
    return found


def _stem(assessment: Assessment, file: EvidenceFile) -> str:
    indicator = assessment.definition.indicator.get(file.indicator)
    label = indicator.label if indicator else file.indicator
    return f"{file.period} {label} {file.name.removesuffix(f'.{file.format}')}"


def _about(session: Session, assessment_code: str) -> Iterator[bytes]:
    assessment = current(session, assessment_code)
    definition = assessment.definition
    yield (
        f"{definition.title}\r\n考核办：{definition.office}\r\n年度：{definition.year}\r\n"
        f"考核代码：{assessment_code}\r\n方案摘要：{assessment.digest}\r\n\r\n"
        "清单.csv 列出每个文件的大小和 SHA-256。\r\n"
        "不在里面的：个别谈话记录，没有启封的评分表，没有上报的数所附的材料，各种草稿。\r\n"
    ).encode("utf-8-sig")


def _definition(number: int) -> Make:
    def make(session: Session, assessment_code: str) -> Iterator[bytes]:
        held = at_version(session, current(session, assessment_code), number)
        text = write_toml(document_of(session, held))
        yield text.encode() if isinstance(text, str) else text

    return make


def _setup(number: int) -> Make:
    def make(session: Session, assessment_code: str) -> Iterator[bytes]:
        held = at_version(session, current(session, assessment_code), number)
        yield write_setup(document_of(session, held), held.targets)

    return make


def _versions(session: Session, assessment_code: str) -> Iterator[bytes]:
    for one in versions_of(session, current(session, assessment_code)):
        amendment = vars(one.amendment) if one.amendment else None
        yield _line(vars(one) | {"amendment": amendment})


def _bulletin(period: str) -> Make:
    def make(session: Session, assessment_code: str) -> Iterator[bytes]:
        yield write(
            PaperKind.BULLETIN, "pdf", reporting.period_paper(session, assessment_code, period).material
        )

    return make


def _record(number: int) -> Make:
    def make(session: Session, assessment_code: str) -> Iterator[bytes]:
        assessment = current(session, assessment_code)
        yield score_record_rows.find_record(session, assessment.id, number).text.encode()

    return make


def _signatures(session: Session, assessment_code: str) -> Iterator[bytes]:
    for one in score_record_rows.records(session, current(session, assessment_code).id):
        yield _line(
            {
                "record": one.number,
                "digest": one.digest,
                "reason": one.reason,
                "recorded_by": one.recorded_by,
                "recorded_at": one.recorded_at,
                "signatures": [vars(signature) for signature in one.signatures],
            }
        )


def _year_paper(kind: PaperKind, fmt: str) -> Make:
    def make(session: Session, assessment_code: str) -> Iterator[bytes]:
        try:
            yield write(kind, fmt, reporting.year_paper(session, assessment_code).material)
        except NotScored:
            return

    return make


def _points(session: Session, assessment_code: str) -> Iterator[bytes]:
    assessment = current(session, assessment_code)
    head = ("sheet", "unit", "scorer", "line", "points")
    yield csv_row(head).encode("utf-8-sig")
    for one in assessment_entry_rows.all_points_of(session, assessment):
        yield csv_row(str(getattr(one, name)) for name in head).encode()


def _acts(session: Session, assessment_code: str) -> Iterator[bytes]:
    for one in assessment_entry_rows.acts_of(session, current(session, assessment_code)):
        kind = type(one.act).__name__
        yield _line({"number": one.number, "kind": kind, "taken_back": one.taken_back, **vars(one.act)})


def _decisions(session: Session, assessment_code: str) -> Iterator[bytes]:
    for one in score_record_rows.decisions(session, current(session, assessment_code).id):
        yield _line(vars(one) | {"content": vars(one.content)})


def _editions(session: Session, assessment_code: str) -> Iterator[bytes]:
    for edition, who in reversed(publishing.all_editions(session, current(session, assessment_code))):
        yield _line(vars(edition) | {"published_by": who})


def _letters(session: Session, assessment_code: str) -> Iterator[bytes]:
    units = current(session, assessment_code).definition.unit
    try:
        found = letters.letters_paper(session, assessment_code, set(units))
    except UnknownYearRecord:
        return
    yield write(PaperKind.FEEDBACK, "pdf", found.material)


def _tasks(at: datetime) -> Make:
    def make(session: Session, assessment_code: str) -> Iterator[bytes]:
        units = set(current(session, assessment_code).definition.unit)
        found = mending.tasks_paper(session, assessment_code, units, at)
        if found.material.tasks:
            yield write(PaperKind.MENDING, "xlsx", found.material)

    return make


def _year_records(session: Session, assessment_code: str) -> Iterator[bytes]:
    assessment = current(session, assessment_code)
    for one in records_of(session, assessment, *sorted(ARCHIVED)):
        if not one.is_draft:
            yield _line(vars(one) | {"word": YEAR_RECORD_WORDS[one.kind]})


def _log(session: Session, assessment_code: str) -> Iterator[bytes]:
    for entry, facts in audit.history(session, logged_as(assessment_code)):
        yield _line(vars(entry) | {"detail": facts})


def csv_row(cells: Iterable[str]) -> str:
    """Write a row of a CSV file, in which no spreadsheet finds a formula."""
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)
