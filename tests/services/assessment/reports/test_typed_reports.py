"""Reports are kept as typed, submitted once, signed off; two reporters at once lose nothing."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask

from survey.documents.assessment.report_file import read_report
from survey.domain.assessment.facts import NumberKind, Stage
from survey.domain.assessment.reports.submitted_report import ReportState, TypedNumber
from survey.domain.audit.acts import Act
from survey.domain.errors import BadNumbers, UnknownPeriod, WrongStage
from survey.services.assessment import assessments, evidence
from survey.services.assessment.reports import report_queue, typed_reports
from survey.services.audit import audit
from survey.storage.database import transaction
from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.services.assessment.sample_taken import loaded

from .reported import (
    IN_TIME,
    LATE,
    MAY,
    TOWN,
    disabled,
    due,
    planned,
    proved,
    save,
    submit,
    submitted,
    with_approver,
    written,
)


def reported() -> dict[tuple[str, str], Fraction]:
    with transaction() as session:
        known = assessments.current(session, SAMPLE_CODE)
        numbers = evidence.numbers_of(session, known, MAY)[NumberKind.REPORTED]
        return {task: one.value for task, one in numbers.items()}


def approve() -> int:
    return written(lambda session: typed_reports.approve(session, SAMPLE_CODE, MAY, TOWN, IN_TIME))


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in audit.history(session, f"assessment:{SAMPLE_CODE}")]


def test_nothing_is_reported_of_a_draft(app: Flask) -> None:
    loaded()
    with pytest.raises(WrongStage):
        save([])


def test_what_is_typed_is_kept_as_it_is(each_app: Flask) -> None:
    proved()
    odd = TypedNumber("t3", "output", "约 12", "还在核对\x00", "")
    assert save([odd]).changed == 1
    one = next(one for one in due().numbers if one.task == odd.task)
    assert (one.typed.value, one.typed.note, one.typed.revision) == ("约 12", "还在核对", 1)
    assert save([one.typed]).changed == 0
    assert submitted() == []


def test_submitted_once_and_signed_off(each_app: Flask) -> None:
    with_approver()
    typed = planned(due())
    assert submit(typed).submitted == len(typed) > 5
    assert {one.state for one in submitted()} == {ReportState.SUBMITTED}
    assert reported() == {}
    assert submit([]).submitted == 0
    assert len(submitted()) == len(typed)
    assert approve() == len(typed)
    assert approve() == 0
    assert {one.approved_by for one in submitted()} == {IN_TIME.actor}
    assert len(reported()) == len(typed)
    assert acts()[-3:] == [Act.REPORT_SUBMIT, Act.REPORT_APPROVE, Act.ASSESSMENT_TAKE]
    with transaction() as session:
        assert assessments.current(session, SAMPLE_CODE).stage is Stage.RUNNING


def test_without_an_approver_it_goes_to_the_office(each_app: Flask) -> None:
    proved()
    submit()
    assert {one.state for one in submitted()} == {ReportState.APPROVED}
    assert reported()


def test_a_fault_and_an_odd_number_keep_all_of_it_back(app: Flask) -> None:
    proved()
    typed = planned(due())
    faulty = [replace(typed[0], value="十二"), *(replace(one, reason="") for one in typed[1:])]
    faulty[1] = replace(faulty[1], value="99999999")
    with pytest.raises(BadNumbers) as refused:
        submit(faulty)
    assert "/".join(typed[0].task) in [one.place for one in refused.value.faults]
    assert "/".join(typed[1].task) in [one.place for one in refused.value.warnings]
    assert submitted() == []


def test_an_empty_number_goes_with_the_reason(app: Flask) -> None:
    proved()
    typed = planned(due())
    submit([replace(typed[0], value="", reason="数据未出"), *typed[1:]])
    (empty,) = [one for one in submitted() if one.value is None]
    assert (empty.task, empty.reason) == (typed[0].task, "数据未出")
    assert typed[0].task not in reported()


def test_what_was_not_sent_stays_open(each_app: Flask) -> None:
    proved()
    first, *others = planned(due())
    save([replace(others[-1], value="十二")])
    saved = submit([first])
    assert (saved.submitted, saved.left) == (1, len(others))
    assert [one.task for one in submitted()] == [first.task]
    nothing = submit([])
    assert (nothing.submitted, nothing.left) == (0, len(others))


def test_a_returned_number_goes_back_only_by_whom_who_saw_it(app: Flask) -> None:
    proved()
    page = planned(due())
    submit(page)
    number = next(one.number for one in submitted() if one.task == page[0].task)
    written(lambda session: report_queue.give_back(session, SAMPLE_CODE, [number], "口径不对", IN_TIME))
    (shown,) = due().open_numbers
    before = TypedNumber(*shown.task, *shown.typed.texts, revision=page[0].revision)
    saved = submit([before])
    assert (saved.submitted, saved.left, saved.conflicts) == (0, 1, ())
    assert submit([replace(before, revision=shown.typed.revision)]).submitted == 1


def test_nothing_is_typed_of_a_month_that_has_not_begun(app: Flask) -> None:
    proved()
    early = replace(IN_TIME, at=datetime(2026, 4, 30, 15, 59, tzinfo=UTC))
    with pytest.raises(UnknownPeriod):
        save([], by=early)
    with pytest.raises(UnknownPeriod):
        submit([], by=early)
    report = read_report((SAMPLE / "report-t3-2026-05.xlsx").read_bytes())
    with pytest.raises(UnknownPeriod):
        written(lambda session: typed_reports.take_workbook(session, SAMPLE_CODE, MAY, TOWN, report, early))
    assert save([], by=replace(early, at=early.at + timedelta(minutes=1))).changed == 0


def test_a_disabled_approver_signs_nothing_off(app: Flask) -> None:
    with_approver()
    disabled("审核员")
    submit()
    assert {one.state for one in submitted()} == {ReportState.APPROVED}


def test_late_from_the_day_after_on(app: Flask) -> None:
    proved()
    submit(by=LATE)  # one in the morning of the sixth, where the office is
    assert {one.late for one in submitted()} == {True}


def test_what_two_type_at_once_is_told_to_the_second(each_app: Flask) -> None:
    proved()
    both = due()
    mine, theirs = (replace(planned(both)[0], value=value) for value in ("1", "2"))
    other = planned(both)[1]
    assert save([mine]).changed == 1
    saved = save([theirs, other])
    assert saved.changed == 1
    (conflict,) = saved.conflicts
    assert (conflict.stands.value, conflict.refused.value) == ("1", "2")
    again = submit([replace(theirs), *planned(both)[1:]])
    assert again.submitted == 0
    assert again.conflicts
    assert submitted() == []


def test_a_page_from_before_a_submission_changes_nothing(app: Flask) -> None:
    proved()
    page = planned(due())
    submit(page)
    saved = save([replace(page[0], value="7")])
    assert [one.submitted for one in saved.conflicts] == [True]


def test_two_submit_at_the_same_moment(each_app: Flask) -> None:
    proved()
    typed = planned(due())
    counted: list[int] = []

    def send() -> None:
        with each_app.app_context():
            counted.append(submit(typed).submitted)

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(counted) == [0, len(typed)]


def test_a_workbook_is_taken_as_if_it_were_typed(app: Flask) -> None:
    proved()
    report = read_report((SAMPLE / "report-t3-2026-05.xlsx").read_bytes())
    check, saved = written(
        lambda session: typed_reports.take_workbook(session, SAMPLE_CODE, MAY, TOWN, report, IN_TIME)
    )
    assert saved.changed == len(check.numbers) > 5
    assert [one.typed.value for one in due().numbers if one.typed.value]


def test_a_faulty_workbook_is_not_half_taken(app: Flask) -> None:
    proved()
    report = read_report((SAMPLE / "report-t3-faulty.xlsx").read_bytes())
    with pytest.raises(BadNumbers) as refused:
        written(lambda session: typed_reports.take_workbook(session, SAMPLE_CODE, MAY, TOWN, report, IN_TIME))
    assert refused.value.faults
    assert not any(one.typed.value for one in due().numbers)


def test_a_workbook_does_not_take_the_place_of_what_somebody_else_typed(app: Flask) -> None:
    proved()
    report = read_report((SAMPLE / "report-t3-2026-05.xlsx").read_bytes())
    first = due().numbers[0]
    save([TypedNumber(*first.task, value="3.21")], by=replace(LATE, actor="别人"))
    _, saved = written(
        lambda session: typed_reports.take_workbook(session, SAMPLE_CODE, MAY, TOWN, report, IN_TIME)
    )
    assert [one.stands.value for one in saved.conflicts] == ["3.21"]
