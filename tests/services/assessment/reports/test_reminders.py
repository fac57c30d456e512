"""Who has not reported is listed by name and number."""

from datetime import date

from flask import Flask

from survey.services.assessment.reports import reminders, report_queue
from survey.services.assessment.reports.reminders import Reminder
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE

from .reported import MAY, TOWN, disabled, due, submit, submitted, with_approver, written


def owed() -> dict[str, Reminder]:
    with transaction() as session:
        return {one.subject.key: one for one in reminders.reminders(session, SAMPLE_CODE, MAY)}


def test_who_owes_what(app: Flask) -> None:
    with_approver()
    before = owed()
    assert before["t3"].party == "东岭镇"
    assert len(before["t3"].missing) == len(due().numbers)
    assert before["t3"].deadline == date(2026, 6, 5)
    assert before["petitions"].party == "县委组织部"
    submit()
    assert (owed()["t3"].missing, owed()["t3"].unsigned) == ((), len(due().numbers))
    number = submitted()[0].number
    written(
        lambda session: report_queue.give_back(session, SAMPLE_CODE, [number], "重报", BY, of_unit=TOWN.unit)
    )
    assert len(owed()["t3"].returned) == 1


def test_nobody_is_reminded_to_sign_off_where_nobody_can(app: Flask) -> None:
    with_approver()
    submit()
    disabled("审核员")
    assert "t3" not in owed()
