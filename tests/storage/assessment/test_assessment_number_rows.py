"""Numbers of assessments as rows: appended, the last of a kind holds, and closed periods are frozen."""

import json
from dataclasses import replace
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import NumberKind, TakenNumber
from survey.domain.definition.canonical import canonical_json, digest_of_text
from survey.storage.assessment import assessment_number_rows as rows
from survey.storage.assessment.assessment_number_rows import ClosedPeriod
from survey.storage.assessment.assessment_tables import ClosedPeriodRow
from tests.storage.stored import AT, HOUR

from .stored_assessment import stored_assessment

MAY, JUNE = "2026-05", "2026-06"
REPORTED, ACCEPTED, VERIFIED = NumberKind.REPORTED, NumberKind.ACCEPTED, NumberKind.VERIFIED
OUTPUT = ("t1", "output")


def number(value: Fraction | int, kind: NumberKind = ACCEPTED, period: str = MAY, **more: str) -> TakenNumber:
    return TakenNumber(0, kind, period, *OUTPUT, Fraction(value), **more)


def test_numbers_come_back_exact_and_with_what_was_said(session: Session) -> None:
    made = stored_assessment(session)
    given = [
        number(Fraction(199, 5), note="暂估", evidence="报表", reason="核实无误"),
        number(Fraction(-1, 3)),
        number(0, VERIFIED, reason="重复统计"),
    ]
    assert rows.add_numbers(session, made, given[:2], "王芳", AT) == 2
    assert rows.add_numbers(session, made, given[2:], "李四", AT + HOUR) == 1
    numbered = [replace(one, number=n) for n, one in enumerate(given, 1)]
    assert rows.numbers_of_task(session, made, OUTPUT) == numbered
    assert rows.last_number(session, made) == 3
    assert rows.tasks_with_numbers(session, made) == {OUTPUT}


def test_verified_goes_before_accepted_and_reported_counts_for_nothing(session: Session) -> None:
    made = stored_assessment(session)
    rows.add_numbers(session, made, [number(5, REPORTED)], "x", AT)
    assert rows.numbers_that_hold(session, made, MAY) == {}
    rows.add_numbers(session, made, [number(6), number(7), number(9, period=JUNE)], "x", AT)
    assert rows.numbers_that_hold(session, made, MAY) == {OUTPUT: (ACCEPTED, 7)}
    rows.add_numbers(session, made, [number(4, VERIFIED), number(8)], "x", AT)
    assert rows.numbers_that_hold(session, made, MAY) == {OUTPUT: (VERIFIED, 4)}
    assert rows.numbers_that_hold(session, made, MAY, until=2) == {OUTPUT: (ACCEPTED, 6)}
    last = rows.last_numbers(session, made, MAY)
    assert {kind: [one.value for one in found.values()] for kind, found in last.items()} == {
        REPORTED: [5],
        ACCEPTED: [8],
        VERIFIED: [4],
        NumberKind.WITHDRAWN: [],
    }
    rows.add_numbers(session, made, [number(4, NumberKind.WITHDRAWN)], "x", AT)
    assert rows.numbers_that_hold(session, made, MAY) == {OUTPUT: (ACCEPTED, 8)}
    assert rows.numbers_that_hold(session, made, MAY, until=6) == {OUTPUT: (VERIFIED, 4)}
    assert rows.findings_of(session, made) == {(MAY, *OUTPUT): 4}


def test_numbers_since_are_those_of_the_periods_asked_for(session: Session) -> None:
    made = stored_assessment(session)
    rows.add_numbers(session, made, [number(1), number(2, period=JUNE), number(3), number(4)], "x", AT)
    assert [one.value for one in rows.numbers_since(session, made, 1, 3, [MAY])] == [3]
    assert [one.value for one in rows.numbers_since(session, made, 0, 4, [MAY, JUNE])] == [1, 2, 3, 4]


def test_assessments_have_numbers_of_their_own(session: Session) -> None:
    made, other = stored_assessment(session), stored_assessment(session, "other")
    rows.add_numbers(session, made, [number(1)], "x", AT)
    assert rows.last_number(session, other) == 0
    rows.add_numbers(session, other, [number(2)], "x", AT)
    assert rows.numbers_of_task(session, other, OUTPUT) == [replace(number(2), number=1)]
    assert rows.numbers_that_hold(session, made, MAY) == {OUTPUT: (ACCEPTED, 1)}


def test_more_numbers_than_one_statement_holds(session: Session) -> None:
    made = stored_assessment(session)
    assert rows.add_numbers(session, made, map(number, range(2001)), "x", AT) == 2001
    assert rows.numbers_that_hold(session, made, MAY) == {OUTPUT: (ACCEPTED, 2000)}
    assert rows.last_number(session, made) == 2001


def test_a_closed_period_keeps_its_numbers(session: Session) -> None:
    made = stored_assessment(session)
    rows.add_numbers(session, made, [number(Fraction(7, 3)), number(1, REPORTED)], "x", AT)
    closed = rows.add_closed_period(session, made, MAY, 1, "王芳", AT)
    rows.add_numbers(session, made, [number(8)], "x", AT)
    assert rows.frozen_numbers(session, made, MAY) == {OUTPUT: (ACCEPTED, Fraction(7, 3))}
    assert rows.closed_periods(session, made) == {MAY: closed}
    content = session.scalars(select(ClosedPeriodRow.content)).one()
    assert closed == ClosedPeriod(MAY, 1, 0, 2, digest_of_text(content), "王芳", AT)
    # Written by hand for speed, and the same as everything else that has a digest.
    assert content == canonical_json(json.loads(content))
    assert json.loads(content)["definition"] == made.digest


def test_periods_are_listed_in_the_order_of_their_bulletins(session: Session) -> None:
    made = stored_assessment(session)
    for bulletin, period in ((2, JUNE), (1, MAY)):
        rows.add_closed_period(session, made, period, bulletin, "x", AT)
    assert list(rows.closed_periods(session, made)) == [MAY, JUNE]
    assert rows.frozen_numbers(session, made, JUNE) == {}
