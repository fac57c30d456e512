"""What is told of a decision that is put on record."""

from flask import Flask

from survey.services.assessment import deciding
from survey.services.assessment.views import decision_remarks
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR, decide, signed


def remarks(unit: str, band: str) -> list[str]:
    with transaction(write=True) as session:
        before = decision_remarks.decision_before(session, YEAR, unit)
        made = deciding.decide(
            session, YEAR, unit, band, committee="县委常委会", on="2026-11-20", reason="按得分", by=BY
        )
        return decision_remarks.remarks_on(session, YEAR, made, before)


def test_what_a_decision_replaces_is_told_once(each_app: Flask) -> None:
    signed()
    decide("t1", "fair")
    assert remarks("t1", "good") == ["replaces fair, decided on 2026-11-20"]
    assert remarks("t1", "good") == []
    assert remarks("t2", "good") == []
