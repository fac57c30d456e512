"""The office takes numbers over, many at once, or returns them with a reason."""

from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask

from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import ReportState
from survey.domain.errors import ReasonMissing
from survey.services.assessment import assessments, closing, evidence, standings
from survey.services.assessment.reports import report_queue, typed_reports
from survey.services.assessment.reports.report_queue import QueueDone
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE

from .reported import (
    IN_TIME,
    MAY,
    TOWN,
    disabled,
    due,
    planned,
    proved,
    submit,
    submitted,
    with_approver,
    written,
)


def accept(numbers: list[int]) -> QueueDone:
    return written(lambda session: report_queue.accept(session, SAMPLE_CODE, numbers, BY))


def give_back(numbers: list[int], reason: str = "口径不对", of_unit: str = "") -> QueueDone:
    return written(
        lambda session: report_queue.give_back(session, SAMPLE_CODE, numbers, reason, BY, of_unit=of_unit)
    )


def accepted() -> dict[tuple[str, str], Fraction]:
    with transaction() as session:
        known = assessments.current(session, SAMPLE_CODE)
        return dict(evidence.actuals_of(session, known, MAY))


def waiting() -> list[int]:
    with transaction() as session:
        return [one.submitted.number for one in report_queue.waiting(session, SAMPLE_CODE)]


def test_many_are_accepted_at_once_and_the_standing_sees_them(each_app: Flask) -> None:
    proved()
    submit()
    numbers = waiting()
    assert len(numbers) == len(due().numbers)
    assert accept(numbers) == QueueDone(len(numbers), 0)
    assert accept(numbers) == QueueDone(0, len(numbers))
    assert accepted() == {one.task: one.value for one in submitted()}
    with transaction() as session:
        standing = standings.standing_of(session, SAMPLE_CODE, MAY).bulletin.standing
    assert any(one.unit == "t3" and one.on_pace for one in standing.units)
    assert waiting() == []


def test_what_waits_for_an_approver_is_not_in_the_queue(app: Flask) -> None:
    with_approver()
    submit()
    assert waiting() == []
    numbers = [one.number for one in submitted()]
    assert accept(numbers) == QueueDone(0, len(numbers))
    written(lambda session: typed_reports.approve(session, SAMPLE_CODE, MAY, TOWN, IN_TIME))
    assert waiting() == numbers


def test_returned_with_a_reason_and_submitted_anew(each_app: Flask) -> None:
    proved()
    submit()
    first, *others = waiting()
    with pytest.raises(ReasonMissing):
        give_back([first], "  ")
    assert give_back([first]) == QueueDone(1, 0)
    accept(others)
    (open_one,) = due().open_numbers
    assert open_one.submitted is not None
    assert (open_one.submitted.state, open_one.submitted.answer) == (ReportState.RETURNED, "口径不对")
    assert submit(planned(due())).submitted == 1
    assert give_back([first]) == QueueDone(0, 1)
    assert accept(waiting()) == QueueDone(1, 0)


def test_an_accepted_number_stands_until_another_is_accepted(app: Flask) -> None:
    proved()
    submit()
    numbers = waiting()
    accept(numbers)
    before = accepted()
    give_back([numbers[0]])
    assert accepted() == before


def test_an_approver_returns_only_what_the_office_does_not_have(app: Flask) -> None:
    with_approver()
    submit()
    numbers = [one.number for one in submitted()]
    assert give_back(numbers[:1], of_unit="t1") == QueueDone(0, 1)
    assert give_back(numbers[:1], of_unit="t3") == QueueDone(1, 0)
    written(lambda session: typed_reports.approve(session, SAMPLE_CODE, MAY, TOWN, IN_TIME))
    assert give_back(numbers[1:2], of_unit="t3") == QueueDone(0, 1)


def test_a_number_accepted_after_the_close_is_a_correction(app: Flask) -> None:
    proved()
    submit()
    numbers = waiting()
    accept(numbers[1:])
    written(lambda session: closing.close_period(session, SAMPLE_CODE, MAY, BY))
    accept(numbers[:1])
    with transaction() as session:
        known = assessments.current(session, SAMPLE_CODE)
        (told,) = closing.corrections_in(session, known, "2026-06")
    assert (told.period, told.before) == (MAY, None)


def test_nothing_reported_does_not_take_the_place_of_an_accepted_number(each_app: Flask) -> None:
    proved()
    submit()
    numbers = waiting()
    accept(numbers)
    before = accepted()
    give_back(numbers[:2])
    first, second = planned(due())
    submit([replace(first, value="", reason="数据未出"), second])
    assert accept(waiting()) == QueueDone(1, 0, kept=1)
    assert accepted()[first.task] == before[first.task]
    (kept,) = waiting()
    assert give_back([kept]) == QueueDone(1, 0)
    (open_one,) = due().open_numbers
    assert open_one.task == first.task


def test_nothing_reported_is_accepted_where_no_number_was(app: Flask) -> None:
    proved()
    first, *others = planned(due())
    submit([replace(first, value="", reason="数据未出"), *others])
    assert accept(waiting()) == QueueDone(len(others) + 1, 0)
    assert first.task not in accepted()


def test_what_waits_for_an_approver_who_is_gone_waits_for_the_office(each_app: Flask) -> None:
    with_approver()
    submit()
    assert waiting() == []
    disabled("审核员")
    numbers = waiting()
    assert numbers == [one.number for one in submitted()]
    assert give_back(numbers[:1]) == QueueDone(1, 0)
    assert accept(numbers[1:]) == QueueDone(len(numbers) - 1, 0)
    assert {one.approved_by for one in submitted()} == {""}
    with transaction() as session:
        known = assessments.current(session, SAMPLE_CODE)
        found = evidence.numbers_of(session, known, MAY)
    assert found[NumberKind.REPORTED].keys() == found[NumberKind.ACCEPTED].keys() == accepted().keys()


def test_a_reason_is_kept_without_what_no_database_holds_and_cut(each_app: Flask) -> None:
    proved()
    submit()
    with pytest.raises(ReasonMissing):
        give_back(waiting()[:1], "\x00 \x00")
    give_back(waiting()[:1], "口径\x00不对" * 100_000)
    (open_one,) = due().open_numbers
    assert open_one.submitted is not None
    assert open_one.submitted.answer == ("口径不对" * MAX_NOTE)[:MAX_NOTE]
