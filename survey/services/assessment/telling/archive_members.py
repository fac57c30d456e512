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
from survey.domain.assessment.periods import periods_of
from survey.domain.assessment.reports.number_text import write_number
from survey.domain.assessment.reports.submitted_report import EvidenceFile
from survey.domain.assessment.visits.visits import VisitFile, VisitPart
from survey.domain.errors import NotScored, UnknownYearRecord
from survey.services.assessment import publishing, reporting
from survey.services.assessment.assessments import at_version, current, document_of, logged_as, versions_of
from survey.services.assessment.closing import closed_periods
from survey.services.assessment.examining.year_records import records_of
from survey.services.assessment.visits.visits import visits_of
from survey.services.audit import audit
from survey.storage.assessment import assessment_entry_rows, assessment_number_rows, score_record_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.reports import evidence_rows, report_rows, visit_file_rows
from survey.storage.assessment.told_acts import told_acts

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

_PARTS = {VisitPart.FINDING: "查访核验", VisitPart.ANSWER: "对核验的说明"}
Make = Callable[[Session, str], Iterable[bytes]]
"""Gives a file's content piece by piece; of nothing to write there is no piece."""


@dataclass(frozen=True)
class ArchiveMember:
    """One file of an archive: its name there, and how it is made, or which file it is of those stored."""

    name: str
    make: Make | None = None
    evidence: EvidenceFile | VisitFile | None = None


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
        ArchiveMember("计分结果/全部填报和核验的数.csv", _numbers),
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
    """List the files of submitted numbers and of visits, by unit; what is a draft still is its writer's."""
    definition = assessment.definition
    by_unit: dict[str, list[EvidenceFile | VisitFile]] = {}
    for period in evidence_rows.periods_with_files(session, assessment):
        submitted = report_rows.submitted_of(session, assessment, period)
        for file in evidence_rows.files_of_period(session, assessment, period):
            number = submitted.get(file.task)
            if number is not None and number.is_proved_by(file.digest):
                by_unit.setdefault(file.unit, []).append(file)
    for photo in _files_of_visits(session, assessment):
        by_unit.setdefault(photo.place.unit, []).append(photo)
    found = []
    labels = [definition.unit_name(key) for key in by_unit]
    for folder, files in zip(file_names(labels), by_unit.values(), strict=True):
        names = file_names([_stem(assessment, file) for file in files])
        found += [
            ArchiveMember(f"佐证材料/{folder}/{name}.{file.format}", evidence=file)
            for name, file in zip(names, files, strict=True)
        ]
    return found


def _files_of_visits(session: Session, assessment: Assessment) -> Iterator[VisitFile]:
    """Give the files of findings on record, and of answers that were given."""
    known = visits_of(session, assessment)
    for file in visit_file_rows.all_files(session, assessment):
        visit = known.get(file.place)
        if visit is not None and (visit.finding if file.part is VisitPart.FINDING else visit.answer):
            yield file


def _stem(assessment: Assessment, file: EvidenceFile | VisitFile) -> str:
    place = file.place if isinstance(file, VisitFile) else file
    indicator = assessment.definition.indicator.get(place.indicator)
    label = indicator.label if indicator else place.indicator
    part = f" {_PARTS[file.part]}" if isinstance(file, VisitFile) else ""
    return f"{place.period} {label}{part} {file.name.removesuffix(f'.{file.format}')}"


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


def _numbers(session: Session, assessment_code: str) -> Iterator[bytes]:
    assessment = current(session, assessment_code)
    head = ("number", "kind", "period", "unit", "indicator", "value", "note", "evidence", "reason")
    yield csv_row(head).encode("utf-8-sig")
    for period in periods_of(assessment.definition):
        for one in assessment_number_rows.numbers_of_period(session, assessment, period):
            told = (write_number(one.value) if name == "value" else str(getattr(one, name)) for name in head)
            yield csv_row(told).encode()


def _points(session: Session, assessment_code: str) -> Iterator[bytes]:
    assessment = current(session, assessment_code)
    head = ("sheet", "unit", "scorer", "line", "points")
    yield csv_row(head).encode("utf-8-sig")
    for one in assessment_entry_rows.all_points_of(session, assessment):
        yield csv_row(str(getattr(one, name)) for name in head).encode()


def _acts(session: Session, assessment_code: str) -> Iterator[bytes]:
    for one in told_acts(session, current(session, assessment_code)):
        gone = vars(one.taken_back) if one.taken_back else None
        told = {"number": one.number, "recorded_by": one.by, "recorded_at": one.at, "taken_back": gone}
        yield _line({**told, "kind": type(one.act).__name__, **vars(one.act)})


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
