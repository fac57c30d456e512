"""Tasks: set, answered, returned, closed; overdue by the assessment's day; once each, two at once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.telling.mending_task import MendingState, MendingTask
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, TaskClosed, UnknownYearRecord, WrongStage
from survey.services.assessment.examining.year_records import records_of
from survey.services.assessment.telling import mending
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.read_back import words_in
from tests.services.assessment.scored_year import YEAR, year_data

from .told_year import LATER, TASK, answer, close, decided, extend, rule, set_task, year


def task(unit: str = "t1", number: int = 1) -> MendingTask:
    with transaction() as session:
        return mending.task_of(session, year(), unit, number)


def count() -> int:
    with transaction() as session:
        return len(records_of(session, year(), YearRecordKind.MENDING))


def test_a_task_goes_from_its_setting_to_its_closing(each_app: Flask) -> None:
    decided()
    assert set_task().about == "t1/1"
    assert task().state is MendingState.OPEN
    first = answer("已补齐一半")
    assert task().state is MendingState.ANSWERED
    returned = rule(first.number, closes=False, reason="还差一半")
    assert task().state is MendingState.RETURNED
    second = answer("全部补齐")
    rule(second.number, closes=True)
    assert task().is_closed
    assert [one.number for one in task().story][:2] == [first.number, returned.number]
    with pytest.raises(TaskClosed):
        answer("还想说")
    with pytest.raises(TaskClosed):
        rule(second.number, closes=True, reason="另一句")


def test_everything_sent_twice_is_done_once(each_app: Flask) -> None:
    decided()
    assert set_task() == set_task()
    assert count() == 1
    first = answer("已整改")
    assert answer("已整改") == first
    done = rule(first.number, closes=False, reason="不够")
    assert rule(first.number, closes=False, reason="不够") == done
    again = answer("又整改")
    closed = rule(again.number, closes=True, reason="看过\r\n属实")
    assert rule(again.number, closes=True, reason="看过\r\n属实") == closed
    assert len(task().story) == 4
    assert set_task(what="另一件").about == "t1/2"
    assert set_task().about == "t1/3"  # the first is closed: the same thing came up again


def test_what_came_since_is_seen_before_it_is_ruled_on(each_app: Flask) -> None:
    decided()
    set_task()
    first = answer("第一次")
    answer("第二次")
    with pytest.raises(ChangedMeanwhile):
        rule(first.number, closes=True)
    with pytest.raises(ChangedMeanwhile):
        rule(0, closes=False, reason="没有可退回的")


def test_closing_what_nobody_answered_wants_a_reason(each_app: Flask) -> None:
    decided()
    set_task()
    with pytest.raises(BadYearRecord) as refused:
        rule(0, closes=True)
    assert refused.value.faults == {"reason": "missing"}
    rule(0, closes=True, reason="现场看过，已整改")
    assert task().is_closed


def test_overdue_is_by_the_day_of_the_assessment(each_app: Flask) -> None:
    decided()
    set_task(mend_by="2027-03-31")
    # 16:30 in London is the next day in Shanghai.
    late = datetime(2027, 3, 31, 16, 30, tzinfo=UTC)
    day = mending.today_in(year().definition, late)
    assert day == date(2027, 4, 1)
    assert task().is_overdue(day)
    assert not task().is_overdue(date(2027, 3, 31))
    in_time = answer("按时报了", by=replace(LATER, at=datetime(2027, 3, 31, 15, tzinfo=UTC)))
    assert not task().is_overdue(day)
    rule(in_time.number, closes=False, reason="重报")
    assert task().is_overdue(day)
    answer("过期才报", by=replace(LATER, at=late))
    assert task().is_overdue(day)


def test_another_last_day_leaves_where_a_task_stands(each_app: Flask) -> None:
    decided()
    set_task(mend_by="2027-03-31")
    first = extend(0, "2027-04-30")
    assert extend(0, "2027-04-30") == first
    assert (task().mend_by, task().state) == (date(2027, 4, 30), MendingState.OPEN)
    assert not task().is_overdue(date(2027, 4, 30))
    assert task().is_overdue(date(2027, 5, 1))
    answered = answer("做了一半")
    extend(answered.number, "2027-05-31")
    assert (task().mend_by, task().state) == (date(2027, 5, 31), MendingState.ANSWERED)
    with pytest.raises(ChangedMeanwhile):
        extend(answered.number, "2027-06-30")
    closed = rule(task().story[-1].number, closes=True)
    with pytest.raises(TaskClosed):
        extend(closed.number, "2027-07-31")


@pytest.mark.parametrize(
    ("until", "reason", "faults"),
    [
        ("2027-03-31", "因为", {"until": "too-early"}),
        ("2027-02-30", "因为", {"until": "not-day"}),
        ("9999-12-31", "因为", {"until": "too-late"}),
        ("", "因为", {"until": "missing"}),
        ("2027-04-01", "", {"reason": "missing"}),
    ],
)
def test_faults_of_another_last_day(app: Flask, until: str, reason: str, faults: dict[str, str]) -> None:
    decided()
    set_task(mend_by="2027-03-31")
    with pytest.raises(BadYearRecord) as refused:
        extend(0, until, reason)
    assert refused.value.faults == faults
    assert not task().story


def test_a_day_that_is_over_is_none_to_extend_to(app: Flask) -> None:
    decided()
    set_task(mend_by="2027-03-31")
    with pytest.raises(BadYearRecord) as refused:
        extend(0, "2027-04-10", by=replace(LATER, at=datetime(2027, 4, 10, 16, tzinfo=UTC)))
    assert refused.value.faults == {"until": "too-early"}


def test_tasks_go_on_after_the_close(each_app: Flask) -> None:
    decided()
    set_task()
    close()
    first = answer("办结以后报的")
    returned = rule(first.number, closes=False, reason="还差一半")
    extend(returned.number, "2027-04-30")
    rule(answer("补齐了").number, closes=True)
    assert task().is_closed
    with pytest.raises(WrongStage):
        set_task(what="新的一件")


def test_a_task_is_its_units_alone(each_app: Flask) -> None:
    decided()
    set_task()
    with pytest.raises(UnknownYearRecord):
        task("t2")
    with pytest.raises(UnknownYearRecord):
        answer("别家的", unit="t2")
    with pytest.raises(UnknownYearRecord):
        rule(0, unit="t2", closes=True, reason="别家的")


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        ("what", "", "missing"),
        ("what", "长" * 1001, "too-long"),
        ("what", "a\u202eb", "control"),
        ("ground", "indicator/none", "unknown"),
        ("mend_by", "明天", "not-day"),
        ("mend_by", "2026-11-21", "too-early"),
        ("mend_by", "9999-12-31", "too-late"),
        ("responsible", "张\n三", "control"),
        ("responsible", "", "missing"),
    ],
)
def test_faults_of_a_task(app: Flask, field: str, typed: str, why: str) -> None:
    decided()
    with pytest.raises(BadYearRecord) as refused:
        set_task(**{field: typed})
    assert refused.value.faults == {field: why}
    assert count() == 0


def test_no_task_before_the_years_end(app: Flask) -> None:
    from survey.services.assessment import assessments

    with transaction(write=True) as session:
        assessments.load(session, year_data(), None, BY)
        assessments.issue(session, YEAR, BY)
    with pytest.raises(WrongStage):
        set_task()


def test_the_list_on_paper_has_the_real_tasks(each_app: Flask) -> None:
    decided()
    set_task(what="=1+1 补齐")
    answer("补好了")
    with transaction() as session:
        found = mending.tasks_paper(session, YEAR, {"t1"}, BY.at)
    for kind in ("docx", "xlsx"):
        said = words_in(kind, write(PaperKind.MENDING, kind, found.material))
        for text in ("1+1补齐", "反馈意见书", TASK["responsible"], "补好了", "待审核"):
            assert text in said, (kind, text)
    with transaction() as session:
        none = mending.tasks_paper(session, YEAR, {"t2"}, BY.at)
    assert "补齐" not in words_in("docx", write(PaperKind.MENDING, "docx", none.material))
