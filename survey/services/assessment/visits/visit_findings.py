"""What a group finds on the spot, how it goes to the unit, and what the unit answers."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.reports.number_text import read_number
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import MAX_TYPED, EvidenceFile, typed_text
from survey.domain.assessment.visits.visits import (
    OPEN_STATES,
    Visit,
    VisitFile,
    VisitFinding,
    VisitPart,
    VisitPlace,
    VisitState,
    finding_content,
    last_day,
)
from survey.domain.audit.acts import Act
from survey.domain.errors import BadYearRecord, UnfitEvidence, UnknownYearRecord
from survey.services.assessment.assessments import current, logged_as
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.assessment.reports.evidence_files import MAX_FILES, StoredEvidence, require_room
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.reports import evidence_rows, visit_file_rows

from .visits import locked_for_visits, moved, today_of, visit_at

MAX_PERSONS = 500


@dataclass(frozen=True)
class TypedFinding:
    """What a group typed of a visit; ``agrees`` where the number is as it was reported.

    ``beside`` is the reported number that stood on the page, as ``written_beside`` has it: another one may
    have come since. ``None`` where there was no page.
    """

    found: str = ""
    agrees: bool = False
    why: str = ""
    persons: str = ""
    beside: str | None = None


@dataclass(frozen=True)
class TypedAnswer:
    """What a unit typed to a finding."""

    agrees: bool
    text: str = ""


def reported_of(session: Session, assessment: Assessment, place: VisitPlace) -> Fraction | None:
    """Return the number that is checked: the one taken over by the office, else the one handed in."""
    numbers = assessment_number_rows.last_numbers(session, assessment, place.period)
    for kind in (NumberKind.ACCEPTED, NumberKind.REPORTED):
        if place.task in numbers[kind]:
            return numbers[kind][place.task].value
    return None


def written_beside(reported: Fraction | None) -> str:
    """Write the number that a form is filled in beside, exactly; empty where none is reported."""
    return "" if reported is None else str(reported)


def proofs_of(session: Session, assessment: Assessment, place: VisitPlace) -> list[EvidenceFile]:
    """Return the files with which the number that is checked was reported."""
    return evidence_rows.files_of_task(session, assessment, place.period, place.task)


def files_of(session: Session, assessment: Assessment, place: VisitPlace, part: VisitPart) -> list[VisitFile]:
    """Return the files of a visit's finding, or of its answer."""
    return [one for one in visit_file_rows.files_of_visit(session, assessment, place) if one.part is part]


def find_file(session: Session, assessment_code: str, number: int) -> VisitFile:
    """Return a file of a visit by its number; raises ``UnknownYearRecord``."""
    file = visit_file_rows.find_file(session, current(session, assessment_code), number)
    if file is None:
        raise UnknownYearRecord(f"{assessment_code} has no file {number} of a visit")
    return file


def record_finding(
    session: Session,
    assessment_code: str,
    place: VisitPlace,
    typed: TypedFinding,
    photos: Sequence[StoredEvidence],
    seen: int,
    by: By,
    *,
    send: bool = False,
) -> Visit:
    """Put on record what was found, with its photos; with ``send`` it goes to the unit in the same step.

    ``seen`` is the record that the page was made from. Raises ``WrongStage``, ``UnknownYearRecord``,
    ``BadYearRecord`` with all faults, ``UnfitEvidence`` where there are too many photos, and ``VisitMoved``
    where somebody else was first: nothing is kept then.
    """
    assessment = locked_for_visits(session, assessment_code)
    visit = visit_at(session, assessment, place)
    before = visit.finding
    # What was sent is said again as it was: a number that came since is none that was looked at.
    is_over = before is not None and visit.state not in OPEN_STATES
    reported = before.reported if before and is_over else reported_of(session, assessment, place)
    finding = _checked(replace(typed, beside=None) if is_over else typed, reported, by)
    same = before is not None and _says(before) == _says(replace(finding, reported=before.reported))
    known = {one.digest for one in files_of(session, assessment, place, VisitPart.FINDING)}
    if same and known.issuperset(one.digest for one in photos) and (visit.is_sent or not send):
        return visit
    if visit.state not in OPEN_STATES or (visit.last != seen and not same):
        raise moved(session, assessment, visit)
    _add(session, assessment, visit, VisitPart.FINDING, photos, by)
    if send:
        finding = replace(finding, answer_by=last_day(today_of(assessment, by), visit.plan.days))
    return _put(session, assessment, place, finding, by)


def send_finding(session: Session, assessment_code: str, place: VisitPlace, seen: int, by: By) -> Visit:
    """Send a finding to its unit, as it stands; one that was sent is not sent again.

    Raises ``WrongStage``, ``UnknownYearRecord`` also where nothing was found, and ``VisitMoved`` where the
    finding is not the one that was seen.
    """
    assessment = locked_for_visits(session, assessment_code)
    visit = visit_at(session, assessment, place)
    if visit.is_sent:
        return visit
    if visit.finding is None:
        raise UnknownYearRecord(f"nothing was found yet at {place.about}")
    if visit.last != seen:
        raise moved(session, assessment, visit)
    sent = replace(visit.finding, answer_by=last_day(today_of(assessment, by), visit.plan.days))
    return _put(session, assessment, place, sent, by)


def answer(
    session: Session,
    assessment_code: str,
    place: VisitPlace,
    typed: TypedAnswer,
    papers: Sequence[StoredEvidence],
    by: By,
) -> Visit:
    """Put on record what a unit answers to a finding, once; after the last day it is marked as late.

    Raises ``WrongStage``, ``UnknownYearRecord`` where nothing was sent, ``BadYearRecord`` with all faults,
    ``UnfitEvidence`` where there are too many files, and ``VisitMoved`` where somebody answered before, or
    the office ruled.
    """
    assessment = locked_for_visits(session, assessment_code)
    visit = visit_at(session, assessment, place)
    if visit.finding is None or visit.finding.answer_by is None:
        raise UnknownYearRecord(f"no finding of {place.about} was sent")
    text = typed_text(typed.text, MAX_NOTE + 1)
    if len(text) > MAX_NOTE:
        raise BadYearRecord({"text": "too-long"})
    if not text and not typed.agrees:
        raise BadYearRecord({"text": "missing"})
    if visit.state is not VisitState.SENT:
        given = {one.digest for one in files_of(session, assessment, place, VisitPart.ANSWER)}
        said = visit.answer and (visit.answer.agrees, visit.answer.text)
        if said == (typed.agrees, text) and given.issuperset(one.digest for one in papers):
            return visit
        raise moved(session, assessment, visit)
    _add(session, assessment, visit, VisitPart.ANSWER, papers, by)
    content = {
        "agrees": typed.agrees,
        "text": text,
        "late": today_of(assessment, by) > visit.finding.answer_by,
        "files": _digests(session, assessment, place, VisitPart.ANSWER),
    }
    put_on_record(session, assessment, YearRecordKind.VISIT_ANSWER, place.about, content, by)
    return visit_at(session, assessment, place)


def keep_files(
    session: Session,
    assessment_code: str,
    place: VisitPlace,
    part: VisitPart,
    stored: Sequence[StoredEvidence],
    by: By,
) -> None:
    """Keep files of what could not be put on record yet, so that nobody has to bring them twice.

    Nothing is kept of a visit that has gone further. Raises ``WrongStage``, ``UnknownYearRecord`` and
    ``UnfitEvidence`` where there are too many.
    """
    assessment = locked_for_visits(session, assessment_code)
    visit = visit_at(session, assessment, place)
    if _takes_files(visit, part):
        _add(session, assessment, visit, part, stored, by)


def remove_file(
    session: Session, assessment_code: str, place: VisitPlace, number: int, folder: Path, by: By
) -> None:
    """Take a file from a finding that was not sent, or from an answer that is not given yet.

    Its content stays for a day more. Raises ``WrongStage``, ``VisitMoved`` where it is too late, and
    ``UnknownYearRecord`` where the visit has no such file; one that was taken away is no fault.
    """
    assessment = locked_for_visits(session, assessment_code)
    visit = visit_at(session, assessment, place)
    file = visit_file_rows.find_file(session, assessment, number)
    if file is None or file.place != place:
        raise UnknownYearRecord(f"{assessment_code} has no file {number} of a visit")
    if not _takes_files(visit, file.part):
        raise moved(session, assessment, visit)
    with suppress(FileNotFoundError):
        os.utime(folder / file.digest, (by.at.timestamp(), by.at.timestamp()))
    visit_file_rows.drop_file(session, assessment, number)
    audit.record(session, by, Act.EVIDENCE_REMOVED, logged_as(assessment_code), **_facts(file))
    if file.part is VisitPart.FINDING and visit.finding is not None:
        _put(session, assessment, place, visit.finding, by)


def _takes_files(visit: Visit, part: VisitPart) -> bool:
    return visit.state in OPEN_STATES if part is VisitPart.FINDING else visit.state is VisitState.SENT


def _checked(typed: TypedFinding, reported: Fraction | None, by: By) -> VisitFinding:
    why, persons = typed_text(typed.why, MAX_NOTE + 1), typed_text(typed.persons, MAX_PERSONS + 1)
    faults: dict[str, str] = {}
    written = typed_text(typed.found, MAX_TYPED)
    found = reported if typed.agrees else read_number(written)
    if typed.agrees and typed.beside not in (None, written_beside(reported)):
        faults["found"] = "changed"
    elif typed.agrees and written and read_number(written) != reported:
        faults["found"] = "unknown"
    elif found is None:
        faults["found"] = "not-number" if written or typed.agrees else "missing"
    if not why:
        faults["why"] = "missing"
    if len(why) > MAX_NOTE:
        faults["why"] = "too-long"
    if len(persons) > MAX_PERSONS:
        faults["persons"] = "too-long"
    if faults or found is None:
        raise BadYearRecord(faults)
    return VisitFinding(found, reported, why, persons, by.actor, by.at)


def _says(finding: VisitFinding) -> tuple[Fraction, Fraction | None, str, str]:
    return finding.found, finding.reported, finding.why, finding.persons


def _put(session: Session, assessment: Assessment, place: VisitPlace, finding: VisitFinding, by: By) -> Visit:
    content = finding_content(finding, _digests(session, assessment, place, VisitPart.FINDING))
    put_on_record(session, assessment, YearRecordKind.VISIT, place.about, content, by)
    return visit_at(session, assessment, place)


def _digests(
    session: Session, assessment: Assessment, place: VisitPlace, part: VisitPart
) -> Mapping[str, str]:
    return {str(one.number): one.digest for one in files_of(session, assessment, place, part)}


def _add(
    session: Session,
    assessment: Assessment,
    visit: Visit,
    part: VisitPart,
    stored: Sequence[StoredEvidence],
    by: By,
) -> None:
    """Have stored files belong to a visit, each content once."""
    known = {one.digest for one in files_of(session, assessment, visit.place, part)}
    new = {one.digest: one for one in stored if one.digest not in known}
    if len(known) + len(new) > MAX_FILES:
        raise UnfitEvidence("many", f"a visit has at most {MAX_FILES} files of a kind")
    if new:
        require_room(session, by)
    for one in new.values():
        number = visit_file_rows.next_number(session, assessment)
        file = VisitFile(number, visit.place, part, **vars(one), added_by=by.actor, added_at=by.at)
        visit_file_rows.add_file(session, assessment, file)
        audit.record(session, by, Act.EVIDENCE, logged_as(assessment.code), **_facts(file))


def _facts(file: VisitFile) -> dict[str, str | int]:
    return {**vars(file.place), "name": file.name, "size": file.size, "digest": file.digest}
