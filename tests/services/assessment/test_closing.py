"""Closing periods: numbers are frozen, bulletins numbered, corrections told once."""

import json
import threading
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.totals.paper_material import LateCorrection
from survey.domain.definition.canonical import digest_of_text
from survey.domain.errors import UnknownPeriod, WrongStage
from survey.services.assessment import assessments, closing, taking
from survey.services.assessment.assessments import Amendment
from survey.services.audit import audit
from survey.storage.assessment.assessment_tables import ClosedPeriodRow
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample

from .sample_taken import accept, close, current, everything, issued, rows, take_all, take_values, values

T1, T2 = ("t1", "petitions"), ("t2", "petitions")


def corrections(period: str) -> list[LateCorrection]:
    with transaction() as session:
        return closing.corrections_in(session, current(), period)


def test_earlier_open_periods_are_closed_with_it(each_app: Flask) -> None:
    issued()
    take_all()
    closed = close("2026年3月")
    assert [(one.period, one.bulletin) for one in closed] == [("2026-01", 1), ("2026-02", 2), ("2026-03", 3)]
    assert [one.period for one in close("2026-04")] == ["2026-04"]
    with transaction() as session:
        known = closing.closed_periods(session, current())
        assert [one.bulletin for one in known.values()] == [1, 2, 3, 4]
        content = session.scalars(
            select(ClosedPeriodRow.content).where(ClosedPeriodRow.period == "2026-04")
        ).one()
        acts = [
            facts for e, facts in audit.history(session, f"assessment:{SAMPLE_CODE}") if "bulletin" in facts
        ]
    assert digest_of_text(content) == known["2026-04"].digest == acts[-1]["numbers"]
    assert ["t1", "petitions", "accepted", "1"] in json.loads(content)["numbers"]
    assert [facts["period"] for facts in acts] == list(known)


def test_with_the_last_one_the_examination_begins(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    assert len(close("2026-12")) == 12
    assert current().stage is Stage.EXAMINING
    before = everything()
    with pytest.raises(WrongStage, match="it is examining; next: minping assessment score"):
        close("2026-12")
    assert everything() == before


def test_what_cannot_be_closed_is_refused_and_nothing_changes(each_app: Flask) -> None:
    issued()
    before = everything()
    with pytest.raises(WrongStage, match="cannot close 2026-01 of qingyuan-2026: it is issued"):
        close("2026-01")
    with pytest.raises(UnknownPeriod, match='no period "2027-01"'):
        close("2027-01")
    assert everything() == before
    accept("2026-01,t1,petitions,1")
    close("2026-02")
    before = everything()
    for period, bulletin in (("2026-01", 1), ("2026-02", 2)):
        with pytest.raises(WrongStage, match=f"it is closed, bulletin {bulletin}"):
            close(period)
    assert everything() == before


def test_a_late_number_is_a_correction_of_the_next_bulletin_only(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    close("2026-02")
    accept("2026-01,t1,petitions,3", "2026-02,t2,petitions,5", "2026-03,t1,petitions,3")
    expected = [
        LateCorrection("2026-01", T1, Fraction(1), Fraction(3)),
        LateCorrection("2026-02", T2, None, Fraction(5)),
    ]
    # While March is open, it is known what its bulletin will have to say.
    assert corrections("2026-03") == expected
    close("2026-03")
    assert corrections("2026-03") == expected
    accept("2026-01,t1,petitions,4")
    close("2026-05")
    assert corrections("2026-04") == [LateCorrection("2026-01", T1, Fraction(3), Fraction(4))]
    assert corrections("2026-05") == corrections("2026-01") == corrections("2026-02") == []


def test_a_correction_taken_back_is_none(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    close("2026-01")
    accept("2026-01,t1,petitions,2")
    accept("2026-01,t1,petitions,1", reason="误更正")
    assert corrections("2026-02") == []


def test_a_finding_corrects_and_a_report_does_not(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    close("2026-01")
    with transaction(write=True) as session:
        late = rows("period,unit,indicator,value", "2026-01,t1,petitions,9")
        taking.take_numbers(session, SAMPLE_CODE, late, BY, accept=False)
    assert corrections("2026-02") == []
    with transaction(write=True) as session:
        found = rows("period,unit,indicator,found,why", "2026-01,t1,petitions,0,误报")
        taking.take_findings(session, SAMPLE_CODE, found, BY)
    assert corrections("2026-02") == [LateCorrection("2026-01", T1, Fraction(1), Fraction(0))]


def test_each_period_is_closed_under_the_version_that_held(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    data = sample("assessment.toml")
    data["assessment"]["title"] = "调整后"
    with transaction(write=True) as session:
        why = Amendment("x", "y", "", "2026-03")
        assessments.amend(session, SAMPLE_CODE, data, None, why, BY)
    assert [one.version for one in close("2026-04")] == [0, 0, 1, 1]


def test_two_who_close_at_once_close_once(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    refused: list[WrongStage] = []

    def close_may() -> None:
        with each_app.app_context():
            try:
                close("2026-05")
            except WrongStage as error:
                refused.append(error)

    closers = [threading.Thread(target=close_may) for _ in range(3)]
    for one in closers:
        one.start()
    for one in closers:
        one.join()
    assert len(refused) == 2
    with transaction() as session:
        closed = closing.closed_periods(session, current())
    assert [one.bulletin for one in closed.values()] == [1, 2, 3, 4, 5]


def test_the_year_is_closed_only_where_its_last_period_has_numbers(each_app: Flask) -> None:
    issued()
    accept("2026-05,t1,petitions,1")
    take_values(values("2026-12,t1,petitions,1"), accept=False)
    close("2026-05")
    before = everything()
    with pytest.raises(WrongStage, match=r"no number of 2026-12 is accepted; .* close qingyuan-2026 2026-12"):
        close_year()
    assert everything() == before
    accept("2026-12,t1,petitions,1")
    assert [one.period for one in close_year()] == [f"2026-{month:02}" for month in range(6, 13)]
    assert current().stage is Stage.EXAMINING
    assert close_year() == []


def test_a_finding_that_is_taken_back_after_the_close_is_corrected(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    find("2026-01,t1,petitions,2,漏报", "2026-01,t2,petitions,5,未报")
    close("2026-01")
    find("2026-01,t1,petitions,,复核无误,是", "2026-01,t2,petitions,5,复核无此事,是")
    assert corrections("2026-02") == [
        LateCorrection("2026-01", T1, Fraction(2), Fraction(1)),
        LateCorrection("2026-01", T2, Fraction(5), None),
    ]


def close_year() -> list[closing.ClosedPeriod]:
    with transaction(write=True) as session:
        return closing.close_year(session, SAMPLE_CODE, BY)


def find(*lines: str) -> None:
    with transaction(write=True) as session:
        given = rows("period,unit,indicator,found,why,taken_back", *lines)
        taking.take_findings(session, SAMPLE_CODE, given, BY)
